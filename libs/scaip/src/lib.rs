//! SCAIP messages as observed on the wire, sans-IO.
