//! Code tables of the protocol, each code with a Swedish and an English text.
//!
//! A code is a number: devices send `2`, `02` and `0002` for the same thing.
//! A number that is in no table is kept and gets the table's "unknown" text.

mod device_type;
mod place;
mod reply;
mod status;

pub use device_type::DeviceType;
pub use place::{ComponentCode, LocationCode};
pub use reply::{CallReply, MediaReply, ReplyStatus};
pub use status::StatusCode;

/// One text in Swedish and in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Swedish, lower case, for a person who is not a technician.
    pub swedish: &'static str,
    /// English, lower case.
    pub english: &'static str,
}

impl Text {
    pub(crate) const fn new(swedish: &'static str, english: &'static str) -> Self {
        Self { swedish, english }
    }
}

/// Declares one code table: a number type, a constant per known code and both texts.
macro_rules! code_table {
    (
        $(#[$doc:meta])*
        $name:ident, digits $digits:literal, unknown $unknown_sv:literal / $unknown_en:literal;
        $( $constant:ident = $number:literal, $sv:literal / $en:literal; )+
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u16);

        impl $name {
            $( #[doc = concat!("Code ", stringify!($number), ": ", $en, ".")]
               pub const $constant: Self = Self($number); )+

            /// Digits with which the code is written; shorter and longer forms are read as well.
            pub const DIGITS: usize = $digits;

            /// All known codes, in order.
            pub const ALL: &'static [Self] = &[$( Self($number) ),+];

            /// Whether the code is in the table.
            #[must_use]
            pub fn is_known(self) -> bool {
                Self::ALL.binary_search(&self).is_ok()
            }

            /// Returns the text of the code in both languages; unknown codes get a text that says so.
            #[must_use]
            pub const fn text(self) -> $crate::codes::Text {
                match self.0 {
                    $( $number => $crate::codes::Text::new($sv, $en), )+
                    _ => $crate::codes::Text::new($unknown_sv, $unknown_en),
                }
            }
        }

        impl std::fmt::Display for $name {
            /// Writes the code with the table's number of digits, zero-filled.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:0width$}", self.0, width = $digits)
            }
        }
    };
}
use code_table;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: impl Iterator<Item = (u16, Text)>, at_least: usize) {
        let mut seen = std::collections::BTreeSet::new();
        for (number, text) in texts {
            assert!(seen.insert(number), "code {number} stands twice");
            assert!(!text.swedish.is_empty() && !text.english.is_empty(), "code {number} lacks a text");
            assert_eq!(text.swedish.trim(), text.swedish);
        }
        assert!(seen.len() >= at_least, "only {} codes", seen.len());
    }

    #[test]
    fn every_code_stands_once_with_both_texts() {
        check(DeviceType::ALL.iter().map(|c| (c.0, c.text())), 51);
        check(StatusCode::ALL.iter().map(|c| (c.0, c.text())), 60);
        check(LocationCode::ALL.iter().map(|c| (c.0, c.text())), 15);
        check(ComponentCode::ALL.iter().map(|c| (c.0, c.text())), 22);
        check(ReplyStatus::ALL.iter().map(|c| (c.0, c.text())), 9);
        check(MediaReply::ALL.iter().map(|c| (c.0, c.text())), 4);
        check(CallReply::ALL.iter().map(|c| (c.0, c.text())), 3);
    }

    #[test]
    fn unknown_codes_say_so_and_keep_their_number() {
        assert!(!DeviceType(42).is_known());
        assert_eq!(DeviceType(42).text().swedish, "okänd enhetstyp");
        assert_eq!(StatusCode(50).text().english, "unknown status");
        assert_eq!(DeviceType(42).to_string(), "0042");
        assert_eq!(LocationCode::HOME.to_string(), "002");
        assert_eq!(ReplyStatus::OK.to_string(), "0");
    }
}
