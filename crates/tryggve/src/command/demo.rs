//! `tryggve demo`, and what `cargo run` does: a made-up municipality that lives, on this machine only.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use crate::{demo, logging};

/// Run a made-up municipality on this machine, with devices that speak to the real sockets.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where the pages are.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) web: SocketAddr,
    /// Where devices reach SIP over UDP and TCP.
    #[arg(long, default_value = "127.0.0.1:5060")]
    pub(crate) sip: SocketAddr,
    /// Where devices reach SIP over TLS.
    #[arg(long, default_value = "127.0.0.1:5061")]
    pub(crate) sips: SocketAddr,
    /// Where sensors reach MQTT.
    #[arg(long, default_value = "127.0.0.1:1883")]
    pub(crate) mqtt: SocketAddr,
    /// Keep the database in this folder and go on with it next time; left out, everything is forgotten at the end.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// How many times faster than real devices the made-up ones live: at 20 there is an alarm about every minute.
    #[arg(long, default_value_t = 20)]
    pub(crate) speed: u32,
    /// Keep the made-up devices quiet, to send messages of your own.
    #[arg(long)]
    pub(crate) quiet: bool,
    /// How many people have an alarm.
    #[arg(long, default_value_t = 300)]
    pub(crate) people: usize,
    /// The same seed gives the same municipality.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// A map (GeoJSON) to draw instead of the made-up one.
    #[arg(long)]
    pub(crate) map: Option<PathBuf>,
}

/// Runs until told to stop.
pub(crate) fn run(arguments: &Demo) -> anyhow::Result<()> {
    logging::start_quiet()?;
    tokio::runtime::Runtime::new()?.block_on(demo::run(arguments))
}
