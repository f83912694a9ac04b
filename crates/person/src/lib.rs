//! The person: identity, address, kin, and what an operator must know before speaking.
//!
//! Invariant: everything about a person is [`base::Private`]; nothing here can be logged by mistake.

pub mod identity;
pub mod kin;

pub use identity::{Identity, IdentityError};
pub use kin::Kin;

use base::{AreaId, Language, PersonId, Position, Private};

/// The most close persons one person may have registered.
pub const KIN_MAX: usize = 20;
/// The longest free text about a person, in characters.
pub const NOTE_CHARACTERS_MAX: usize = 4_000;

/// A care recipient, as far as alarm reception needs to know them.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Which person.
    pub id: PersonId,
    /// Person, coordination or reserve number.
    pub identity: Private<Identity>,
    /// Protected identity: address and number are shown to fewer and every look is reviewed.
    pub protected: bool,
    /// First name.
    pub given_name: Private<String>,
    /// Family name.
    pub family_name: Private<String>,
    /// The language to speak to them in, as written (not only those Tryggve speaks).
    pub spoken_language: Private<String>,
    /// Their own telephone number.
    pub phone: Private<String>,
    /// Where they live.
    pub address: Private<Address>,
    /// Which area the address lies in.
    pub area: Option<AreaId>,
    /// How to get in: floor, door code, where the key is.
    pub entry_note: Private<String>,
    /// Health notes that matter in an emergency.
    pub health_note: Private<String>,
    /// Anything else to know before speaking.
    pub note: Private<String>,
}

/// A postal address with its place on the map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// Postal code, five digits.
    pub postal_code: String,
    /// Post town.
    pub town: String,
    /// Where the door is, when known.
    pub position: Option<Position>,
}

impl Person {
    /// First and family name.
    pub fn full_name(&self) -> Private<String> {
        Private::new(format!("{} {}", self.given_name.reveal(), self.family_name.reveal()))
    }

    /// The age in whole years on a day; `None` where the number carries no birth date.
    pub fn age_years(&self, today: base::time::Date) -> Option<u16> {
        let birth = self.identity.reveal().birth_date()?;
        let years = today.year()
            - birth.year()
            - i16::from((today.month(), today.day()) < (birth.month(), birth.day()));
        u16::try_from(years).ok()
    }

    /// Which of our two languages to show texts for this person in.
    pub fn text_language(&self) -> Language {
        Language::from_tag(self.spoken_language.reveal()).unwrap_or_default()
    }
}
