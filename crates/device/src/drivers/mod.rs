//! A device family is a file: bytes or fields in, a [`crate::Report`] out. Pure.

pub mod scaip;
pub mod zigbee2mqtt;
