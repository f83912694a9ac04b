//! Messages of senders that nobody has registered, and messages that could not be read or trusted: listed, never
//! dropped.

use access::{Action, Actor, Relation};
use base::{AlarmId, MessageId, Private, Timestamp};
use store::message::Message;
pub use store::unproven::Unproven;

use crate::{
    App, AppError,
    audit::{About, record_look},
    device::form::Form,
    error::require,
};

/// How many messages are read.
pub const MESSAGES_SHOWN_MAX: i64 = 200;
/// How much of a raw message is shown, in characters.
pub const RAW_CHARACTERS_MAX: usize = 8_192;

/// One message.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Which message.
    pub id: MessageId,
    /// When.
    pub received_at: Timestamp,
    /// `udp`, `tcp`, `tls`, `mqtt`.
    pub transport: String,
    /// The address it came from.
    pub source: String,
    /// What the sender calls itself; empty when it could not be read.
    pub controller_id: String,
    /// What it was read as.
    pub signal: String,
    /// What was wrong with it; empty when nothing was but the sender.
    pub trouble: String,
    /// The alarm it raised.
    pub alarm: Option<AlarmId>,
    /// The raw text; bytes that are no text are shown by their numbers.
    pub raw: Private<String>,
    /// A form to register the sender with; `None` where it gave no usable name.
    pub register: Option<Form>,
}

/// The last messages, newest first.
pub async fn unknown_senders(app: &App, actor: &Actor) -> Result<Vec<Heard>, AppError> {
    require(actor, Action::UnknownSenderRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let messages = store::message::of_unknown_senders(&mut transaction, MESSAGES_SHOWN_MAX).await?;
    drop(transaction);
    record_look(app, actor, Action::UnknownSenderRead, About::default()).await?;
    Ok(messages.into_iter().map(heard).collect())
}

/// Registered devices whose messages could not be trusted, the latest first: such as one with a wrong password.
///
/// Counted over the stored messages. A sign of life or a test that was refused is not stored, and not counted here.
pub async fn unproven_devices(app: &App, actor: &Actor) -> Result<Vec<Unproven>, AppError> {
    require(actor, Action::UnknownSenderRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::unproven::of_devices(&mut transaction).await?)
}

fn heard(message: Message) -> Heard {
    let mut problems = crate::problem::Problems::default();
    let name = crate::device::form::read_name(&mut problems, "controller_id", &message.controller_id);
    let register =
        problems.is_empty().then(|| Form { serial: name.clone(), controller_id: name, ..Form::default() });
    Heard {
        id: message.id,
        received_at: message.received_at,
        transport: message.transport,
        source: message.source,
        controller_id: message.controller_id,
        signal: message.signal,
        trouble: message.trouble,
        alarm: message.alarm,
        raw: message.raw.map(|bytes| raw_text(&bytes)),
        register,
    }
}

/// Bytes as a text that is safe to show: control signs and what is no UTF-8 by their numbers.
pub fn raw_text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for sign in chunk.valid().chars() {
            if sign.is_control() && !matches!(sign, '\n' | '\r' | '\t') {
                text.push_str(&format!("\\x{:02x}", u32::from(sign)));
            } else {
                text.push(sign);
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
        if text.len() > RAW_CHARACTERS_MAX {
            break;
        }
    }
    if text.chars().count() > RAW_CHARACTERS_MAX {
        text = text.chars().take(RAW_CHARACTERS_MAX).collect::<String>() + " …";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_bytes_are_shown_without_harm() {
        for (bytes, expected) in [
            (&b"<mrq>\r\n"[..], "<mrq>\r\n"),
            (&b"a\x00b\x1b[31m"[..], "a\\x00b\\x1b[31m"),
            (&b"\xff\xfe\xc3\xa5"[..], "\\xff\\xfe\u{e5}"),
        ] {
            assert_eq!(raw_text(bytes), expected);
        }
        assert!(raw_text(&vec![b'a'; 100_000]).chars().count() <= RAW_CHARACTERS_MAX + 2);
    }
}
