//! JSON payloads to typed fields.

use device::drivers::zigbee2mqtt::{FIELDS_MAX, Field};
use serde_json::Value;

/// The fields of a JSON object, or what was expected instead. Inner objects and lists stand as their text.
pub(crate) fn fields(payload: &[u8]) -> Result<Vec<(String, Field)>, String> {
    let value: Value = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
    let Value::Object(members) = value else { return Err("expected a JSON object".to_owned()) };
    Ok(members.into_iter().filter_map(|(name, value)| Some((name, field(value)?))).take(FIELDS_MAX).collect())
}

fn field(value: Value) -> Option<Field> {
    match value {
        Value::Null => None,
        Value::Bool(truth) => Some(Field::Boolean(truth)),
        Value::Number(number) => {
            Some(number.as_f64().map_or_else(|| Field::Text(number.to_string()), Field::Number))
        }
        Value::String(text) => Some(Field::Text(text)),
        other => Some(Field::Text(other.to_string())),
    }
}

/// `online` or `offline`, as plain text or as `{"state": ...}`.
pub(crate) fn availability(payload: &[u8]) -> Option<String> {
    let word = match fields(payload) {
        Ok(fields) => fields.into_iter().find_map(|(name, field)| match field {
            Field::Text(word) if name == "state" => Some(word),
            _ => None,
        })?,
        Err(_) => std::str::from_utf8(payload).ok()?.trim().to_owned(),
    };
    matches!(word.as_str(), "online" | "offline").then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_becomes_fields() {
        let found =
            fields(br#"{"contact":false,"battery":97,"action":null,"update":{"state":"idle"}}"#).unwrap();
        assert_eq!(found.len(), 3);
        assert!(found.contains(&("contact".to_owned(), Field::Boolean(false))));
        assert!(found.contains(&("battery".to_owned(), Field::Number(97.0))));
        assert!(found.contains(&("update".to_owned(), Field::Text(r#"{"state":"idle"}"#.to_owned()))));
        for broken in [&b"{\"smoke\":tr"[..], b"[1]", b"", b"\xff", "[".repeat(10_000).as_bytes()] {
            assert!(fields(broken).is_err());
        }
    }

    #[test]
    fn availability_is_a_word_or_an_object() {
        for (payload, expected) in [
            (&b"online"[..], Some("online")),
            (br#"{"state":"offline"}"#, Some("offline")),
            (b"asleep", None),
            (br#"{"state":1}"#, None),
        ] {
            assert_eq!(availability(payload).as_deref(), expected);
        }
    }
}
