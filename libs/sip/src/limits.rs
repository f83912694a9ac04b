//! Named limits. A message beyond one is refused with a response, never cut short.

use std::time::Duration;

/// Largest message in bytes, header and body; what fits a UDP datagram, and the offsets of [`crate::Message`].
pub const MESSAGE_BYTES_MAX: usize = 65_535;
/// Most header lines in one message.
pub const HEADERS_MAX: usize = 128;
/// Largest header section in bytes on a stream, before which a message end must be seen.
pub const HEADER_SECTION_BYTES_MAX: usize = 32 * 1024;
/// Most server transactions that wait for an answer, per endpoint. Beyond it new requests get 503.
pub const PENDING_MAX: usize = 20_000;
/// Most answered server transactions that are remembered, per endpoint. Beyond it the oldest is forgotten.
pub const COMPLETED_MAX: usize = 500_000;
/// Most client transactions under way, per endpoint.
pub const CLIENTS_MAX: usize = 100_000;
/// Most outputs that may wait to be drained, per endpoint; input beyond it is refused.
pub const OUTPUTS_MAX: usize = 100_000;
/// Seconds after which a device that got 503 may try again.
pub const RETRY_AFTER_SECONDS: u32 = 5;

/// Timer T1: estimate of the round trip (RFC 3261, table 4).
pub const T1: Duration = Duration::from_millis(500);
/// Timer T2: longest pause between retransmissions (RFC 3261, table 4).
pub const T2: Duration = Duration::from_secs(4);
/// 64 times T1: a client gives up (timer F), a server forgets its answer (timer J).
pub const TRANSACTION_LIFETIME: Duration = Duration::from_secs(32);

/// Limits of the parser; [`Limits::default`] takes the named constants of this module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest message in bytes; never more than [`MESSAGE_BYTES_MAX`].
    pub message_bytes: usize,
    /// Most header lines.
    pub headers: usize,
    /// Largest header section on a stream in bytes.
    pub header_section_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: MESSAGE_BYTES_MAX,
            headers: HEADERS_MAX,
            header_section_bytes: HEADER_SECTION_BYTES_MAX,
        }
    }
}
