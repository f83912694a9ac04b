//! The register of homes as a list, and as files that the forecast command reads.

use access::Action;
use app::housing::home::{homes, sheet};
use askama::Template;
use axum::extract::{Query, State};
use base::time::stockholm;
use housing::places::register::{PlaceKind, RegisteredHome};

use super::{day_or_dash, profiles_in_words};
use crate::{
    fields::Fields,
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, Format, TableShown, file},
    text::Words,
    trouble::Problem,
    visit::Visit,
};

/// The page.
#[derive(Template)]
#[template(path = "housing/homes.html")]
pub(crate) struct Homes {
    pub(crate) words: Words,
    /// Places in use today, by kind.
    pub(crate) totals: Vec<(String, u32)>,
    pub(crate) table: TableShown,
    pub(crate) may_write: bool,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let words = visit.words;
    let all = homes(&web.app, visit.actor()?).await?;
    let today = web.app.now().to_zoned(stockholm()).date();
    let in_use = |kind: PlaceKind| -> u32 {
        all.iter().filter(|home| home.home.kind == kind).map(|home| home.home.places_on(today)).sum()
    };
    let may_write = visit.may(Action::HomeWrite);
    let row = |registered: &RegisteredHome| {
        let home = &registered.home;
        let name = match may_write {
            true => CellShown::link(&home.name, format!("/homes/{}", registered.id)),
            false => CellShown::text(&home.name),
        };
        let renovations: Vec<String> = home
            .renovations
            .iter()
            .map(|one| format!("{} – {} (−{})", one.from, one.until, one.places_evacuated))
            .collect();
        vec![
            name,
            CellShown::text(words.of(home.kind.text())),
            CellShown::text(words.of(home.owner.text())),
            CellShown::text(home.places_on(today).to_string()),
            CellShown::text(registered.free_places.to_string()),
            CellShown::days(day_or_dash(home.opens)),
            CellShown::days(day_or_dash(home.closes)),
            CellShown::days(renovations.join("; ")),
            CellShown::text(profiles_in_words(&registered.profiles, words)),
        ]
    };
    let headings = [
        "homes-name",
        "homes-kind",
        "homes-owner",
        "homes-places",
        "homes-free",
        "homes-opens",
        "homes-closes",
        "homes-renovations",
        "homes-profiles",
    ];
    let part = Homes {
        words,
        totals: PlaceKind::ALL.map(|kind| (words.of(kind.text()).to_owned(), in_use(kind))).into(),
        table: TableShown {
            name: words.say("homes-title"),
            headings: headings.map(|name| words.say(name)).into(),
            rows: all.iter().map(row).collect(),
            none: words.say("homes-none"),
        },
        may_write,
    };
    framed(&web, &visit, "homes-title", Frame::default(), &part)
}

/// The register as a file.
pub(crate) async fn download(
    State(web): State<Web>,
    visit: Visit,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Reply {
    let format = Format::from_name(Fields::new(pairs).text("format")).ok_or(Problem::NoSuchPage)?;
    let sheet = sheet(&web.app, visit.actor()?).await?;
    file(sheet, "homes-title", visit.words, format)
}
