//! SCAIP messages as they stand in a datagram, and the little that must be read of an answer.

use std::net::SocketAddr;

/// How many bytes of answers the kernel is asked to keep while the generator writes.
pub(crate) const BYTES_WAITING: usize = 4 << 20;

/// What a device says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// Someone pressed the button.
    Alarm,
    /// The device's battery is low.
    Technical,
    /// A test of the whole way.
    Test,
    /// The device is alive.
    Heartbeat,
}

impl Said {
    /// Kind of message, type of device and status, as SCAIP writes them.
    fn codes(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Said::Alarm => ("ME", "0003", "0010"),
            Said::Technical => ("ME", "0002", "0016"),
            Said::Test => ("ME", "0002", "0102"),
            Said::Heartbeat => ("PI", "0002", "0102"),
        }
    }
}

/// A SCAIP message inside a SIP MESSAGE. The number and the run's word make it one of a kind.
pub(crate) fn message(
    said: Said,
    controller_id: &str,
    reference: &str,
    (number, run): (u64, &str),
    local: SocketAddr,
) -> Vec<u8> {
    let (kind, device, status) = said.codes();
    let body = format!(
        "<mrq><ref>{reference}</ref><mty>{kind}</mty><cid>{controller_id}</cid><dty>{device}</dty><stc>{status}</stc><lco>002</lco><crd>sip:</crd></mrq>"
    );
    format!(
        "MESSAGE sip:larm@tryggve.example SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK{reference};rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:{controller_id}@{local}>;tag={number}\r\nTo: <sip:larm@tryggve.example>\r\n\
         Call-ID: {number}.{run}@load\r\nCSeq: 1 MESSAGE\r\nContent-Type: application/scaip+xml\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The number that begins the Call-ID.
pub(crate) fn call_number(bytes: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(bytes).ok()?;
    let line = text.lines().find(|line| line.len() > 8 && line[..8].eq_ignore_ascii_case("call-id:"))?;
    line[8..].trim().strip_suffix("@load")?.split_once('.')?.0.parse().ok()
}

/// A 200 to the reception's own MESSAGE, with its headers echoed.
pub(crate) fn answer(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let kept = ["via:", "from:", "to:", "call-id:", "cseq:"];
    let headers: String = text
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| kept.iter().any(|name| line.to_ascii_lowercase().starts_with(name)))
        .map(|line| format!("{line}\r\n"))
        .collect();
    Some(format!("SIP/2.0 200 OK\r\n{headers}Content-Length: 0\r\n\r\n").into_bytes())
}
