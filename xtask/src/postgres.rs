//! A private PostgreSQL for one run: own folder under target, own port on 127.0.0.1. For tests it never waits for the
//! disk; for measurements and trials it is as durable as a real one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};

use crate::process::{self, Running};
use crate::repository;

/// The account that Debian's package makes; PostgreSQL refuses to run as root.
pub(crate) const UNPRIVILEGED_USER: &str = "postgres";
/// How long the server may take to accept its first connection.
const START_SECONDS_MAX: u64 = 30;
/// Every test may hold some connections at once.
const CONNECTIONS_MAX: u32 = 200;

/// A running server; it stops and its folder goes when this value goes.
#[derive(Debug)]
pub(crate) struct Postgres {
    // Declared first: the server must be gone before its folder is.
    server: Option<Running>,
    _folder: Folder,
    command: Command,
    user: Option<&'static str>,
    data: PathBuf,
    /// Where the tests connect, a URL for `TEST_POSTGRES_URL`.
    pub(crate) url: String,
    /// The port on 127.0.0.1.
    pub(crate) port: u16,
    programs: PathBuf,
}

impl Postgres {
    /// Shuts the server down; its data stays.
    pub(crate) fn stop(&mut self) {
        self.server = None;
    }

    /// Starts it again on the same data and port.
    pub(crate) fn start_again(&mut self) -> anyhow::Result<()> {
        self.server = Some(serve(&self.command, self.user, &self.data)?);
        Ok(())
    }

    /// Lets no process of the server do anything, as when its machine is cut off: connections stay open and are silent.
    pub(crate) fn freeze(&self) -> anyhow::Result<()> {
        self.signal("STOP")
    }

    /// Lets them go on.
    pub(crate) fn thaw(&self) -> anyhow::Result<()> {
        self.signal("CONT")
    }

    fn signal(&self, signal: &str) -> anyhow::Result<()> {
        let server = self.server.as_ref().context("the server does not run")?.id();
        let children = std::fs::read_to_string(format!("/proc/{server}/task/{server}/children"))?;
        let mut kill = Command::new("kill");
        kill.args(["-s", signal, &server.to_string()]).args(children.split_whitespace());
        // A backend that ended a moment ago is no failure.
        kill.output().context("cannot start kill").map(drop)
    }

    /// Runs SQL in a database and gives back what `psql` printed, without headings.
    pub(crate) fn query(&self, database: &str, sql: &str) -> anyhow::Result<String> {
        let beside = self.programs.join("psql");
        let mut psql = Command::new(if beside.is_file() { beside } else { PathBuf::from("psql") });
        psql.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", UNPRIVILEGED_USER, "-d", database]);
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]);
        let output = psql.output().context("cannot start psql")?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        bail!("psql failed: {}", String::from_utf8_lossy(&output.stderr))
    }

    /// Makes an empty database and gives back its address.
    pub(crate) fn new_database(&self, name: &str) -> anyhow::Result<String> {
        self.query("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(format!("postgres://{UNPRIVILEGED_USER}@127.0.0.1:{}/{name}", self.port))
    }
}

/// The settings that let a cluster forget everything when the machine stops: for tests only.
const NOT_DURABLE: &[&str] = &["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
/// The settings of a cluster that must keep what it has committed, said aloud although they are the defaults.
const DURABLE: &[&str] = &["fsync=on", "synchronous_commit=on", "full_page_writes=on"];

/// A folder that is removed when this value goes.
#[derive(Debug)]
pub(crate) struct Folder(pub(crate) PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("cannot remove {}: {error}", self.0.display());
        }
    }
}

/// Where `initdb` and `postgres` are: on the PATH, or in the newest of Debian's folders.
pub(crate) fn program_folder() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = debian.map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    std::env::split_paths(&path)
        .chain(versions.into_iter().rev())
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// Makes a new database cluster for tests and starts it.
pub(crate) fn start() -> anyhow::Result<Postgres> {
    start_with(NOT_DURABLE)
}

/// Makes a new database cluster whose commits are on disk and starts it.
pub(crate) fn start_durable() -> anyhow::Result<Postgres> {
    start_with(DURABLE)
}

fn start_with(durability: &[&str]) -> anyhow::Result<Postgres> {
    let programs = program_folder().context("PostgreSQL is not installed: Debian package postgresql")?;
    let user = process::is_root().then_some(UNPRIVILEGED_USER);
    let parent = folder_parent(user)?;
    let folder = Folder(parent.join(format!("tryggve-postgres-{}", std::process::id())));
    std::fs::create_dir_all(&folder.0).with_context(|| format!("cannot make {}", folder.0.display()))?;
    if let Some(user) = user {
        process::run(Command::new("chown").arg(format!("{user}:{user}")).arg(&folder.0))?;
    }
    let data = folder.0.join("data");
    initialise(&programs, &data, user)?;

    let port = process::free_port()?;
    let mut command = Command::new(programs.join("postgres"));
    command.arg("-D").arg(&data).current_dir(&folder.0);
    for setting in [
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        format!("unix_socket_directories={}", folder.0.display()),
        format!("max_connections={CONNECTIONS_MAX}"),
    ] {
        command.arg("-c").arg(setting);
    }
    for setting in durability {
        command.args(["-c", setting]);
    }
    let server = serve(&command, user, &data)?;
    let url = format!("postgres://{UNPRIVILEGED_USER}@127.0.0.1:{port}/postgres");
    println!("PostgreSQL runs on 127.0.0.1:{port}");
    let server = Some(server);
    Ok(Postgres { server, _folder: folder, command, user, data, url, port, programs })
}

fn serve(command: &Command, user: Option<&str>, data: &Path) -> anyhow::Result<Running> {
    let log = repository::target().join("test-postgres.log");
    // INT is PostgreSQL's fast shutdown: it does not wait for clients.
    let mut server = Running::start("PostgreSQL", "INT", user, command, &log)?;
    server
        .wait_until(Duration::from_secs(START_SECONDS_MAX), || is_ready(data))
        .map_err(|error| anyhow!("{error}; it said:\n{}", process::log_tail(&log)))?;
    Ok(server)
}

/// The build folder, or the system's temporary folder where the unprivileged user cannot reach the former.
pub(crate) fn folder_parent(user: Option<&str>) -> anyhow::Result<PathBuf> {
    let target = repository::target();
    std::fs::create_dir_all(&target)?;
    let Some(user) = user else { return Ok(target) };
    let mut look = as_user(user);
    look.args(["test", "-x"]).arg(&target);
    let reached = look.status().context("cannot run setpriv")?.success();
    Ok(if reached { target } else { std::env::temp_dir() })
}

fn as_user(user: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={user}")).arg(format!("--regid={user}")).arg("--clear-groups");
    command
}

fn initialise(programs: &Path, data: &Path, user: Option<&str>) -> anyhow::Result<()> {
    let initdb = programs.join("initdb");
    let mut command = match user {
        Some(user) => {
            let mut command = as_user(user);
            command.arg(initdb);
            command
        }
        None => Command::new(initdb),
    };
    command.arg("-D").arg(data);
    command.args(["--username", UNPRIVILEGED_USER, "--auth", "trust", "--encoding", "UTF8"]);
    command.args(["--locale", "C.UTF-8", "--no-sync"]);
    if let Some(folder) = data.parent() {
        command.current_dir(folder);
    }
    let output = command.output().context("cannot run initdb")?;
    if output.status.success() {
        return Ok(());
    }
    bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr))
}

/// PostgreSQL notes its own state in this file once it takes connections.
fn is_ready(data: &Path) -> bool {
    let state = std::fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    state.lines().any(|line| line.trim() == "ready")
}
