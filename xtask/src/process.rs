//! Running other programs: in the foreground to their end, or beside us until we let go.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::repository;

/// How long a program may take to stop when asked, before it is killed.
const STOP_SECONDS_MAX: u64 = 15;
/// How long between two looks at whether something is ready or gone.
const POLL_MILLIS: u64 = 50;

/// Runs a program to its end with its output shown; a failure is an error that names the command.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let shown = show(command);
    let status = command.status().with_context(|| format!("cannot start `{shown}`"))?;
    if status.success() { Ok(()) } else { bail!("`{shown}` failed ({status})") }
}

/// What cargo says of the package that it runs to the program that it runs, which is us.
const OF_OUR_PACKAGE: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_"];

/// Cargo, as if it were called from a shell: a dependency that asks for the name of the package it is built for would
/// otherwise be built anew each time the two take turns.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(repository::root());
    for (name, _) in std::env::vars_os() {
        if OF_OUR_PACKAGE.iter().any(|start| name.to_string_lossy().starts_with(start)) {
            command.env_remove(&name);
        }
    }
    command
}

/// The command as a person would type it.
pub(crate) fn show(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Is the program of that name on the `PATH`?
pub(crate) fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Are we the superuser?
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// A port on 127.0.0.1 that was free a moment ago.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

/// A program that runs beside us and is stopped when this value goes.
#[derive(Debug)]
pub(crate) struct Running {
    name: &'static str,
    stop_signal: &'static str,
    child: Child,
}

impl Running {
    /// Starts `command` with both outputs in `log`; it dies with us even when we are killed.
    ///
    /// `stop_signal` is what asks it to stop, such as `TERM`; `user` is whom it runs as, if not as ourselves.
    pub(crate) fn start(
        name: &'static str,
        stop_signal: &'static str,
        user: Option<&str>,
        command: &Command,
        log: &Path,
    ) -> anyhow::Result<Self> {
        let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut guarded = Command::new("setpriv");
        guarded.args(["--pdeathsig", stop_signal]);
        if let Some(user) = user {
            guarded.arg(format!("--reuid={user}")).arg(format!("--regid={user}")).arg("--clear-groups");
        }
        guarded.arg(command.get_program()).args(command.get_args());
        for (key, value) in command.get_envs() {
            match value {
                Some(value) => guarded.env(key, value),
                None => guarded.env_remove(key),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            guarded.current_dir(folder);
        }
        guarded.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let child = guarded.spawn().with_context(|| format!("cannot start {name}: `{}`", show(command)))?;
        Ok(Self { name, stop_signal, child })
    }

    /// The status if it has ended by itself.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits until `ready` says yes; an early end of the program or `limit` passed is an error.
    pub(crate) fn wait_until(&mut self, limit: Duration, ready: impl Fn() -> bool) -> anyhow::Result<()> {
        let begun = Instant::now();
        while !ready() {
            if let Some(status) = self.ended()? {
                bail!("{} ended before it was ready ({status})", self.name);
            }
            if begun.elapsed() > limit {
                bail!("{} was not ready after {} s", self.name, limit.as_secs());
            }
            pause();
        }
        Ok(())
    }

    /// Waits until it has ended by itself, at most `limit`.
    pub(crate) fn wait_for_end(&mut self, limit: Duration) -> anyhow::Result<ExitStatus> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if begun.elapsed() > limit {
                bail!("{} had not ended after {} s", self.name, limit.as_secs());
            }
            pause();
        }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it at once (SIGKILL) and waits until it is gone.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.child
            .kill()
            .and_then(|()| self.child.wait().map(drop))
            .with_context(|| format!("cannot kill {}", self.name))
    }

    fn stop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-s", self.stop_signal, &pid]).status();
        let begun = Instant::now();
        while asked.is_ok() && begun.elapsed() < Duration::from_secs(STOP_SECONDS_MAX) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            pause();
        }
        eprintln!("{} did not stop within {STOP_SECONDS_MAX} s and is killed", self.name);
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait().map(drop)) {
            eprintln!("{} could not be killed: {error}", self.name);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Does something accept connections on this port of 127.0.0.1?
pub(crate) fn accepts(port: u16) -> bool {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    std::net::TcpStream::connect_timeout(&address, Duration::from_millis(POLL_MILLIS)).is_ok()
}

#[expect(clippy::disallowed_methods, reason = "another program's readiness can only be polled from here")]
fn pause() {
    std::thread::sleep(Duration::from_millis(POLL_MILLIS));
}

/// Lets another program work for a while.
#[expect(
    clippy::disallowed_methods,
    reason = "another program is left alone for a time of the caller's choice"
)]
pub(crate) fn leave_alone(time: Duration) {
    std::thread::sleep(time);
}

/// The last lines of a log, for a message about what went wrong.
pub(crate) fn log_tail(log: &Path) -> String {
    const LINES_MAX: usize = 30;
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES_MAX)..].join("\n")
}
