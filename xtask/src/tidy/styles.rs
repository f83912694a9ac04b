//! Style sheets whose braces meet: a rule left open swallows every rule after it, and no browser says so.

use super::Breach;
use crate::repository::TextFile;

/// Style sheets of our own with a brace too many or too few.
pub(crate) fn check(files: &[TextFile]) -> Vec<Breach> {
    let ours = |file: &&TextFile| file.path.ends_with(".css") && !file.path.contains("/vendor/");
    files.iter().filter(ours).filter_map(braces).collect()
}

fn braces(file: &TextFile) -> Option<Breach> {
    let mut open: Vec<usize> = Vec::new();
    let mut in_comment = false;
    for (at, line) in file.text.lines().enumerate() {
        let mut rest = line;
        while let Some(character) = rest.chars().next() {
            if in_comment {
                match rest.split_once("*/") {
                    Some((_, after)) => (in_comment, rest) = (false, after),
                    None => break,
                }
                continue;
            }
            if let Some(after) = rest.strip_prefix("/*") {
                (in_comment, rest) = (true, after);
                continue;
            }
            match character {
                '{' => open.push(at + 1),
                '}' if open.pop().is_none() => {
                    return Some(Breach::new(&file.path, at + 1, "this brace closes nothing"));
                }
                _ => {}
            }
            rest = &rest[character.len_utf8()..];
        }
    }
    open.first().map(|line| Breach::new(&file.path, *line, "this brace is never closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_brace_meets_its_other_half() {
        let check_one = |text: &str, wanted: Option<&str>| {
            let found = check(&[TextFile::new("crates/web/static/a.css", text)]);
            assert_eq!(found.first().map(ToString::to_string).as_deref(), wanted, "{text}");
        };
        check_one("a { b: c }\n@media x {\n  a { b: c }\n}", None);
        check_one("/* { */ a { /* } */ }", None);
        check_one("/* two\nlines { */", None);
        check_one("a { }\nb {\n c { }", Some("crates/web/static/a.css:2: this brace is never closed"));
        check_one("a { }\n}", Some("crates/web/static/a.css:2: this brace closes nothing"));
        assert!(check(&[TextFile::new("crates/web/static/vendor/a.css", "{")]).is_empty());
    }
}
