//! The demo's own certificate: made at start, trusted by nobody else.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Writes a certificate and its key into a folder, unless they are there.
pub(crate) fn write(folder: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    if !certificate.exists() || !key.exists() {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).context("cannot make the demo's certificate")?;
        std::fs::write(&certificate, made.cert.pem())?;
        std::fs::write(&key, made.signing_key.serialize_pem())?;
    }
    Ok((certificate, key))
}
