//! Every dependency of the workspace stands once, with its reason, and somebody uses it.

use super::Breach;
use crate::repository::TextFile;

/// Lines of `[workspace.dependencies]` without a reason or without a user.
pub(crate) fn check(files: &[TextFile]) -> Vec<Breach> {
    let Some(root) = files.iter().find(|file| file.path == "Cargo.toml") else { return Vec::new() };
    let members: Vec<&TextFile> = files.iter().filter(|file| file.path.ends_with("/Cargo.toml")).collect();
    let mut inside = false;
    let mut breaches = Vec::new();
    for (at, line) in root.text.lines().enumerate() {
        if line.starts_with('[') {
            inside = line.trim() == "[workspace.dependencies]";
            continue;
        }
        let Some((name, _)) = line.split_once(" = ").filter(|_| inside && !line.starts_with('#')) else {
            continue;
        };
        // A `#` inside quotes is no comment; a reason is prose after the last quote or brace.
        let after = line.rfind(['"', '}', ']']).map_or("", |end| &line[end + 1..]);
        if after.trim_start_matches([' ', '#']).trim().is_empty() {
            let sentence = format!("{name} has no reason: end the line with `# why we need it`");
            breaches.push(Breach::new(&root.path, at + 1, sentence));
        }
        let is_ours = line.contains("path = ");
        let is_used = members.iter().any(|member| {
            member
                .text
                .lines()
                .any(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '.', '='])))
        });
        if !is_ours && !is_used {
            breaches.push(Breach::new(
                &root.path,
                at + 1,
                format!("no crate uses {name}: take the line out"),
            ));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_line(line: &str, wanted: &[&str]) {
        let root = format!("[workspace.dependencies]\n{line}\n[profile.dev]\nopt-level = 1\n");
        let files = [
            TextFile::new("Cargo.toml", &root),
            TextFile::new("crates/a/Cargo.toml", "[dependencies]\njiff.workspace = true\n"),
        ];
        let shown: Vec<String> = check(&files).iter().map(ToString::to_string).collect();
        assert_eq!(shown.len(), wanted.len(), "{shown:?}");
        for (shown, wanted) in shown.iter().zip(wanted) {
            assert!(shown.contains(wanted), "{shown} lacks {wanted}");
        }
    }

    #[test]
    fn a_line_has_a_reason_and_a_user() {
        check_line("jiff = \"0.2\" # time", &[]);
        check_line("jiff = { version = \"0.2\", features = [\"a\"] } # time, as \"we\" need it", &[]);
        check_line("jiff = \"0.2\"", &["Cargo.toml:2: jiff has no reason"]);
        check_line("jiff = \"0.2\" #", &["jiff has no reason"]);
        check_line("uuid = \"1\" # ids", &["no crate uses uuid"]);
        check_line("base = { path = \"crates/base\" } # the shared vocabulary", &[]);
    }
}
