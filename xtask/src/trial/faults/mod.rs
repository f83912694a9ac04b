//! A disk that keeps a diary, and the disks that a power cut could have left of it.
//!
//! The program runs with `disk.c` between it and its files (`LD_PRELOAD`). What it wrote and synced is read here and
//! played again onto a copy of the files from before: synced bytes are there, each write after its file's last sync is
//! there, torn, or not, as the draw decides.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

use crate::process;

const SOURCE: &str = include_str!("disk.c");
/// The part of a write that a disk writes as a whole.
const SECTOR_BYTES: usize = 512;

/// The compiled disk, with where its diary goes and what makes it read-only.
#[derive(Debug)]
pub(crate) struct Disk {
    library: PathBuf,
    folder: PathBuf,
    trace: PathBuf,
    read_only: PathBuf,
}

impl Disk {
    /// Compiles it with the C compiler that the build needs anyway; what it keeps stands in `beside`.
    pub(crate) fn compile(folder: &Path, beside: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(beside)?;
        let (source, library) = (beside.join("disk.c"), beside.join("disk.so"));
        std::fs::write(&source, SOURCE)?;
        let mut compiler = Command::new("cc");
        compiler
            .args(["-O2", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(&source)
            .args(["-ldl", "-lpthread"]);
        process::run(&mut compiler).context("a C compiler is needed for a disk with faults")?;
        let folder = folder.canonicalize()?;
        let (trace, read_only) = (beside.join("trace"), beside.join("read-only"));
        for old in [&trace, &read_only] {
            if old.exists() {
                std::fs::remove_file(old)?;
            }
        }
        Ok(Self { library, folder, trace, read_only })
    }

    /// What a program must be told to stand on this disk.
    pub(crate) fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        vec![
            ("LD_PRELOAD", self.library.clone()),
            ("FAULTS_FOLDER", self.folder.clone()),
            ("FAULTS_TRACE", self.trace.clone()),
            ("FAULTS_READ_ONLY", self.read_only.clone()),
        ]
    }

    /// Begins an empty diary.
    pub(crate) fn forget(&self) -> anyhow::Result<()> {
        Ok(std::fs::write(&self.trace, b"")?)
    }

    /// From now on nothing can be changed in files whose path ends in one of these ways.
    pub(crate) fn set_read_only(&self, endings: &[&str]) -> anyhow::Result<()> {
        // Named when it is whole, so that no program reads half of it.
        let draft = self.read_only.with_extension("draft");
        std::fs::write(&draft, endings.join("\n"))?;
        Ok(std::fs::rename(draft, &self.read_only)?)
    }

    /// From now on everything can be changed again.
    pub(crate) fn set_writable(&self) -> anyhow::Result<()> {
        Ok(std::fs::remove_file(&self.read_only)?)
    }

    /// How long its diary is.
    pub(crate) fn diary_bytes(&self) -> anyhow::Result<u64> {
        Ok(std::fs::metadata(&self.trace)?.len())
    }

    /// What has happened on it, in order.
    pub(crate) fn diary(&self) -> anyhow::Result<Vec<Entry>> {
        read(&std::fs::read(&self.trace)?)
    }
}

/// One thing that happened to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    path: PathBuf,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Write { at: usize, bytes: Vec<u8> },
    Sync,
    Truncate(usize),
    Unlink,
}

/// What a power cut does to writes that are not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Nothing of them is there.
    Dropped,
    /// Each is there, torn in the middle, or not there, whatever came before or after: drawn from this number.
    Drawn(u64),
    /// All are there.
    Kept,
}

fn read(bytes: &[u8]) -> anyhow::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        // A program that was killed may have been in the middle of a note; what it notes has then not been told.
        let Some((entry, after)) = entry(rest) else { break };
        entries.push(entry?);
        rest = after;
    }
    Ok(entries)
}

fn entry(bytes: &[u8]) -> Option<(anyhow::Result<Entry>, &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let (name, rest) = rest.split_first_chunk::<2>()?;
    let (offset, rest) = rest.split_first_chunk::<8>()?;
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let at = usize::try_from(u64::from_le_bytes(*offset)).ok()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (name, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*name)))?;
    let (data, rest) = rest.split_at_checked(length)?;
    let path = PathBuf::from(String::from_utf8_lossy(name).into_owned());
    let what = match kind {
        b'w' => What::Write { at, bytes: data.to_vec() },
        b's' => What::Sync,
        b't' => What::Truncate(at),
        b'u' => What::Unlink,
        other => return Some((Err(anyhow::anyhow!("the diary holds a {other}")), rest)),
    };
    Some((Ok(Entry { path, what }), rest))
}

/// Plays the diary onto the files in `image`, which stand for those in `folder`; returns how many writes were not
/// synced, and how many of those are not wholly there.
pub(crate) fn play(
    entries: &[Entry],
    folder: &Path,
    image: &Path,
    cut: Cut,
) -> anyhow::Result<(usize, usize)> {
    let mut files: BTreeMap<&Path, Vec<u8>> = BTreeMap::new();
    let mut last_sync: BTreeMap<&Path, usize> = BTreeMap::new();
    for (number, entry) in entries.iter().enumerate() {
        if entry.what == What::Sync {
            last_sync.insert(&entry.path, number);
        }
    }
    let (mut unsynced, mut lost) = (0, 0);
    let mut gone: BTreeSet<&Path> = BTreeSet::new();
    for (number, entry) in entries.iter().enumerate() {
        let path = entry.path.as_path();
        let inside = path.strip_prefix(folder).context("a file outside the folder")?;
        // What several connections share in memory is made anew from the files.
        // A folder's sync keeps names, which count as kept anyway.
        if path.to_string_lossy().ends_with("-shm") || image.join(inside).is_dir() {
            continue;
        }
        let file = match files.entry(path) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                let before = image.join(inside);
                new.insert(if before.exists() { std::fs::read(before)? } else { Vec::new() })
            }
        };
        match &entry.what {
            What::Sync => {}
            What::Truncate(length) => file.resize(*length, 0),
            What::Unlink => {
                gone.insert(path);
                file.clear();
            }
            What::Write { at, bytes } => {
                gone.remove(path);
                let synced = last_sync.get(path).is_some_and(|sync| number < *sync);
                let there = if synced { bytes.len() } else { share(cut, number, bytes.len()) };
                unsynced += usize::from(!synced);
                lost += usize::from(there < bytes.len());
                let end = at + bytes.len();
                if file.len() < end && there > 0 {
                    file.resize(end, 0);
                }
                if let (Some(place), Some(part)) = (file.get_mut(*at..at + there), bytes.get(..there)) {
                    place.copy_from_slice(part);
                }
            }
        }
    }
    for (path, bytes) in files {
        let place = image.join(path.strip_prefix(folder)?);
        if gone.contains(path) {
            if place.exists() {
                std::fs::remove_file(place)?;
            }
        } else {
            std::fs::write(place, bytes)?;
        }
    }
    Ok((unsynced, lost))
}

/// How many bytes of a write that was not synced are there.
fn share(cut: Cut, number: usize, length: usize) -> usize {
    match cut {
        Cut::Dropped => 0,
        Cut::Kept => length,
        Cut::Drawn(seed) => {
            let mut mixed = seed ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^= mixed >> 31;
            let sectors = length.div_ceil(SECTOR_BYTES).max(1) as u64;
            match mixed % 3 {
                0 => 0,
                1 => length,
                _ => ((mixed / 3 % sectors) as usize * SECTOR_BYTES).min(length),
            }
        }
    }
}

/// Copies a folder's files, those in folders below it left out.
pub(crate) fn copy_files(from: &Path, to: &Path) -> anyhow::Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    ensure!(to.read_dir()?.next().is_some(), "nothing stood in {}", from.display());
    Ok(())
}

/// A diary without a single sync would try nothing.
pub(crate) fn ensure_synced(entries: &[Entry]) -> anyhow::Result<()> {
    let syncs = entries.iter().filter(|entry| entry.what == What::Sync).count();
    let writes = entries.iter().filter(|entry| matches!(entry.what, What::Write { .. })).count();
    if syncs == 0 || writes == 0 {
        bail!("the diary holds {writes} writes and {syncs} syncs: the program does not stand on this disk");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(kind: u8, path: &str, offset: u64, data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind];
        bytes.extend((path.len() as u16).to_le_bytes());
        bytes.extend(offset.to_le_bytes());
        bytes.extend((data.len() as u64).to_le_bytes());
        bytes.extend(path.as_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn what_is_synced_is_there_and_what_is_not_may_be() {
        let folder = std::env::temp_dir().join(format!("faults-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let mut diary = [
            note(b'w', "/d/a", 0, b"kept"),
            note(b's', "/d/a", 0, b""),
            note(b'w', "/d/a", 4, b"lost"),
            note(b'w', "/d/b-shm", 0, b"memory"),
        ]
        .concat();
        diary.extend(&note(b'w', "/d/a", 8, b"torn")[..20]);
        let entries = read(&diary).expect("a diary");
        assert_eq!(entries.len(), 4, "a note that is torn was never told");
        for (cut, expected) in [(Cut::Dropped, &b"kept"[..]), (Cut::Kept, b"keptlost")] {
            std::fs::write(folder.join("a"), b"").expect("a file");
            let (unsynced, _) = play(&entries, Path::new("/d"), &folder, cut).expect("a play");
            assert_eq!(unsynced, 1);
            assert_eq!(std::fs::read(folder.join("a")).expect("a file"), expected);
        }
        assert!(!folder.join("b-shm").exists());
        std::fs::remove_dir_all(&folder).expect("removed");
        ensure_synced(&entries).expect("there is a sync");
        assert!(ensure_synced(&[]).is_err());
        assert!(read(&note(b'x', "/d/a", 0, b"")).is_err());
    }

    #[test]
    fn a_drawn_cut_drops_tears_and_keeps() {
        let shares: Vec<usize> = (0..200).map(|number| share(Cut::Drawn(7), number, 4_096)).collect();
        for wanted in [0, 4_096] {
            assert!(shares.iter().filter(|share| **share == wanted).count() > 20);
        }
        assert!(shares.iter().filter(|share| (1..4_096).contains(*share)).count() > 20);
    }
}
