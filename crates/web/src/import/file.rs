//! One file: what it holds, how far it has come, and what became of it.

use app::import::{
    BAD_KEPT, DIFFERING, DIFFERING_KEPT, Findings,
    shelf::{Progress, find, start},
};
use askama::Template;
use axum::extract::{Path, State};

use super::{file_id, home, list, preview, register, title};
use crate::{
    reply::{Frame, Reply, lead_to, page as framed},
    server::Web,
    table::{CellShown, TableShown},
    text::Words,
    visit::Visit,
};

/// How many good rows the page shows; they are there to see that the columns were understood.
const GOOD_SHOWN_MAX: usize = 10;
/// How many rows with something wrong the page shows; the file to download has them all.
const BAD_SHOWN_MAX: usize = 100;

/// The page.
#[derive(Template)]
#[template(path = "import/file.html")]
struct FilePage {
    words: Words,
    form_secret: String,
    address: String,
    home: &'static str,
    list: &'static str,
    title: String,
    /// Rows done and rows in all, while they are being written.
    running: Option<(usize, usize)>,
    /// Whether it stopped.
    failed: bool,
    /// Whether it is done.
    done: bool,
    counts: Vec<(String, bool)>,
    new_total: usize,
    button: String,
    ignored: Option<String>,
    good: TableShown,
    bad: TableShown,
    /// How many more rows there are than are shown.
    bad_more: Option<String>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let register = register(&visit);
    let (rows, progress) = find(&web.app, visit.actor()?, register, file_id(&id)?)?;
    let words = visit.words;
    let (running, done) = match &progress {
        Progress::Running { done, total } => (Some((*done, *total)), None),
        Progress::Done(findings) => (None, Some(findings.clone())),
        Progress::Waiting | Progress::Failed => (None, None),
    };
    let findings = match (&done, running) {
        (Some(findings), _) => (**findings).clone(),
        // While rows are being written, what is new changes from moment to moment.
        (None, Some(_)) => Findings::default(),
        (None, None) => preview(&web.app, &visit, register, &rows).await?,
    };
    let lines = findings.bad.len() + findings.differing.len();
    let ignored = (!findings.ignored.is_empty()).then(|| findings.ignored.join(", "));
    let part = FilePage {
        words,
        form_secret: visit.form_secret().to_owned(),
        address: format!("{}/{id}", home(register)),
        home: home(register),
        list: list(register),
        title: words.say(title(register)),
        running,
        failed: matches!(progress, Progress::Failed),
        done: done.is_some(),
        counts: counts(&findings, done.is_some(), words),
        new_total: findings.new.len(),
        button: words.count("import-take", findings.new.len()),
        ignored: ignored.map(|names| words.with("import-ignored", &[("names", &names)])),
        good: good(&findings, words),
        bad: bad(&findings, words),
        bad_more: (lines > BAD_SHOWN_MAX).then(|| words.count("import-bad-more", lines - BAD_SHOWN_MAX)),
    };
    framed(&web, &visit, title(register), Frame::default(), &part)
}

/// Says yes.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let register = register(&visit);
    let id = file_id(&id)?;
    start(&web.app, visit.actor()?, register, id)?;
    Ok(lead_to(&visit, &format!("{}/{id}", home(register))))
}

/// The sums, each with whether it asks for someone's attention.
fn counts(findings: &Findings, done: bool, words: Words) -> Vec<(String, bool)> {
    let new = if done { "import-count-taken" } else { "import-count-new" };
    let all = [
        (new, findings.new.len(), false),
        ("import-count-known", findings.known, false),
        ("import-count-differing", findings.differing.len(), true),
        ("import-count-bad", findings.bad_rows(), true),
    ];
    all.into_iter()
        .filter(|(name, count, _)| *count > 0 || *name == new)
        .map(|(name, count, flag)| (words.count(name, count), flag))
        .collect()
}

fn good(findings: &Findings, words: Words) -> TableShown {
    let row = |good: &app::import::Good| {
        let cells = good.cells.reveal().iter().map(|cell| CellShown::text(cell.clone()));
        std::iter::once(CellShown::text(good.row.to_string())).chain(cells).collect()
    };
    TableShown {
        name: words.say("import-good"),
        headings: std::iter::once(words.say("import-row")).chain(findings.headings.iter().cloned()).collect(),
        rows: findings.new.iter().take(GOOD_SHOWN_MAX).map(row).collect(),
        none: words.say("import-good-none"),
    }
}

fn bad(findings: &Findings, words: Words) -> TableShown {
    let wrong = findings.bad.iter().map(|bad| {
        vec![
            CellShown::text(bad.row.to_string()),
            CellShown::text(bad.column.clone()),
            CellShown::text(bad.found.reveal().clone()),
            CellShown::text(bad.problem.sentence(words.language)),
            CellShown::text(words.of(BAD_KEPT)),
        ]
    });
    let differing = findings.differing.iter().map(|differing| {
        vec![
            CellShown::text(differing.row.to_string()),
            CellShown::text(differing.columns.join(", ")),
            CellShown::text(String::new()),
            CellShown::text(words.of(DIFFERING)),
            CellShown::text(words.of(DIFFERING_KEPT)),
        ]
    });
    TableShown {
        name: words.say("import-bad"),
        headings: ["import-row", "import-column", "import-found", "import-expected", "import-kept"]
            .map(|name| words.say(name))
            .to_vec(),
        rows: wrong.chain(differing).take(BAD_SHOWN_MAX).collect(),
        none: words.say("import-bad-none"),
    }
}
