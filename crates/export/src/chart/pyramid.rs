//! The population pyramid of one year, beside an earlier year's outline.

use base::language::{Language, Text};
use housing::group::{AGES, AgeGroup, ByAge, BySex, Sex, show_count};
use housing::population::projection::Projection;

use super::Chart;
use super::svg::{HEIGHT, Svg, WIDTH};
use crate::forecast;

const LEFT: f64 = 40.0;
const TOP: f64 = 56.0;
const MIDDLE: f64 = WIDTH / 2.0;

/// The pyramid of `year` with the outline of `compared_year`; `None` where either year is missing.
///
/// Both years share one scale over the whole projection, so that a row of pyramids moves and does not jump.
pub fn pyramid(
    id: &str,
    projection: &Projection,
    year: i32,
    compared_year: i32,
    language: Language,
) -> Option<Chart> {
    let persons = projection.persons(year)?;
    let compared = projection.persons(compared_year)?;
    let widest = projection
        .years
        .iter()
        .flat_map(|row| Sex::ALL.map(|sex| row[sex].iter().copied().fold(0.0, f64::max)))
        .fold(1.0, f64::max);
    let half = MIDDLE - LEFT - 22.0;
    let height = (HEIGHT - TOP - 34.0) / AGES as f64;
    let width = |count: f64| count / widest * half;
    let y = |age: usize| HEIGHT - 34.0 - height * (age as f64 + 1.0);
    let title = format!("{} {year}", projection.area);
    let mut svg = Svg::new(id, &title, &describe(persons, year, language));
    for sex in Sex::ALL {
        let left = sex == Sex::Women;
        let start = if left { MIDDLE - 18.0 } else { MIDDLE + 18.0 };
        let style = usize::from(!left);
        for (age, &count) in persons[sex].iter().enumerate() {
            let x = if left { start - width(count) } else { start };
            let tip = format!("{} {age}: {}", sex.text().get(language), show_count(count, language));
            svg.bar((x, y(age)), (width(count), height * 0.9), style, &tip);
        }
        let outline: String = compared[sex]
            .iter()
            .enumerate()
            .map(|(age, &count)| {
                let x = if left { start - width(count) } else { start + width(count) };
                format!("{}{x:.1} {:.1}", if age == 0 { "M" } else { "L" }, y(age) + height / 2.0)
            })
            .collect();
        svg.raw(&format!(r##"<path d="{outline}" fill="none" stroke="#1a1a1a" stroke-width="1.3"/>"##));
        let (x, anchor) = if left { (LEFT, "start") } else { (WIDTH - LEFT, "end") };
        svg.text((x, TOP - 4.0), anchor, "", sex.text().get(language));
    }
    for age in (0..=100).step_by(10) {
        let words = if age == 100 { "100+".to_owned() } else { age.to_string() };
        svg.text((MIDDLE, y(age) + height), "middle", "tick", &words);
    }
    let outline = Text::new("linjen visar {year}", "the line shows {year}").get(language);
    svg.text((WIDTH - 16.0, 26.0), "end", "tick", &outline.replace("{year}", &compared_year.to_string()));
    let scale = Text::new("bredaste staplar: {n} personer", "widest bars: {n} persons").get(language);
    svg.text((MIDDLE, HEIGHT - 10.0), "middle", "tick", &scale.replace("{n}", &show_count(widest, language)));
    let mut table = forecast::pyramid_table(projection, &[compared_year, year], language);
    table.name = format!("pyramid-{year}");
    Some(Chart { svg: svg.finish(), table })
}

fn describe(persons: &BySex<ByAge>, year: i32, language: Language) -> String {
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
