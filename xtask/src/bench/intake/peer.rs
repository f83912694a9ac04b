//! Kamailio as a peer: it stores each SIP MESSAGE in PostgreSQL before its 200.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};

use crate::postgres::Postgres;
use crate::process::{self, Running};
use crate::reception::Place;

/// Worker processes, and messages in flight: each worker waits for its own commit, so more in flight only queue.
pub(crate) const CHILDREN: u32 = 16;
/// How long it may take to listen.
const START_SECONDS_MAX: u64 = 30;
const DATABASE: &str = "kamailio";
const PACKAGES: [&str; 2] = ["kamailio", "kamailio-postgres-modules"];

/// The running peer; it stops when this value goes.
#[derive(Debug)]
pub(crate) struct Peer {
    _running: Running,
    /// Where it listens on 127.0.0.1.
    pub(crate) port: u16,
}

/// Makes sure that the peer is there: installs Debian's packages, or says what lacks.
pub(crate) fn ensure_installed() -> anyhow::Result<()> {
    if process::on_path("kamailio") && modules().is_some() {
        return Ok(());
    }
    ensure!(process::is_root(), "the peer is lacking; as root run `apt-get install {}`", PACKAGES.join(" "));
    println!("installing: {}", PACKAGES.join(" "));
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    process::run(apt.args(["--quiet", "--yes", "--no-install-recommends", "install"]).args(PACKAGES))
}

/// The folder of its modules that holds the database driver.
fn modules() -> Option<std::path::PathBuf> {
    std::fs::read_dir("/usr/lib")
        .ok()?
        .flatten()
        .map(|entry| entry.path().join("kamailio/modules"))
        .find(|folder| folder.join("db_postgres.so").is_file())
}

/// Starts it on an empty table of the server.
pub(crate) fn start(server: &Postgres) -> anyhow::Result<Peer> {
    let url = server.new_database(DATABASE)?;
    server.query(DATABASE, "CREATE TABLE alarm (callid text, src text, body text)")?;
    // Its driver wants a password in the address; the server asks for none.
    let url = url.replacen('@', ":none@", 1);
    let place = Place::new("bench-kamailio")?;
    let config = place.folder().join("kamailio.cfg");
    std::fs::write(&config, configuration(place.sip, &url))
        .context("cannot write the peer's configuration")?;
    let mut command = Command::new("kamailio");
    // -DD keeps the main process in the foreground, -E logs to standard error, -m and -M are MiB of memory.
    command.args(["-DD", "-E", "-m", "128", "-M", "16", "-w"]).arg(place.folder());
    command.arg("-Y").arg(place.folder()).arg("-f").arg(&config);
    let log = place.folder().join("kamailio.log");
    let mut running = Running::start("kamailio", "TERM", None, &command, &log)?;
    running
        .wait_until(Duration::from_secs(START_SECONDS_MAX), || process::accepts(place.sip))
        .map_err(|error| anyhow!("{error}; it said:\n{}", process::log_tail(&log)))?;
    Ok(Peer { _running: running, port: place.sip })
}

impl Peer {
    /// Rows, and different Call-IDs among them.
    pub(crate) fn counted(&self, server: &Postgres) -> anyhow::Result<(u64, u64)> {
        let said = server.query(DATABASE, "SELECT COUNT(*), COUNT(DISTINCT callid) FROM alarm")?;
        let (rows, distinct) = said.split_once('|').with_context(|| format!("psql said {said:?}"))?;
        Ok((rows.parse()?, distinct.parse()?))
    }
}

/// One table row per MESSAGE, committed before the 200; anything else is refused.
fn configuration(port: u16, url: &str) -> String {
    format!(
        r#"debug=0
children={CHILDREN}
tcp_children=1
listen=udp:127.0.0.1:{port}
listen=tcp:127.0.0.1:{port}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "sqlops.so"
loadmodule "db_postgres.so"
modparam("sqlops", "sqlcon", "ca=>{url}")
request_route {{
  if (!is_method("MESSAGE")) {{ sl_send_reply("405", "Method Not Allowed"); exit; }}
  if ($cT != "application/scaip+xml") {{ sl_send_reply("415", "Unsupported Media Type"); exit; }}
  if (!sql_query("ca", "INSERT INTO alarm (callid, src, body) VALUES ('$(ci{{s.escape.common}})', '$si', '$(rb{{s.escape.common}})')")) {{
    sl_send_reply("500", "Not stored");
    exit;
  }}
  sl_send_reply("200", "OK");
  exit;
}}
"#
    )
}
