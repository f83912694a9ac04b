//! Three PostgreSQL with Patroni and etcd as `packaging/failover` sets them up, each on a loopback address of its own.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::postgres::{Folder, UNPRIVILEGED_USER, folder_parent};
use crate::process::{self, Running};
use crate::repository;
use crate::tools::{self, Tool};

/// The passwords of this trial; nobody but this machine reaches its servers.
const PASSWORD: &str = "prov";
/// How long the three may take to be a cluster whose leader has a synchronous standby.
const WHOLE_SECONDS_MAX: u64 = 180;
/// How long the three may take to stop, before they are killed.
const STOP: Duration = Duration::from_secs(10);
/// How long a question whether somebody is there may take.
const ASK: Duration = Duration::from_secs(2);
/// How long a look at the tables may take.
const LOOK: Duration = Duration::from_secs(20);

/// Debian's own, which every account may run; one of a person's may lie in a folder that is closed to others.
const PYTHON: &str = "/usr/bin/python3";
/// What Patroni asks PostgreSQL by.
const DATABASE_DRIVER: &str = "psycopg2-binary==2.9.10";

const TOOLS: &[Tool] = &[
    Tool { name: "postgres", present: || servers().is_some(), package: "postgresql", why: "the database" },
    Tool {
        name: "python3",
        present: tools::has_venv,
        package: "python3-venv",
        why: "runs Patroni, which lets another server lead when the leader is gone",
    },
    Tool {
        name: "etcd",
        present: || process::on_path("etcd"),
        package: "etcd-server",
        why: "keeps who leads",
    },
    Tool {
        name: "haproxy",
        present: || haproxy().is_some(),
        package: "haproxy",
        why: "leads Tryggve to the server that leads",
    },
];

/// Installs one version of Patroni from PyPI into an environment of its own; says where its program is.
fn patroni(version: &str) -> anyhow::Result<PathBuf> {
    let folder = repository::target().join(format!("patroni-{version}"));
    let program = folder.join("bin/patroni");
    if !program.is_file() {
        println!("installing patroni {version} from PyPI in {}", folder.display());
        process::run(Command::new(PYTHON).args(["-m", "venv"]).arg(&folder))?;
        let mut pip = Command::new(folder.join("bin/pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check", DATABASE_DRIVER]);
        process::run(pip.arg(format!("patroni[etcd3]=={version}")))?;
    }
    Ok(program)
}

/// Where the newest of Debian's PostgreSQL has everything that Patroni calls.
fn servers() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = debian.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    let programs = ["postgres", "psql", "pg_controldata", "pg_rewind"];
    folders.into_iter().rev().find(|folder| programs.iter().all(|program| folder.join(program).is_file()))
}

/// Debian puts it where only the superuser's `PATH` looks.
fn haproxy() -> Option<PathBuf> {
    ["/usr/sbin/haproxy", "/usr/bin/haproxy"].into_iter().map(PathBuf::from).find(|path| path.is_file())
}

/// The ports that stand in the files, and those that are free here.
#[derive(Debug, Clone)]
struct Ports(Vec<(&'static str, u16)>);

impl Ports {
    fn new() -> anyhow::Result<Self> {
        let written = ["5432", "8008", "2379", "2380"];
        written
            .into_iter()
            .map(|port| Ok((port, process::free_port()?)))
            .collect::<anyhow::Result<_>>()
            .map(Self)
    }

    fn of(&self, written: &str) -> u16 {
        self.0.iter().find(|(port, _)| *port == written).map_or(0, |(_, port)| *port)
    }
}

/// One database machine.
#[derive(Debug)]
struct Machine {
    name: String,
    address: [u8; 4],
    folder: PathBuf,
    // Stopped in this order: Patroni first, while it can still say goodbye to etcd.
    patroni: Running,
    etcd: Running,
}

impl Machine {
    /// Every process of the machine: etcd, Patroni, PostgreSQL and its children.
    fn processes(&self) -> Vec<String> {
        let mut found = vec![self.patroni.id().to_string(), self.etcd.id().to_string()];
        found.extend(self.postmaster());
        let mut next = 0;
        while let Some(parent) = found.get(next) {
            let children = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
            let children: Vec<String> =
                children.unwrap_or_default().split_whitespace().map(str::to_owned).collect();
            found.extend(children);
            next += 1;
        }
        found.sort();
        found.dedup();
        found
    }

    fn postmaster(&self) -> Option<String> {
        let file = self.folder.join("postgresql/15/tryggve/postmaster.pid");
        Some(std::fs::read_to_string(file).ok()?.lines().next()?.trim().to_owned())
    }
}

/// The three machines, and a HAProxy for each Tryggve.
#[derive(Debug)]
pub(super) struct Cluster {
    proxies: Vec<(u16, Running)>,
    machines: Vec<Machine>,
    ports: Ports,
    patroni: PathBuf,
    // Removed when everything that stands in it has ended.
    folder: Folder,
}

impl Cluster {
    /// Installs what lacks, starts everything, and waits until the leader has two standbys.
    pub(super) fn start(tryggves: usize, patroni_version: &str) -> anyhow::Result<Self> {
        tools::ensure(TOOLS)?;
        let patroni = patroni(patroni_version)?;
        let user = process::is_root().then_some(UNPRIVILEGED_USER);
        let folder = folder_parent(user)?.join(format!("tryggve-failover-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let folder = Folder(folder);
        let ports = Ports::new()?;
        let mut cluster = Self { proxies: Vec::new(), machines: Vec::new(), ports, patroni, folder };
        for number in 1..=3 {
            let machine = cluster.start_machine(number, user)?;
            cluster.machines.push(machine);
        }
        for _ in 0..tryggves {
            let proxy = cluster.start_proxy(user)?;
            cluster.proxies.push(proxy);
        }
        cluster.wait_until_whole()?;
        Ok(cluster)
    }

    fn start_machine(&self, number: u8, user: Option<&str>) -> anyhow::Result<Machine> {
        let name = format!("db{number}");
        let (folder, address) = (self.folder.0.join(&name), [127, 0, 0, 10 + number]);
        for inside in ["etcd", "run", "postgresql/15"] {
            std::fs::create_dir_all(folder.join(inside))?;
        }
        let text_address = address.map(|part| part.to_string()).join(".");
        for file in ["etcd.yml", "patroni.yml"] {
            let text = self.fill(&packaged(file)?, &folder);
            let text = text.replace("NODE_NAME", &name).replace("NODE_ADDRESS", &text_address);
            std::fs::write(folder.join(file), text)?;
        }
        give(&folder, user)?;
        let run = |name, program: &Path, arguments: &[&str], log: &str| {
            let mut command = Command::new(program);
            command.args(arguments).current_dir(&folder);
            Running::start(name, "TERM", user, &command, &folder.join(log))
        };
        let etcd = run("etcd", Path::new("etcd"), &["--config-file", "etcd.yml"], "etcd.log")?;
        let patroni = run("Patroni", &self.patroni, &["patroni.yml"], "patroni.log")?;
        Ok(Machine { name, address, folder, patroni, etcd })
    }

    fn start_proxy(&self, user: Option<&str>) -> anyhow::Result<(u16, Running)> {
        let port = process::free_port()?;
        let file = self.folder.0.join(format!("haproxy-{port}.cfg"));
        let text = self.fill(&packaged("haproxy.cfg")?, &self.folder.0);
        let text = text.replace("check port 8008", &format!("check port {}", self.ports.of("8008")));
        std::fs::write(&file, text.replace(":5000", &format!(":{port}")))?;
        give(&file, user)?;
        let mut command = Command::new(haproxy().context("no haproxy")?);
        command.arg("-db").arg("-f").arg(&file);
        Ok((port, Running::start("HAProxy", "TERM", user, &command, &file.with_extension("log"))?))
    }

    /// A packaged file with the addresses, ports, folders and passwords of this trial.
    pub(super) fn fill(&self, text: &str, folder: &Path) -> String {
        let mut text = text.replace("192.0.2.0/24", "127.0.0.0/8").replace("192.0.2.1", "127.0.0.1");
        for (written, free) in &self.ports.0 {
            text = text.replace(&format!(":{written}"), &format!(":{free}"));
        }
        let programs = servers().unwrap_or_default();
        text = text.replace("/usr/lib/postgresql/15/bin", &programs.display().to_string());
        text = text.replace("/var/run/postgresql", &folder.join("run").display().to_string());
        text = text
            .replace("/var/lib/tryggve/", "/var/lib/")
            .replace("/var/lib/", &format!("{}/", folder.display()));
        text = text.replace("postgres://tryggve@", &format!("postgres://tryggve:{PASSWORD}@"));
        text.replace("SUPERUSER_PASSWORD", PASSWORD).replace("REPLICATION_PASSWORD", PASSWORD)
    }

    /// Where the HAProxy of one Tryggve listens.
    pub(super) fn proxy_port(&self, tryggve: usize) -> anyhow::Result<u16> {
        Ok(self.proxies.get(tryggve).context("no such HAProxy")?.0)
    }

    /// The address of Tryggve's database, by way of one HAProxy.
    pub(super) fn database(&self, tryggve: usize) -> anyhow::Result<String> {
        let port = self.proxy_port(tryggve)?;
        Ok(format!("postgres://tryggve:{PASSWORD}@127.0.0.1:{port}/tryggve"))
    }

    /// Runs SQL on the server that leads and gives back what `psql` printed, without headings.
    pub(super) fn query(&self, user: &str, database: &str, sql: &str) -> anyhow::Result<String> {
        self.query_within(LOOK, user, database, sql)
    }

    fn query_within(&self, limit: Duration, user: &str, database: &str, sql: &str) -> anyhow::Result<String> {
        let port = self.proxy_port(0)?;
        let seconds = limit.as_secs();
        let mut psql = Command::new("timeout");
        psql.arg(seconds.to_string()).arg(servers().context("no PostgreSQL")?.join("psql"));
        psql.arg(format!(
            "host=127.0.0.1 port={port} user={user} password={PASSWORD} dbname={database} connect_timeout={seconds}"
        ));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]);
        let output = psql.output().context("cannot start psql")?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        bail!("psql failed: {}", String::from_utf8_lossy(&output.stderr))
    }

    /// Whether the server that leads commits something right now.
    fn takes(&self, sql: &str) -> bool {
        self.query_within(ASK, UNPRIVILEGED_USER, "postgres", sql).is_ok()
    }

    /// Waits until one leads, one follows in step and one more follows.
    pub(super) fn wait_until_whole(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let count = |path: &str| self.machines.iter().filter(|machine| self.says(machine, path)).count();
            let found = [count("/primary"), count("/synchronous"), count("/replica")];
            // A standby that has just been told to lead may not be one yet, so that it is asked for something to write.
            if found == [1, 1, 2]
                && self
                    .query("postgres", "postgres", "CREATE TABLE IF NOT EXISTS probe (at TIMESTAMPTZ)")
                    .is_ok()
            {
                return Ok(());
            }
            if begun.elapsed() > Duration::from_secs(WHOLE_SECONDS_MAX) {
                let logs: Vec<String> = self
                    .machines
                    .iter()
                    .map(|machine| process::log_tail(&machine.folder.join("patroni.log")))
                    .collect();
                bail!(
                    "leaders, synchronous standbys, standbys: {found:?} after {WHOLE_SECONDS_MAX} s\n{}",
                    logs.join("\n")
                );
            }
            process::leave_alone(Duration::from_millis(500));
        }
    }

    /// The server that leads, by its place.
    pub(super) fn leader(&self) -> anyhow::Result<usize> {
        self.machines.iter().position(|machine| self.says(machine, "/primary")).context("nobody leads")
    }

    /// The name of a machine.
    pub(super) fn name(&self, machine: usize) -> &str {
        self.machines.get(machine).map_or("", |machine| &machine.name)
    }

    /// Whether Patroni of a machine says 200 to a question.
    fn says(&self, machine: &Machine, path: &str) -> bool {
        let ask = || -> anyhow::Result<bool> {
            let address = SocketAddr::from((machine.address, self.ports.of("8008")));
            let mut stream = TcpStream::connect_timeout(&address, ASK)?;
            stream.set_read_timeout(Some(ASK))?;
            write!(stream, "GET {path} HTTP/1.0\r\n\r\n")?;
            let mut first = [0_u8; 12];
            stream.read_exact(&mut first)?;
            Ok(first.ends_with(b" 200"))
        };
        ask().unwrap_or(false)
    }

    /// Kills the PostgreSQL of a machine at once; Patroni and etcd go on.
    pub(super) fn kill_postgres(&self, machine: usize) -> anyhow::Result<()> {
        let postmaster =
            self.machines.get(machine).and_then(Machine::postmaster).context("no PostgreSQL runs")?;
        signal("KILL", &[postmaster])
    }

    /// Lets nothing of a machine do anything, as when it is cut off: its connections stay open and are silent.
    pub(super) fn freeze(&self, machine: usize) -> anyhow::Result<()> {
        signal("STOP", &self.machines.get(machine).context("no such machine")?.processes())
    }

    /// Lets it go on as if nothing had been.
    pub(super) fn thaw(&self, machine: usize) -> anyhow::Result<()> {
        signal("CONT", &self.machines.get(machine).context("no such machine")?.processes())
    }

    /// Writes to the server that leads until it takes it; how long that took since a moment.
    pub(super) fn wait_until_written(&self, since: Instant, limit: Duration) -> anyhow::Result<Duration> {
        loop {
            if self.takes("INSERT INTO probe VALUES (now())") {
                return Ok(since.elapsed());
            }
            ensure!(since.elapsed() < limit, "the database took nothing within {} s", limit.as_secs());
            process::leave_alone(Duration::from_millis(100));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A machine that stands still would not hear that it is to stop, and one after another they would each take
        // over from the one before.
        for machine in 0..self.machines.len() {
            let _ = self.thaw(machine);
        }
        let patronis: Vec<String> =
            self.machines.iter().map(|machine| machine.patroni.id().to_string()).collect();
        let _ = signal("TERM", &patronis);
        let begun = Instant::now();
        while self.machines.iter().any(|machine| machine.postmaster().is_some()) && begun.elapsed() < STOP {
            process::leave_alone(Duration::from_millis(100));
        }
        for machine in &self.machines {
            let _ = signal("KILL", &machine.processes());
        }
    }
}

/// One of the files that a municipality begins with.
pub(super) fn packaged(file: &str) -> anyhow::Result<String> {
    let path = repository::root().join("packaging/failover").join(file);
    std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Lets the account that the servers run as have a folder or a file.
fn give(path: &Path, user: Option<&str>) -> anyhow::Result<()> {
    let Some(user) = user else { return Ok(()) };
    let parent = path.parent().into_iter();
    process::run(Command::new("chown").arg(format!("{user}:{user}")).args(parent))?;
    process::run(Command::new("chown").arg("-R").arg(format!("{user}:{user}")).arg(path))
}

fn signal(signal: &str, processes: &[String]) -> anyhow::Result<()> {
    // A process that ended a moment ago is no failure.
    Command::new("kill").args(["-s", signal]).args(processes).output().context("cannot start kill").map(drop)
}
