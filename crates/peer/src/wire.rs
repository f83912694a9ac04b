//! A connection on which both nodes have proven themselves: frames with their seals, over any stream of bytes.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::{
    frame::{FrameError, body_length},
    proof::{MARK, NONCE_BYTES, Nonce, PROOF_BYTES, Role, SEAL_BYTES, Seal, Secret},
};

/// Why a connection is of no more use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    /// The network said no.
    #[error("the connection failed: {0}")]
    Network(#[from] std::io::Error),
    /// The other side did not answer in time.
    #[error("the other node did not answer within its time")]
    Silent,
    /// The other side speaks something else.
    #[error("the other side is no node of this version")]
    Stranger,
    /// The other side does not know the secret.
    #[error("the other side did not prove itself: do both nodes have the same secret?")]
    NotProven,
    /// A frame was changed or sent again on its way.
    #[error("a frame has a wrong seal")]
    WrongSeal,
    /// A frame cannot be read.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The keeper could not do what it was asked.
    #[error("the other node could not keep it: its file is full or failed")]
    Refused,
    /// The system gave no random numbers.
    #[error("the system gave no random numbers")]
    Randomness,
}

/// One side of a connection.
pub(crate) struct Wire<S> {
    stream: S,
    ours: Seal,
    theirs: Seal,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// Proves this node as the owner of a journal to whoever listens, and lets it prove itself.
    pub(crate) async fn as_owner(mut stream: S, secret: &Secret) -> Result<Self, WireError> {
        let keeper = read_nonce(&mut stream).await?;
        let owner = fresh_nonce()?;
        let proof = secret.proof(Role::Owner, &keeper, &owner);
        stream.write_all(&[&MARK[..], &owner, &proof].concat()).await?;
        let theirs = read_array::<PROOF_BYTES, _>(&mut stream).await?;
        if !secret.is_proven(Role::Keeper, &keeper, &owner, &theirs) {
            return Err(WireError::NotProven);
        }
        let seals = |role| secret.seals(role, &keeper, &owner);
        Ok(Wire { stream, ours: seals(Role::Owner), theirs: seals(Role::Keeper) })
    }

    /// Lets whoever has connected prove itself, and proves this node as the keeper of a copy.
    pub(crate) async fn as_keeper(mut stream: S, secret: &Secret) -> Result<Self, WireError> {
        let keeper = fresh_nonce()?;
        stream.write_all(&[&MARK[..], &keeper].concat()).await?;
        let owner = read_nonce(&mut stream).await?;
        let proof = read_array::<PROOF_BYTES, _>(&mut stream).await?;
        if !secret.is_proven(Role::Owner, &keeper, &owner, &proof) {
            return Err(WireError::NotProven);
        }
        stream.write_all(&secret.proof(Role::Keeper, &keeper, &owner)).await?;
        let seals = |role| secret.seals(role, &keeper, &owner);
        Ok(Wire { stream, ours: seals(Role::Keeper), theirs: seals(Role::Owner) })
    }

    /// Sends a body.
    pub(crate) async fn send(&mut self, body: &[u8]) -> Result<(), WireError> {
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes();
        let seal = self.ours.seal(body);
        Ok(self.stream.write_all(&[&length[..], body, &seal].concat()).await?)
    }

    /// Waits for the next body.
    pub(crate) async fn receive(&mut self) -> Result<Vec<u8>, WireError> {
        let length = body_length(read_array(&mut self.stream).await?)?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        let seal = read_array::<SEAL_BYTES, _>(&mut self.stream).await?;
        if self.theirs.is_right(&body, &seal) { Ok(body) } else { Err(WireError::WrongSeal) }
    }
}

fn fresh_nonce() -> Result<Nonce, WireError> {
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(|_| WireError::Randomness)?;
    Ok(nonce)
}

async fn read_nonce<S: AsyncRead + Unpin>(stream: &mut S) -> Result<Nonce, WireError> {
    if read_array(stream).await? != MARK {
        return Err(WireError::Stranger);
    }
    read_array(stream).await
}

async fn read_array<const N: usize, S: AsyncRead + Unpin>(stream: &mut S) -> Result<[u8; N], WireError> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}
