//! Messages of real devices, hostile messages and properties that hold for any bytes.

#[cfg(test)]
mod properties;
#[cfg(test)]
mod vectors;
