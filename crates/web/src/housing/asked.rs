//! What the address of a forecast asks for. Everything stands in it, so that a view can be kept, sent and exported.

use app::housing::{alternative::KeptAlternative, forecast::SIMULATIONS_MAX};
use axum::extract::Query;
use housing::demand::alternative::{Alternative, CHANGE_PERCENT_MAX, OwnAlternative};
use housing::outlook::Sliders;
use housing::places::gap::BuildingAssumptions;
use housing::places::senior_housing::WANTED_SHARE_PERCENT;
use housing::population::projection::PopulationAssumptions;

use crate::{device::list::encode, fields::Fields, text::Words};

/// How many futures follow a slider.
pub(super) const SIMULATIONS_LIVE: usize = 100;
/// How many futures are drawn for files.
pub(super) const SIMULATIONS_FILES: usize = 1_000;
/// The first year that may be asked for.
pub(super) const UNTIL_FIRST: i32 = 2030;
/// The last year that may be asked for.
pub(super) const UNTIL_LAST: i32 = 2070;
/// How many own alternatives are shown at once: more lines cannot be told apart.
pub(super) const OWN_SHOWN_MAX: usize = 2;

/// One slider: its name in the address, its ends, its step and where it usually stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slider {
    pub(super) name: &'static str,
    pub(super) lowest: f64,
    pub(super) highest: f64,
    pub(super) step: f64,
    pub(super) usual: f64,
}

const fn slider(name: &'static str, ends: (f64, f64), step: f64, usual: f64) -> Slider {
    Slider { name, lowest: ends.0, highest: ends.1, step, usual }
}

/// The last October.
pub(super) const UNTIL: Slider = slider("until", (UNTIL_FIRST as f64, UNTIL_LAST as f64), 1.0, 2050.0);
/// How fast mortality falls, in per cent of how fast it has fallen.
pub(super) const MORTALITY: Slider = slider("mortality", (0.0, 200.0), 10.0, 100.0);
/// Net migration, in per cent of its size.
pub(super) const MIGRATION: Slider = slider("migration", (-50.0, 50.0), 5.0, 0.0);
/// Children, in per cent of today's.
pub(super) const FERTILITY: Slider = slider("fertility", (80.0, 120.0), 5.0, 100.0);
/// Yearly change of the odds of home care, in per cent.
pub(super) const HOME_CARE: Slider = slider("home_care", (-5.0, 5.0), 0.5, 0.0);
/// Yearly change of the odds of a care home, in per cent.
pub(super) const CARE_HOME: Slider = slider("care_home", (-5.0, 5.0), 0.5, 0.0);
/// The part of those in care homes who have home care instead, in per cent.
pub(super) const MOVED_HOME: Slider = slider("moved_home", (0.0, 50.0), 1.0, 0.0);
/// Places per new home.
pub(super) const PLACES_PER_HOME: Slider = slider("places_per_home", (20.0, 150.0), 1.0, 80.0);
/// Places that stand empty, in per cent.
pub(super) const VACANCY: Slider = slider("vacancy", (0.0, 10.0), 0.5, 0.0);

/// The share of everyone aged 65 or more for whom there is to be senior housing, in per cent.
pub(super) const SENIOR_SHARE: Slider = slider("senior_share", (0.0, 20.0), 0.5, WANTED_SHARE_PERCENT);

/// Every slider, in the order of the page.
pub(super) const SLIDERS: [Slider; 10] = [
    UNTIL,
    MORTALITY,
    MIGRATION,
    FERTILITY,
    HOME_CARE,
    CARE_HOME,
    MOVED_HOME,
    PLACES_PER_HOME,
    VACANCY,
    SENIOR_SHARE,
];

/// The highest cost of a place, in kronor.
pub(super) const KRONOR_MAX: f64 = 20_000_000.0;

/// What is asked for.
#[derive(Clone, Default)]
pub(crate) struct Asked(Fields);

impl Asked {
    /// From the words of an address.
    pub(super) fn of(Query(pairs): Query<Vec<(String, String)>>) -> Self {
        Asked(Fields::new(pairs))
    }

    /// The municipality as it was written.
    pub(super) fn area(&self) -> &str {
        self.text("area")
    }

    /// Where a slider stands: as asked, moved within its ends, or where it usually stands.
    pub(super) fn at(&self, slider: Slider) -> f64 {
        read_number(self.text(slider.name))
            .map_or(slider.usual, |value| value.clamp(slider.lowest, slider.highest))
    }

    /// The last October.
    pub(super) fn until(&self) -> i32 {
        // Within the ends of the slider, so the conversion keeps the value.
        self.at(UNTIL).round() as i32
    }

    /// What a place costs, in kronor; nought where it is not given.
    pub(super) fn kronor_per_place(&self) -> f64 {
        read_number(self.kronor()).unwrap_or(0.0).clamp(0.0, KRONOR_MAX)
    }

    /// What a place costs, as it was written.
    pub(super) fn kronor(&self) -> &str {
        self.text("kronor")
    }

    /// A field as it was written.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.text(name).trim()
    }

    /// The year of the pyramid; the last where it is not asked for.
    pub(super) fn pyramid_year(&self) -> i32 {
        self.0.text("pyramid").parse().unwrap_or_else(|_| self.until())
    }

    /// The ids of the own alternatives that are shown.
    pub(super) fn own(&self) -> Vec<String> {
        self.0.every("own").take(OWN_SHOWN_MAX).map(str::to_owned).collect()
    }

    /// The sliders of the computation, with as many simulations as fit.
    pub(super) fn sliders(&self, kept: &[KeptAlternative], words: Words, simulations: usize) -> Sliders {
        let mut alternatives = vec![Alternative::StatusQuo];
        let own = self.own();
        alternatives.extend(
            kept.iter()
                .filter(|one| own.contains(&one.id.to_string()))
                .map(|one| Alternative::Own(one.own.clone())),
        );
        alternatives.extend(self.moved(words).map(Alternative::Own));
        alternatives.truncate(1 + OWN_SHOWN_MAX);
        // The main alternative comes last: its band is the one that charts draw.
        alternatives.push(Alternative::Main);
        Sliders {
            until: self.until(),
            population: PopulationAssumptions {
                mortality_decline: self.at(MORTALITY) / 100.0,
                migration_shift: self.at(MIGRATION) / 100.0,
                fertility: self.at(FERTILITY) / 100.0,
            },
            alternatives,
            simulations: simulations.min(SIMULATIONS_MAX),
            seed: 1,
            building: BuildingAssumptions {
                // Within the ends of the slider, so the conversion keeps the value.
                places_per_home: self.at(PLACES_PER_HOME).round() as u32,
                vacancy_percent: self.at(VACANCY),
                kronor_per_place: self.kronor_per_place(),
                senior_share_percent: self.at(SENIOR_SHARE),
            },
        }
    }

    /// The alternative that the sliders of care make, once any of them is moved.
    fn moved(&self, words: Words) -> Option<OwnAlternative> {
        let (home_care, care_home, moved_home) =
            (self.at(HOME_CARE), self.at(CARE_HOME), self.at(MOVED_HOME));
        let moved = [home_care, care_home, moved_home].iter().any(|value| *value != 0.0);
        let within = |percent: f64| percent.clamp(-CHANGE_PERCENT_MAX, CHANGE_PERCENT_MAX);
        moved.then(|| OwnAlternative {
            name: words.say("forecast-own-live"),
            yearly_change_percent: [within(home_care), within(care_home), 0.0, 0.0],
            damping: 1.0,
            moved_home_percent: moved_home,
        })
    }

    /// The same as the end of an address, with the area as it is called.
    pub(super) fn query(&self, area: &str) -> String {
        let mut query = format!("area={}", encode(area));
        for slider in SLIDERS {
            let value = self.at(slider);
            if value != slider.usual {
                query.push_str(&format!("&{}={value}", slider.name));
            }
        }
        if self.kronor_per_place() > 0.0 {
            query.push_str(&format!("&kronor={:.0}", self.kronor_per_place()));
        }
        for own in self.own() {
            query.push_str(&format!("&own={}", encode(&own)));
        }
        query
    }
}

/// A number with decimal comma or point and spaces between thousands.
pub(super) fn read_number(text: &str) -> Option<f64> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    bare.replace(',', ".").parse::<f64>().ok().filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Language;

    fn asked(pairs: &[(&str, &str)]) -> Asked {
        Asked::of(Query(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()))
    }

    #[test]
    fn sliders_stay_within_their_ends_and_the_address_says_what_moved() {
        let words = Words::new(Language::Swedish);
        let usual = asked(&[]).sliders(&[], words, 200);
        assert_eq!((usual.until, usual.alternatives.len(), usual.simulations), (2050, 2, 200));
        assert_eq!(usual.population, PopulationAssumptions::BASE);
        let moved =
            asked(&[("until", "9999"), ("mortality", "tio"), ("care_home", "-1,5"), ("kronor", "3 000 000")]);
        let sliders = moved.sliders(&[], words, 99_999);
        assert_eq!((sliders.until, sliders.simulations), (UNTIL_LAST, SIMULATIONS_MAX));
        assert_eq!(sliders.alternatives.len(), 3);
        assert_eq!(sliders.building.kronor_per_place, 3_000_000.0);
        assert_eq!(moved.query("Öby"), "area=%C3%96by&until=2070&care_home=-1.5&kronor=3000000");
        assert!(asked(&[("until", "NaN"), ("vacancy", "inf")]).sliders(&[], words, 0).until == 2050);
    }
}
