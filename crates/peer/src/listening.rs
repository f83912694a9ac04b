//! Takes copies: the socket to which other nodes connect.

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use crate::{
    copies::Copies,
    frame::{Reply, Request},
    proof::Secret,
    wire::{Wire, WireError},
};

/// How many connections are held at once: one for each node, and room for those that have not noticed their end.
const CONNECTIONS_MAX: usize = 8;
/// How long whoever connects may take to prove itself.
const PROVEN_MAX: Duration = Duration::from_secs(3);
/// An owner is heard several times in this time, or it is gone.
const SILENCE_MAX: Duration = Duration::from_secs(6);
/// How long to wait when the system gives no more connections.
const TRY_AGAIN: Duration = Duration::from_millis(500);

/// An open socket for copies.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
}

impl Listening {
    /// Opens the socket.
    pub async fn bind(address: SocketAddr) -> std::io::Result<Self> {
        Ok(Listening { listener: TcpListener::bind(address).await? })
    }

    /// Where it is.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Takes what other nodes send, for as long as this is awaited.
    pub async fn take(self, secret: Secret, copies: Copies) {
        let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let mut connections = tokio::task::JoinSet::new();
        loop {
            while connections.try_join_next().is_some() {}
            let Ok((stream, from)) = self.listener.accept().await else {
                tokio::time::sleep(TRY_AGAIN).await;
                continue;
            };
            let Ok(place) = Arc::clone(&room).try_acquire_owned() else {
                tracing::warn!("A connection of another node is refused: too many are open");
                continue;
            };
            let (secret, copies) = (secret.clone(), copies.clone());
            connections.spawn(async move {
                let ended = serve(stream, &secret, &copies).await;
                tracing::warn!(%from, why = %ended, "The connection of another node has ended");
                drop(place);
            });
        }
    }
}

/// Serves one connection to its end.
async fn serve(stream: TcpStream, secret: &Secret, copies: &Copies) -> WireError {
    match serve_proven(stream, secret, copies).await {
        Ok(never) => match never {},
        Err(error) => error,
    }
}

async fn serve_proven(
    stream: TcpStream,
    secret: &Secret,
    copies: &Copies,
) -> Result<std::convert::Infallible, WireError> {
    stream.set_nodelay(true)?;
    let mut wire = within(PROVEN_MAX, Wire::as_keeper(stream, secret)).await?;
    let _present = copies.note_owner();
    loop {
        let body = within(SILENCE_MAX, wire.receive()).await?;
        let reply = obey(Request::read(&body)?, copies).await;
        within(SILENCE_MAX, wire.send(&reply.to_body())).await?;
    }
}

/// Does what was asked where the disk may be waited for.
async fn obey(request: Request, copies: &Copies) -> Reply {
    let copies = copies.clone();
    let done = tokio::task::spawn_blocking(move || match request {
        Request::Keep(records) => copies.keep(records),
        Request::Forget(keys) => {
            copies.forget(&keys);
            Ok(())
        }
        Request::Alive => Ok(()),
    });
    match done.await {
        Ok(Ok(())) => Reply::Done,
        Ok(Err(error)) => {
            tracing::error!(%error, "The other node's alarms could not be kept");
            Reply::Refused
        }
        Err(error) => {
            tracing::error!(%error, "Keeping the other node's alarms broke");
            Reply::Refused
        }
    }
}

/// Waits for something no longer than a time.
pub(crate) async fn within<T, E: Into<WireError>>(
    limit: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, WireError> {
    tokio::time::timeout(limit, work).await.map_err(|_| WireError::Silent)?.map_err(Into::into)
}
