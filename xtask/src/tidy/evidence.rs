//! A page of the book that names tests as evidence: the tests stand, and its sum is that of its rows.

use std::collections::BTreeSet;

use super::Breach;
use crate::repository::TextFile;

/// The page whose rows name tests, each as "test `NAME`".
const PAGE: &str = "docs/book/security.md";

/// The answers of a row, in the order in which the page counts them.
const ANSWERS: [&str; 4] = ["met", "partly", "not met", "not here"];

/// Tests that are named and stand nowhere, and sums that are wrong.
pub(crate) fn check(files: &[TextFile]) -> Vec<Breach> {
    let stands = |name: &str| {
        let head = format!("fn {name}(");
        files.iter().any(|file| file.path.ends_with(".rs") && file.text.contains(&head))
    };
    let pages = files.iter().filter(|file| file.path == PAGE);
    let mut breaches = Vec::new();
    for page in pages {
        for (number, line) in page.text.lines().enumerate() {
            for name in line.split("test `").skip(1).filter_map(|rest| rest.split('`').next()) {
                if !stands(name) {
                    breaches.push(Breach::new(&page.path, number + 1, format!("no test is called {name}")));
                }
            }
        }
        breaches.extend(answers(page));
    }
    breaches
}

/// Rows that give none of the answers, numbers that stand twice, and a sum that is not the rows'.
fn answers(page: &TextFile) -> Vec<Breach> {
    let (mut breaches, mut counts, mut known) = (Vec::new(), [0_usize; ANSWERS.len()], BTreeSet::new());
    for (line_number, line) in page.text.lines().enumerate() {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let Some(row) = cells.next().filter(|cell| cell.starts_with(|c: char| c.is_ascii_digit())) else {
            continue;
        };
        let mut breach = |sentence| breaches.push(Breach::new(&page.path, line_number + 1, sentence));
        let answer = cells.nth(1).unwrap_or_default().trim_start_matches('*');
        match ANSWERS.iter().position(|known| answer.starts_with(known)) {
            Some(place) => counts[place] += 1,
            None => breach(format!("{row} answers none of {ANSWERS:?}")),
        }
        if !known.insert(row) {
            breach(format!("{row} stands twice"));
        }
    }
    let [met, partly, not_met, not_here] = counts;
    let rows = known.len();
    let sum = format!("{rows} rows: {met} met, {partly} partly, {not_met} not met, {not_here} not here.");
    if rows > 0 && !page.text.lines().any(|line| line == sum) {
        breaches.push(Breach::new(&page.path, 1, format!("the sum is not {sum:?}")));
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_is_named_stands() {
        let page = TextFile::new(PAGE, "| a | met: test `it_holds`, test `it_is_gone` |\n");
        let code = TextFile::new("crates/web/src/a.rs", "fn it_holds() {}");
        let shown: Vec<String> = check(&[page, code]).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["docs/book/security.md:1: no test is called it_is_gone"]);
    }

    #[test]
    fn the_sum_is_that_of_the_rows() {
        let sum = "3 rows: 1 met, 0 partly, 1 not met, 1 not here.";
        let rows = "| number | asked | answer |\n| 1.1 | a | met: b |\n| 1.2 | a | **not met** |\n| 1.3 | a | not here: b |\n";
        let shown = |text: String| -> Vec<String> {
            check(&[TextFile::new(PAGE, &text)]).iter().map(ToString::to_string).collect()
        };
        assert!(shown(format!("{sum}\n{rows}")).is_empty());
        assert_eq!(shown(rows.to_owned()), [format!("docs/book/security.md:1: the sum is not {sum:?}")]);
        let wrong = shown(format!("{sum}\n{rows}| 1.3 | a | perhaps |\n"));
        assert!(
            wrong[0].contains("1.3 answers none of") && wrong[1].contains("1.3 stands twice"),
            "{wrong:?}"
        );
    }
}
