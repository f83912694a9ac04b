//! Packets over a stream, for either side.

use mqtt::{Packet, Version};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::Instant,
};

use super::STARTED;

const READ_BYTES: usize = 8 * 1_024;

/// Why a connection is of no more use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The other side left, or the network did.
    Closed,
    /// A started packet or a write took too long.
    Slow,
    /// What came is no MQTT.
    Wrong(mqtt::Error),
}

/// A stream with the beginning of the next packet.
pub(crate) struct Wire<S> {
    stream: S,
    buffer: Vec<u8>,
    read_to: usize,
    started: Option<Instant>,
    /// What the connection speaks.
    pub(crate) version: Version,
    /// The largest packet it may send us.
    pub(crate) bytes_max: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(crate) fn new(stream: S, version: Version, bytes_max: usize) -> Self {
        Wire { stream, buffer: Vec::new(), read_to: 0, started: None, version, bytes_max }
    }

    /// The next packet. May be dropped at any time without losing bytes.
    pub(crate) async fn next(&mut self) -> Result<Packet, Lost> {
        loop {
            let waiting = self.buffer.get(self.read_to..).unwrap_or_default();
            if let Some((packet, length)) =
                mqtt::read(waiting, self.version, self.bytes_max).map_err(Lost::Wrong)?
            {
                self.read_to += length;
                self.started = None;
                return Ok(packet);
            }
            self.buffer.drain(..self.read_to);
            self.read_to = 0;
            self.buffer.reserve(READ_BYTES);
            let read = self.stream.read_buf(&mut self.buffer);
            let read = match self.started {
                None => read.await,
                Some(started) => {
                    tokio::time::timeout_at(started + STARTED, read).await.map_err(|_| Lost::Slow)?
                }
            };
            match read {
                Ok(length) if length > 0 => self.started = self.started.or(Some(Instant::now())),
                _ => return Err(Lost::Closed),
            }
        }
    }

    /// Sends a packet. One who does not read is given up.
    pub(crate) async fn send(&mut self, packet: &Packet) -> Result<(), Lost> {
        let bytes = mqtt::write(packet, self.version);
        let write = async {
            self.stream.write_all(&bytes).await?;
            self.stream.flush().await
        };
        match tokio::time::timeout(STARTED, write).await {
            Err(_) => Err(Lost::Slow),
            Ok(Err(_)) => Err(Lost::Closed),
            Ok(Ok(())) => Ok(()),
        }
    }

    pub(crate) async fn close(mut self) {
        let _ = tokio::time::timeout(STARTED, self.stream.shutdown()).await;
    }
}
