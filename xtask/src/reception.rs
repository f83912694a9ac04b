//! A reception of alarms for tests and measurements: a seeded database, `tryggve serve` on private ports, and the
//! `load` program beside it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, anyhow, bail, ensure};
use serde_json::Value;

use crate::process::{self, Running};
use crate::repository;

/// How long reception may take until it accepts connections.
const START_SECONDS_MAX: u64 = 30;

/// The two programs, built alike.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Those that a test run has built.
    pub(crate) fn of_tests() -> Self {
        Self { folder: repository::target().join("debug") }
    }

    /// Builds them for tests. The whole workspace is named so that its dependencies keep the features of the tests.
    pub(crate) fn build_for_tests() -> anyhow::Result<Self> {
        process::run(&mut process::cargo(&["build", "--workspace", "--bin", "tryggve", "--bin", "load"]))?;
        Ok(Self::of_tests())
    }

    /// Builds them as they are shipped.
    pub(crate) fn build_released() -> anyhow::Result<Self> {
        process::run(&mut process::cargo(&[
            "build",
            "--release",
            "--package",
            "tryggve",
            "--package",
            "load",
        ]))?;
        Ok(Self { folder: repository::target().join("release") })
    }

    /// The product itself with its arguments, to be run to its end or beside us.
    pub(crate) fn tryggve(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.folder.join("tryggve"));
        command.args(arguments);
        command
    }

    /// The `load` program with its arguments, to be run to its end or beside us.
    pub(crate) fn load(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.folder.join("load"));
        command.args(arguments);
        command
    }

    /// Runs `load` to its end and reads what it printed as JSON; a failure is an error with all that it said.
    pub(crate) fn load_json(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let output = self.load(arguments).output().context("cannot start load")?;
        let said = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            bail!("load {} failed: {said}{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        serde_json::from_str(&said).with_context(|| format!("load said {said:?}"))
    }

    /// Registers devices in a database, which is made if it is not there; gives back what was printed.
    pub(crate) fn seed(&self, database: &str, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.load(&["seed", "--database", database]).args(arguments).output()?;
        ensure!(output.status.success(), "cannot seed: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The same with an operator who is logged in; gives back the secret of their session.
    pub(crate) fn seed_with_operator(&self, database: &str, arguments: &[&str]) -> anyhow::Result<String> {
        let said = self.seed(database, &[arguments, &["--session"]].concat())?;
        Ok(said.lines().last().context("seed told no session")?.to_owned())
    }
}

/// Where a reception listens: UDP and TCP, on both loopback addresses, and TLS where it has a certificate.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// UDP and TCP.
    pub(crate) sip: u16,
    /// TLS.
    pub(crate) sips: u16,
    /// The pages.
    pub(crate) web: u16,
    folder: PathBuf,
    certificate: Option<(PathBuf, PathBuf)>,
    /// The room of the journal in MiB; none without one.
    journal_mib: Option<u64>,
    /// Where it takes copies of another one's journal.
    pub(crate) copies: u16,
    /// Where the other one takes copies of this one's.
    copied_to: Option<u16>,
}

impl Place {
    /// Opens the page of status.
    pub(crate) const STATUS_SECRET: &str = "prov";
    /// What two of them prove themselves with.
    pub(crate) const COPY_SECRET: &str = "made up for the trial";

    /// Free ports, and a folder of one's own under the build folder that is emptied first.
    pub(crate) fn new(name: &str) -> anyhow::Result<Self> {
        let folder = repository::target().join("reception").join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let (sip, sips, web) = (process::free_port()?, process::free_port()?, process::free_port()?);
        let copies = process::free_port()?;
        Ok(Self { sip, sips, web, folder, certificate: None, journal_mib: None, copies, copied_to: None })
    }

    /// The same with a certificate that it signs itself, so that TLS is spoken, too.
    pub(crate) fn with_tls(mut self) -> anyhow::Result<Self> {
        let (certificate, key) = (self.folder.join("certificate.pem"), self.folder.join("key.pem"));
        let mut openssl = Command::new("openssl");
        openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]);
        openssl
            .args(["-days", "2", "-subj", "/CN=localhost", "-keyout"])
            .arg(&key)
            .arg("-out")
            .arg(&certificate);
        let output = openssl.output().context("cannot start openssl")?;
        ensure!(output.status.success(), "openssl failed: {}", String::from_utf8_lossy(&output.stderr));
        self.certificate = Some((certificate, key));
        Ok(self)
    }

    /// The same with a journal of so many MiB, for the time when the database is away.
    pub(crate) fn with_journal(mut self, room_mib: u64) -> Self {
        self.journal_mib = Some(room_mib);
        self
    }

    /// The same with a copy of its journal on another one, of which it keeps a copy, too.
    pub(crate) fn with_copy_on(mut self, other: &Place) -> Self {
        self.copied_to = Some(other.copies);
        self
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The address of a SQLite database in the folder.
    pub(crate) fn sqlite(&self) -> String {
        format!("sqlite:{}", self.folder.join("tryggve.db").display())
    }

    pub(crate) fn config(&self, database: &str) -> String {
        let listen = format!("[\"127.0.0.1:{0}\", \"[::1]:{0}\"]", self.sip);
        let mut text = format!(
            "database = \"{database}\"\n[sip]\nudp = {listen}\ntcp = {listen}\n\
             trusted_networks = [\"127.0.0.0/8\", \"::1/128\"]\n[web]\nlisten = [\"127.0.0.1:{}\"]\n\
             status_secret = \"{}\"\n",
            self.web,
            Self::STATUS_SECRET
        );
        if let Some(room) = self.journal_mib {
            let file = self.folder.join("journal");
            text += &format!("[journal]\nfile = \"{}\"\nroom_mib = {room}\n", file.display());
            if let Some(other) = self.copied_to {
                text += &format!(
                    "peer = \"127.0.0.1:{other}\"\nlisten = \"127.0.0.1:{}\"\nsecret = \"{}\"\n",
                    self.copies,
                    Self::COPY_SECRET
                );
            }
        }
        if let Some((certificate, key)) = &self.certificate {
            text += &format!(
                "[[sip.tls]]\naddress = \"127.0.0.1:{}\"\ncertificate = \"{}\"\nkey = \"{}\"\n",
                self.sips,
                certificate.display(),
                key.display()
            );
        }
        text
    }
}

/// What `/metrics` says while the other node has a copy of everything.
const EVERYTHING_COPIED: &str = "tryggve_journal_copy_behind 0";

/// What a reception counts, as it tells a collector.
pub(crate) fn figures(place: &Place) -> anyhow::Result<String> {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--fail", "--max-time", "5"]);
    let output = curl.arg(format!("http://127.0.0.1:{}/metrics", place.web)).output()?;
    ensure!(output.status.success(), "/metrics does not answer");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `tryggve serve` on a database; it stops when this value goes.
#[derive(Debug)]
pub(crate) struct Reception(Running);

impl Reception {
    /// Starts it and waits until it accepts connections.
    pub(crate) fn start(programs: &Programs, place: &Place, database: &str) -> anyhow::Result<Self> {
        Self::start_as(programs, place, &place.config(database), Vec::new())
    }

    /// The same with a configuration of one's own, which listens where the place says, and with words of the
    /// environment, such as those of a disk with faults.
    pub(crate) fn start_as(
        programs: &Programs,
        place: &Place,
        text: &str,
        environment: Vec<(&'static str, PathBuf)>,
    ) -> anyhow::Result<Self> {
        let config = place.folder.join("tryggve.toml");
        std::fs::write(&config, text).context("cannot write the configuration")?;
        let mut command = Command::new(programs.folder.join("tryggve"));
        command.arg("serve").arg("--config").arg(&config).envs(environment);
        let log = place.folder.join("tryggve.log");
        let mut running = Running::start("tryggve", "TERM", None, &command, &log)?;
        running
            .wait_until(Duration::from_secs(START_SECONDS_MAX), || process::accepts(place.sip))
            .map_err(|error| anyhow!("{error}; it said:\n{}", process::log_tail(&log)))?;
        Ok(Self(running))
    }

    /// The same once its database has answered: on a busy machine it may begin without, and know no device yet.
    pub(crate) fn wait_for_database(mut self, place: &Place) -> anyhow::Result<Self> {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--fail", "--max-time", "5", "--output", "/dev/null"]);
        curl.arg(format!("http://127.0.0.1:{}/health/ready", place.web));
        let curl = std::cell::RefCell::new(curl);
        let ready = || curl.borrow_mut().status().is_ok_and(|status| status.success());
        self.0.wait_until(Duration::from_secs(START_SECONDS_MAX), ready)?;
        Ok(self)
    }

    /// The same once the other one has a copy of everything in its journal.
    pub(crate) fn wait_for_copy(&mut self, place: &Place) -> anyhow::Result<()> {
        let copied = || figures(place).is_ok_and(|text| text.lines().any(|line| line == EVERYTHING_COPIED));
        self.0.wait_until(Duration::from_secs(START_SECONDS_MAX), copied)
    }

    /// Ends it as a power cut does: SIGKILL, nothing is closed.
    pub(crate) fn kill(mut self) -> anyhow::Result<()> {
        self.0.kill()
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> anyhow::Result<bool> {
        Ok(self.0.ended()?.is_none())
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// The most memory that it has held at once, in MiB.
    pub(crate) fn memory_peak_mib(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|rest| rest.split_whitespace().next()).context("no VmHWM")?;
        Ok(kib.parse::<f64>()? / 1_024.0)
    }
}
