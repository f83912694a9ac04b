//! Each outside world has one home: capabilities touch none, SQL lives in store, HTML in web, sockets in intake.

use super::edges::{self, Floor};
use super::{Breach, code};
use crate::repository::TextFile;

/// Parts of the standard library that a capability must not see, and what to do instead.
const IMPURE: &[(&str, &str)] = &[
    ("fs", "take the bytes as an argument; an edge reads the file"),
    ("net", "describe what to send; an edge owns the socket"),
    ("thread", "decide and return; an edge owns threads"),
    ("process", "decide and return; an edge runs programs"),
    ("env", "take the setting as an argument"),
    ("time::SystemTime", "take `now` as an argument"),
    ("time::Instant", "take `now` as an argument"),
];

/// The one file of the pure crates that reads the clock.
const CLOCK: &str = "crates/base/src/clock.rs";

/// Beginnings that only SQL has, as word pairs.
const SQL_BEGINNINGS: &[(&str, &str)] = &[
    ("SELECT", ""),
    ("INSERT", "INTO"),
    ("DELETE", "FROM"),
    ("CREATE", "TABLE"),
    ("CREATE", "INDEX"),
    ("CREATE", "UNIQUE"),
    ("ALTER", "TABLE"),
    ("DROP", "TABLE"),
    ("WITH", "RECURSIVE"),
    ("PRAGMA", ""),
];
/// Where SQL may stand: its home, and what measures or plays a peer.
const SQL_HOMES: &[&str] = &["crates/store/", "xtask/", "bench/", "docs/"];

/// Tags that only HTML has (XML on the wire uses none of them).
const HTML_TAGS: &[&str] = &[
    "<html", "<body", "<head>", "<div", "<span", "<button", "<form", "<table", "<td", "<input", "<script",
    "<h1",
];
/// Where HTML may stand.
const HTML_HOMES: &[&str] = &["crates/web/", "xtask/", "e2e/", "docs/"];

/// What listens on the network, and where it may stand: the edges that own sockets, and what plays their peers.
const SOCKETS: &[&str] = &["TcpListener", "UdpSocket", "UnixListener"];
/// The pages are handed the program's listener; everyone else is handed what arrived.
const SOCKET_HOMES: &[&str] = &[
    "crates/web/src/server.rs",
    "crates/intake/",
    "crates/peer/",
    "crates/tryggve/",
    "crates/sim/",
    "crates/testkit/",
    "xtask/",
    "bench/",
];

/// Breaches of the fences in Rust files, and HTML files far from home.
pub(crate) fn check(files: &[TextFile]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in files {
        if file.path.ends_with(".html") && !is_in(&file.path, HTML_HOMES) {
            breaches.push(Breach::new(&file.path, 1, "HTML belongs in crates/web/templates"));
        }
        if !file.path.ends_with(".rs") {
            continue;
        }
        if edges::floor_of_path(&file.path).is_some_and(Floor::is_pure) && file.path != CLOCK {
            breaches.extend(impure(file));
        }
        breaches.extend(foreign_text(file));
        breaches.extend(sockets(file));
    }
    breaches
}

fn is_in(path: &str, homes: &[&str]) -> bool {
    homes.iter().any(|home| path.starts_with(home))
}

/// Uses of the impure standard library outside the file's tests.
fn impure(file: &TextFile) -> Vec<Breach> {
    if file.path.contains("/tests/") {
        return Vec::new();
    }
    let blanked = code::blank(&file.text);
    let end = code::tests_begin(&blanked);
    let mut breaches = Vec::new();
    for (line, path) in std_paths(&blanked).into_iter().filter(|(line, _)| *line < end) {
        for (part, instead) in IMPURE {
            if path == *part || path.strip_prefix(part).is_some_and(|rest| rest.starts_with("::")) {
                let sentence = format!("a pure crate does not use std::{part}: {instead}");
                breaches.push(Breach::new(&file.path, line, sentence));
            }
        }
    }
    breaches
}

/// Every path under `std::` with its line; a group `std::{a, b::C}` is spelt out.
fn std_paths(blanked: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in blanked.match_indices("std::") {
        let line = blanked[..at].matches('\n').count() + 1;
        let rest = &blanked[at + "std::".len()..];
        spell_out(rest, "", line, &mut found);
    }
    found
}

/// Follows one path from `rest`; gives back how many bytes it took.
fn spell_out(rest: &str, prefix: &str, line: usize, found: &mut Vec<(usize, String)>) -> usize {
    if !rest.starts_with('{') {
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let after = name.len();
        if rest[after..].starts_with("::") {
            return after + 2 + spell_out(&rest[after + 2..], &format!("{prefix}{name}::"), line, found);
        }
        found.push((line, format!("{prefix}{name}")));
        return after;
    }
    let mut at = 1;
    while at < rest.len() {
        let c = rest[at..].chars().next().unwrap_or('}');
        if c == '}' {
            return at + 1;
        }
        if c.is_alphanumeric() || c == '_' || c == '{' {
            let line = line + rest[..at].matches('\n').count();
            at += spell_out(&rest[at..], prefix, line, found);
        } else {
            at += c.len_utf8();
        }
    }
    at
}

/// SQL and HTML in string literals far from their homes.
fn foreign_text(file: &TextFile) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (line, text) in code::strings(&file.text) {
        if !is_in(&file.path, SQL_HOMES) && is_sql(text) {
            breaches.push(Breach::new(
                &file.path,
                line,
                "SQL belongs in crates/store: call a function of it through app",
            ));
        }
        if !is_in(&file.path, HTML_HOMES) && HTML_TAGS.iter().any(|tag| text.contains(tag)) {
            breaches.push(Breach::new(
                &file.path,
                line,
                "HTML belongs in crates/web: return values, a template shows them",
            ));
        }
    }
    breaches
}

/// Listening sockets outside tests and far from their homes.
fn sockets(file: &TextFile) -> Vec<Breach> {
    if is_in(&file.path, SOCKET_HOMES) || file.path.contains("/tests/") || file.path.contains("/examples/") {
        return Vec::new();
    }
    let blanked = code::blank(&file.text);
    let before_tests = blanked.lines().take(code::tests_begin(&blanked) - 1).enumerate();
    let named = before_tests.filter(|(_, line)| SOCKETS.iter().any(|socket| line.contains(socket)));
    let breach = |(at, _)| {
        Breach::new(
            &file.path,
            at + 1,
            "sockets belong in crates/intake and crates/tryggve: be handed what arrived",
        )
    };
    named.map(breach).collect()
}

fn is_sql(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return false };
    let listed = |(a, b): &(&str, &str)| first == *a && (b.is_empty() || second.starts_with(b));
    // `UPDATE x SET` is told from a sentence by its third word.
    SQL_BEGINNINGS.iter().any(listed) || (first == "UPDATE" && words.next() == Some("SET"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(path: &str, text: &str, wanted: &[&str]) {
        let shown: Vec<String> =
            check(&[TextFile::new(path, text)]).iter().map(ToString::to_string).collect();
        assert_eq!(shown.len(), wanted.len(), "{shown:?}");
        for (shown, wanted) in shown.iter().zip(wanted) {
            assert!(shown.contains(wanted), "{shown} lacks {wanted}");
        }
    }

    #[test]
    fn capabilities_are_pure() {
        let path = "crates/alarm/src/ladder.rs";
        check_text(path, "use std::fs;", &["ladder.rs:1: a pure crate does not use std::fs"]);
        check_text(
            path,
            "use std::{fmt,\n net::IpAddr};",
            &["ladder.rs:2: a pure crate does not use std::net"],
        );
        check_text(path, "use std::time::{Duration, SystemTime};", &["std::time::SystemTime"]);
        check_text(path, "use std::time::Duration;\nuse std::fmt;", &[]);
        check_text(path, "// std::fs is for others\nlet a = \"std::fs\";", &[]);
        check_text(path, "#[cfg(test)]\nmod tests {\n use std::fs;\n}", &[]);
        check_text("crates/store/src/file.rs", "use std::fs;", &[]);
        check_text(CLOCK, "let now = std::time::SystemTime::now();", &[]);
    }

    #[test]
    fn sql_lives_in_store() {
        let select = "fn f() { rows(\"SELECT id FROM alarm\") }";
        check_text("crates/app/src/alarm.rs", select, &["alarm.rs:1: SQL belongs in crates/store"]);
        check_text("crates/store/src/alarm.rs", select, &[]);
        check_text("crates/app/src/alarm.rs", "run(\"UPDATE alarm SET closed = $1\")", &["SQL belongs"]);
        check_text("crates/app/src/alarm.rs", "say(\"Select an alarm. UPDATE it.\")", &[]);
    }

    #[test]
    fn sockets_live_in_intake_and_the_program() {
        let listen = "use tokio::net::UdpSocket;";
        check_text("crates/app/src/alarm.rs", listen, &["alarm.rs:1: sockets belong in crates/intake"]);
        check_text("crates/intake/src/udp.rs", listen, &[]);
        check_text("crates/login/src/a.rs", "#[cfg(test)]\nmod tests {\n use std::net::TcpListener;\n}", &[]);
    }

    #[test]
    fn html_lives_in_web() {
        let markup = "let a = \"<div class=x>\";";
        check_text("crates/app/src/a.rs", markup, &["HTML belongs in crates/web"]);
        check_text("crates/web/src/a.rs", markup, &[]);
        check_text("libs/scaip/src/a.rs", "let a = \"<mrq><ref>1</ref></mrq>\";", &[]);
        check_text("crates/app/page.html", "", &["HTML belongs in crates/web/templates"]);
    }
}
