//! Every text is there in both languages, with the same variables.

use std::collections::{BTreeMap, BTreeSet};

use super::Breach;
use crate::repository::TextFile;

const FOLDER: &str = "crates/web/locales/";
const LANGUAGES: [&str; 2] = ["sv", "en"];

/// One message: its line and the variables that it uses.
#[derive(Debug, Default, Clone)]
struct Message {
    line: usize,
    variables: BTreeSet<String>,
}

/// Messages that lack in one language, stand twice, or use other variables there.
pub(crate) fn check(files: &[TextFile]) -> Vec<Breach> {
    let mut breaches = said_elsewhere(files);
    for (language, other) in [(LANGUAGES[0], LANGUAGES[1]), (LANGUAGES[1], LANGUAGES[0])] {
        let prefix = format!("{FOLDER}{language}/");
        for file in files.iter().filter(|file| file.path.starts_with(&prefix) && file.path.ends_with(".ftl"))
        {
            let twin_path = format!("{FOLDER}{other}/{}", &file.path[prefix.len()..]);
            let (messages, doubled) = messages(&file.text);
            for (line, name) in doubled {
                breaches.push(Breach::new(&file.path, line, format!("{name} stands twice: keep one")));
            }
            let Some(twin) = files.iter().find(|file| file.path == twin_path) else {
                breaches.push(Breach::new(&file.path, 1, format!("{twin_path} is missing")));
                continue;
            };
            let twins = self::messages(&twin.text).0;
            for (name, message) in &messages {
                match twins.get(name) {
                    None => {
                        let sentence = format!("{name} is missing in {twin_path}");
                        breaches.push(Breach::new(&file.path, message.line, sentence));
                    }
                    Some(twin) if twin.variables != message.variables && language == LANGUAGES[0] => {
                        let sentence = format!(
                            "{name} uses {:?} here and {:?} in {twin_path}",
                            message.variables, twin.variables
                        );
                        breaches.push(Breach::new(&file.path, message.line, sentence));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    breaches
}

/// Names that stand in two files of one language: at the start of the product every page would fail.
fn said_elsewhere(files: &[TextFile]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for language in LANGUAGES {
        let prefix = format!("{FOLDER}{language}/");
        let mut homes: BTreeMap<String, &str> = BTreeMap::new();
        for file in files.iter().filter(|file| file.path.starts_with(&prefix) && file.path.ends_with(".ftl"))
        {
            for (name, message) in messages(&file.text).0 {
                if name.contains('.') {
                    continue;
                }
                if let Some(home) = homes.insert(name.clone(), &file.path) {
                    let sentence = format!("{name} stands in {home} too: give each its own name");
                    breaches.push(Breach::new(&file.path, message.line, sentence));
                }
            }
        }
    }
    breaches
}

/// The messages of one file by name (attributes as `name.attribute`), and the names that stand twice.
fn messages(text: &str) -> (BTreeMap<String, Message>, Vec<(usize, String)>) {
    let mut found: BTreeMap<String, Message> = BTreeMap::new();
    let mut doubled = Vec::new();
    let mut owner = String::new();
    let mut current = String::new();
    for (at, line) in text.lines().enumerate() {
        let indented = line.starts_with([' ', '\t']);
        let trimmed = line.trim_start();
        if !indented && !trimmed.starts_with('#') {
            if let Some(name) = name_of(trimmed) {
                name.clone_into(&mut owner);
                name.clone_into(&mut current);
                begin(&mut found, &mut doubled, &current, at + 1);
            }
        } else if let Some(name) = trimmed.strip_prefix('.').and_then(name_of) {
            current = format!("{owner}.{name}");
            begin(&mut found, &mut doubled, &current, at + 1);
        }
        if let Some(message) = found.get_mut(&current).filter(|_| !line.starts_with('#')) {
            message.variables.extend(variables(line));
        }
    }
    (found, doubled)
}

fn begin(found: &mut BTreeMap<String, Message>, doubled: &mut Vec<(usize, String)>, name: &str, line: usize) {
    if found.insert(name.to_owned(), Message { line, variables: BTreeSet::new() }).is_some() {
        doubled.push((line, name.to_owned()));
    }
}

fn name_of(line: &str) -> Option<&str> {
    let name = line.split_once('=')?.0.trim();
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (!name.is_empty() && name.chars().all(good)).then_some(name)
}

fn variables(line: &str) -> Vec<String> {
    line.match_indices('$')
        .map(|(at, _)| {
            line[at + 1..].chars().take_while(|c| c.is_alphanumeric() || "-_".contains(*c)).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_pair(sv: &str, en: &str, wanted: &[&str]) {
        let files = [
            TextFile::new("crates/web/locales/sv/alarm.ftl", sv),
            TextFile::new("crates/web/locales/en/alarm.ftl", en),
        ];
        let shown: Vec<String> = check(&files).iter().map(ToString::to_string).collect();
        assert_eq!(shown.len(), wanted.len(), "{shown:?}");
        for (shown, wanted) in shown.iter().zip(wanted) {
            assert!(shown.contains(wanted), "{shown} lacks {wanted}");
        }
    }

    #[test]
    fn a_name_stands_in_one_file_only() {
        let file = |path: &str| TextFile::new(&format!("crates/web/locales/{path}"), "answer = Svar");
        let breaches = said_elsewhere(&[file("sv/alarm.ftl"), file("sv/person.ftl"), file("en/alarm.ftl")]);
        assert_eq!(breaches.len(), 1, "{breaches:?}");
        assert!(breaches[0].to_string().contains("sv/person.ftl:1: answer stands in"), "{}", breaches[0]);
    }

    #[test]
    fn both_languages_say_the_same() {
        check_pair("answer = Svara", "answer = Answer", &[]);
        check_pair(
            "# note\nanswer = Svara\nsend = Skicka",
            "answer = Answer",
            &["sv/alarm.ftl:3: send is missing"],
        );
        check_pair("answer = Svara", "answer = Answer\nclose = Close", &["en/alarm.ftl:2: close is missing"]);
        check_pair("wait = { $seconds } s", "wait = { $second } s", &["wait uses"]);
        check_pair("answer = Svara\n    .title = Svara nu", "answer = Answer", &["answer.title is missing"]);
        check_pair("a = x\na = y", "a = x", &["a stands twice"]);
        let plural = "n = { $n ->\n    [one] { $n } larm\n   *[other] { $n } larm\n}";
        check_pair(plural, "n = { $n ->\n    [one] one alarm\n   *[other] { $n } alarms\n}", &[]);
    }
}
