//! The head of the file: which generation of records counts.

use sha2::{Digest as _, Sha256};

/// A head has a block of the disk for itself, so that writing one cannot tear the other.
pub(crate) const HEAD_BYTES: usize = 4_096;
const MARK: &[u8; 8] = b"TRYGGVEJ";
const SUM_BYTES: usize = 16;

/// One head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// Only records of this generation count.
    pub(crate) generation: u64,
}

impl Head {
    pub(crate) const fn first() -> Self {
        Head { generation: 0 }
    }

    pub(crate) const fn next(self) -> Self {
        Head { generation: self.generation + 1 }
    }

    /// The two places take turns.
    pub(crate) const fn place(self) -> u64 {
        (self.generation % 2) * HEAD_BYTES as u64
    }

    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = MARK.to_vec();
        bytes.extend(self.generation.to_le_bytes());
        let sum = Sha256::digest(&bytes);
        bytes.extend(&sum[..SUM_BYTES]);
        bytes.resize(HEAD_BYTES, 0);
        bytes
    }

    /// The head that counts; `None` when neither can be read.
    pub(crate) fn read(file: &[u8]) -> Option<Self> {
        let one = |place: usize| {
            let bytes = file.get(place..place + MARK.len() + 8 + SUM_BYTES)?;
            let (said, sum) = bytes.split_at(MARK.len() + 8);
            let generation = u64::from_le_bytes(said.strip_prefix(MARK)?.try_into().ok()?);
            (Sha256::digest(said)[..SUM_BYTES] == *sum).then_some(Head { generation })
        };
        [one(0), one(HEAD_BYTES)].into_iter().flatten().max_by_key(|head| head.generation)
    }
}
