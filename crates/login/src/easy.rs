//! Passwords that are guessed first. No list of leaked ones is shipped; what leads such lists is told by its form.

/// Words that people build passwords of, in lower case, without digits.
const WORDS: &[&str] = &[
    "password",
    "passwort",
    "passord",
    "lösenord",
    "losenord",
    "welcome",
    "välkommen",
    "valkommen",
    "letmein",
    "changeme",
    "secret",
    "hemlig",
    "hemligt",
    "hemligheten",
    "admin",
    "administrator",
    "administratör",
    "operator",
    "operatör",
    "användare",
    "test",
    "testing",
    "testar",
    "sommar",
    "sommaren",
    "vinter",
    "vintern",
    "hösten",
    "våren",
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
    "måndag",
    "tisdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lördag",
    "söndag",
    "hemtjänst",
    "hemtjanst",
    "hemtjänsten",
    "äldreomsorg",
    "äldreomsorgen",
    "aldreomsorg",
    "kommun",
    "kommunen",
    "trygghet",
    "trygghetslarm",
    "larmcentral",
    "larmcentralen",
    "tryggve",
    "undersköterska",
    "sjuksköterska",
    "sverige",
    "stockholm",
    "göteborg",
    "goteborg",
    "malmö",
    "linköping",
    "linkoping",
    "hejsan",
    "hejhej",
    "älskling",
    "alskling",
    "jagälskardig",
    "iloveyou",
    "fotboll",
    "football",
    "baseball",
    "superman",
    "princess",
    "sunshine",
    "dragon",
    "monkey",
    "master",
    "computer",
    "internet",
    "abc",
];
/// Keys and letters that lie side by side.
const ROWS: &[&str] =
    &["12345678901234567890", "qwertyuiopå", "asdfghjklöä", "zxcvbnm", "abcdefghijklmnopqrstuvwxyzåäö"];
/// A piece that is repeated has at most so many characters.
const PIECE_CHARACTERS_MAX: usize = 4;
/// Runs along a row count from so many characters.
const RUN_CHARACTERS_MIN: usize = 3;

/// Whether a password is among the first that anyone would try.
pub(crate) fn is_easy(password: &str) -> bool {
    let lower: Vec<char> = password.to_lowercase().chars().collect();
    is_repeated(&lower) || is_along_rows(&lower) || is_word(&lower)
}

/// One to four characters over and over.
fn is_repeated(text: &[char]) -> bool {
    (1..=PIECE_CHARACTERS_MAX.min(text.len())).any(|size| {
        let mut pieces = text.chunks(size);
        let first = pieces.next().unwrap_or_default();
        pieces.all(|piece| first.starts_with(piece))
    })
}

/// Nothing but runs along rows of keys, forwards or backwards.
fn is_along_rows(text: &[char]) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let longest = (RUN_CHARACTERS_MIN..=rest.len()).rev().find(|length| is_run(&rest[..*length]));
        let Some(length) = longest else { return false };
        rest = &rest[length..];
    }
    true
}

fn is_run(part: &[char]) -> bool {
    let forwards: String = part.iter().collect();
    let backwards: String = part.iter().rev().collect();
    ROWS.iter().any(|row| row.contains(&forwards) || row.contains(&backwards))
}

/// A common word, once or more, with digits and signs around it, and signs that stand for letters in it.
fn is_word(text: &[char]) -> bool {
    let text: String = text.iter().collect();
    let core = text.trim_matches(|character: char| !character.is_alphabetic());
    let read: String = core.chars().map(letter_of).collect();
    let is_made_of = |core: &str, word: &str| !core.is_empty() && core.replace(word, "").is_empty();
    WORDS.iter().any(|word| is_made_of(core, word) || is_made_of(&read, word))
}

fn letter_of(character: char) -> char {
    match character {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_known_and_phrases_are_not() {
        for easy in [
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "1234567890",
            "9876543210",
            "qwertyuiop",
            "asdfghjkl123",
            "Password123!",
            "P@ssw0rd2026",
            "Sommar2026!",
            "välkommen1234",
            "2026hemtjänst",
            "lösenord lösenord".replace(' ', "").as_str(),
        ] {
            assert!(is_easy(easy), "{easy}");
        }
        for good in [
            "gul cykel i regn",
            "blå buss i motvind",
            "sommarregn över ån",
            "kX9-vald-tråd-44",
            "tryggve-demo",
        ] {
            assert!(!is_easy(good), "{good}");
        }
    }
}
