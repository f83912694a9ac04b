//! Labels to print, on sheets of A4: as many columns and rows as the paper in the printer has.

use app::{
    device::label::{LABELS_MAX, Which, labels},
    problem::Problem,
};
use askama::Template;
use axum::extract::{Query, State};
use device::Device;
use export::code::{Drawing, code_128, qr};
use serde::Deserialize;

use super::list::Asked;
use crate::{
    alarm::read_id,
    form::FieldShown,
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::Words,
    visit::Visit,
};

/// The most columns and rows of a sheet; the style sheet has a class for each.
const COLUMNS_MAX: usize = 5;
const ROWS_MAX: usize = 13;
/// The paper that most printers have.
const COLUMNS_USUAL: usize = 3;
const ROWS_USUAL: usize = 8;

/// What the address asks for beside the devices. What does not read is as usual, and the page says so.
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
    fn columns(&self) -> Read {
        Read::of(&self.columns, COLUMNS_USUAL, 1, COLUMNS_MAX)
    }

    fn rows(&self) -> Read {
        Read::of(&self.rows, ROWS_USUAL, 1, ROWS_MAX)
    }

    /// How many labels of the first sheet are used already.
    fn skip(&self) -> Read {
        Read::of(&self.skip, 0, 0, self.columns().number * self.rows().number - 1)
    }
}

/// A number of the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Read {
    number: usize,
    /// What is wrong with what was written; the usual number is used then.
    problem: Option<Problem>,
}

impl Read {
    fn of(text: &str, usual: usize, lowest: usize, highest: usize) -> Self {
        let text = text.trim();
        match text.parse() {
            Ok(number) if (lowest..=highest).contains(&number) => Read { number, problem: None },
            _ if text.is_empty() => Read { number: usual, problem: None },
            _ => {
                // The bounds are small.
                let (lowest, highest) = (lowest as i64, highest as i64);
                Read { number: usual, problem: Some(Problem::Number { lowest, highest }) }
            }
        }
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
    let which = match paper.device.as_str() {
        "" => Which::Fitting(asked.filter()),
        // An id that does not read leads nowhere, rather than to the labels of every device.
        device => Which::These(vec![read_id(device)?]),
    };
    let (columns, rows) = (paper.columns().number, paper.rows().number);
    let found = labels(&web.app, visit.actor()?, &which).await?;
    let total = found.devices.len();
    let used = std::iter::repeat_with(|| None).take(paper.skip().number);
    let mut all: Vec<Option<LabelShown>> = used
        .chain(found.devices.into_iter().map(|(device, model)| Some(label(device, model, &paper))))
        .collect();
    let mut sheets = Vec::new();
    while !all.is_empty() && total > 0 {
        let rest = all.split_off(all.len().min(columns * rows));
        sheets.push(std::mem::replace(&mut all, rest));
    }
    let most = LABELS_MAX.to_string();
    let part = Labels {
        words,
        municipality: web.config.municipality.clone(),
        hidden: asked.hidden(),
        fields: fields(&paper, words),
        columns,
        rows,
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
    let told = |field: FieldShown, read: &Read| FieldShown {
        problem: read.problem.as_ref().map(|problem| problem.sentence(words.language)),
        ..field
    };
    let (columns, rows, skip) = (paper.columns(), paper.rows(), paper.skip());
    // What was written stands there to be mended.
    let skipped = if skip.problem.is_some() { paper.skip.clone() } else { skip.number.to_string() };
    vec![
        told(
            one_of("columns", "labels-columns", &columns.number.to_string(), numbers(COLUMNS_MAX)),
            &columns,
        ),
        told(one_of("rows", "labels-rows", &rows.number.to_string(), numbers(ROWS_MAX)), &rows),
        told(FieldShown::number("skip", words.say("labels-skip"), &skipped), &skip),
        one_of("code", "labels-code", &paper.code, codes),
        one_of("text", "labels-text", &paper.text, texts),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_paper_cannot_be_is_told_and_the_usual_is_used() {
        let most_used = Some(Problem::Number { lowest: 0, highest: 23 });
        for (text, number, problem) in [
            ("", 0, None),
            (" 23 ", 23, None),
            ("24", 0, most_used.clone()),
            ("-1", 0, most_used.clone()),
            ("tre", 0, most_used.clone()),
            ("<b>1</b>", 0, most_used.clone()),
            ("99999999999999999999999", 0, most_used),
        ] {
            let paper = Paper { skip: text.to_owned(), ..Paper::default() };
            assert_eq!(paper.skip(), Read { number, problem }, "{text}");
        }
    }
}
