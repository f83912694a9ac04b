//! `cargo xtask vendor`: the web files of others, as `vendor.toml` says, from npm.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};
use clap::Args;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{process, repository};

/// Where the files stand; `vendor.toml` stands beside them.
const FOLDER: &str = "crates/web/static/vendor";

/// What to do with files that are no longer what `vendor.toml` says.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Write what npm gives and its hash; look at the difference before you commit it.
    #[arg(long)]
    accept: bool,
}

/// One vendored file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asset {
    /// Its path in the folder.
    file: String,
    /// The npm package; none for a text that the package lacks and that we wrote down ourselves.
    package: Option<String>,
    version: Option<String>,
    /// SPDX name.
    licence: String,
    /// Paths in the package, joined in this order.
    #[serde(default)]
    from: Vec<String>,
    sha256: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    asset: Vec<Asset>,
}

fn folder() -> PathBuf {
    repository::root().join(FOLDER)
}

fn read_list() -> anyhow::Result<(String, Vec<Asset>)> {
    let path = folder().join("vendor.toml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let list: List = toml::from_str(&text).context("vendor.toml")?;
    Ok((text, list.asset))
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Fetches every package, writes every file, and keeps or compares its hash.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let (mut text, assets) = read_list()?;
    let work = repository::target().join("vendor");
    std::fs::create_dir_all(&work).context("cannot make the folder for packages")?;
    let mut unpacked: BTreeMap<String, PathBuf> = BTreeMap::new();
    for asset in &assets {
        let (Some(package), Some(version)) = (&asset.package, &asset.version) else { continue };
        let wanted = format!("{package}@{version}");
        if !unpacked.contains_key(&wanted) {
            let path = unpack(&wanted, &work)?;
            unpacked.insert(wanted.clone(), path);
        }
        let bytes = join(&unpacked[&wanted], &asset.from).with_context(|| asset.file.clone())?;
        let found = hash(&bytes);
        if found != asset.sha256 {
            ensure!(
                options.accept,
                "{} from {wanted} has the hash {found}, vendor.toml says {}; `--accept` takes it",
                asset.file,
                asset.sha256
            );
            text = replace_hash(&text, &asset.file, &found)?;
        }
        let path = folder().join(&asset.file);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{:>9} bytes  {}  from {wanted}", bytes.len(), asset.file);
    }
    std::fs::write(folder().join("vendor.toml"), text).context("cannot write vendor.toml")
}

/// Lets npm fetch one package and unpacks it; gives the folder with its files.
fn unpack(package: &str, work: &Path) -> anyhow::Result<PathBuf> {
    let output = Command::new("npm")
        .args(["pack", "--silent", package])
        .current_dir(work)
        .output()
        .context("npm is needed to fetch packages")?;
    ensure!(output.status.success(), "npm pack {package}: {}", String::from_utf8_lossy(&output.stderr));
    let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let to = work.join(name.trim_end_matches(".tgz"));
    std::fs::create_dir_all(&to)?;
    process::run(Command::new("tar").arg("-xzf").arg(work.join(&name)).arg("-C").arg(&to))?;
    Ok(to.join("package"))
}

fn join(package: &Path, from: &[String]) -> anyhow::Result<Vec<u8>> {
    let mut joined = Vec::new();
    for path in from {
        let part = std::fs::read(package.join(path)).with_context(|| format!("the package lacks {path}"))?;
        joined.extend(part);
        if from.len() > 1 && joined.last() != Some(&b'\n') {
            joined.push(b'\n');
        }
    }
    Ok(joined)
}

/// The list with a new hash for one file; the hash is the first `sha256` line after its name.
fn replace_hash(text: &str, file: &str, hash: &str) -> anyhow::Result<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let named = format!("file = \"{file}\"");
    let Some(at) = lines.iter().position(|line| *line == named) else { bail!("vendor.toml lacks {named}") };
    let Some(line) = lines.iter_mut().skip(at).find(|line| line.starts_with("sha256 = ")) else {
        bail!("vendor.toml has no sha256 line for {file}")
    };
    *line = format!("sha256 = \"{hash}\"");
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every file below a folder, as paths from it.
    fn below(folder: &Path, prefix: &str) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                found.extend(below(&entry.path(), &format!("{name}/")));
            } else {
                found.push(name);
            }
        }
        found
    }

    #[test]
    fn every_vendored_file_is_what_the_list_says() {
        let (_, assets) = read_list().expect("vendor.toml is well formed");
        for asset in &assets {
            let bytes = std::fs::read(folder().join(&asset.file)).expect("the listed file is there");
            assert_eq!(hash(&bytes), asset.sha256, "{} was changed by hand", asset.file);
        }
        for file in below(&folder(), "").iter().filter(|file| *file != "vendor.toml") {
            assert!(assets.iter().any(|asset| asset.file == *file), "{file} is not in vendor.toml");
        }
    }

    #[test]
    fn no_style_sheet_asks_another_host() {
        let (_, assets) = read_list().expect("vendor.toml is well formed");
        for asset in assets.iter().filter(|asset| asset.file.ends_with(".css")) {
            let text = std::fs::read_to_string(folder().join(&asset.file)).expect("the listed file is there");
            for marker in ["url(http", "url(\"http", "url('http", "url(//", "@import"] {
                assert!(!text.contains(marker), "{} holds {marker}", asset.file);
            }
        }
    }

    #[test]
    fn a_hash_is_replaced_in_its_own_entry_only() {
        let text = "[[asset]]\nfile = \"a\"\nsha256 = \"1\"\n[[asset]]\nfile = \"b\"\nsha256 = \"2\"\n";
        assert_eq!(replace_hash(text, "b", "3").expect("b is listed"), text.replace("\"2\"", "\"3\""));
        assert!(replace_hash(text, "c", "3").is_err());
    }
}
