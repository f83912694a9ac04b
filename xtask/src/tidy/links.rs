//! Links in Markdown lead somewhere.

use std::collections::BTreeSet;

use super::Breach;
use crate::repository::{self, TextFile};

/// Relative links whose target is not in the repository, and anchors without a heading.
pub(crate) fn check(files: &[TextFile]) -> Vec<Breach> {
    check_with(files, &|path| repository::root().join(path).exists())
}

fn check_with(files: &[TextFile], exists: &dyn Fn(&str) -> bool) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".md")) {
        for (line, target) in targets(&file.text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let resolved = if path.is_empty() { file.path.clone() } else { resolve(&file.path, path) };
            if !exists(&resolved) {
                breaches.push(Breach::new(&file.path, line, format!("the link to {target} leads nowhere")));
                continue;
            }
            let headed = files.iter().find(|other| other.path == resolved && other.path.ends_with(".md"));
            if let Some(headed) =
                headed.filter(|headed| !anchor.is_empty() && !anchors(&headed.text).contains(anchor))
            {
                let sentence = format!("{} has no heading for #{anchor}", headed.path);
                breaches.push(Breach::new(&file.path, line, sentence));
            }
        }
    }
    breaches
}

/// The target of every `[text](target)` outside code, with its line.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for (open, _) in line.match_indices("](") {
            let rest = &line[open + 2..];
            if let Some(end) = rest.find([')', ' ']) {
                found.push((at + 1, &rest[..end]));
            }
        }
    }
    found
}

fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Headings as anchors: small letters, spaces as hyphens, other signs left out.
fn anchors(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_somewhere() {
        let there = TextFile::new("docs/there.md", "# A heading, with signs\n");
        for (text, broken) in [
            ("[a](docs/there.md)", false),
            ("[a](docs/there.md#a-heading-with-signs)", false),
            ("[a](docs/there.md#another)", true),
            ("[a](docs/gone.md)", true),
            ("[a](https://example.org/gone)", false),
            ("```\n[a](docs/gone.md)\n```", false),
            ("![a](docs/gone.png \"title\")", true),
            ("## Here\n[a](#here)", false),
        ] {
            let files = [TextFile::new("README.md", text), there.clone()];
            let breaches = check_with(&files, &|path| files.iter().any(|file| file.path == path));
            assert_eq!(!breaches.is_empty(), broken, "{text:?}: {breaches:?}");
        }
    }

    #[test]
    fn targets_are_relative_to_their_page() {
        assert_eq!(resolve("docs/recipes/a.md", "../decisions/b.md"), "docs/decisions/b.md");
        assert_eq!(resolve("docs/a.md", "./b.md"), "docs/b.md");
    }
}
