//! Messages of real devices, hostile messages and properties that hold for any bytes.

mod properties;
mod vectors;
