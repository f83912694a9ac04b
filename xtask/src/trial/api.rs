//! The API against its own document: requests of every form, right and wrong, made up by schemathesis.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail, ensure};

use super::Options;
use crate::bench::report::Report;
use crate::product::{self, Product};
use crate::{process, reception::Programs, repository};

/// The tool, from PyPI, at a version that is known to work.
const TOOL: &str = "schemathesis==4.32.5";
/// How long requests are made up, in seconds, unless `--seconds` says otherwise.
const SECONDS: u32 = 180;
/// The same within `cargo xtask test`.
const SECONDS_SHORT: u32 = 40;
/// Below what one system may ask for in a minute.
const RATE: &str = "540/m";
/// A made-up id of a model or a person leads nowhere, and 422 says so: that is no mistake of ours.
const CHECKS_LEFT_OUT: &str = "positive_data_acceptance";
/// An administrator of the made-up municipality.
const LOGIN: &str = "username=administrator&password=tryggve-demo";
const SCOPES: [&str; 5] = ["alarms:read", "alarms:note", "devices:read", "devices:write", "people:read"];

/// Builds the product, starts it and tries its API.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let seconds = match options.words.as_slice() {
        [] => SECONDS,
        [name, seconds] if name == "--seconds" => {
            seconds.parse().with_context(|| format!("--seconds {seconds}: a number was expected"))?
        }
        words => bail!("no words {words:?}; there is --seconds N"),
    };
    Programs::build_for_tests()?;
    std::fs::create_dir_all(product::folder()).context("cannot make the product's folder")?;
    let product = product::start()?;
    let begun = Instant::now();
    let summary = try_against(&product, seconds)?;
    let mut report = Report::new(&format!(
        "{TOOL} against the made-up municipality on SQLite, with a token of every scope: {summary}"
    ));
    report.add("answers that were not as the document says", 0.0, "", Some("0"));
    report.add("length", begun.elapsed().as_secs_f64(), "s", None);
    Ok(report)
}

/// A short run against a product that stands already; says loudly when the tool cannot be had.
pub(crate) fn short(product: &Product) -> anyhow::Result<()> {
    try_against(product, SECONDS_SHORT).map(|summary| println!("{summary}"))
}

/// Tries every operation and says how many requests were made; an answer that is not as it should be is an error.
fn try_against(product: &Product, seconds: u32) -> anyhow::Result<String> {
    let tool = install()?;
    let token = token(product)?;
    let mut command = Command::new(tool);
    command.arg("--no-color").arg("run").arg(format!("{}/api/v1/openapi.json", product.url()));
    command.args(["--max-time", &seconds.to_string(), "--rate-limit", RATE, "--seed", "1", "--no-shrink"]);
    command.args(["--exclude-checks", CHECKS_LEFT_OUT, "--warnings", "off", "--continue-on-failure"]);
    command.arg("--header").arg(format!("Authorization: Bearer {token}"));
    // The tool keeps what it found in the folder where it runs.
    let folder = product::folder();
    let output = command.current_dir(&folder).output().context("cannot start schemathesis")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let log = folder.join("schemathesis.log");
    std::fs::write(&log, &said).with_context(|| format!("cannot write {}", log.display()))?;
    ensure!(
        output.status.success(),
        "the API did not answer as its document says:\n{}",
        process::log_tail(&log)
    );
    let counted = said.lines().find(|line| line.contains("generated")).map(str::trim);
    Ok(counted.unwrap_or("no count was told").to_owned())
}

/// The tool in a Python environment of its own below the build folder; installed at the first run.
fn install() -> anyhow::Result<PathBuf> {
    let folder = repository::target().join("schemathesis");
    let tool = folder.join("bin/schemathesis");
    if tool.is_file() {
        return Ok(tool);
    }
    println!("installing {TOOL} from PyPI in {}", folder.display());
    process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))
        .context("python3 with its venv is needed (Debian: python3-venv)")?;
    process::run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", TOOL]))?;
    Ok(tool)
}

/// A token of every scope, made on the page as an administrator makes one.
fn token(product: &Product) -> anyhow::Result<String> {
    let cookies = product::folder().join("api-cookies.txt");
    let url = product.url();
    post(&cookies, &format!("{url}/login"), LOGIN)?;
    let account = curl(&cookies, &[&format!("{url}/account")])?;
    let secret =
        between(&account, "name=\"form_secret\" value=\"", "\"").context("the login did not work")?;
    let scopes: String = SCOPES.map(|scope| format!("&scopes={scope}")).concat();
    let name = std::process::id();
    let shown =
        post(&cookies, &format!("{url}/tokens"), &format!("form_secret={secret}&name=prov-{name}{scopes}"))?;
    let token = between(&shown, "class=\"secret\">", "<").context("no token was shown")?;
    Ok(token.to_owned())
}

fn post(cookies: &Path, url: &str, form: &str) -> anyhow::Result<String> {
    curl(cookies, &["--header", "Sec-Fetch-Site: same-origin", "--data", form, url])
}

fn curl(cookies: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--max-time", "20", "--cookie-jar"]).arg(cookies);
    let output =
        command.arg("--cookie").arg(cookies).args(arguments).output().context("cannot start curl")?;
    ensure!(output.status.success(), "curl: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}
