//! `tryggve doctor --config FILE`: look at everything the configuration names, before or while Tryggve runs.

use std::{
    net::{SocketAddr, TcpListener, UdpSocket},
    path::{Path, PathBuf},
};

use anyhow::bail;
use app::device::secret::REALM_SETTING;
use base::{Clock as _, clock::SystemClock};
use clap::Args;
use store::Store;

use crate::config::{Config, Tls};

/// Less free room than this beside a database is worth a warning, in bytes: 1 GB.
const FREE_BYTES_MIN: u64 = 1_000_000_000;
/// A clock before this moment is certainly wrong: the day this program was begun.
const EARLIEST: &str = "2026-11-22T00:00:00Z";
/// Where systemd hands over secrets, while a service runs.
const HANDED_OVER: &str = "/run/credentials";

/// Check the configuration, the database, the ports, the certificates, the clock and the disk.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The configuration file.
    #[arg(long, env = "TRYGGVE_CONFIG")]
    config: PathBuf,
}

/// What one look found.
enum Finding {
    Good(String),
    Warning(String),
    Bad(String),
}

/// Looks at everything, prints a line each, and fails if anything is bad.
pub(crate) fn run(doctor: &Doctor) -> anyhow::Result<()> {
    let config = Config::read(&doctor.config)?;
    let mut findings = vec![Finding::Good(format!("{} reads", doctor.config.display()))];
    findings.push(match config.networks() {
        Ok(networks) => Finding::Good(format!("{} trusted networks", networks.0.len())),
        Err(error) => Finding::Bad(error.to_string()),
    });
    findings.push(match config.web.proxies() {
        Ok(proxies) if proxies.trusted.0.is_empty() && config.web.stands_behind_proxy() => Finding::Warning(
            "[web] trusted_proxies is empty: nobody can tell where a login comes from behind a proxy"
                .to_owned(),
        ),
        Ok(proxies) => Finding::Good(format!("{} trusted proxies", proxies.trusted.0.len())),
        Err(error) => Finding::Bad(format!("{error:#}")),
    });
    findings.extend(config.web.guesses().err().map(|error| Finding::Bad(error.to_string())));
    findings.extend(secrets(config.clone()));
    findings.extend(tokio::runtime::Runtime::new()?.block_on(database(&config)));
    findings.extend(disk(&config));
    findings.extend(ports(&config));
    findings.extend(config.sip.tls.iter().chain(&config.mqtt.tls).map(certificate));
    findings.push(clock());
    let mut bad = 0;
    for finding in &findings {
        match finding {
            Finding::Good(text) => println!("ok       {text}"),
            Finding::Warning(text) => println!("warning  {text}"),
            Finding::Bad(text) => {
                bad += 1;
                println!("BAD      {text}");
            }
        }
    }
    if bad > 0 {
        bail!("{bad} of {} looks found something that must be mended", findings.len())
    }
    Ok(())
}

/// Every file of a secret. Those that systemd hands over are there only while Tryggve runs.
fn secrets(mut config: Config) -> Vec<Finding> {
    let looked = config.secrets().into_iter().filter_map(|named| {
        let (name, file) = (named.name, named.file.clone());
        match (named.fill(), file) {
            (Ok(()), None) => None,
            (Ok(()), Some(_)) => Some(Finding::Good(format!("{name}_file reads"))),
            (Err(_), Some(file)) if file.starts_with(HANDED_OVER) && !file.exists() => {
                let file = file.display();
                Some(Finding::Warning(format!(
                    "{name}_file {file} is not there before systemd hands it over"
                )))
            }
            (Err(error), _) => Some(Finding::Bad(format!("{error:#}"))),
        }
    });
    looked.collect()
}

async fn database(config: &Config) -> Vec<Finding> {
    if let Some(path) = config.sqlite_path()
        && !path.exists()
    {
        return vec![Finding::Warning(format!(
            "the database {} is not made yet: the first start makes it",
            path.display()
        ))];
    }
    let store = match Store::open(&config.database).await {
        Ok(store) => store,
        Err(error) => return vec![Finding::Bad(format!("the database cannot be opened: {error}"))],
    };
    let mut found = vec![Finding::Good(format!("{} answers", store.engine_name()))];
    found.push(match store::migrate::pending(&store).await {
        Ok(0) => Finding::Good("the database is up to date".to_owned()),
        Ok(count) => Finding::Warning(format!("{count} migrations wait: the next start runs them")),
        Err(error) => Finding::Bad(error.to_string()),
    });
    found.extend(realm(&store, config).await);
    store.close().await;
    found
}

/// Once devices have passwords the database keeps the realm that they were derived for.
async fn realm(store: &Store, config: &Config) -> Option<Finding> {
    let configured = config.realm.as_deref()?;
    let mut transaction = store.read().await.ok()?;
    let kept = store::setting::all(&mut transaction).await.ok()?.remove(REALM_SETTING)?;
    let has_passwords = store::device::any_secret(&mut transaction).await.ok()?;
    (has_passwords && kept != configured).then(|| {
        Finding::Bad(format!(
            "devices have passwords for the realm {kept:?}, which is used; the configured {configured:?} is not"
        ))
    })
}

/// Free room beside a SQLite database, as `df` sees it.
fn disk(config: &Config) -> Vec<Finding> {
    let Some(folder) = config.sqlite_path().and_then(Path::parent) else { return Vec::new() };
    let output =
        std::process::Command::new("df").arg("--output=avail").arg("--block-size=1").arg(folder).output();
    let free = output.ok().and_then(|output| {
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .nth(1)
            .and_then(|line| line.trim().parse::<u64>().ok())
    });
    vec![match free {
        None => Finding::Warning(format!("the free room in {} is not known", folder.display())),
        Some(free) if free < FREE_BYTES_MIN => {
            Finding::Bad(format!("{} has only {} MB free", folder.display(), free / 1_000_000))
        }
        Some(free) => Finding::Good(format!("{} has {} GB free", folder.display(), free / 1_000_000_000)),
    }]
}

/// Every port must be free, or taken by Tryggve itself; which of the two, the system does not tell.
fn ports(config: &Config) -> Vec<Finding> {
    let udp = |address: &SocketAddr| (format!("udp {address}"), UdpSocket::bind(address).map(drop));
    let tcp = |address: &SocketAddr| (format!("tcp {address}"), TcpListener::bind(address).map(drop));
    let tls = config.sip.tls.iter().chain(&config.mqtt.tls).map(|tls| &tls.address);
    let plain = config.sip.tcp.iter().chain(&config.mqtt.tcp);
    let looked = config.sip.udp.iter().map(udp).chain(plain.chain(tls).chain(&config.web.listen).map(tcp));
    looked
        .map(|(name, bound)| match bound {
            Ok(()) => Finding::Good(format!("{name} is free")),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Finding::Warning(format!(
                "{name} is taken: by Tryggve itself if it runs, by another program if not"
            )),
            Err(error) => Finding::Bad(format!("{name} cannot be used: {error}")),
        })
        .collect()
}

fn certificate(tls: &Tls) -> Finding {
    match intake::certificate_ends(&tls.files()) {
        Err(error) => Finding::Bad(error.to_string()),
        Ok(ends) => {
            let days = ends.duration_since(SystemClock.now()).as_hours() / 24;
            let text = format!("the certificate {} is good for {days} days", tls.certificate.display());
            match days {
                ..=0 => Finding::Bad(text),
                1..=30 => Finding::Warning(text),
                _ => Finding::Good(text),
            }
        }
    }
}

fn clock() -> Finding {
    let now = SystemClock.now();
    match EARLIEST.parse::<base::Timestamp>() {
        Ok(earliest) if now < earliest => Finding::Bad(format!("the clock says {now}, which is in the past")),
        _ => {
            Finding::Good(format!("the clock says {}", base::time::show_moment(now, base::Language::English)))
        }
    }
}
