//! A file that keeps what was accepted while the database is away. It knows records of bytes, not what they mean.
//!
//! Invariants:
//! - what [`Journal::append`] has returned `Ok` for is on disk and is read again by the next [`Journal::open`];
//! - the room is taken when the file is made, so that a full disk stops nothing that was promised;
//! - a record that was torn off, or spoilt, is told apart by its checksum and never read as another one.
//!
//! The file: two heads of a block each, of which the one with the higher generation counts, then records, each
//! beginning on a multiple of [`ALIGNMENT`]. Emptying writes the other head with the next generation; records of an
//! older generation no longer count. Nothing is ever written over what may still be needed.

mod head;
mod record;

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use head::{HEAD_BYTES, Head};
pub use record::{ALIGNMENT, RECORD_BYTES_MAX};

/// The room of a journal unless another is asked for: some forty thousand alarms.
pub const JOURNAL_BYTES: u64 = 64 * 1_024 * 1_024;
/// The least room that makes sense: the heads and one record of the largest kind.
pub const JOURNAL_BYTES_MIN: u64 = 1_024 * 1_024;
/// How much is written at once when a new file takes its room.
const ZEROS_BYTES: usize = 1_024 * 1_024;
/// Where the records begin.
const RECORDS_BEGIN: u64 = 2 * HEAD_BYTES as u64;

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file could not be made, read or written.
    #[error("cannot {what} the journal {}", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process has it.
    #[error("the journal {} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The file is something else.
    #[error("{} is no journal: both its heads are unreadable, and it was left as it is", .0.display())]
    NoJournal(PathBuf),
    /// There is no room for more.
    #[error("the journal has no room: {held} of {bytes_max} bytes are taken")]
    Full {
        /// How much is taken.
        held: u64,
        /// How much there is.
        bytes_max: u64,
    },
    /// A record is larger than a journal takes.
    #[error("a record of {0} bytes is larger than {RECORD_BYTES_MAX}")]
    TooLarge(usize),
    /// An earlier write did not reach the disk, so no later one can be trusted to.
    #[error("the journal failed before and takes nothing more until the program starts anew")]
    Broken,
}

/// An open journal. One process has it at a time.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    head: Head,
    /// Where the next record goes.
    end: u64,
    bytes_max: u64,
    broken: bool,
}

/// What stood in a journal when it was opened.
#[derive(Debug)]
pub struct Opened {
    /// The journal, ready for more.
    pub journal: Journal,
    /// Every readable record, in the order in which they were appended.
    pub records: Vec<Vec<u8>>,
    /// How many stretches between readable records could not be read. A torn last record was never acknowledged and
    /// does not count.
    pub spoilt: u32,
}

impl Journal {
    /// Opens a journal, or makes one with its whole room taken.
    pub fn open(path: &Path, bytes_max: u64) -> Result<Opened, JournalError> {
        let failed = |what| move |source| JournalError::File { what, path: path.to_owned(), source };
        let bytes_max = bytes_max.max(JOURNAL_BYTES_MIN);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed("open"))?;
        if file.try_lock().is_err() {
            return Err(JournalError::InUse(path.to_owned()));
        }
        let length = file.metadata().map_err(failed("look at"))?.len();
        take_room(&mut file, length, bytes_max).map_err(failed("take room for"))?;
        sync_folder(path).map_err(failed("keep the name of"))?;
        let bytes_max = length.max(bytes_max);
        let mut bytes = Vec::with_capacity(usize::try_from(bytes_max).unwrap_or(0));
        file.seek(SeekFrom::Start(0)).map_err(failed("read"))?;
        file.read_to_end(&mut bytes).map_err(failed("read"))?;
        let Some(head) = Head::read(&bytes) else { return Err(JournalError::NoJournal(path.to_owned())) };
        let found = record::read_all(&bytes, RECORDS_BEGIN as usize, head.generation);
        let journal =
            Journal { file, path: path.to_owned(), head, end: found.end as u64, bytes_max, broken: false };
        Ok(Opened { journal, records: found.records, spoilt: found.spoilt })
    }

    /// Appends records together. They are on disk when this returns `Ok`; otherwise none counts as kept.
    pub fn append<'a>(&mut self, records: impl IntoIterator<Item = &'a [u8]>) -> Result<(), JournalError> {
        if self.broken {
            return Err(JournalError::Broken);
        }
        let mut bytes = Vec::new();
        for payload in records {
            if payload.len() > RECORD_BYTES_MAX {
                return Err(JournalError::TooLarge(payload.len()));
            }
            record::write(payload, self.head.generation, &mut bytes);
        }
        let end = self.end + bytes.len() as u64;
        if end > self.bytes_max {
            return Err(JournalError::Full { held: self.end, bytes_max: self.bytes_max });
        }
        self.write_at(self.end, &bytes, "write")?;
        self.end = end;
        Ok(())
    }

    /// Forgets every record: the next generation begins.
    pub fn clear(&mut self) -> Result<(), JournalError> {
        if self.broken {
            return Err(JournalError::Broken);
        }
        let next = self.head.next();
        self.write_at(next.place(), &next.to_bytes(), "empty")?;
        (self.head, self.end) = (next, RECORDS_BEGIN);
        Ok(())
    }

    /// How many bytes are taken, and how many there are.
    pub fn room(&self) -> (u64, u64) {
        (self.end, self.bytes_max)
    }

    fn write_at(&mut self, place: u64, bytes: &[u8], what: &'static str) -> Result<(), JournalError> {
        let written = self
            .file
            .seek(SeekFrom::Start(place))
            .and_then(|_| self.file.write_all(bytes))
            .and_then(|()| self.file.sync_data());
        written.map_err(|source| {
            // After a failed sync the system may have dropped the pages: what it says later proves nothing.
            self.broken = true;
            JournalError::File { what, path: self.path.clone(), source }
        })
    }
}

/// Fills a file with zeros up to its room, and writes the first head into a new one.
fn take_room(file: &mut File, length: u64, bytes_max: u64) -> std::io::Result<()> {
    if length >= bytes_max {
        return Ok(());
    }
    // A head first: a file whose making was cut short is then still a journal, and an empty one.
    if length == 0 {
        file.write_all(&Head::first().to_bytes())?;
        file.sync_data()?;
    }
    let mut at = file.seek(SeekFrom::End(0))?;
    let zeros = vec![0_u8; ZEROS_BYTES];
    while at < bytes_max {
        let part = usize::try_from(bytes_max - at).unwrap_or(ZEROS_BYTES).min(ZEROS_BYTES);
        file.write_all(zeros.get(..part).unwrap_or_default())?;
        at += part as u64;
    }
    file.sync_all()
}

/// A new file's name is on disk only when its folder is.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests;
