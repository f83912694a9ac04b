//! `cargo xtask tidy`: the rules of the house that the compiler does not know.
//!
//! Every check takes texts and gives breaches, so each is tested with texts alone.

mod code;
mod dependencies;
mod edges;
mod evidence;
mod fences;
mod fluent;
mod lengths;
mod licences;
mod links;
mod manifest;
mod styles;
mod templates;
mod words;

use std::fmt;

use anyhow::{Context, bail};

use crate::repository;

/// A place where a rule of the house is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Breach {
    /// Path from the root of the repository.
    pub(crate) path: String,
    /// Line, from 1.
    pub(crate) line: usize,
    /// What is wrong and what to do about it.
    pub(crate) sentence: String,
}

impl Breach {
    fn new(path: &str, line: usize, sentence: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, sentence: sentence.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.sentence)
    }
}

/// Our crates by floor, under the floor's title.
pub(crate) fn floors() -> anyhow::Result<Vec<(&'static str, Vec<edges::CrateLine>)>> {
    Ok(edges::by_floor(&manifest::Graph::read()?))
}

/// Checks the whole repository; prints every breach and fails if there is one.
pub(crate) fn run() -> anyhow::Result<()> {
    let files = repository::text_files()?;
    let graph = manifest::Graph::read().context("cannot read the dependency graph")?;
    let mut breaches = Vec::new();
    breaches.extend(lengths::check(&files, &lengths::Exemptions::read()?));
    breaches.extend(words::check(&files));
    breaches.extend(fences::check(&files));
    breaches.extend(links::check(&files));
    breaches.extend(evidence::check(&files));
    breaches.extend(fluent::check(&files));
    breaches.extend(templates::check(&files));
    breaches.extend(styles::check(&files));
    breaches.extend(manifest::check(&files));
    breaches.extend(dependencies::check(&files));
    breaches.extend(edges::check(&graph));
    breaches.extend(licences::check(&files, &graph));
    breaches.sort();
    for breach in &breaches {
        println!("{breach}");
    }
    match breaches.len() {
        0 => {
            println!("{} files are tidy", files.len());
            Ok(())
        }
        1 => bail!("1 breach of the house rules"),
        number => bail!("{number} breaches of the house rules"),
    }
}
