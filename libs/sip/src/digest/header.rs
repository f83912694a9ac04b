//! The headers of digest authentication: `name=value` and `name="value"`, separated by commas.

use super::{Algorithm, Ha1};

/// Most parameters that are read of one header.
const PARAMETERS_MAX: usize = 32;

/// The client's count and number, when it uses `qop=auth`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Qop {
    pub(crate) count: u32,
    count_text: String,
    client_nonce: String,
}

/// An `Authorization` header. `Debug` shows no content.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    pub(crate) user: String,
    pub(crate) realm: String,
    pub(crate) nonce: String,
    pub(crate) uri: String,
    pub(crate) response: String,
    pub(crate) algorithm: Algorithm,
    pub(crate) qop: Option<Qop>,
}

impl Authorization {
    /// Reads the header's value; `None` when it is no digest, lacks something, or uses another algorithm or `qop`.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let parameters = Parameters::parse(value)?;
        let algorithm = match parameters.get("algorithm") {
            Some(name) => Algorithm::of(name)?,
            None => Algorithm::Md5,
        };
        let qop = match parameters.get("qop") {
            None => None,
            Some(qop) if qop.eq_ignore_ascii_case("auth") => {
                let count_text = parameters.get("nc")?.to_owned();
                let count = u32::from_str_radix(&count_text, 16).ok()?;
                Some(Qop { count, count_text, client_nonce: parameters.get("cnonce")?.to_owned() })
            }
            Some(_) => return None,
        };
        let take = |name| parameters.get(name).map(str::to_owned);
        Some(Self {
            user: take("username")?,
            realm: take("realm")?,
            nonce: take("nonce")?,
            uri: take("uri")?,
            response: take("response")?,
            algorithm,
            qop,
        })
    }

    /// Returns the user, by which the kept [`Ha1`] is found.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Returns the URI that the client signed.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Returns the nonce, the key of a [`super::ReplayWindow`].
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Returns the algorithm that the client chose.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn expected_response(&self, ha1: &str, method: &str) -> String {
        let ha2 = self.algorithm.hash(&[method.as_bytes(), self.uri.as_bytes()]);
        let (ha1, nonce, ha2) = (ha1.as_bytes(), self.nonce.as_bytes(), ha2.as_bytes());
        match &self.qop {
            Some(qop) => {
                let (count, client_nonce) = (qop.count_text.as_bytes(), qop.client_nonce.as_bytes());
                self.algorithm.hash(&[ha1, nonce, count, client_nonce, b"auth", ha2])
            }
            None => self.algorithm.hash(&[ha1, nonce, ha2]),
        }
    }
}

impl std::fmt::Debug for Authorization {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authorization").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// A `WWW-Authenticate` header, for the client's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Whose password is asked for.
    pub realm: String,
    /// The server's number.
    pub nonce: String,
    /// Which hash.
    pub algorithm: Algorithm,
    /// Whether only the nonce was old.
    pub stale: bool,
    opaque: Option<String>,
    qop: bool,
}

impl Challenge {
    /// Reads the header's value; `None` when it is no digest or asks for an unknown algorithm.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let parameters = Parameters::parse(value)?;
        let algorithm = match parameters.get("algorithm") {
            Some(name) => Algorithm::of(name)?,
            None => Algorithm::Md5,
        };
        let offered = parameters.get("qop");
        let auth =
            offered.is_some_and(|list| list.split(',').any(|qop| qop.trim().eq_ignore_ascii_case("auth")));
        if offered.is_some() && !auth {
            return None;
        }
        Some(Self {
            realm: parameters.get("realm")?.to_owned(),
            nonce: parameters.get("nonce")?.to_owned(),
            algorithm,
            stale: parameters.get("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
            opaque: parameters.get("opaque").map(str::to_owned),
            qop: auth,
        })
    }

    /// Returns the value of the `Authorization` header. `client_nonce` is random; `count` is 1 at a nonce's first use.
    #[must_use]
    pub fn answer(
        &self,
        user: &str,
        password: &str,
        method: &str,
        uri: &str,
        client_nonce: &str,
        count: u32,
    ) -> String {
        let qop = self.qop.then(|| Qop {
            count,
            count_text: format!("{count:08x}"),
            client_nonce: client_nonce.to_owned(),
        });
        let mut authorization = Authorization {
            user: user.to_owned(),
            realm: self.realm.clone(),
            nonce: self.nonce.clone(),
            uri: uri.to_owned(),
            response: String::new(),
            algorithm: self.algorithm,
            qop,
        };
        let ha1 = Ha1::derive(user, &self.realm, password);
        authorization.response = authorization.expected_response(ha1.of(self.algorithm), method);
        let mut out = format!(
            "Digest username={}, realm={}, nonce={}, uri={}, response=\"{}\", algorithm={}",
            quoted(user),
            quoted(&self.realm),
            quoted(&self.nonce),
            quoted(uri),
            authorization.response,
            self.algorithm.name(),
        );
        if let Some(qop) = &authorization.qop {
            out.push_str(&format!(", qop=auth, nc={}, cnonce={}", qop.count_text, quoted(client_nonce)));
        }
        if let Some(opaque) = &self.opaque {
            out.push_str(&format!(", opaque={}", quoted(opaque)));
        }
        out
    }
}

pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars().filter(|c| !c.is_control()) {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
    out
}

struct Parameters<'a>(Vec<(&'a str, String)>);

impl<'a> Parameters<'a> {
    fn parse(value: &'a str) -> Option<Self> {
        let (scheme, mut rest) = value.trim().split_once(char::is_whitespace)?;
        if !scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let mut found = Vec::with_capacity(12);
        loop {
            rest = rest.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
            if rest.is_empty() {
                return Some(Self(found));
            }
            let (name, after) = rest.split_once('=')?;
            let (text, after) = value_of(after.trim_start())?;
            let name = name.trim();
            if found.len() >= PARAMETERS_MAX
                || found.iter().any(|(known, _)| name.eq_ignore_ascii_case(known))
            {
                return None;
            }
            found.push((name, text));
            rest = after;
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

fn value_of(rest: &str) -> Option<(String, &str)> {
    let Some(inner) = rest.strip_prefix('"') else {
        let end = rest.find(',').unwrap_or(rest.len());
        let (value, after) = rest.split_at(end);
        return Some((value.trim().to_owned(), after));
    };
    let mut text = String::new();
    let mut escaped = false;
    for (at, character) in inner.char_indices() {
        match character {
            _ if escaped => {
                text.push(character);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return Some((text, inner.get(at + 1..).unwrap_or_default())),
            _ => text.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_devices_send_and_refuses_the_rest() {
        let good =
            "digest  username = \"a\\\"b\" ,realm=r,nonce=\"n,1\", uri=\"sip:x\",response=\"0\",opaque=\"\"";
        let authorization = Authorization::parse(good).unwrap();
        assert_eq!(
            (authorization.user(), authorization.nonce(), authorization.realm.as_str()),
            ("a\"b", "n,1", "r")
        );
        for bad in [
            "",
            "Digest",
            "Basic dXNlcg==",
            "Digest username=\"a",
            "Digest username",
            "Digest username=a, username=b, realm=r, nonce=n, uri=u, response=0",
            "Digest username=a, realm=r, nonce=n, uri=u, response=0, algorithm=MD5-sess",
            "Digest username=a, realm=r, nonce=n, uri=u, response=0, qop=auth-int, nc=1, cnonce=c",
            "Digest username=a, realm=r, nonce=n, uri=u, response=0, qop=auth, nc=x, cnonce=c",
            "Digest username=a, realm=r, nonce=n, uri=u, response=0, qop=auth",
        ] {
            assert_eq!(Authorization::parse(bad), None, "{bad}");
        }
        assert_eq!(Challenge::parse("Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\""), None);
        assert!(
            Challenge::parse("Digest realm=r, nonce=n, stale=TRUE, qop=\"auth-int, auth\"").unwrap().stale
        );
    }
}
