//! Where to send: an address that an administrator wrote.

/// The longest address, in characters.
pub const ADDRESS_CHARACTERS_MAX: usize = 500;

/// Where to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Whether TLS is used.
    pub tls: bool,
    /// Host name or address, without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Path with query, beginning with a slash.
    pub path: String,
}

/// Why an address is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Neither `https://` nor `http://` to this machine itself.
    #[error("the address must begin with https:// (http:// only to this machine itself)")]
    Scheme,
    /// No host, a port that is none, or signs that no address has.
    #[error("the address must look like https://system.example/path")]
    Form,
}

impl Target {
    /// Reads an address. Without TLS only this machine itself is taken, for a proxy beside Tryggve.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let text = text.trim();
        let (tls, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(TargetError::Scheme),
        };
        let possible = rest.chars().all(|c| c.is_ascii_graphic()) && rest.len() <= ADDRESS_CHARACTERS_MAX;
        if !possible || rest.contains(['@', '#']) {
            return Err(TargetError::Form);
        }
        let (authority, path) = rest.find(['/', '?']).map_or((rest, ""), |place| rest.split_at(place));
        let (host, port) = split_port(authority)?;
        let port = port.unwrap_or(if tls { 443 } else { 80 });
        if !tls && !matches!(host, "localhost" | "127.0.0.1" | "::1") {
            return Err(TargetError::Scheme);
        }
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Target { tls, host: host.to_owned(), port, path })
    }

    /// The `Host` header.
    pub fn host_header(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{host}:{}", self.port)
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), TargetError> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').ok_or(TargetError::Form)?,
        None => authority.find(':').map_or((authority, ""), |place| authority.split_at(place)),
    };
    let port = match port.strip_prefix(':') {
        Some(port) => Some(port.parse().map_err(|_| TargetError::Form)?),
        None if port.is_empty() => None,
        None => return Err(TargetError::Form),
    };
    if host.is_empty() || port == Some(0) { Err(TargetError::Form) } else { Ok((host, port)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_or_refused() {
        let target = |tls, host: &str, port, path: &str| {
            Ok(Target { tls, host: host.to_owned(), port, path: path.to_owned() })
        };
        for (text, expected) in [
            ("https://system.example/larm?x=1", target(true, "system.example", 443, "/larm?x=1")),
            (" https://[2001:db8::1]:8443 ", target(true, "2001:db8::1", 8443, "/")),
            ("http://127.0.0.1:9000/a", target(false, "127.0.0.1", 9000, "/a")),
            ("https://system.example?x", target(true, "system.example", 443, "/?x")),
            ("http://system.example/", Err(TargetError::Scheme)),
            ("ftp://system.example/", Err(TargetError::Scheme)),
            ("https://", Err(TargetError::Form)),
            ("https://a b/", Err(TargetError::Form)),
            ("https://user@host/", Err(TargetError::Form)),
            ("https://host:99999/", Err(TargetError::Form)),
        ] {
            assert_eq!(Target::parse(text), expected, "{text}");
        }
    }
}
