//! `cargo xtask codegen`: generated files are committed and checked.

use std::fmt::Write as _;

use anyhow::{Context, bail};
use clap::Args;

use crate::repository;
use crate::tidy::floors;

/// One generated file: where it stands and how it is made.
struct Generated {
    path: &'static str,
    make: fn() -> anyhow::Result<String>,
}

/// Every generated file. What the product itself knows is made by running `target/debug/tryggve`.
const GENERATED: &[Generated] = &[Generated { path: "docs/crates.md", make: crates_page }];

/// What to do.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Write nothing; fail if a committed file differs from what would be written.
    #[arg(long)]
    check: bool,
}

/// Writes every generated file, or only compares.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    if options.check {
        return check();
    }
    for generated in GENERATED {
        let text = (generated.make)().with_context(|| format!("cannot make {}", generated.path))?;
        std::fs::write(repository::root().join(generated.path), text)
            .with_context(|| format!("cannot write {}", generated.path))?;
        println!("wrote {}", generated.path);
    }
    Ok(())
}

/// Fails with the names of the files that are not what would be written.
pub(crate) fn check() -> anyhow::Result<()> {
    let mut stale = Vec::new();
    for generated in GENERATED {
        let wanted = (generated.make)().with_context(|| format!("cannot make {}", generated.path))?;
        let found = std::fs::read_to_string(repository::root().join(generated.path)).unwrap_or_default();
        if found != wanted {
            stale.push(generated.path);
        }
    }
    if stale.is_empty() {
        println!("{} generated files are up to date", GENERATED.len());
        return Ok(());
    }
    bail!("out of date: {}; run `cargo xtask codegen` and commit", stale.join(", "))
}

/// A table of our crates by floor, from their own descriptions.
fn crates_page() -> anyhow::Result<String> {
    let mut page =
        String::from("# The crates\n\nWritten by `cargo xtask codegen` from the crates' own descriptions.\n");
    for (title, crates) in floors()? {
        write!(page, "\n## {title}\n\n| crate | what it does |\n|---|---|\n")?;
        for line in crates {
            writeln!(page, "| [{}](../{}) | {} |", line.name, line.folder, line.description)?;
        }
    }
    Ok(page)
}
