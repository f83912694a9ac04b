//! What is told: that something happened to an alarm. No name, no address, no text that anyone wrote.

use base::{AlarmId, DispatchId, Private, TeamId, Timestamp};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// Something that happened to an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its place in the order of all events: a receiver that sees one twice keeps the first.
    pub sequence: i64,
    /// Which alarm.
    pub alarm: AlarmId,
    /// When.
    pub at: Timestamp,
    /// What, such as `answered`.
    pub what: &'static str,
    /// The kind of alarm, where the event tells it.
    pub kind: Option<&'static str>,
    /// The team, where one was sent.
    pub team: Option<TeamId>,
    /// The sending, where the event is about one.
    pub dispatch: Option<DispatchId>,
    /// What the alarm turned out to be, when it was closed.
    pub outcome: Option<&'static str>,
}

/// The body as JSON. Fields are only ever added.
pub fn body(notice: &Notice) -> String {
    let mut fields = Map::new();
    fields.insert("event".to_owned(), json!(format!("alarm.{}", notice.what)));
    fields.insert("sequence".to_owned(), json!(notice.sequence));
    fields.insert("alarm".to_owned(), json!(notice.alarm.to_string()));
    fields.insert("at".to_owned(), json!(notice.at.to_string()));
    let optional = [
        ("kind", notice.kind.map(Value::from)),
        ("team", notice.team.map(|id| Value::from(id.to_string()))),
        ("dispatch", notice.dispatch.map(|id| Value::from(id.to_string()))),
        ("outcome", notice.outcome.map(Value::from)),
    ];
    fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Value::Object(fields).to_string()
}

/// The signature of a body: `sha256=` and HMAC-SHA256 with the receiver's secret, in hexadecimal.
pub fn signature(secret: &Private<String>, body: &str) -> String {
    // HMAC takes a key of any length, so this cannot fail; an empty signature would be refused by the receiver.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()) else {
        return String::new();
    };
    mac.update(body.as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::id::Uuid;

    #[test]
    fn the_signature_is_hmac_sha256_of_rfc_4231() {
        // RFC 4231 test case 2.
        let found = signature(&Private::new("Jefe".to_owned()), "what do ya want for nothing?");
        assert_eq!(found, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn a_notice_tells_no_more_than_it_knows() {
        let notice = Notice {
            sequence: 7,
            alarm: AlarmId(Uuid::nil()),
            at: "2026-11-22T06:00:00Z".parse().unwrap(),
            what: "answered",
            kind: None,
            team: None,
            dispatch: None,
            outcome: None,
        };
        let expected = r#"{"alarm":"00000000-0000-0000-0000-000000000000","at":"2026-11-22T06:00:00Z","event":"alarm.answered","sequence":7}"#;
        assert_eq!(body(&notice), expected);
    }
}
