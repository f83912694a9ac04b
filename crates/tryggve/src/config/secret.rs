//! Secrets that stand in the configuration file or, better, each in a file of its own that few may read.
//!
//! Files are read where Tryggve runs and by no other command: whoever restores a copy needs no secret of a broker.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use base::Private;
use serde::Deserialize as _;

/// The largest file of a secret, in bytes.
const FILE_BYTES_MAX: usize = 4_096;

/// Reads a text that is never shown.
pub(super) fn private<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Private<String>, D::Error> {
    String::deserialize(from).map(Private::new)
}

/// A secret, unless it was left out.
pub(super) fn given(secret: &Private<String>) -> Option<Private<String>> {
    (!secret.reveal().is_empty()).then(|| secret.clone())
}

/// One secret of the settings.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    /// Its name there, such as `[web] status_secret`; that of its file ends in `_file`.
    pub(crate) name: &'static str,
    /// What stands in the settings themselves; empty where it was left out.
    pub(super) secret: &'a mut Private<String>,
    /// The file that holds it instead.
    pub(crate) file: &'a mut Option<PathBuf>,
    /// Whether the other settings need it.
    pub(super) needed: bool,
}

impl Named<'_> {
    /// Takes the secret from its file, where one is named. Both a secret and a file is an error: which one holds?
    pub(crate) fn fill(self) -> anyhow::Result<()> {
        let Named { name, secret, file, needed } = self;
        let Some(file) = file.take() else {
            ensure!(!needed || !secret.reveal().is_empty(), "{name} or {name}_file is missing: expected one");
            return Ok(());
        };
        if !secret.reveal().is_empty() {
            bail!("{name} and {name}_file both stand in the settings: which one holds?");
        }
        *secret = read(name, &file)?;
        Ok(())
    }
}

/// What a file holds, without white space around it.
fn read(name: &str, file: &Path) -> anyhow::Result<Private<String>> {
    let mut text = String::new();
    let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    File::open(file)
        .and_then(|opened| opened.take(limit).read_to_string(&mut text))
        .with_context(|| format!("cannot read {name}_file {}", file.display()))?;
    let too_long = text.len() > FILE_BYTES_MAX;
    ensure!(!too_long, "{name}_file {} has more than {FILE_BYTES_MAX} bytes", file.display());
    let secret = text.trim();
    ensure!(!secret.is_empty(), "{name}_file {} is empty: expected a secret", file.display());
    Ok(Private::new(secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is filled in from a file that holds this, or is not there, beside what stands in the settings.
    fn check(case: &str, stands: &str, held: Option<&[u8]>, expected: Result<&str, &str>) {
        let path = std::env::temp_dir().join(format!("tryggve-secret-{}-{case}", std::process::id()));
        if let Some(held) = held {
            std::fs::write(&path, held).unwrap();
        }
        let mut secret = Private::new(stands.to_owned());
        let mut file = Some(path.clone());
        let named = Named { name: "[web] status_secret", secret: &mut secret, file: &mut file, needed: true };
        let filled = named.fill();
        let _ = std::fs::remove_file(&path);
        match (filled, expected) {
            (Ok(()), Ok(expected)) => assert_eq!(secret.reveal(), expected, "{case}"),
            (Err(error), Err(told)) => {
                let shown = format!("{error:#}");
                assert!(
                    shown.contains(told) && shown.contains("[web] status_secret_file"),
                    "{case}: {shown}"
                );
                assert!(!shown.contains("hemligt"), "{case}: {shown}");
            }
            (filled, _) => panic!("{case}: {filled:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn a_secret_is_read_from_its_file() {
        check("line", "", Some(b"hemligt\n"), Ok("hemligt"));
        check("blanks", "", Some(b"  hemligt med mellanslag \r\n"), Ok("hemligt med mellanslag"));
        check("longest", "", Some(&[b'h'; FILE_BYTES_MAX]), Ok(&"h".repeat(FILE_BYTES_MAX)));
        check("both", "hemligt", Some(b"hemligt2\n"), Err("which one holds"));
        check("empty", "", Some(b"\n"), Err("is empty"));
        check("too-long", "", Some(&[b'h'; FILE_BYTES_MAX + 1]), Err("more than 4096 bytes"));
        check("no-text", "", Some(b"hemligt\xff"), Err("cannot read"));
        check("missing", "", None, Err("cannot read"));
    }
}
