//! `cargo xtask test`: every check and every test, in order, with what they need.

use anyhow::{Context, bail, ensure};
use clap::Args;

use crate::product::{self, Product};
use crate::reception::Programs;
use crate::steps::Steps;
use crate::trial::{api, away, crash, disk, hostile, outage, peer, power, read_only, reconnect, soak, storm};
use crate::{browser, codegen, postgres, process, sipp, tidy, tools};

/// The steps in the order in which they run.
const STEPS: &[&str] = &[
    "tools",
    "fmt",
    "tidy",
    "clippy",
    "test",
    "build",
    "codegen",
    "sipp",
    "crash",
    "storm",
    "soak",
    "away",
    "peer",
    "disk",
    "power",
    "read-only",
    "reconnect",
    "outage",
    "hostile",
    "api",
    "browser",
];

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Run only these steps: tools, fmt, tidy, clippy, test, build, codegen, sipp, crash, storm, soak, away,
    /// peer, disk, power, read-only, reconnect, outage, hostile, api, browser.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
}

/// Runs everything; a failure is told at once and again in the closing table, and the rest still runs.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    for name in &options.only {
        ensure!(STEPS.contains(&name.as_str()), "no step {name:?}; the steps are {}", STEPS.join(", "));
    }
    let mut steps = Steps::new(&options.only);
    let tools = steps.step("tools", || {
        tools::ensure_all()?;
        browser::install()
    });
    steps.step("fmt", || process::run(&mut process::cargo(&["fmt", "--all", "--check"])));
    steps.step("tidy", tidy::run);
    steps.step("clippy", || {
        process::run(&mut process::cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    if tools {
        steps.step("test", unit_and_store_tests);
    } else {
        steps.not_run("test", "tools are lacking");
    }
    let built = steps.step("build", || Programs::build_for_tests().map(drop));
    if built {
        steps.step("codegen", codegen::check);
    } else {
        steps.not_run("codegen", "the product was not built");
    }
    if tools && built {
        steps.step("sipp", sipp::run);
        steps.step("crash", crash::short);
        steps.step("storm", storm::short);
        steps.step("soak", soak::short);
        steps.step("away", away::short);
        steps.step("peer", peer::short);
        steps.step("disk", disk::short);
        steps.step("power", power::short);
        steps.step("read-only", read_only::short);
        steps.step("reconnect", reconnect::short);
        steps.step("outage", outage::short);
        steps.step("hostile", hostile::short);
        against_the_product(&mut steps);
    } else {
        for name in STEPS.iter().copied().skip_while(|name| *name != "sipp") {
            steps.not_run(name, "tools are lacking or the product was not built");
        }
    }
    steps.finish()
}

/// All unit and store tests, with a PostgreSQL that lives as long as they do.
fn unit_and_store_tests() -> anyhow::Result<()> {
    let postgres = postgres::start()?;
    let mut tests = process::cargo(&["test", "--workspace", "--no-fail-fast"]);
    process::run(tests.env("TEST_POSTGRES_URL", &postgres.url))
}

fn against_the_product(steps: &mut Steps) {
    if !steps.wants("browser") && !steps.wants("api") {
        return;
    }
    let started = start_if_needed();
    steps.step("api", || match &started {
        Err(error) => bail!("{error:#}"),
        Ok(None) => product::start().and_then(|product| api::short(&product)),
        Ok(Some(product)) => api::short(product),
    });
    steps.step("browser", || match &started {
        Err(error) => bail!("{error:#}"),
        Ok(product) => browser::run(product.as_ref()),
    });
}

/// The product, unless no journey is there to use it.
fn start_if_needed() -> anyhow::Result<Option<Product>> {
    let folder = product::folder();
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    if browser::journeys()? == 0 {
        return Ok(None);
    }
    product::start().map(Some)
}
