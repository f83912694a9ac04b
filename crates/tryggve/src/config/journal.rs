//! The part of the configuration file about the journal and its copy on another node.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context as _, bail};
use peer::Secret;
use serde::Deserialize;

use super::secret;

const MIB: u64 = 1_024 * 1_024;

/// What keeps alarms while the database is away.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Journal {
    /// The file; left out, there is no journal, and an alarm that the database cannot take is refused.
    pub(crate) file: Option<PathBuf>,
    /// Its room, in MiB; the whole of it is taken at the first start.
    pub(crate) room_mib: Option<u64>,
    /// Where the other node takes copies, such as `192.0.2.22:5070`; left out, this journal is not copied.
    pub(crate) peer: Option<String>,
    /// Where this node takes copies of the other one's journal; left out, it takes none.
    pub(crate) listen: Option<SocketAddr>,
    /// What both nodes prove themselves with.
    #[serde(deserialize_with = "secret::private")]
    pub(crate) secret: base::Private<String>,
    /// A file with that secret, instead.
    pub(crate) secret_file: Option<PathBuf>,
}

/// The two nodes' copies of each other's journals.
#[derive(Debug)]
pub(crate) struct Peers {
    /// What both prove themselves with.
    pub(crate) secret: Secret,
    /// Where the other node takes copies.
    pub(crate) to: Option<String>,
    /// Where this node takes copies, and the file that it keeps them in.
    pub(crate) here: Option<(SocketAddr, PathBuf)>,
}

impl Journal {
    /// Its room, in bytes.
    pub(crate) fn room(&self) -> u64 {
        self.room_mib.map_or(journal::JOURNAL_BYTES, |room| room.saturating_mul(MIB))
    }

    /// The copies, where there is another node; the secret must have been taken from its file. `shares_database` tells
    /// whether two nodes can have the same database.
    pub(crate) fn peers(&self, shares_database: bool) -> anyhow::Result<Option<Peers>> {
        if self.peer.is_none() && self.listen.is_none() {
            return Ok(None);
        }
        let Some(file) = &self.file else {
            bail!("[journal] peer and listen need a file: without a journal there is nothing to copy");
        };
        if !shares_database {
            bail!(
                "[journal] peer and listen need a PostgreSQL that both nodes share: a copy is stored in the same one"
            );
        }
        let secret = Secret::new(self.secret.reveal()).context("[journal] secret cannot be used")?;
        let mut beside = file.clone().into_os_string();
        beside.push(".peer");
        let here = self.listen.map(|address| (address, PathBuf::from(beside)));
        Ok(Some(Peers { secret, to: self.peer.clone(), here }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, shares_database: bool, expected: &str) {
        let journal: Journal = toml::from_str(text).unwrap();
        let shown = match journal.peers(shares_database) {
            Ok(peers) => format!("{peers:?}"),
            Err(error) => format!("{error:#}"),
        };
        assert!(shown.contains(expected), "{shown} lacks {expected}");
        assert!(!shown.contains("hemligt"), "{shown}");
    }

    #[test]
    fn a_copy_needs_all_that_it_needs() {
        let file = "file = \"/j\"\n";
        let (to, secret) = ("peer = \"192.0.2.22:5070\"\n", "secret = \"hemligt-hemligt-hemligt\"\n");
        check("", true, "None");
        check(file, true, "None");
        check(to, true, "need a file");
        check(&[file, to].concat(), true, "has 0 characters, expected 16");
        check(&[file, to, secret].concat(), false, "need a PostgreSQL");
        check(&[file, to, secret].concat(), true, "to: Some(\"192.0.2.22:5070\"), here: None");
        let listen = "listen = \"192.0.2.21:5070\"\n";
        check(&[file, listen, secret].concat(), true, "\"/j.peer\"");
        check(&[file, listen, "secret = \"kort\""].concat(), true, "has 4 characters, expected 16");
    }
}
