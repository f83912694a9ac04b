//! What two nodes say to each other once each has proven itself, as bytes.
//!
//! A frame is the length of its body (four bytes, the lowest first), the body, and its [seal](crate::proof::Seal). The
//! first byte of a body says what it is:
//!
//! | byte | what | then |
//! |---|---|---|
//! | 1 | keep | for each record: its key (16 bytes), its length (4), its bytes |
//! | 2 | forget | keys |
//! | 3 | alive | nothing |
//! | 4 | done | nothing |
//! | 5 | refused | nothing |
//!
//! Every request is answered by one reply, in order.

use journal::RECORD_BYTES_MAX;

/// What a record is known by.
pub type Key = [u8; KEY_BYTES];

/// The length of a key.
pub const KEY_BYTES: usize = 16;
/// The largest body of a frame.
pub const BODY_BYTES_MAX: usize = 1_024 * 1_024;
/// The largest record: a copy stands in a journal record together with its key and a byte for its kind.
pub const COPY_BYTES_MAX: usize = RECORD_BYTES_MAX - KEY_BYTES - 1;
/// How many records one frame carries.
pub const RECORDS_MAX: usize = 1_024;
/// How many keys one frame names.
pub const KEYS_MAX: usize = 4_096;
/// What stands before the bytes of a record.
const RECORD_HEAD_BYTES: usize = KEY_BYTES + 4;

const KEEP: u8 = 1;
const FORGET: u8 = 2;
const ALIVE: u8 = 3;
const DONE: u8 = 4;
const REFUSED: u8 = 5;

/// A record with its key.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is known by.
    pub key: Key,
    /// What its owner's journal holds.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Record {
    /// What a record says is about a person, so only its size is shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Record of {} bytes", self.bytes.len())
    }
}

impl Record {
    /// How much of a body it takes.
    pub fn body_bytes(&self) -> usize {
        RECORD_HEAD_BYTES + self.bytes.len()
    }
}

/// What the owner of a journal asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Keep these.
    Keep(Vec<Record>),
    /// The database has these.
    Forget(Vec<Key>),
    /// Are you there?
    Alive,
}

/// What the keeper of a copy replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// It is done, and on disk.
    Done,
    /// It could not be done: the copy's file is full or failed.
    Refused,
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A body is longer than any may be.
    #[error("a body of {0} bytes is longer than {BODY_BYTES_MAX}")]
    TooLong(usize),
    /// A body has another first byte than those that are known here.
    #[error("a body begins with {0:?}, which is none of those that are known here")]
    Unknown(Option<u8>),
    /// A body ends in the middle of something.
    #[error("a body ends in the middle of a record or a key")]
    CutOff,
    /// A body goes on after its end.
    #[error("a body goes on after its end")]
    GoesOn,
    /// A record is larger than a copy's file takes.
    #[error("a record of {0} bytes is larger than {COPY_BYTES_MAX}")]
    TooLarge(usize),
    /// A body names more than one may.
    #[error("a body holds more records or keys than one frame carries")]
    TooMany,
}

/// Reads the length of a body.
pub fn body_length(bytes: [u8; 4]) -> Result<usize, FrameError> {
    let length = usize::try_from(u32::from_le_bytes(bytes)).unwrap_or(usize::MAX);
    if length > BODY_BYTES_MAX { Err(FrameError::TooLong(length)) } else { Ok(length) }
}

impl Request {
    /// The body that says this.
    pub fn to_body(&self) -> Vec<u8> {
        match self {
            Request::Keep(records) => {
                let mut body = vec![KEEP];
                for record in records {
                    body.extend(record.key);
                    body.extend(u32::try_from(record.bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
                    body.extend(&record.bytes);
                }
                body
            }
            Request::Forget(keys) => [FORGET].into_iter().chain(keys.iter().copied().flatten()).collect(),
            Request::Alive => vec![ALIVE],
        }
    }

    /// Reads [`Request::to_body`].
    pub fn read(body: &[u8]) -> Result<Self, FrameError> {
        if body.len() > BODY_BYTES_MAX {
            return Err(FrameError::TooLong(body.len()));
        }
        match body.split_first() {
            Some((&KEEP, rest)) => records(rest).map(Request::Keep),
            Some((&FORGET, rest)) => keys(rest).map(Request::Forget),
            Some((&ALIVE, [])) => Ok(Request::Alive),
            Some((&ALIVE, _)) => Err(FrameError::GoesOn),
            other => Err(FrameError::Unknown(other.map(|(first, _)| *first))),
        }
    }
}

impl Reply {
    /// The body that says this.
    pub fn to_body(self) -> Vec<u8> {
        match self {
            Reply::Done => vec![DONE],
            Reply::Refused => vec![REFUSED],
        }
    }

    /// Reads [`Reply::to_body`].
    pub fn read(body: &[u8]) -> Result<Self, FrameError> {
        match body {
            [DONE] => Ok(Reply::Done),
            [REFUSED] => Ok(Reply::Refused),
            [DONE | REFUSED, ..] => Err(FrameError::GoesOn),
            other => Err(FrameError::Unknown(other.first().copied())),
        }
    }
}

fn records(mut rest: &[u8]) -> Result<Vec<Record>, FrameError> {
    let mut records = Vec::new();
    while !rest.is_empty() {
        if records.len() == RECORDS_MAX {
            return Err(FrameError::TooMany);
        }
        let (key, after) = rest.split_first_chunk::<KEY_BYTES>().ok_or(FrameError::CutOff)?;
        let (length, after) = after.split_first_chunk::<4>().ok_or(FrameError::CutOff)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if length > COPY_BYTES_MAX {
            return Err(FrameError::TooLarge(length));
        }
        let (bytes, after) = after.split_at_checked(length).ok_or(FrameError::CutOff)?;
        records.push(Record { key: *key, bytes: bytes.to_vec() });
        rest = after;
    }
    Ok(records)
}

/// Reads keys that stand one after another.
pub(crate) fn keys(bytes: &[u8]) -> Result<Vec<Key>, FrameError> {
    let (keys, rest) = bytes.as_chunks::<KEY_BYTES>();
    if !rest.is_empty() {
        return Err(FrameError::CutOff);
    }
    if keys.len() > KEYS_MAX { Err(FrameError::TooMany) } else { Ok(keys.to_vec()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u8, length: usize) -> Record {
        Record { key: [number; KEY_BYTES], bytes: vec![number; length] }
    }

    fn check(request: Request) {
        let body = request.to_body();
        assert_eq!(Request::read(&body), Ok(request));
        assert!(Reply::read(&body).is_err(), "a request is no reply");
    }

    #[test]
    fn what_is_said_is_read() {
        check(Request::Alive);
        check(Request::Forget(vec![]));
        check(Request::Forget(vec![[1; KEY_BYTES], [2; KEY_BYTES]]));
        check(Request::Keep(vec![]));
        check(Request::Keep(vec![record(1, 0), record(2, 700), record(3, COPY_BYTES_MAX)]));
        for reply in [Reply::Done, Reply::Refused] {
            assert_eq!(Reply::read(&reply.to_body()), Ok(reply));
            assert!(Request::read(&reply.to_body()).is_err(), "a reply is no request");
        }
    }

    #[test]
    fn what_is_cut_off_or_goes_on_is_refused() {
        let body = Request::Keep(vec![record(1, 3), record(2, 2)]).to_body();
        let ends = [1, 1 + RECORD_HEAD_BYTES + 3, body.len()];
        for end in (1..=body.len()).filter(|end| !ends.contains(end)) {
            assert_eq!(Request::read(&body[..end]), Err(FrameError::CutOff), "cut at {end}");
        }
        assert_eq!(Request::read(&[FORGET, 1, 2]), Err(FrameError::CutOff));
        assert_eq!(Request::read(&[ALIVE, 0]), Err(FrameError::GoesOn));
        assert_eq!(Reply::read(&[DONE, 0]), Err(FrameError::GoesOn));
    }

    #[test]
    fn what_is_unknown_or_too_much_is_refused() {
        assert_eq!(Request::read(&[]), Err(FrameError::Unknown(None)));
        assert_eq!(Request::read(&[9]), Err(FrameError::Unknown(Some(9))));
        assert_eq!(Reply::read(&[0]), Err(FrameError::Unknown(Some(0))));
        let many = Request::Keep((0..=RECORDS_MAX).map(|_| record(1, 1)).collect());
        assert_eq!(Request::read(&many.to_body()), Err(FrameError::TooMany));
        let many = Request::Forget(vec![[1; KEY_BYTES]; KEYS_MAX + 1]);
        assert_eq!(Request::read(&many.to_body()), Err(FrameError::TooMany));
        let large = Request::Keep(vec![record(1, COPY_BYTES_MAX + 1)]);
        assert_eq!(Request::read(&large.to_body()), Err(FrameError::TooLarge(COPY_BYTES_MAX + 1)));
        assert_eq!(
            Request::read(&vec![KEEP; BODY_BYTES_MAX + 1]),
            Err(FrameError::TooLong(BODY_BYTES_MAX + 1))
        );
        assert_eq!(body_length([0, 0, 16, 0]), Ok(BODY_BYTES_MAX));
        assert_eq!(body_length([1, 0, 16, 0]), Err(FrameError::TooLong(BODY_BYTES_MAX + 1)));
    }

    #[test]
    fn what_a_record_says_does_not_show() {
        let shown = format!("{:?}", Request::Keep(vec![record(b'x', 3)]));
        assert_eq!(shown, "Keep([Record of 3 bytes])");
    }
}
