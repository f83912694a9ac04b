//! What was asked of a forecast and could not be used as it was written: told, never passed over in silence.

use housing::group::{show_count, show_decimal};

use super::asked::{Asked, KRONOR_MAX, SLIDERS, read_number};
use crate::text::Words;

/// The id of the field for what a place costs.
pub(super) const KRONOR: &str = "kronor";

/// One field that was not used as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misread {
    /// The field's id on the page.
    pub(crate) field: String,
    /// What was written, why it could not be used, and what was used instead.
    pub(crate) told: String,
}

/// Every field that holds something else than a number within its ends.
pub(super) fn misread(asked: &Asked, words: Words) -> Vec<Misread> {
    let sliders = SLIDERS.into_iter().filter_map(|slider| {
        let label = words.say(format!("forecast-slider-{}", slider.name.replace('_', "-")));
        let field = format!("slider-{}", slider.name);
        let ends = (slider.lowest, slider.highest);
        one(field, &label, asked.text(slider.name), ends, asked.at(slider), words)
    });
    let label = words.say("forecast-kronor");
    let ends = (0.0, KRONOR_MAX);
    let kronor = one(KRONOR.to_owned(), &label, asked.kronor(), ends, asked.kronor_per_place(), words);
    sliders.chain(kronor).collect()
}

fn one(
    field: String,
    label: &str,
    text: &str,
    (lowest, highest): (f64, f64),
    used: f64,
    words: Words,
) -> Option<Misread> {
    let is_used_as_written = match read_number(text) {
        Some(value) => (lowest..=highest).contains(&value),
        None => text.is_empty(),
    };
    // Only money needs spaces between thousands; a year must have none.
    let shown = |value: f64| match value {
        money if money >= 10_000.0 => show_count(money, words.language),
        other => show_decimal(other, usize::from(other.fract() != 0.0), words.language),
    };
    let parts = [
        ("field", label),
        ("text", text),
        ("lowest", &shown(lowest)),
        ("highest", &shown(highest)),
        ("used", &shown(used)),
    ];
    (!is_used_as_written).then(|| Misread { field, told: words.with("forecast-misread", &parts) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::extract::Query;
    use base::Language;

    #[test]
    fn what_is_not_used_as_written_is_told() {
        let check = |name: &str, text: &str, expected: &[&str]| {
            let asked = Asked::of(Query(vec![(name.to_owned(), text.to_owned())]));
            let told: Vec<String> =
                misread(&asked, Words::new(Language::Swedish)).into_iter().map(|one| one.told).collect();
            // Fluent keeps what it is given apart with marks of direction, which nobody sees.
            let plain = |text: &String| text.replace(['\u{2068}', '\u{2069}'], "").replace('\u{a0}', " ");
            assert_eq!(told.iter().map(plain).collect::<Vec<_>>(), expected, "{name}={text}");
        };
        check("kronor", "", &[]);
        check("kronor", "3 000 000", &[]);
        check("kronor", "2500000,50", &[]);
        check(
            "kronor",
            "tre miljoner",
            &[
                "Kostnad för en ny plats, kronor: ”tre miljoner” är inget tal från 0 till 20 000 000. Räknat med 0.",
            ],
        );
        check(
            "kronor",
            "-5",
            &["Kostnad för en ny plats, kronor: ”-5” är inget tal från 0 till 20 000 000. Räknat med 0."],
        );
        check("until", "9999", &["Till och med: ”9999” är inget tal från 2030 till 2070. Räknat med 2070."]);
        check(
            "vacancy",
            "inf",
            &["Platser som står tomma: ”inf” är inget tal från 0 till 10. Räknat med 0."],
        );
        check("care_home", "-1,5", &[]);
    }
}
