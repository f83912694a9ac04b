//! `tryggve import devices FILE --as LOGIN`: registers that come in as files, looked at first and written on request.

use std::{path::PathBuf, sync::Arc};

use access::{Actor, Role};
use anyhow::{Context as _, bail};
use app::{
    App, device,
    import::{DIFFERING, Findings, Progress},
    person,
};
use base::{Language, clock::SystemClock, id::RandomIds};
use clap::{Args, ValueEnum};
use export::read::read;
use store::Store;

use crate::config::Config;

/// The most rows with mistakes that are printed; the page of the import lists them all.
const BAD_SHOWN_MAX: usize = 200;

/// Take devices or people in from a CSV or XLSX file; without `--write` it is only looked at.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// What the file holds.
    register: Register,
    /// The file: CSV or XLSX, with headings in its first row.
    file: PathBuf,
    /// The configuration file.
    #[arg(long, env = "TRYGGVE_CONFIG")]
    config: PathBuf,
    /// The administrator in whose name the audit log keeps it.
    #[arg(long = "as", value_name = "LOGIN")]
    login: String,
    /// Write the good rows.
    #[arg(long)]
    write: bool,
}

/// What a file can hold.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Register {
    /// Devices and locks.
    Devices,
    /// People; before their devices.
    People,
}

/// Looks at the file or writes it, tells every row that is wrong, and fails if there was one.
pub(crate) fn run(arguments: &Import) -> anyhow::Result<()> {
    let config = Config::read(&arguments.config)?;
    let file = arguments.file.display();
    let bytes = std::fs::read(&arguments.file).with_context(|| format!("cannot read {file}"))?;
    let rows = read(&bytes).with_context(|| format!("cannot use {file}"))?;
    let findings = tokio::runtime::Runtime::new()?.block_on(async {
        let store = Store::open(&config.database).await.context("cannot open the database")?;
        let waiting = store::migrate::pending(&store).await.context("cannot use the database")?;
        if waiting > 0 {
            bail!("the database lacks {waiting} migrations: run `tryggve migrate` first");
        }
        let actor = administrator(&store, &arguments.login).await?;
        let app = App::open(store, Arc::new(SystemClock), Arc::new(RandomIds)).await?;
        let progress: Progress<'_> = &|done, total| eprintln!("{done} of {total} rows");
        let findings = match (arguments.register, arguments.write) {
            (Register::Devices, false) => device::import::preview(&app, &actor, &rows).await,
            (Register::Devices, true) => device::import::import(&app, &actor, &rows, progress).await,
            (Register::People, false) => person::import::preview(&app, &actor, &rows).await,
            (Register::People, true) => person::import::import(&app, &actor, &rows, progress).await,
        };
        app.store.close().await;
        findings.with_context(|| format!("cannot use {file}"))
    })?;
    tell(&findings, arguments.write);
    match findings.bad_rows() {
        0 => Ok(()),
        bad => bail!(
            "{bad} rows of {file} must be mended; send the whole file again, what stands is left as it is"
        ),
    }
}

/// The login that the audit log names.
async fn administrator(store: &Store, name: &str) -> anyhow::Result<Actor> {
    let mut transaction = store.read().await?;
    match store::login::by_name(&mut transaction, name).await? {
        Some(login) if login.active && login.roles.contains(&Role::Administrator) => {
            Ok(Actor { user: login.id, roles: login.roles, teams: Vec::new(), scopes: Vec::new() })
        }
        Some(_) => bail!("{name} is no administrator who may log in"),
        None => bail!("there is no login {name}"),
    }
}

fn tell(findings: &Findings, written: bool) {
    let done = if written { "taken in" } else { "new; nothing was written, add --write to take them in" };
    println!("{} rows {done}", findings.new.len());
    println!("{} rows stand already", findings.known);
    if !findings.ignored.is_empty() {
        println!("these columns are not read: {}", findings.ignored.join(", "));
    }
    for differing in &findings.differing {
        println!(
            "row {}: {} ({})",
            differing.row,
            DIFFERING.get(Language::English),
            differing.columns.join(", ")
        );
    }
    for bad in findings.bad.iter().take(BAD_SHOWN_MAX) {
        let column = if bad.column.is_empty() { String::new() } else { format!(", {}", bad.column) };
        println!("row {}{column}: {}", bad.row, bad.problem.sentence(Language::English));
    }
    if findings.bad.len() > BAD_SHOWN_MAX {
        println!("and {} mistakes more", findings.bad.len() - BAD_SHOWN_MAX);
    }
}
