//! Words that must not stay in the repository: leftovers, shortcuts around tests, places of one machine.

use super::{Breach, code};
use crate::repository::TextFile;

/// The word, the endings of the files that it is looked for in (none: all), and what to do.
struct Ban {
    word: &'static str,
    endings: &'static [&'static str],
    remedy: &'static str,
}

const CODE: &[&str] = &[".rs", ".mjs", ".js", ".css", ".html", ".sql", ".ftl", ".toml"];

/// The words are cut in two here, lest this file ban itself.
const BANS: &[Ban] = &[
    Ban {
        word: concat!("TO", "DO"),
        endings: CODE,
        remedy: "do it, or write an issue and leave the word out",
    },
    Ban {
        word: concat!("FIX", "ME"),
        endings: CODE,
        remedy: "mend it, or write an issue and leave the word out",
    },
    Ban { word: concat!("XX", "X:"), endings: CODE, remedy: "say what is meant in a sentence" },
    Ban { word: concat!("db", "g!("), endings: &[".rs"], remedy: "take the debugging aid out" },
    Ban { word: concat!("#[ign", "ore"), endings: &[".rs"], remedy: "a test runs or it goes" },
    Ban { word: concat!("#[should_", "panic"), endings: &[".rs"], remedy: "assert on the error value" },
    Ban { word: concat!("test.on", "ly("), endings: &[".mjs"], remedy: "run all journeys" },
    Ban { word: concat!("/ro", "ot/"), endings: &[], remedy: "no machine's own path belongs here" },
    Ban { word: concat!("/wo", "rk/"), endings: &[], remedy: "no machine's own path belongs here" },
    Ban {
        word: concat!("\"reso", "lved\":"),
        endings: &["package-lock.json"],
        remedy: "npm must not note registry hosts: keep e2e/.npmrc",
    },
];

/// Every banned word with its place.
pub(crate) fn check(files: &[TextFile]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in files.iter().filter(|file| !file.path.contains("/vendor/")) {
        for ban in BANS {
            let concerns = ban.endings.is_empty() || ban.endings.iter().any(|end| file.path.ends_with(end));
            if !concerns || !file.text.contains(ban.word) {
                continue;
            }
            for (at, line) in file.text.lines().enumerate().filter(|(_, line)| holds(line, ban.word)) {
                let _ = line;
                let sentence = format!("`{}` must not stay: {}", ban.word, ban.remedy);
                breaches.push(Breach::new(&file.path, at + 1, sentence));
            }
        }
        if file.path.ends_with(".rs") {
            breaches.extend(bare_expect(file));
        }
    }
    breaches
}

/// Does the line hold the word, not as a part of a longer word?
fn holds(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric()) || !word.starts_with(char::is_alphabetic)
    })
}

/// `#[expect(...)]` without a reason: the next reader must know why.
fn bare_expect(file: &TextFile) -> Vec<Breach> {
    let blanked = code::blank(&file.text);
    let mut breaches = Vec::new();
    for (at, _) in blanked.match_indices("[expect(") {
        let end = blanked[at..].find(']').unwrap_or(0);
        if !blanked[at..at + end].contains("reason") {
            let line = blanked[..at].matches('\n').count() + 1;
            breaches.push(Breach::new(
                &file.path,
                line,
                "an `#[expect(..)]` says why: add `reason = \"..\"`",
            ));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(path: &str, text: &str, wanted: &[&str]) {
        let shown: Vec<String> =
            check(&[TextFile::new(path, text)]).iter().map(ToString::to_string).collect();
        assert_eq!(shown.len(), wanted.len(), "{shown:?}");
        for (shown, wanted) in shown.iter().zip(wanted) {
            assert!(shown.contains(wanted), "{shown} lacks {wanted}");
        }
    }

    #[test]
    fn leftovers_are_found_with_their_line() {
        let leftover = concat!("fn a() {}\n// TO", "DO later");
        check_text("a.rs", leftover, &["a.rs:2:"]);
        check_text("a.md", leftover, &[]);
        check_text("a.rs", "// the AUTO", &[]);
        check_text("a.md", concat!("see /ro", "ot/x"), &["no machine's own path"]);
    }

    #[test]
    fn an_expectation_has_a_reason() {
        check_text("a.rs", "#[expect(dead_code)]\nfn a() {}", &["a.rs:1: an `#[expect(..)]` says why"]);
        check_text("a.rs", "#[expect(dead_code, reason = \"soon\")]\nfn a() {}", &[]);
        check_text("a.rs", "let a = b.expect(\"why\");", &[]);
    }
}
