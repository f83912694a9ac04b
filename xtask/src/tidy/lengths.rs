//! Files and functions stay short; old sinners stand in a list that may only shrink.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};

use super::{Breach, code};
use crate::repository::{self, TextFile};

/// Lines of a file without its tests.
const FILE_LINES_MAX: usize = 600;
/// Lines of a file with its tests.
const FILE_LINES_WITH_TESTS_MAX: usize = 1_000;
/// Lines of a function from `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;
/// How many entries the list of exemptions may hold; this number is only ever lowered.
const EXEMPTIONS_MAX: usize = 0;
const LIST: &str = "xtask/tidy-exempt.txt";

/// The list of old sinners: a place such as `crates/a/src/b.rs` or `crates/a/src/b.rs fn run`, and its length.
#[derive(Debug, Default)]
pub(crate) struct Exemptions(BTreeMap<String, usize>);

impl Exemptions {
    /// Reads the committed list.
    #[expect(clippy::absurd_extreme_comparisons, reason = "the limit is zero while the list is empty")]
    pub(crate) fn read() -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(repository::root().join(LIST)).context(LIST)?;
        let exemptions = Self::parse(&text)?;
        let number = exemptions.0.len();
        ensure!(
            number <= EXEMPTIONS_MAX,
            "{LIST} holds {number} entries and may hold {EXEMPTIONS_MAX}: shorten the file or function instead"
        );
        Ok(exemptions)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut entries = BTreeMap::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (place, lines) = line
                .rsplit_once(": ")
                .with_context(|| format!("{LIST}: expected `place: lines`, found {line:?}"))?;
            entries
                .insert(place.to_owned(), lines.trim().parse().with_context(|| format!("{LIST}: {line}"))?);
        }
        Ok(Self(entries))
    }
}

/// Files and functions over their limit, and exemptions that are no longer true.
pub(crate) fn check(files: &[TextFile], exemptions: &Exemptions) -> Vec<Breach> {
    let mut left = exemptions.0.clone();
    let mut breaches = Vec::new();
    let mut judge = |path: &str, line: usize, place: String, lines: usize, limit: usize, what: &str| {
        let exempt = left.remove(&place);
        if exempt == Some(lines) || (exempt.is_none() && lines <= limit) {
            return;
        }
        breaches.push(Breach::new(
            path,
            line,
            match exempt {
                None => format!("{what} is {lines} lines, at most {limit}: split it by what its parts do"),
                Some(_) if lines <= limit => format!("{what} fits now: take `{place}` out of {LIST}"),
                Some(listed) => {
                    format!("{what} is {lines} lines, {LIST} says {listed}: shorten it or lower the entry")
                }
            },
        ));
    };
    for file in files.iter().filter(|file| is_written_by_hand(&file.path)) {
        let path = file.path.as_str();
        let total = file.text.lines().count();
        if !path.ends_with(".rs") {
            judge(path, 1, path.to_owned(), total, FILE_LINES_MAX, "the file");
            continue;
        }
        let blanked = code::blank(&file.text);
        let without_tests = code::tests_begin(&blanked) - 1;
        if without_tests.min(total) > FILE_LINES_MAX {
            judge(path, 1, path.to_owned(), without_tests, FILE_LINES_MAX, "the file without its tests");
        } else {
            judge(path, 1, path.to_owned(), total, FILE_LINES_WITH_TESTS_MAX, "the file with its tests");
        }
        for function in functions(&blanked) {
            let what = format!("fn {}", function.name);
            judge(path, function.line, format!("{path} {what}"), function.lines, FUNCTION_LINES_MAX, &what);
        }
    }
    for place in left.keys() {
        breaches.push(Breach::new(LIST, 1, format!("`{place}` is not in the repository: take it out")));
    }
    breaches
}

fn is_written_by_hand(path: &str) -> bool {
    const ENDINGS: &[&str] = &[".rs", ".mjs", ".js", ".css", ".html", ".ftl", ".sql", ".sh"];
    ENDINGS.iter().any(|ending| path.ends_with(ending)) && !path.contains("/vendor/")
}

#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    line: usize,
    lines: usize,
}

/// Every function with a body.
fn functions(blanked: &str) -> Vec<Function> {
    let bytes = blanked.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let mut found = Vec::new();
    for (at, _) in blanked.match_indices("fn ") {
        if at > 0 && is_word(at - 1) {
            continue;
        }
        let name: String =
            blanked[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        // A type such as `fn (u8)` has no name, and a trait's bare signature ends with `;`.
        if name.is_empty() {
            continue;
        }
        if let Some(end) = body_end(&blanked[at..]) {
            let line = blanked[..at].matches('\n').count() + 1;
            let lines = blanked[at..at + end].matches('\n').count() + 1;
            found.push(Function { name, line, lines });
        }
    }
    found
}

/// Where the body ends, counted from `fn`; none for a signature alone.
fn body_end(from: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut brackets = 0_usize;
    for (at, byte) in from.bytes().enumerate() {
        match byte {
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets = brackets.saturating_sub(1),
            b';' if depth == 0 && brackets == 0 => return None,
            b'{' => depth += 1,
            b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_lines(path: &str, text: &str, exempt: &str, wanted: &[&str]) {
        let exemptions = Exemptions::parse(exempt).expect("the list is well formed");
        let breaches = check(&[TextFile::new(path, text)], &exemptions);
        let shown: Vec<String> = breaches.iter().map(ToString::to_string).collect();
        assert_eq!(shown.len(), wanted.len(), "{shown:?}");
        for (shown, wanted) in shown.iter().zip(wanted) {
            assert!(shown.contains(wanted), "{shown} lacks {wanted}");
        }
    }

    fn long_function(lines: usize) -> String {
        format!("fn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2))
    }

    #[test]
    fn functions_have_a_limit() {
        check_lines("a.rs", &long_function(70), "", &[]);
        check_lines("a.rs", &long_function(71), "", &["a.rs:1: fn long is 71 lines, at most 70"]);
    }

    #[test]
    fn files_have_a_limit_and_tests_have_their_own() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "//\n".repeat(500));
        check_lines("a.rs", &format!("{}{tests}", "//\n".repeat(400)), "", &[]);
        check_lines("a.rs", &format!("{}{tests}", "//\n".repeat(601)), "", &["601 lines, at most 600"]);
        check_lines("a.rs", &format!("{}{tests}", "//\n".repeat(500)), "", &["1003 lines, at most 1000"]);
        check_lines("a.css", &"x\n".repeat(601), "", &["601 lines"]);
        check_lines("crates/web/static/vendor/a.css", &"x\n".repeat(601), "", &[]);
    }

    #[test]
    fn an_exemption_holds_at_its_length_and_only_shrinks() {
        check_lines("a.rs", &long_function(80), "a.rs fn long: 80", &[]);
        check_lines("a.rs", &long_function(81), "a.rs fn long: 80", &["shorten it or lower"]);
        check_lines("a.rs", &long_function(79), "a.rs fn long: 80", &["lower the entry"]);
        check_lines("a.rs", &long_function(10), "a.rs fn long: 80", &["take `a.rs fn long` out"]);
        check_lines("a.rs", "", "b.rs: 700", &["not in the repository"]);
    }

    #[test]
    fn signatures_types_and_nested_functions_are_told_apart() {
        let text = "trait T { fn a(&self) -> [u8; 4]; fn b(&self) { fn c() {} } }\nlet d: fn (u8);";
        let found = functions(text);
        let names: Vec<&str> = found.iter().map(|function| function.name.as_str()).collect();
        assert_eq!(names, ["b", "c"]);
    }
}
