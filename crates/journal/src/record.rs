//! Records: a mark, a length, the generation, a checksum, the bytes.

use sha2::{Digest as _, Sha256};

/// Every record begins on a multiple of this, so that those after a spoilt one are found again.
pub const ALIGNMENT: usize = 64;
/// The largest record: several times the largest message of a device.
pub const RECORD_BYTES_MAX: usize = 512 * 1_024;
const MARK: [u8; 4] = *b"REC1";
const SUM_BYTES: usize = 16;
/// Mark, length, generation, checksum.
const FRAME_BYTES: usize = 4 + 4 + 8 + SUM_BYTES;

/// What was found in a file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) records: Vec<Vec<u8>>,
    /// Stretches between readable records that could not be read.
    pub(crate) spoilt: u32,
    /// Where the next record goes: after the last readable one.
    pub(crate) end: usize,
}

/// Adds a record with its frame, filled up to the alignment.
pub(crate) fn write(payload: &[u8], generation: u64, bytes: &mut Vec<u8>) {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    bytes.extend(MARK);
    bytes.extend(length.to_le_bytes());
    bytes.extend(generation.to_le_bytes());
    bytes.extend(sum(payload, length, generation));
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(ALIGNMENT), 0);
}

fn sum(payload: &[u8], length: u32, generation: u64) -> [u8; SUM_BYTES] {
    let mut hash = Sha256::new();
    hash.update(length.to_le_bytes());
    hash.update(generation.to_le_bytes());
    hash.update(payload);
    let mut sum = [0; SUM_BYTES];
    sum.copy_from_slice(&hash.finalize()[..SUM_BYTES]);
    sum
}

/// Reads every record of a generation. What cannot be read is stepped over, a place at a time.
pub(crate) fn read_all(bytes: &[u8], begin: usize, generation: u64) -> Found {
    let mut found = Found { end: begin, ..Found::default() };
    let mut place = begin;
    while place + FRAME_BYTES <= bytes.len() {
        match read(bytes.get(place..).unwrap_or_default(), generation) {
            Some(payload) => {
                found.spoilt += u32::from(place != found.end);
                place += (FRAME_BYTES + payload.len()).next_multiple_of(ALIGNMENT);
                found.records.push(payload.to_vec());
                found.end = place;
            }
            None => place += ALIGNMENT,
        }
    }
    found
}

fn read(bytes: &[u8], generation: u64) -> Option<&[u8]> {
    let (mark, rest) = bytes.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (said, rest) = rest.split_first_chunk::<8>()?;
    let (checked, rest) = rest.split_first_chunk::<SUM_BYTES>()?;
    let length = u32::from_le_bytes(*length);
    if *mark != MARK || u64::from_le_bytes(*said) != generation {
        return None;
    }
    let payload = rest.get(..usize::try_from(length).ok()?)?;
    (sum(payload, length, generation) == *checked).then_some(payload)
}
