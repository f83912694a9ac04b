//! The history of an alarm in words: when, who, what.

use alarm::{Actor, What};
use app::alarm::view::View;
use base::DispatchId;

use crate::text::Words;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HistoryLine {
    pub(crate) at: String,
    pub(crate) who: String,
    pub(crate) what: String,
    /// What someone wrote, if they did.
    pub(crate) text: String,
}

/// Every line, newest first.
pub(crate) fn lines(view: &View, words: Words) -> Vec<HistoryLine> {
    let newest_first = view.events.iter().rev();
    newest_first
        .map(|numbered| {
            let event = &numbered.event;
            let who = match event.actor {
                Actor::User(user) => view.names.get(&user).cloned().unwrap_or_default(),
                Actor::Device => words.say("history-by-device"),
                Actor::System => words.say("history-by-tryggve"),
            };
            let (what, text) = tell(&event.what, view, words);
            HistoryLine { at: words.clock(event.at), who, what, text }
        })
        .collect()
}

/// What happened and what was written.
fn tell(what: &What, view: &View, words: Words) -> (String, String) {
    let say = |text: &str| (words.say(format!("history-{}", what.name().replace('_', "-"))), text.to_owned());
    let of_team = |dispatch: &DispatchId, text: &str| {
        let found = view.alarm.dispatches.iter().find(|known| known.id == *dispatch);
        let team = found.and_then(|found| view.team_names.get(&found.team)).map_or("", String::as_str);
        (words.with(&format!("history-{}", what.name()), &[("team", team)]), text.to_owned())
    };
    match what {
        What::Received { kind, .. } | What::Repeated { kind, .. } => {
            let name = format!("history-{}", what.name());
            (words.with(&name, &[("kind", words.of(kind.text()))]), String::new())
        }
        What::Withdrawn { .. }
        | What::Informed { .. }
        | What::Answered
        | What::Released
        | What::Attended
        | What::Left => say(""),
        What::Called { to } => (words.with("history-called", &[("to", to.reveal())]), String::new()),
        What::Noted { text } => say(text.reveal()),
        What::Sent { dispatch, .. }
        | What::Accepted { dispatch }
        | What::Unanswered { dispatch }
        | What::Overdue { dispatch }
        | What::Arrived { dispatch } => of_team(dispatch, ""),
        What::Declined { dispatch, reason } => of_team(dispatch, reason.reveal()),
        What::Reported { dispatch, text } => of_team(dispatch, text.reveal()),
        What::Closed(closing) => {
            let outcome = words.of(closing.outcome.text());
            let measures: Vec<&str> =
                closing.measures.iter().map(|measure| words.of(measure.text())).collect();
            let told = [measures.join(", "), closing.text.reveal().clone()];
            let told: Vec<String> = told.into_iter().filter(|part| !part.is_empty()).collect();
            (words.with("history-closed", &[("outcome", outcome)]), told.join(". "))
        }
        What::Reopened { reason } => say(reason.reveal()),
        What::Escalated { rung } => (words.count("history-escalated", rung + 1), String::new()),
    }
}
