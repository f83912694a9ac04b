//! The demo: a made-up municipality in a database of its own, with devices that speak to the real sockets.

mod bridge;
mod certificate;
mod colleague;
mod devices;
mod lists;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base::{Clock as _, Private, clock::SystemClock};
use sim::{Town, TownSettings, load::Proofs};
use store::Store;

use crate::{
    command::demo::Demo,
    config::{Config, Fallback, Journal, Mqtt, Sip, Tls, Watch, Web},
    running::{Running, asked_to_stop},
};

/// The password of every login of the demo. The demo listens on this machine only, and nobody in it is real.
const PASSWORD: &str = "tryggve-demo";
const REALM: &str = "tryggve";
/// Opens the page of status of the demo.
const STATUS_SECRET: &str = "visa-storningar";
/// The network that the made-up devices come from.
const LOOPBACK: &str = "127.0.0.0/8";

/// Runs the demo until told to stop.
pub(crate) async fn run(arguments: &Demo) -> anyhow::Result<()> {
    let folder = Folder::make(arguments.data.as_deref())?;
    let today = SystemClock.now().to_zoned(base::time::stockholm()).date();
    let settings = TownSettings { people: arguments.people, ..TownSettings::demo(arguments.seed, today) };
    let town = Town::generate(&settings);
    let config = configure(arguments, &folder.path, &town)?;
    fill(&config.database, &town).await?;
    lists::write(&folder.path, &town)?;
    let running = Running::start(&config).await?;
    let app = running.app.clone();
    let mut helpers = tokio::task::JoinSet::new();
    if !arguments.quiet {
        helpers.spawn(devices::live(town.clone(), arguments.sip, arguments.speed.max(1), arguments.seed));
        helpers.spawn(bridge::live(town.clone(), arguments.mqtt, arguments.speed.max(1), arguments.seed));
        helpers.spawn(colleague::work(app, town.clone()));
    }
    welcome(arguments, &folder.path, &town, &running);
    asked_to_stop().await?;
    println!("Tryggve stannar …");
    helpers.shutdown().await;
    running.stop().await;
    Ok(())
}

/// The folder of the database: the user's own, or one that is removed at the end.
struct Folder {
    path: PathBuf,
    temporary: bool,
}

impl Folder {
    fn make(wanted: Option<&Path>) -> anyhow::Result<Self> {
        let path = wanted.map_or_else(
            || std::env::temp_dir().join(format!("tryggve-demo-{}", std::process::id())),
            Path::to_owned,
        );
        std::fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Folder { path, temporary: wanted.is_none() })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

fn configure(arguments: &Demo, folder: &Path, town: &Town) -> anyhow::Result<Config> {
    let (certificate, key) = certificate::write(folder)?;
    let map = match &arguments.map {
        Some(map) => map.clone(),
        None => {
            let path = folder.join("map.json");
            std::fs::write(&path, town.layers.geojson().to_string())
                .with_context(|| format!("cannot write {}", path.display()))?;
            path
        }
    };
    Ok(Config {
        database: format!("sqlite:{}", folder.join("tryggve.sqlite").display()),
        realm: Some(REALM.to_owned()),
        mqtt: Mqtt::of_sensors(arguments.mqtt, bridge::NAME),
        sip: Sip {
            udp: vec![arguments.sip],
            tcp: vec![arguments.sip],
            tls: vec![Tls { address: arguments.sips, certificate, key, client_authority: None }],
            trusted_networks: vec![LOOPBACK.to_owned()],
        },
        web: Web {
            listen: vec![arguments.web],
            municipality: town.name.clone(),
            secure_cookies: false,
            map_base: Some(map),
            status_secret: Private::new(STATUS_SECRET.to_owned()),
            ..Web::default()
        },
        watch: Watch::default(),
        journal: Journal { file: Some(folder.join("journal")), ..Journal::default() },
        fallback: Fallback { file: Some(folder.join("reservlista.html")) },
    })
}

/// Writes the town into the database, unless one lives there already.
async fn fill(database: &str, town: &Town) -> anyhow::Result<()> {
    let store = Store::open(database).await.context("cannot open the database")?;
    let now = SystemClock.now();
    store::migrate::migrate(&store, now).await.context("cannot bring the database up to date")?;
    let empty = {
        let mut transaction = store.read().await?;
        store::login::all(&mut transaction).await?.is_empty()
    };
    if empty {
        let password_hash = login::hash_password(&Private::new(PASSWORD.to_owned()))?;
        let proofs = Proofs { password_hash: &password_hash, realm: REALM };
        sim::load_town(&store, town, proofs, now).await.context("cannot write the made-up municipality")?;
        bridge::register(&store, town).await.context("cannot register the made-up bridge")?;
    }
    store.close().await;
    Ok(())
}

/// Says where everything is.
fn welcome(arguments: &Demo, folder: &Path, town: &Town, running: &Running) {
    println!("\nTryggve visar {}, en påhittad kommun. Ingen i den finns.\n", town.name);
    println!("  Sidor       http://{}", arguments.web);
    for (transport, address) in &running.intake.addresses {
        println!("  Larm        {transport:<5} {address}");
    }
    println!("\n  Logga in med lösenordet {PASSWORD} som någon av:");
    let mut shown = Vec::new();
    for login in &town.logins {
        let roles: Vec<&str> = login.roles.iter().map(|role| role.text().swedish).collect();
        if !shown.contains(&roles) {
            println!("    {:<14} {}", login.login_name, roles.join(", "));
            shown.push(roles);
        }
    }
    if let Some(one) = lists::to_try_with(town) {
        println!("\n  Enhet att prova med: {} med lösenordet {}", one.device.controller_id, one.password);
    }
    println!("  Alla enheter och inloggningar: {}", folder.join(lists::DEVICES).display());
    println!("                                 {}", folder.join(lists::LOGINS).display());
    match arguments.quiet {
        true => println!("\n  Enheterna är tysta (--quiet)."),
        false => println!("\n  Enheterna lever {} gånger fortare än på riktigt (--speed).", arguments.speed),
    }
    println!("  Avsluta med Ctrl-C.\n");
}
