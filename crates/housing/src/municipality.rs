//! The names of Sweden's municipalities, found however they are typed.

const FILE: &str = include_str!("../data/municipalities.csv");

/// A municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Municipality {
    /// Its code in national statistics.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// Every municipality, by code.
pub fn all() -> impl Iterator<Item = Municipality> {
    FILE.lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| line.split_once(',').map(|(code, name)| Municipality { code, name }))
}

/// The municipality of a name.
pub fn find(name: &str) -> Option<Municipality> {
    all().find(|one| cased_alike(one.name, name)).or_else(|| all().find(|one| alike(one.name, name)))
}

/// Names alike but for case, the letters å, ä, ö and the word kommun: `linkoping` is `Linköping`. Two municipalities
/// are never alike: Habo is not Håbo.
pub fn alike(a: &str, b: &str) -> bool {
    let is_one = |name: &str| all().any(|one| cased_alike(one.name, name));
    cased_alike(a, b) || (plain(a) == plain(b) && !(is_one(a) && is_one(b)))
}

fn cased_alike(a: &str, b: &str) -> bool {
    lower(a) == lower(b)
}

fn plain(name: &str) -> String {
    lower(name).replace(['å', 'ä'], "a").replace('ö', "o")
}

fn lower(name: &str) -> String {
    let name = name.trim().to_lowercase();
    name.strip_suffix(" kommun").unwrap_or(&name).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_typed() {
        assert!(alike("linkoping", "Linköping") && alike("HÄRNÖSAND", "Härnösand"));
        assert!(alike("Upplands Väsby kommun", "upplands vasby"));
        assert!(!alike("Lidköping", "Linköping"));
        assert_eq!(find("linkoping").map(|found| (found.code, found.name)), Some(("0580", "Linköping")));
        assert_eq!(find("Tryggeby"), None);
        assert!(!alike("Habo", "Håbo"), "two municipalities");
        assert_eq!(find("habo").map(|found| found.name), Some("Habo"));
        assert_eq!(find("Håbo kommun").map(|found| found.name), Some("Håbo"));
        assert_eq!(all().count(), 290);
    }
}
