//! Starting the built product on private ports, and stopping it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, anyhow};

use crate::process::{self, Running};
use crate::repository;

/// How long the product may take until it answers on [`HEALTH_PATH`].
const START_SECONDS_MAX: u64 = 60;
/// The path that answers 200 once the product can take alarms and pages.
const HEALTH_PATH: &str = "/health/ready";
/// How long one look at the health path may take.
const HEALTH_SECONDS_MAX: u64 = 2;

/// A running product with a made-up municipality; it stops when this value goes.
#[derive(Debug)]
pub(crate) struct Product {
    _running: Running,
    /// Ports on 127.0.0.1.
    pub(crate) ports: Ports,
}

/// The ports of one run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    /// Pages and API.
    pub(crate) web: u16,
    /// SIP over UDP and TCP.
    pub(crate) sip: u16,
    /// SIP over TLS.
    pub(crate) sips: u16,
    /// MQTT.
    pub(crate) mqtt: u16,
}

impl Product {
    /// The address that a browser opens.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.web)
    }
}

/// The folder where a run of the product keeps its database and where logs and pictures land.
pub(crate) fn folder() -> PathBuf {
    repository::target().join("e2e")
}

/// The folder of the product's database, and of the demo's lists of devices and logins.
pub(crate) fn data() -> PathBuf {
    folder().join("data")
}

/// The built program.
pub(crate) fn program() -> PathBuf {
    repository::target().join("debug/tryggve")
}

/// The one place that knows how the product is asked to run for tests.
fn arguments(command: &mut Command, ports: Ports) {
    command.arg("demo").arg("--data").arg(data());
    command.arg("--web").arg(format!("127.0.0.1:{}", ports.web));
    command.arg("--sip").arg(format!("127.0.0.1:{}", ports.sip));
    command.arg("--sips").arg(format!("127.0.0.1:{}", ports.sips));
    command.arg("--mqtt").arg(format!("127.0.0.1:{}", ports.mqtt));
    // Journeys send what they need; a device that lives a life of its own would disturb them.
    command.arg("--quiet");
}

/// Starts the product on an empty database and waits until it is ready.
pub(crate) fn start() -> anyhow::Result<Product> {
    let data = data();
    if data.exists() {
        std::fs::remove_dir_all(&data).with_context(|| format!("cannot empty {}", data.display()))?;
    }
    std::fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
    let ports = Ports {
        web: process::free_port()?,
        sip: process::free_port()?,
        sips: process::free_port()?,
        mqtt: process::free_port()?,
    };
    let mut command = Command::new(program());
    arguments(&mut command, ports);
    let log = folder().join("tryggve.log");
    let mut running = Running::start("tryggve", "TERM", None, &command, &log)?;
    running.wait_until(Duration::from_secs(START_SECONDS_MAX), || healthy(ports.web)).map_err(|error| {
        anyhow!("{error}; `{}` said:\n{}", process::show(&command), process::log_tail(&log))
    })?;
    println!("tryggve runs on 127.0.0.1: web {}, SIP {}, SIP over TLS {}", ports.web, ports.sip, ports.sips);
    Ok(Product { _running: running, ports })
}

fn healthy(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let limit = Duration::from_secs(HEALTH_SECONDS_MAX);
        let mut stream = TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], port)), limit)?;
        stream.set_read_timeout(Some(limit))?;
        write!(stream, "GET {HEALTH_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut status_line = [0; "HTTP/1.1 200".len()];
        stream.read_exact(&mut status_line)?;
        Ok(status_line.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}
