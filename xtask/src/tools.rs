//! The programs that the tests need, and how they come onto a Debian machine.

use std::path::Path;
use std::process::Command;

use anyhow::bail;

use crate::process;

/// One program: how to see that it is there, and the Debian package that brings it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) present: fn() -> bool,
    pub(crate) package: &'static str,
    pub(crate) why: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "postgres",
        present: || crate::postgres::program_folder().is_some(),
        package: "postgresql",
        why: "the store's tests run on both engines",
    },
    Tool {
        name: "sipp",
        present: || process::on_path("sipp"),
        package: "sip-tester",
        why: "plays the alarm devices",
    },
    Tool {
        name: "chromium",
        present: || process::on_path("chromium"),
        package: "chromium",
        why: "the browser of the journeys",
    },
    Tool {
        name: "fonts",
        present: || Path::new("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").is_file(),
        package: "fonts-dejavu-core",
        why: "text in screenshots",
    },
    Tool { name: "node", present: || process::on_path("node"), package: "nodejs", why: "drives the browser" },
    Tool {
        name: "npm",
        present: || process::on_path("npm"),
        package: "npm",
        why: "installs what the journeys need",
    },
    Tool {
        name: "openssl",
        present: || process::on_path("openssl"),
        package: "openssl",
        why: "makes the certificate of a reception under test",
    },
    Tool {
        name: "python3",
        present: has_venv,
        package: "python3-venv",
        why: "runs what makes up requests for the API",
    },
    Tool {
        name: "curl",
        present: || process::on_path("curl"),
        package: "curl",
        why: "makes a token for the API",
    },
    Tool {
        name: "setpriv",
        present: || process::on_path("setpriv"),
        package: "util-linux",
        why: "starts servers that stop with the test",
    },
];

/// Whether Python can make an environment of its own.
pub(crate) fn has_venv() -> bool {
    Command::new("python3")
        .args(["-c", "import ensurepip, venv"])
        .output()
        .is_ok_and(|found| found.status.success())
}

/// Makes sure that every tool of the tests is there.
pub(crate) fn ensure_all() -> anyhow::Result<()> {
    ensure(TOOLS)
}

/// Makes sure that tools are there: says what lacks and installs it, or fails with the list.
pub(crate) fn ensure(tools: &[Tool]) -> anyhow::Result<()> {
    let lacking: Vec<&Tool> = tools.iter().filter(|tool| !(tool.present)()).collect();
    if lacking.is_empty() {
        println!("all {} tools are there", tools.len());
        return Ok(());
    }
    for tool in &lacking {
        println!("{} is lacking ({}): Debian package {}", tool.name, tool.why, tool.package);
    }
    let packages: Vec<&str> = lacking.iter().map(|tool| tool.package).collect();
    let by_hand = format!("apt-get install {}", packages.join(" "));
    if !process::is_root() || !process::on_path("apt-get") {
        bail!("these tools are lacking and may not be installed from here; as root run `{by_hand}`");
    }
    println!("installing: {}", packages.join(" "));
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        command
    };
    process::run(&mut apt(&["--quiet", "update"]))?;
    process::run(apt(&["--quiet", "--yes", "--no-install-recommends", "install"]).args(&packages))?;
    let still: Vec<&str> = lacking.iter().filter(|tool| !(tool.present)()).map(|tool| tool.name).collect();
    if still.is_empty() { Ok(()) } else { bail!("still lacking after the install: {}", still.join(", ")) }
}
