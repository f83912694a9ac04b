//! Behaviour over time, the torture messages of RFC 4475 in words of our own, and hostile bytes.

mod endpoint;
mod hostile;
mod torture;
