//! The body of an alarm's event, as JSON of the store's own shape.

use alarm::{Closing, Kind, Measure, Outcome, What};
use base::{Private, Timestamp};
use serde_json::{Value as Json, json};

use crate::{StoreError, row::inconsistent};

/// Writes what an event carries besides its name.
pub(crate) fn write(what: &What) -> String {
    match what {
        What::Received { message, kind } | What::Repeated { message, kind } => {
            // By far the commonest; written by hand since this is on the way of every alarm.
            format!(r#"{{"message":"{message}","kind":"{}"}}"#, kind.name())
        }
        What::Withdrawn { message } | What::Informed { message } => format!(r#"{{"message":"{message}"}}"#),
        What::Answered | What::Released | What::Attended | What::Left => "{}".to_owned(),
        What::Called { to } => json!({ "to": to.reveal() }).to_string(),
        What::Noted { text } => json!({ "text": text.reveal() }).to_string(),
        What::Sent { dispatch, team, answer_due } => {
            json!({ "dispatch": dispatch.to_string(), "team": team.to_string(), "answer_due": answer_due.as_microsecond() })
                .to_string()
        }
        What::Accepted { dispatch }
        | What::Unanswered { dispatch }
        | What::Overdue { dispatch }
        | What::Arrived { dispatch } => {
            json!({ "dispatch": dispatch.to_string() }).to_string()
        }
        What::Declined { dispatch, reason } => {
            json!({ "dispatch": dispatch.to_string(), "reason": reason.reveal() }).to_string()
        }
        What::Reported { dispatch, text } => {
            json!({ "dispatch": dispatch.to_string(), "text": text.reveal() }).to_string()
        }
        What::Closed(closing) => json!({
            "outcome": closing.outcome.name(),
            "measures": closing.measures.iter().map(|measure| measure.name()).collect::<Vec<_>>(),
            "text": closing.text.reveal(),
        })
        .to_string(),
        What::Reopened { reason } => json!({ "reason": reason.reveal() }).to_string(),
        What::Escalated { rung } => json!({ "rung": rung }).to_string(),
    }
}

/// Reads [`write`].
pub(crate) fn read(name: &str, body: &str) -> Result<What, StoreError> {
    let body = Body(serde_json::from_str(body).map_err(|_| inconsistent("body", "JSON"))?);
    Ok(match name {
        "received" => What::Received { message: body.id("message")?, kind: body.kind()? },
        "repeated" => What::Repeated { message: body.id("message")?, kind: body.kind()? },
        "withdrawn" => What::Withdrawn { message: body.id("message")? },
        "informed" => What::Informed { message: body.id("message")? },
        "answered" => What::Answered,
        "released" => What::Released,
        "attended" => What::Attended,
        "left" => What::Left,
        "called" => What::Called { to: body.private("to")? },
        "noted" => What::Noted { text: body.private("text")? },
        "sent" => What::Sent {
            dispatch: body.id("dispatch")?,
            team: body.id("team")?,
            answer_due: body
                .0
                .get("answer_due")
                .and_then(Json::as_i64)
                .and_then(|at| Timestamp::from_microsecond(at).ok())
                .ok_or_else(|| inconsistent("body.answer_due", "a moment in microseconds"))?,
        },
        "accepted" => What::Accepted { dispatch: body.id("dispatch")? },
        "unanswered" => What::Unanswered { dispatch: body.id("dispatch")? },
        "overdue" => What::Overdue { dispatch: body.id("dispatch")? },
        "arrived" => What::Arrived { dispatch: body.id("dispatch")? },
        "declined" => What::Declined { dispatch: body.id("dispatch")?, reason: body.private("reason")? },
        "reported" => What::Reported { dispatch: body.id("dispatch")?, text: body.private("text")? },
        "closed" => What::Closed(Closing {
            outcome: Outcome::from_name(body.text("outcome")?)
                .ok_or_else(|| inconsistent("body.outcome", "an outcome"))?,
            measures: body
                .0
                .get("measures")
                .and_then(Json::as_array)
                .map(|list| list.iter().filter_map(Json::as_str).filter_map(Measure::from_name).collect())
                .unwrap_or_default(),
            text: body.private("text")?,
        }),
        "reopened" => What::Reopened { reason: body.private("reason")? },
        "escalated" => What::Escalated {
            rung: body
                .0
                .get("rung")
                .and_then(Json::as_u64)
                .and_then(|rung| usize::try_from(rung).ok())
                .ok_or_else(|| inconsistent("body.rung", "a rung"))?,
        },
        _ => return Err(inconsistent("what", "the name of an event")),
    })
}

struct Body(Json);

impl Body {
    fn text(&self, field: &str) -> Result<&str, StoreError> {
        self.0
            .get(field)
            .and_then(Json::as_str)
            .ok_or_else(|| inconsistent(&format!("body.{field}"), "a text"))
    }

    fn id<T: std::str::FromStr>(&self, field: &str) -> Result<T, StoreError> {
        self.text(field)?.parse().map_err(|_| inconsistent(&format!("body.{field}"), "an id"))
    }

    fn private(&self, field: &str) -> Result<Private<String>, StoreError> {
        self.text(field).map(|text| Private::new(text.to_owned()))
    }

    fn kind(&self) -> Result<Kind, StoreError> {
        Kind::from_name(self.text("kind")?).ok_or_else(|| inconsistent("body.kind", "a kind of alarm"))
    }
}
