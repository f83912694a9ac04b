//! How a line of the audit log reads: names of actions and of what they were about, in words.

use access::Action;
use app::audit::Entry;

use crate::text::Words;

/// What the log tells of logins, beside the actions of the table.
pub(crate) const LOGIN_ACTIONS: [&str; 7] = [
    "login.signed_in",
    "login.failed",
    "login.locked",
    "login.password_set",
    "login.password_changed",
    "login.language_changed",
    "login.sessions_ended",
];

/// How many characters of an id tell things apart for the eye.
const ID_CHARACTERS: usize = 6;

/// Every action that the log can hold.
pub(crate) fn actions() -> impl Iterator<Item = &'static str> {
    Action::ALL.into_iter().map(Action::name).chain(LOGIN_ACTIONS)
}

/// An action in words; one without words as its name.
pub(crate) fn action_in_words(name: &str, words: Words) -> String {
    words.find(&format!("action-{}", name.replace(['.', '_'], "-"))).unwrap_or_else(|| name.to_owned())
}

/// What a line was about, in words with the end of its id; nothing where it names no single thing.
pub(crate) fn subject_in_words(subject: &str, words: Words) -> String {
    let Some((kind, id)) = subject.split_once(':') else { return String::new() };
    let kind_in_words =
        words.find(&format!("subject-{}", kind.replace('_', "-"))).unwrap_or_else(|| kind.to_owned());
    if ["export", "import"].contains(&id) {
        return format!("{kind_in_words}: {}", words.say("subject-file"));
    }
    if kind == "rule" {
        return format!("{kind_in_words} {id}");
    }
    let skipped = id.chars().count().saturating_sub(ID_CHARACTERS);
    format!("{kind_in_words} …{}", id.chars().skip(skipped).collect::<String>())
}

/// Why, in words: what someone stated, or what was done to a login.
pub(crate) fn reason_in_words(entry: &Entry, words: Words) -> String {
    let reason = entry.reason.reveal();
    if entry.action != Action::UserWrite.name() {
        return reason.clone();
    }
    words.find(&format!("reason-{}", reason.replace(' ', "-"))).unwrap_or_else(|| reason.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Language;

    #[test]
    fn every_action_reads_in_both_languages() {
        for language in Language::ALL {
            let words = Words::new(language);
            for name in actions() {
                assert_ne!(action_in_words(name, words), name, "{}", language.tag());
            }
        }
    }

    #[test]
    fn subjects_read() {
        let words = Words::new(Language::Swedish);
        for (subject, shown) in [
            ("alarm:0196-abcdef", "Larm …abcdef"),
            ("person:export", "Person: fil"),
            ("rule:alarm.x", "Regel alarm.x"),
            ("sällsynt:123456789", "sällsynt …456789"),
            ("own_account.write", ""),
            ("", ""),
        ] {
            assert_eq!(subject_in_words(subject, words), shown);
        }
    }
}
