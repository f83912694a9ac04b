//! Requests of our own.

use crate::message::Method;
use crate::text::push_value;

/// A request to send: what its author decides. Via, branch, Max-Forwards and Content-Length are added when it is sent.
///
/// ```
/// use sip::{Method, Outgoing};
/// let reply = Outgoing::new(Method::Message, "sip:100200@192.0.2.7:5060", "<sip:larm@example.org>", "<sip:100200@example.org>")
///     .with_body("application/scaip+xml", b"<mrs><ref>1</ref><snu>0</snu></mrs>");
/// assert_eq!(reply.method, Method::Message);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The method; never ACK or [`Method::Other`].
    pub method: Method,
    /// Request-URI.
    pub uri: String,
    /// From value without tag; a tag is added when it has none.
    pub from: String,
    /// To value.
    pub to: String,
    /// Call-ID; one is made when absent. Repeat it when a challenge is answered.
    pub call_id: Option<String>,
    /// Sequence number; raise it when a challenge is answered.
    pub cseq: u32,
    /// Further header lines, such as Contact or Authorization.
    pub headers: Vec<(String, String)>,
    /// Body with its media type.
    pub body: Option<(String, Vec<u8>)>,
}

impl Outgoing {
    /// Makes a request without body.
    #[must_use]
    pub fn new(method: Method, uri: &str, from: &str, to: &str) -> Self {
        Self {
            method,
            uri: uri.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            call_id: None,
            cseq: 1,
            headers: Vec::new(),
            body: None,
        }
    }

    /// Adds a body with its media type.
    #[must_use]
    pub fn with_body(mut self, content_type: &str, body: &[u8]) -> Self {
        self.body = Some((content_type.to_owned(), body.to_vec()));
        self
    }

    /// Adds a header line.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes the request; `unique` makes the From tag and, when absent, the Call-ID.
    pub(crate) fn to_bytes(&self, transport: &str, sent_by: &str, branch: &str, unique: u64) -> Vec<u8> {
        let body = self.body.as_ref().map(|(_, body)| body.as_slice()).unwrap_or_default();
        let mut out = Vec::with_capacity(512 + body.len());
        push_value(&mut out, &format!("{} {} SIP/2.0", self.method.name(), self.uri));
        out.extend_from_slice(b"\r\n");
        let mut line = |name: &str, value: &str| {
            push_value(&mut out, name);
            out.extend_from_slice(b": ");
            push_value(&mut out, value);
            out.extend_from_slice(b"\r\n");
        };
        line("Via", &format!("SIP/2.0/{transport} {sent_by};branch={branch};rport"));
        line("Max-Forwards", "70");
        let tagged = self.from.to_ascii_lowercase().contains(";tag=");
        let from = if tagged { self.from.clone() } else { format!("{};tag={unique:016x}", self.from) };
        line("From", &from);
        line("To", &self.to);
        let call_id = self.call_id.clone().unwrap_or_else(|| format!("{unique:016x}@{sent_by}"));
        line("Call-ID", &call_id);
        line("CSeq", &format!("{} {}", self.cseq, self.method.name()));
        for (name, value) in &self.headers {
            line(name, value);
        }
        if let Some((content_type, _)) = &self.body {
            line("Content-Type", content_type);
        }
        line("Content-Length", &body.len().to_string());
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(body);
        out
    }
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outgoing")
            .field("method", &self.method)
            .field("cseq", &self.cseq)
            .finish_non_exhaustive()
    }
}
