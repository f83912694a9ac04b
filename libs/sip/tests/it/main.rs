//! Behaviour over time, the torture messages of RFC 4475 in words of our own, and hostile bytes.

#[cfg(test)]
mod endpoint;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod network;
#[cfg(test)]
mod torture;
