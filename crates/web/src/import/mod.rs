//! Registers from files: choosing a file, seeing what it holds, saying yes, and following it. The same pages serve
//! every register; which one it is stands in the address.

pub(crate) mod choose;
pub(crate) mod download;
pub(crate) mod file;

use app::{
    App, AppError,
    import::{Findings, shelf::Register},
};
use base::Language;
use export::read::Rows;

use crate::{alarm::read_id, trouble::Problem, visit::Visit};

/// The register that an address is about.
fn register(visit: &Visit) -> Register {
    if visit.path.starts_with("/people/") { Register::People } else { Register::Devices }
}

/// The address of a register's imports.
fn home(register: Register) -> &'static str {
    match register {
        Register::Devices => "/devices/import",
        Register::People => "/people/import",
    }
}

/// The list that a register is shown in.
fn list(register: Register) -> &'static str {
    match register {
        Register::Devices => "/devices",
        Register::People => "/people",
    }
}

/// The name of a register's title among the texts.
fn title(register: Register) -> &'static str {
    match register {
        Register::Devices => "import-devices",
        Register::People => "import-people",
    }
}

/// What a file holds.
async fn preview(app: &App, visit: &Visit, register: Register, rows: &Rows) -> Result<Findings, Problem> {
    let actor = visit.actor()?;
    let found = match register {
        Register::Devices => app::device::import::preview(app, actor, rows).await,
        Register::People => app::person::import::preview(app, actor, rows).await,
    };
    found.map_err(Problem::App)
}

/// The columns of a register, with whether a file must have them.
fn columns(register: Register, language: Language) -> Vec<(String, bool)> {
    let columns: &[app::import::Column] = match register {
        Register::Devices => &app::device::import::COLUMNS,
        Register::People => &app::person::import::COLUMNS,
    };
    columns.iter().map(|column| (column.text.get(language).to_owned(), column.required)).collect()
}

/// A file's id in an address.
fn file_id(text: &str) -> Result<base::id::Uuid, Problem> {
    read_id::<base::id::Uuid>(text)
}

/// What a problem of a file says, where it is one that is said beside the field.
fn told(problem: &Problem, language: Language) -> Option<String> {
    let Problem::App(AppError::Invalid(problems)) = problem else { return None };
    problems.of("file").map(|problem| problem.sentence(language))
}
