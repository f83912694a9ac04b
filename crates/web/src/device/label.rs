//! Labels to print, on sheets of A4: as many columns and rows as the paper in the printer has.

use app::device::label::{LABELS_MAX, Which, labels};
use askama::Template;
use axum::extract::{Query, State};
use device::Device;
use export::code::{Drawing, code_128, qr};
use serde::Deserialize;

use super::list::Asked;
use crate::{
    form::FieldShown,
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::Words,
    visit::Visit,
};

/// The most columns and rows of a sheet; the style sheet has a class for each.
const COLUMNS_MAX: usize = 5;
const ROWS_MAX: usize = 13;

/// What the address asks for beside the devices. What does not read is as usual.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Paper {
    device: String,
    columns: String,
    rows: String,
    skip: String,
    code: String,
    text: String,
}

impl Paper {
    fn columns(&self) -> usize {
        self.columns.parse().unwrap_or(3).clamp(1, COLUMNS_MAX)
    }

    fn rows(&self) -> usize {
        self.rows.parse().unwrap_or(8).clamp(1, ROWS_MAX)
    }

    /// How many labels of the first sheet are used already.
    fn skip(&self) -> usize {
        self.skip.parse().unwrap_or(0).min(self.columns() * self.rows() - 1)
    }
}

/// One label; an empty one where the paper's is used already.
struct LabelShown {
    model: String,
    serial: String,
    controller_id: String,
    square: Option<Drawing>,
    bars: Option<Drawing>,
}

/// The page.
#[derive(Template)]
#[template(path = "device/labels.html")]
pub(crate) struct Labels {
    words: Words,
    municipality: String,
    device: String,
    /// The filter of the list that the devices came from, as fields that are not seen.
    hidden: Vec<(&'static str, String)>,
    fields: Vec<FieldShown>,
    columns: usize,
    rows: usize,
    count: String,
    left_out: Option<String>,
    sheets: Vec<Vec<Option<LabelShown>>>,
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Query(paper): Query<Paper>,
    Query(asked): Query<Asked>,
) -> Reply {
    let words = visit.words;
    let which = match paper.device.parse() {
        Ok(device) => Which::These(vec![device]),
        Err(_) => Which::Fitting(asked.filter()),
    };
    let found = labels(&web.app, visit.actor()?, &which).await?;
    let total = found.devices.len();
    let used = std::iter::repeat_with(|| None).take(paper.skip());
    let mut all: Vec<Option<LabelShown>> = used
        .chain(found.devices.into_iter().map(|(device, model)| Some(label(device, model, &paper))))
        .collect();
    let mut sheets = Vec::new();
    while !all.is_empty() && total > 0 {
        let rest = all.split_off(all.len().min(paper.columns() * paper.rows()));
        sheets.push(std::mem::replace(&mut all, rest));
    }
    let most = LABELS_MAX.to_string();
    let part = Labels {
        words,
        municipality: web.config.municipality.clone(),
        hidden: asked.hidden(),
        fields: fields(&paper, words),
        columns: paper.columns(),
        rows: paper.rows(),
        count: words.count("labels-count", total),
        left_out: (found.left_out > 0).then(|| words.with("labels-left-out", &[("most", &most)])),
        device: paper.device,
        sheets,
    };
    framed(&web, &visit, "labels-title", Frame::default(), &part)
}

fn label(device: Device, model: String, paper: &Paper) -> LabelShown {
    let text = if paper.text == "controller_id" { &device.controller_id } else { &device.serial };
    // A text that a code cannot hold still stands on the label in letters.
    let square = if paper.code == "bars" { None } else { qr(text).ok() };
    let bars = if paper.code == "qr" { None } else { code_128(text).ok() };
    LabelShown { square, bars, model, serial: device.serial, controller_id: device.controller_id }
}

fn fields(paper: &Paper, words: Words) -> Vec<FieldShown> {
    let numbers = |most: usize| (1..=most).map(|number| (number.to_string(), number.to_string())).collect();
    let named = |names: &[(&str, &str)]| -> Vec<(String, String)> {
        names.iter().map(|(value, text)| ((*value).to_owned(), words.say(text))).collect()
    };
    let codes =
        named(&[("both", "labels-code-both"), ("qr", "labels-code-qr"), ("bars", "labels-code-bars")]);
    let texts = named(&[("serial", "devices-serial"), ("controller_id", "device-field-controller_id")]);
    let one_of = |name: &str, text: &str, value: &str, options| {
        FieldShown::one_of(name, words.say(text), value, options)
    };
    vec![
        one_of("columns", "labels-columns", &paper.columns().to_string(), numbers(COLUMNS_MAX)),
        one_of("rows", "labels-rows", &paper.rows().to_string(), numbers(ROWS_MAX)),
        FieldShown::line("skip", words.say("labels-skip"), &paper.skip().to_string()),
        one_of("code", "labels-code", &paper.code, codes),
        one_of("text", "labels-text", &paper.text, texts),
    ]
}
