//! How a model talks and wants to be answered. Every figure here is a setting, since implementations disagree.

use base::{ProfileId, language::Text};

/// Seconds within which the same message from the same sender is a repeat of itself, unless the profile says otherwise.
pub const DUPLICATE_WINDOW_SECONDS: u32 = 3_600;
/// The most technical codes a profile may list.
pub const TECHNICAL_CODES_MAX: usize = 128;

/// Where the reply travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ReplyStyle {
    /// In a MESSAGE of its own after the 200 OK.
    #[default]
    SeparateMessage,
    /// In the body of the 200 OK.
    InsideOk,
}

impl ReplyStyle {
    /// The name in files and the database.
    pub const fn name(self) -> &'static str {
        match self {
            ReplyStyle::SeparateMessage => "separate_message",
            ReplyStyle::InsideOk => "inside_ok",
        }
    }

    /// All styles.
    pub const ALL: [ReplyStyle; 2] = [ReplyStyle::SeparateMessage, ReplyStyle::InsideOk];

    /// Reads [`ReplyStyle::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        ReplyStyle::ALL.into_iter().find(|style| style.name() == name)
    }

    /// The words on the page.
    pub const fn text(self) -> Text {
        match self {
            ReplyStyle::SeparateMessage => Text::new("I ett eget meddelande", "In a message of its own"),
            ReplyStyle::InsideOk => Text::new("I kvittensen (200 OK)", "Inside the receipt (200 OK)"),
        }
    }
}

/// How a device proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Authentication {
    /// A digest password of its own (MD5 or SHA-256).
    #[default]
    Digest,
    /// The network it comes from is trusted; the sender's id decides.
    Network,
    /// The client certificate of the TLS connection carries its id.
    Certificate,
}

impl Authentication {
    /// The name in files and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Authentication::Digest => "digest",
            Authentication::Network => "network",
            Authentication::Certificate => "certificate",
        }
    }

    /// All ways.
    pub const ALL: [Authentication; 3] =
        [Authentication::Digest, Authentication::Network, Authentication::Certificate];

    /// Reads [`Authentication::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Authentication::ALL.into_iter().find(|authentication| authentication.name() == name)
    }

    /// The words on the page.
    pub const fn text(self) -> Text {
        match self {
            Authentication::Digest => Text::new("Eget lösenord", "A password of its own"),
            Authentication::Network => Text::new("Nätet den kommer från", "The network it comes from"),
            Authentication::Certificate => Text::new("Eget certifikat", "A certificate of its own"),
        }
    }
}

/// How a model talks and wants to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Which profile.
    pub id: ProfileId,
    /// Its name in lists.
    pub name: String,
    /// Where the reply travels.
    pub reply_style: ReplyStyle,
    /// How the device proves who it is.
    pub authentication: Authentication,
    /// `mre` of the reply to an alarm: 0 no call, 1 duplex, 2 microphone only, 3 speaker only.
    pub media_reply: u8,
    /// `cre` of the reply to an alarm: 61 predefined receiver, 62 the number in `tnu`.
    pub call_reply: u8,
    /// `tnu` of the reply: the number or URI that the device is to call; empty for none.
    pub call_number: String,
    /// Status codes that are technical and raise no call for help.
    pub technical_codes: Vec<u16>,
    /// Seconds within which the same message is a repeat of itself.
    pub duplicate_window_seconds: u32,
}

impl Profile {
    /// The profile of a sender that nobody has registered: nothing is promised to it but a receipt.
    pub fn of_unknown_sender(id: ProfileId) -> Self {
        Profile {
            id,
            name: String::new(),
            reply_style: ReplyStyle::SeparateMessage,
            authentication: Authentication::Network,
            media_reply: 0,
            call_reply: 61,
            call_number: String::new(),
            technical_codes: vec![113, 123],
            duplicate_window_seconds: DUPLICATE_WINDOW_SECONDS,
        }
    }
}
