//! Every template and every own static file is used by something.

use super::Breach;
use crate::repository::TextFile;

const TEMPLATES: &str = "crates/web/templates/";
const STATICS: &str = "crates/web/static/";

/// Templates that neither a handler nor another template names, and static files that no page names.
pub(crate) fn check(files: &[TextFile]) -> Vec<Breach> {
    let users: Vec<&TextFile> = files.iter().filter(|file| is_user(&file.path)).collect();
    let mut breaches = Vec::new();
    for file in files {
        let Some((name, what)) = name(&file.path) else { continue };
        let used = users.iter().any(|user| user.path != file.path && user.text.contains(name));
        if !used {
            breaches.push(Breach::new(&file.path, 1, format!("nothing uses this {what}: take it out")));
        }
    }
    breaches
}

fn is_user(path: &str) -> bool {
    path.starts_with("crates/web/")
        && [".rs", ".html", ".css", ".js", ".mjs"].iter().any(|end| path.ends_with(end))
}

fn name(path: &str) -> Option<(&str, &'static str)> {
    if let Some(name) = path.strip_prefix(TEMPLATES) {
        return Some((name, "template"));
    }
    let name = path.strip_prefix(STATICS)?;
    if name.starts_with("vendor/") {
        return None;
    }
    Some((name.rsplit_once('/').map_or(name, |(_, last)| last), "static file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_templates_are_found() {
        let files = [
            TextFile::new("crates/web/templates/alarm/card.html", "{% include \"alarm/row.html\" %}"),
            TextFile::new("crates/web/templates/alarm/row.html", ""),
            TextFile::new("crates/web/templates/alarm/old.html", ""),
            TextFile::new("crates/web/static/own.css", ""),
            TextFile::new("crates/web/static/vendor/theirs.css", ""),
            TextFile::new("crates/web/src/alarm/card.rs", "#[template(path = \"alarm/card.html\")]"),
        ];
        let dead: Vec<String> = check(&files).into_iter().map(|breach| breach.path).collect();
        assert_eq!(dead, ["crates/web/templates/alarm/old.html", "crates/web/static/own.css"]);
    }
}
