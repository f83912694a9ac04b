//! Named limits of the reader. Beyond them a message is refused; below them everything is kept.

/// Largest message in bytes; real messages are below 1,000.
pub const MESSAGE_BYTES_MAX: usize = 16 * 1024;
/// Most elements in one message; the protocol knows some thirty.
pub const ELEMENTS_MAX: usize = 128;
/// Deepest nesting, the root included; the protocol needs four.
pub const DEPTH_MAX: usize = 8;
/// Longest text of one element in bytes. Far above the protocol's patterns, whose excess is only flagged.
pub const FIELD_BYTES_MAX: usize = 2_048;

/// Limits of one reader; [`Limits::default`] takes the named constants of this module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest message in bytes.
    pub message_bytes: usize,
    /// Most elements in one message.
    pub elements: usize,
    /// Deepest nesting, the root included.
    pub depth: usize,
    /// Longest text of one element in bytes.
    pub field_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: MESSAGE_BYTES_MAX,
            elements: ELEMENTS_MAX,
            depth: DEPTH_MAX,
            field_bytes: FIELD_BYTES_MAX,
        }
    }
}
