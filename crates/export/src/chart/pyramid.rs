//! The population pyramid of one year, beside an earlier year's outline.

use base::language::{Language, Text};
use housing::group::{AGES, AgeGroup, ByAge, BySex, Sex, show_count};
use housing::population::projection::Projection;

use super::{Chart, Layout, Style};
use crate::drawing::{Anchor, Ink, Point};
use crate::forecast;

/// How ages become heights and persons become widths: the same for every year, so that the pyramid moves and does
/// not jump.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The left edge of the men's bars; the women's right edge lies as far to the left of the middle.
    pub men_left: f64,
    /// The women's right edge.
    pub women_right: f64,
    /// Units of width for a person.
    pub unit_per_person: f64,
    /// The most persons of one age and sex in any year.
    pub widest: f64,
    /// The height of one age.
    age_height: f64,
    /// Where age nought stands.
    bottom: f64,
    layout: Layout,
}

impl Scale {
    /// The scale of a projection.
    pub fn of(projection: &Projection, layout: Layout) -> Scale {
        let widest = projection
            .years
            .iter()
            .flat_map(|row| Sex::ALL.map(|sex| row[sex].iter().copied().fold(0.0, f64::max)))
            .fold(1.0, f64::max);
        let (edge, gap, top, foot) = match layout {
            Layout::Print => (40.0, 18.0, 56.0, 34.0),
            Layout::Page => (4.0, 20.0, 40.0, 30.0),
        };
        let middle = layout.width() / 2.0;
        Scale {
            men_left: middle + gap,
            women_right: middle - gap,
            unit_per_person: (middle - edge - gap) / widest,
            widest,
            age_height: (layout.height() - top - foot) / AGES as f64,
            bottom: layout.height() - foot,
            layout,
        }
    }

    fn y(&self, age: usize) -> f64 {
        // Ages are few, so the conversion is exact.
        self.bottom - self.age_height * (age as f64 + 1.0)
    }

    fn outline(&self, sex: Sex, persons: &ByAge) -> Vec<Point> {
        let x = |count: f64| match sex {
            Sex::Women => self.women_right - count * self.unit_per_person,
            Sex::Men => self.men_left + count * self.unit_per_person,
        };
        persons
            .iter()
            .enumerate()
            .map(|(age, &count)| (x(count), self.y(age) + self.age_height / 2.0))
            .collect()
    }
}

/// The pyramid of `year` with the outline of `compared_year`; `None` where either year is missing.
pub fn pyramid(
    id: &str,
    projection: &Projection,
    year: i32,
    compared_year: i32,
    style: Style,
) -> Option<Chart> {
    let Style { layout, language } = style;
    let persons = projection.persons(year)?;
    let compared = projection.persons(compared_year)?;
    let scale = Scale::of(projection, layout);
    let (width, height, letters) = (layout.width(), layout.height(), layout.letters());
    let title = format!("{} {year}", projection.area);
    let mut drawing = layout.begin(id, &title, &describe(persons, year, language));
    for (series, sex) in Sex::ALL.into_iter().enumerate() {
        for (age, &count) in persons[sex].iter().enumerate() {
            let long = count * scale.unit_per_person;
            let x = if sex == Sex::Women { scale.women_right - long } else { scale.men_left };
            let tip = format!("{} {age}: {}", sex.text().get(language), show_count(count, language));
            drawing.bar((x, scale.y(age)), (long, scale.age_height * 0.9), Ink::Series(series), tip);
        }
    }
    for sex in Sex::ALL {
        drawing.line(scale.outline(sex, &compared[sex]), Ink::Text, 1.3);
        let top = scale.y(AGES - 1) - 6.0;
        let (at, anchor) = match sex {
            Sex::Women => ((if layout == Layout::Print { 40.0 } else { 4.0 }, top), Anchor::Start),
            Sex::Men => ((width - if layout == Layout::Print { 40.0 } else { 4.0 }, top), Anchor::End),
        };
        drawing.words(at, anchor, letters, Ink::Text, sex.text().get(language));
    }
    let every = if layout == Layout::Print { 10 } else { 20 };
    for age in (0..=100).step_by(every) {
        let words = if age == 100 { "100+".to_owned() } else { age.to_string() };
        let at = (width / 2.0, scale.y(age) + scale.age_height + 2.0);
        drawing.words(at, Anchor::Middle, letters, Ink::Faint, &words);
    }
    let outline = Text::new("linjen visar {year}", "the line shows {year}").get(language);
    let outline = outline.replace("{year}", &compared_year.to_string());
    let (at, anchor) = match layout {
        Layout::Print => ((width - 16.0, 26.0), Anchor::End),
        Layout::Page => ((width / 2.0, letters + 2.0), Anchor::Middle),
    };
    drawing.words(at, anchor, letters, Ink::Faint, &outline);
    let words = Text::new("bredaste staplar: {n} personer", "widest bars: {n} persons").get(language);
    let words = words.replace("{n}", &show_count(scale.widest, language));
    drawing.words((width / 2.0, height - 8.0), Anchor::Middle, letters, Ink::Faint, &words);
    let mut table = forecast::pyramid_table(projection, &[compared_year, year], language);
    table.name = format!("pyramid-{year}");
    Some(Chart { drawing, table })
}

/// What a year's pyramid says, in one sentence.
pub fn describe(persons: &BySex<ByAge>, year: i32, language: Language) -> String {
    let text = Text::new(
        "Befolkningspyramid {year}: {elder} personer är 65–79 år, {older} är 80 år eller äldre, varav {oldest} 90 år eller äldre.",
        "Population pyramid {year}: {elder} persons are aged 65-79, {older} are 80 or older, of whom {oldest} are 90 or older.",
    );
    let count = |group: AgeGroup| show_count(group.sum_both(persons), language);
    text.get(language)
        .replace("{year}", &year.to_string())
        .replace("{elder}", &count(AgeGroup::ELDER))
        .replace("{older}", &count(AgeGroup::OLDER))
        .replace("{oldest}", &count(AgeGroup::OLDEST))
}
