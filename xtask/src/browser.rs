//! Journeys in a real browser: `node e2e/run.mjs`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

use crate::process;
use crate::product::{self, Product};
use crate::repository;

fn folder() -> PathBuf {
    repository::root().join("e2e")
}

/// Installs exactly what `package-lock.json` says, unless it is there already.
pub(crate) fn install() -> anyhow::Result<()> {
    let wanted = std::fs::read(folder().join("package-lock.json")).context("e2e/package-lock.json")?;
    // npm keeps its own copy of the lock inside node_modules; ours beside it says what was asked for.
    let mark = folder().join("node_modules/.installed-from");
    if std::fs::read(&mark).is_ok_and(|installed| installed == wanted) {
        println!("npm packages of e2e are there");
        return Ok(());
    }
    println!("installing the npm packages of e2e/package-lock.json");
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(folder());
    process::run(&mut npm)?;
    std::fs::write(&mark, wanted).context("cannot note what was installed")
}

/// How many journeys need the product.
pub(crate) fn journeys() -> anyhow::Result<usize> {
    let entries = std::fs::read_dir(folder().join("journeys")).context("e2e/journeys")?;
    Ok(entries.flatten().filter(|entry| entry.path().extension().is_some_and(|end| end == "mjs")).count())
}

/// Runs the self-test of the browser tools, and all journeys when a product runs.
pub(crate) fn run(product: Option<&Product>) -> anyhow::Result<()> {
    let mut node = Command::new("node");
    node.arg("run.mjs").current_dir(folder());
    node.env("TRYGGVE_PICTURES", product::folder().join("pictures"));
    if let Some(product) = product {
        node.env("TRYGGVE_URL", product.url());
        node.env("TRYGGVE_DATA", product::data());
        node.env("TRYGGVE_PROGRAM", product::program());
        node.env("TRYGGVE_SIP_PORT", product.ports.sip.to_string());
        node.env("TRYGGVE_SIPS_PORT", product.ports.sips.to_string());
    }
    process::run(&mut node)
}
