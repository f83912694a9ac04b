//! Today's date, for the names of result files.

use std::process::Command;

use anyhow::{Context, ensure};

/// Today in UTC as `YYYY-MM-DD`, from the system's own `date`.
pub(crate) fn today() -> anyhow::Result<String> {
    let output = Command::new("date").args(["-u", "+%Y-%m-%d"]).output().context("cannot run `date`")?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    ensure!(text.len() == "2026-01-31".len(), "`date` answered {text:?}, expected YYYY-MM-DD");
    Ok(text)
}
