//! Every package that we compile carries a licence that we accept, and comes from the public registry.

use super::Breach;
use super::manifest::{Graph, Package};
use crate::repository::TextFile;

const RULES: &str = "deny.toml";
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Packages under other licences than `deny.toml` allows, or from elsewhere.
pub(crate) fn check(files: &[TextFile], graph: &Graph) -> Vec<Breach> {
    let Some(rules) = files.iter().find(|file| file.path == RULES) else {
        return vec![Breach::new(RULES, 1, "the file is missing: it holds the licences that we accept")];
    };
    let allowed = match allowed(&rules.text) {
        Ok(allowed) => allowed,
        Err(error) => return vec![Breach::new(RULES, 1, error)],
    };
    graph.packages.iter().filter_map(|package| judge(package, &allowed)).collect()
}

fn allowed(text: &str) -> Result<Vec<String>, String> {
    let table: toml::Table = text.parse().map_err(|error| format!("not TOML: {error}"))?;
    let list = table
        .get("licenses")
        .and_then(|licences| licences.get("allow"))
        .and_then(toml::Value::as_array)
        .ok_or("expected `[licenses]` with a list `allow`")?;
    Ok(list.iter().filter_map(|name| name.as_str()).map(str::to_owned).collect())
}

fn judge(package: &Package, allowed: &[String]) -> Option<Breach> {
    let name = format!("{} {}", package.name, package.version);
    let breach = |sentence: String| Some(Breach::new("Cargo.lock", 1, sentence));
    match &package.source {
        None => return None,
        Some(source) if source != REGISTRY => {
            return breach(format!("{name} does not come from the public registry but from {source}"));
        }
        Some(_) => {}
    }
    match &package.licence {
        None => breach(format!("{name} declares no licence: choose another package")),
        Some(licence) if accepts(licence, allowed) => None,
        Some(licence) => breach(format!("{name} is under {licence}, which {RULES} does not allow")),
    }
}

/// Does an SPDX expression leave us a choice that is allowed? `/` is the old way to write `OR`.
fn accepts(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let accepted = any(&words, &mut at, allowed);
    accepted && at == words.len()
}

fn any(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut accepted = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        accepted |= all(words, at, allowed);
    }
    accepted
}

fn all(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut accepted = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        accepted &= one(words, at, allowed);
    }
    accepted
}

fn one(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let accepted = any(words, at, allowed);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return accepted && closed;
    }
    let mut name = (*word).to_owned();
    if words.get(*at) == Some(&"WITH") {
        name = format!("{word} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    allowed.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_spdx_says() {
        let allowed =
            ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"].map(str::to_owned);
        for (expression, wanted) in [
            ("MIT", true),
            ("MIT OR GPL-3.0-only", true),
            ("MIT/Apache-2.0", true),
            ("MIT AND GPL-3.0-only", false),
            ("(MIT OR GPL-3.0-only) AND Unicode-3.0", true),
            ("GPL-3.0-only OR MIT AND BSD-9", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("GPL-2.0 WITH Classpath-exception-2.0", false),
            ("", false),
            ("(MIT", false),
        ] {
            assert_eq!(accepts(expression, &allowed), wanted, "{expression:?}");
        }
    }

    #[test]
    fn a_package_needs_a_known_licence_and_home() {
        let package = |licence: Option<&str>, source: Option<&str>| Package {
            name: "thing".to_owned(),
            version: "1.0.0".to_owned(),
            licence: licence.map(str::to_owned),
            source: source.map(str::to_owned),
        };
        let allowed = ["MIT".to_owned()];
        assert_eq!(judge(&package(Some("MIT"), Some(REGISTRY)), &allowed), None);
        assert_eq!(judge(&package(None, None), &allowed), None, "our own crates are not judged");
        assert!(judge(&package(None, Some(REGISTRY)), &allowed).is_some());
        assert!(judge(&package(Some("SSPL-1.0"), Some(REGISTRY)), &allowed).is_some());
        assert!(judge(&package(Some("MIT"), Some("git+elsewhere")), &allowed).is_some());
    }
}
