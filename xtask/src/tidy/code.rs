//! Rust text as the checks see it: comments and the insides of strings blanked, lines kept.

/// Replaces comments and the contents of string and character literals by spaces.
///
/// Line breaks stay, so a position in the result is the same line in the source.
/// String contents are kept apart: see [`strings`].
pub(crate) fn blank(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut scanner = Scanner::new(source);
    while let Some(piece) = scanner.next_piece() {
        match piece {
            Piece::Code(text) => out.push_str(text),
            Piece::Comment(text) | Piece::Text(text) => {
                out.extend(text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            }
        }
    }
    out
}

/// Every string literal with the line on which it begins, from 1; quotes are left off.
pub(crate) fn strings(source: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut scanner = Scanner::new(source);
    while let Some(piece) = scanner.next_piece() {
        let text = piece.text();
        if let Piece::Text(text) = piece {
            found.push((line, text));
        }
        line += text.matches('\n').count();
    }
    found
}

/// The line, from 1, where the file's own tests begin (`#[cfg(test)]`); past the end when it has none.
pub(crate) fn tests_begin(blanked: &str) -> usize {
    let at = blanked.lines().position(|line| line.trim_start().starts_with("#[cfg(test)]"));
    // A lone test helper may stand anywhere; only a `mod` after the mark begins the tests.
    let lines: Vec<&str> = blanked.lines().collect();
    let begins = |at: usize| {
        lines[at + 1..]
            .iter()
            .map(|line| line.trim())
            .find(|line| !line.starts_with("#["))
            .is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
    };
    let mut from = at;
    while let Some(at) = from {
        if begins(at) {
            return at + 1;
        }
        from = lines[at + 1..]
            .iter()
            .position(|line| line.trim_start().starts_with("#[cfg(test)]"))
            .map(|next| at + 1 + next);
    }
    lines.len() + 1
}

enum Piece<'a> {
    Code(&'a str),
    Comment(&'a str),
    Text(&'a str),
}

impl<'a> Piece<'a> {
    fn text(&self) -> &'a str {
        match self {
            Self::Code(text) | Self::Comment(text) | Self::Text(text) => text,
        }
    }
}

/// Cuts Rust text into code, comments and the insides of literals.
struct Scanner<'a> {
    rest: &'a str,
    /// Inside a literal: what ends it, and whether a backslash escapes.
    inside: Option<(String, bool)>,
}

impl<'a> Scanner<'a> {
    fn new(source: &'a str) -> Self {
        Self { rest: source, inside: None }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn next_piece(&mut self) -> Option<Piece<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some((end, escapes)) = self.inside.take() {
            let length = literal_length(self.rest, &end, escapes);
            return Some(Piece::Text(self.take(length)));
        }
        if self.rest.starts_with("//") {
            let length = self.rest.find('\n').unwrap_or(self.rest.len());
            return Some(Piece::Comment(self.take(length)));
        }
        if self.rest.starts_with("/*") {
            let length = block_comment_length(self.rest);
            return Some(Piece::Comment(self.take(length)));
        }
        let mut at = 0;
        let mut before = ' ';
        while at < self.rest.len() {
            let here = &self.rest[at..];
            if at > 0 && (here.starts_with("//") || here.starts_with("/*")) {
                break;
            }
            if let Some((opening, end, escapes)) = literal_start(here, before) {
                self.inside = Some((end, escapes));
                return Some(Piece::Code(self.take(at + opening)));
            }
            before = here.chars().next().unwrap_or(' ');
            at += before.len_utf8();
        }
        Some(Piece::Code(self.take(at)))
    }
}

/// How long the opening of a literal is, what ends it, and whether a backslash escapes in it.
fn literal_start(here: &str, before: char) -> Option<(usize, String, bool)> {
    if here.starts_with('"') {
        return Some((1, "\"".to_owned(), true));
    }
    let word_goes_on = before.is_alphanumeric() || before == '_';
    if here.starts_with('r') && (!word_goes_on || before == 'b') {
        let hashes = here[1..].chars().take_while(|&c| c == '#').count();
        if here[1 + hashes..].starts_with('"') {
            return Some((2 + hashes, format!("\"{}", "#".repeat(hashes)), false));
        }
    }
    if let Some(character) = here.strip_prefix('\'') {
        // A lifetime has no closing quote right after one character.
        let mut characters = character.chars();
        let first = characters.next()?;
        if first == '\\' || characters.next() == Some('\'') {
            return Some((1, "'".to_owned(), true));
        }
    }
    None
}

/// How long the inside of a literal is; its end is left to the code that follows.
fn literal_length(text: &str, end: &str, escapes: bool) -> usize {
    let mut at = 0;
    while at < text.len() {
        let here = &text[at..];
        if here.starts_with(end) {
            // The closing quote joins the literal, lest it be read as an opening one.
            return at + end.len();
        }
        let mut characters = here.chars();
        let first = characters.next().unwrap_or(' ');
        at += first.len_utf8();
        if escapes && first == '\\' {
            at += characters.next().map_or(0, char::len_utf8);
        }
    }
    text.len()
}

fn block_comment_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let here = &text[at..];
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_blank(source: &str, wanted: &str) {
        let collapse = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(collapse(&blank(source)), collapse(wanted), "in {source:?}");
        assert_eq!(blank(source).matches('\n').count(), source.matches('\n').count());
    }

    #[test]
    fn comments_and_strings_are_blanked() {
        check_blank("let a = 1; // one {\nlet b;", "let a = 1;\nlet b;");
        check_blank("/* { /* nested */ } */ fn f() {}", "fn f() {}");
        check_blank(r#"say("{ \" }"); next()"#, r#"say(" ); next()"#);
        check_blank(r##"say(r#"{ " }"#); next()"##, r##"say(r#" ); next()"##);
        check_blank("let open = '{'; fn g<'a>(a: &'a str) {}", "let open = ' ; fn g<'a>(a: &'a str) {}");
        check_blank(r"let quote = '\''; done()", "let quote = ' ; done()");
        check_blank("åäö // ö\n\"å\" + 'ö'", "åäö\n\" + ' ");
    }

    #[test]
    fn strings_know_their_line() {
        let found = strings("a(\"one\");\n// \"not me\"\nb(r#\"two\"#);");
        assert_eq!(found, [(1, "one\""), (3, "two\"#")]);
    }

    #[test]
    fn a_test_module_begins_the_tests_and_a_test_helper_does_not() {
        assert_eq!(tests_begin("fn a() {}\n#[cfg(test)]\nmod tests {\n}"), 2);
        assert_eq!(tests_begin("#[cfg(test)]\nfn b() {}\nfn c() {}"), 4);
        assert_eq!(tests_begin("#[cfg(test)]\nfn b() {}\n#[cfg(test)]\nmod tests {"), 3);
    }
}
