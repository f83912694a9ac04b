//! A test that a page of the book names as evidence stands.

use super::Breach;
use crate::repository::TextFile;

/// The page whose rows name tests, each as "test `NAME`".
const PAGE: &str = "docs/book/security.md";

/// Tests that are named and stand nowhere.
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
}
