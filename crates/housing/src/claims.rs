//! Published statements about the future of elder care, recomputed: does each hold, and by what arithmetic?

use base::language::{Language, Text};

use crate::demand::care_use::CareForm;
use crate::demand::forecast::DemandForecast;
use crate::group::{AgeGroup, show_count, show_decimal};
use crate::population::Population;
use crate::population::projection::Projection;

/// Figures that differ by no more than this share agree within rounding.
pub const HOLDS_WITHIN: f64 = 0.015;
/// Figures that differ by no more than this share agree loosely.
pub const LOOSELY_WITHIN: f64 = 0.2;

const STOCKHOLM: Text = Text::new(
    "Stockholms stad, äldrenämndens flerårsplan 2025–2027",
    "City of Stockholm, elder care committee, multi-year plan 2025-2027",
);
const LINKOPING: Text =
    Text::new("Linköpings kommun, satsningar 2025", "Linköping municipality, budget initiatives 2025");

/// What recomputing gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The figures agree within rounding.
    Holds,
    /// The figures agree loosely, or only under a condition that the statement does not name.
    HoldsLoosely,
    /// Two figures of the same document do not agree.
    ContradictsItself,
    /// The figures at hand say otherwise.
    NotSupported,
    /// A figure that would be needed is not public or was not given.
    CannotBeChecked,
}

impl Verdict {
    /// The verdict in words.
    pub const fn text(self) -> Text {
        match self {
            Verdict::Holds => Text::new("stämmer", "holds"),
            Verdict::HoldsLoosely => Text::new("stämmer ungefär", "holds loosely"),
            Verdict::ContradictsItself => Text::new("motsäger sig självt", "contradicts itself"),
            Verdict::NotSupported => Text::new("får inte stöd av siffrorna", "not supported by the figures"),
            Verdict::CannotBeChecked => Text::new("går inte att kontrollera", "cannot be checked"),
        }
    }

    /// The verdict for two figures that should be the same.
    fn of(stated: f64, computed: f64) -> Verdict {
        let off = (stated / computed - 1.0).abs();
        if off <= HOLDS_WITHIN {
            Verdict::Holds
        } else if off <= LOOSELY_WITHIN {
            Verdict::HoldsLoosely
        } else {
            Verdict::NotSupported
        }
    }
}

/// One statement with its verdict and arithmetic.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedClaim {
    /// The document that states it.
    pub document: Text,
    /// What is stated.
    pub statement: Text,
    /// The verdict.
    pub verdict: Verdict,
    /// The arithmetic, in the language asked for.
    pub arithmetic: String,
}

/// An area's own figures, for the statements that need them.
#[derive(Debug, Clone, Copy)]
pub struct AreaFigures<'a> {
    /// The area's history.
    pub history: &'a Population,
    /// Its forecast, history before it.
    pub projection: &'a Projection,
    /// Demand with unchanged shares.
    pub status_quo: &'a DemandForecast,
}

/// Recomputes every statement; Linköping's need Linköping's own figures, as loaded from a file.
pub fn check_claims(linkoping: Option<AreaFigures<'_>>, language: Language) -> Vec<CheckedClaim> {
    let show = Show(language);
    let mut claims = stockholm_population(show);
    claims.extend(stockholm_places(show));
    claims.extend(stockholm_senior_housing(show));
    claims.extend(stockholm_alarms(show));
    claims.extend(linkoping_claims(linkoping, show));
    claims
}

/// Numbers in the reader's language.
#[derive(Clone, Copy)]
struct Show(Language);

impl Show {
    fn count(self, value: f64) -> String {
        show_count(value, self.0)
    }

    fn percent(self, value: f64) -> String {
        format!("{} %", show_decimal(value, 1, self.0))
    }

    /// The text with `{0}`, `{1}` ... filled in.
    fn fill(self, text: Text, values: &[String]) -> String {
        values.iter().enumerate().fold(text.get(self.0).to_owned(), |line, (index, value)| {
            line.replace(&format!("{{{index}}}"), value)
        })
    }
}

fn stockholm_population(show: Show) -> Vec<CheckedClaim> {
    let (until_2050, rise, rise_percent) = (85_500.0, 45_000.0, 125.0);
    let base = until_2050 / (1.0 + rise_percent / 100.0);
    let other_base = until_2050 - rise;
    let older = CheckedClaim {
        document: STOCKHOLM,
        statement: Text::new(
            "80+: knappt 85 500 år 2050, drygt 45 000 fler än 2023, +125 %",
            "80+: just under 85,500 in 2050, a little over 45,000 more than in 2023, +125 %",
        ),
        verdict: Verdict::of(rise, until_2050 - base),
        arithmetic: show.fill(
            Text::new(
                "{0} / 2,25 = {1} år 2023, alltså {2} fler; {0} − {3} = {4} år 2023, alltså +{5}",
                "{0} / 2.25 = {1} in 2023, so {2} more; {0} − {3} = {4} in 2023, so +{5}",
            ),
            &[
                show.count(until_2050),
                show.count(base),
                show.count(until_2050 - base),
                show.count(rise),
                show.count(other_base),
                show.percent(100.0 * rise / other_base),
            ],
        ),
    };
    let oldest = CheckedClaim {
        document: STOCKHOLM,
        statement: Text::new("90+: 19 450 år 2050, +155 %", "90+: 19,450 in 2050, +155 %"),
        verdict: Verdict::CannotBeChecked,
        arithmetic: show.fill(
            Text::new(
                "{0} / 2,55 = {1} år 2023; dokumentet anger inget antal för 2023 att jämföra med",
                "{0} / 2.55 = {1} in 2023; the document gives no number for 2023 to compare with",
            ),
            &[show.count(19_450.0), show.count(19_450.0 / 2.55)],
        ),
    };
    vec![older, oldest]
}

fn stockholm_places(show: Show) -> Vec<CheckedClaim> {
    let (main_2029, kept_2029) = (690.0, 1_100.0);
    let difference = kept_2029 - main_2029;
    let (largest, smallest) = (difference / 4.0, difference / 5.0);
    let near = CheckedClaim {
        document: STOCKHOLM,
        statement: Text::new(
            "690–1 100 fler platser till 2029; skillnaden är fyra till fem boenden",
            "690-1,100 more places to 2029; the difference is four to five homes",
        ),
        verdict: Verdict::Holds,
        arithmetic: show.fill(
            Text::new(
                "{0} − {1} = {2} platser; / 5 = {3} och / 4 = {4} platser per boende, en vanlig storlek",
                "{0} − {1} = {2} places; / 5 = {3} and / 4 = {4} places per home, a usual size",
            ),
            &[kept_2029, main_2029, difference, smallest, largest].map(|value| show.count(value)),
        ),
    };
    let (main_2040, more_2040, homes) = (2_400.0, 1_400.0, 35.0);
    let far = CheckedClaim {
        document: STOCKHOLM,
        statement: Text::new(
            "Drygt 2 400 fler platser till 2040 (35 nya boenden), knappt 1 400 till om andelarna inte sjunker",
            "A little over 2,400 more places to 2040 (35 new homes), almost 1,400 more if shares do not fall",
        ),
        verdict: Verdict::of(main_2040 / homes, smallest),
        arithmetic: show.fill(
            Text::new(
                "{0} / 35 = {1} nettoplatser per boende, mot {2}–{3} ovan: går ihop bara om minst {4} platser \
                 stängs eller byggs bort; nuläge {0} + {5} = {6}",
                "{0} / 35 = {1} net places per home, against {2}-{3} above: adds up only if at least {4} places \
                 close or are rebuilt away; status quo {0} + {5} = {6}",
            ),
            &[
                main_2040,
                main_2040 / homes,
                smallest,
                largest,
                smallest * homes - main_2040,
                more_2040,
                main_2040 + more_2040,
            ]
            .map(|value| show.count(value)),
        ),
    };
    vec![near, far]
}

fn stockholm_senior_housing(show: Show) -> Vec<CheckedClaim> {
    let (today, kept, wanted) = (6_700.0, 8_400.0, 15_600.0);
    let persons = wanted / 0.08;
    let share = kept / persons;
    let sums = CheckedClaim {
        document: STOCKHOLM,
        statement: Text::new(
            "Seniorbostäder: 6 700 i dag; 8 400 år 2040 (+1 700) vid samma andel; 15 600 (+8 900) vid 8 %",
            "Senior housing: 6,700 today; 8,400 in 2040 (+1,700) at the same share; 15,600 (+8,900) at 8 %",
        ),
        verdict: Verdict::of(today + 1_700.0, kept),
        arithmetic: show.fill(
            Text::new("{0} + 1 700 = {1}; {0} + 8 900 = {2}", "{0} + 1,700 = {1}; {0} + 8,900 = {2}"),
            &[today, today + 1_700.0, today + 8_900.0].map(|value| show.count(value)),
        ),
    };
    let share_rule = CheckedClaim {
        document: STOCKHOLM,
        statement: Text::new(
            "8 % av ensamhushållen 70+ har råd med en ny hyreslägenhet, därför 15 600 seniorbostäder",
            "8 % of single households 70+ can afford a new rental flat, hence 15,600 senior dwellings",
        ),
        verdict: Verdict::HoldsLoosely,
        arithmetic: show.fill(
            Text::new(
                "{0} / 8 % = {1} personer, alltså alla som är 65+ år 2040, inte ensamhushåll 70+; {2} / {1} = {3}; \
                 {4} / {3} = {5} personer 65+ år 2022",
                "{0} / 8 % = {1} persons, so everyone aged 65+ in 2040, not single households 70+; {2} / {1} = {3}; \
                 {4} / {3} = {5} persons aged 65+ in 2022",
            ),
            &[
                show.count(wanted),
                show.count(persons),
                show.count(kept),
                format!("{} %", show_decimal(100.0 * share, 2, show.0)),
                show.count(today),
                show.count(today / share),
            ],
        ),
    };
    vec![sums, share_rule]
}

fn stockholm_alarms(show: Show) -> Vec<CheckedClaim> {
    let cost = 2_400.0 * 1_815.0;
    let product = CheckedClaim {
        document: STOCKHOLM,
        statement: Text::new(
            "2 400 larm à 1 815 kr blir 4,4 mnkr",
            "2,400 alarms at 1,815 kr make 4.4 million kr",
        ),
        verdict: Verdict::of(4_400_000.0, cost),
        arithmetic: format!("{} × {} = {} kr", show.count(2_400.0), show.count(1_815.0), show.count(cost)),
    };
    let units = CheckedClaim {
        document: STOCKHOLM,
        statement: Text::new(
            "De första 2 500 nya larmen klarar inte kraven; cirka 2 400 larm skulle bytas ut",
            "The first 2,500 new alarms do not meet the demands; about 2,400 alarms would be replaced",
        ),
        verdict: Verdict::ContradictsItself,
        arithmetic: show.fill(
            Text::new(
                "{0} ≠ {1}: {2} larm skiljer i samma dokument",
                "{0} ≠ {1}: {2} alarms apart in one document",
            ),
            &[2_500.0, 2_400.0, 100.0].map(|value| show.count(value)),
        ),
    };
    vec![product, units]
}

fn linkoping_claims(figures: Option<AreaFigures<'_>>, show: Show) -> Vec<CheckedClaim> {
    let growth = Text::new(
        "80+ i Linköping: +30 %, drygt 2 700 personer till 2030",
        "80+ in Linköping: +30 %, a little over 2,700 persons to 2030",
    );
    let doubling = Text::new(
        "Behovet av äldreomsorg i Linköping fördubblas till 2040 med dagens andelar",
        "The need of elder care in Linköping doubles to 2040 with today's shares",
    );
    let claim =
        |statement, verdict, arithmetic| CheckedClaim { document: LINKOPING, statement, verdict, arithmetic };
    let Some((growth_checked, doubling_checked)) = figures.and_then(|known| linkoping_figures(known, show))
    else {
        let missing = Text::new(
            "2 700 / 30 % = 9 000 i utgångsläget; Linköpings folkmängd behövs (--municipality linkoping --population)",
            "2,700 / 30 % = 9,000 to start from; Linköping's population is needed (--municipality linkoping --population)",
        );
        let missing = missing.get(show.0).to_owned();
        return vec![
            claim(growth, Verdict::CannotBeChecked, missing.clone()),
            claim(doubling, Verdict::CannotBeChecked, missing),
        ];
    };
    vec![
        claim(growth, growth_checked.0, growth_checked.1),
        claim(doubling, doubling_checked.0, doubling_checked.1),
    ]
}

type Checked = (Verdict, String);

fn linkoping_figures(known: AreaFigures<'_>, show: Show) -> Option<(Checked, Checked)> {
    let before = known.history.count(2023, AgeGroup::OLDER)?;
    let in_2030 = known.projection.count(2030, AgeGroup::OLDER)?;
    let in_2040 = known.projection.count(2040, AgeGroup::OLDER)?;
    let rise = in_2030 - before;
    let growth = show.fill(
        Text::new(
            "{0} den 31 december 2023; vår prognos {1} år 2030: +{2}, +{3}",
            "{0} on 31 December 2023; our forecast {1} in 2030: +{2}, +{3}",
        ),
        &[show.count(before), show.count(in_2030), show.count(rise), show.percent(100.0 * rise / before)],
    );
    let times = |form: CareForm| {
        let first = known.status_quo.years.first()?.total(form);
        Some(known.status_quo.year(2040)?.total(form) / first)
    };
    let (home_care, care_home) = (times(CareForm::HomeCare)?, times(CareForm::CareHome)?);
    let (oldest_before, oldest_2040) =
        (known.history.count(2023, AgeGroup::OLDEST)?, known.projection.count(2040, AgeGroup::OLDEST)?);
    let rise_percent = |times: f64| show.percent(100.0 * (times - 1.0));
    let doubling = show.fill(
        Text::new(
            "Med dagens andelar till 2040: hemtjänst +{0}, särskilt boende +{1}; 80+ +{2}, 90+ +{3} från 2023. En \
             fördubbling vore +100 %",
            "With today's shares to 2040: home care +{0}, care homes +{1}; 80+ +{2}, 90+ +{3} from 2023. Doubling \
             would be +100 %",
        ),
        &[
            rise_percent(home_care),
            rise_percent(care_home),
            rise_percent(in_2040 / before),
            rise_percent(oldest_2040 / oldest_before),
        ],
    );
    let nearest = home_care.max(care_home);
    Some(((Verdict::of(2_700.0, rise), growth), (Verdict::of(1.0, nearest - 1.0), doubling)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn the_published_statements_get_their_verdicts() {
        let lines: Vec<String> = check_claims(None, Language::English)
            .iter()
            .map(|claim| format!("{}: {}", claim.verdict.text().english, claim.arithmetic))
            .collect();
        expect![[r#"
            holds loosely: 85,500 / 2.25 = 38,000 in 2023, so 47,500 more; 85,500 − 45,000 = 40,500 in 2023, so +111.1 %
            cannot be checked: 19,450 / 2.55 = 7,627 in 2023; the document gives no number for 2023 to compare with
            holds: 1,100 − 690 = 410 places; / 5 = 82 and / 4 = 103 places per home, a usual size
            holds loosely: 2,400 / 35 = 69 net places per home, against 82-103 above: adds up only if at least 470 places close or are rebuilt away; status quo 2,400 + 1,400 = 3,800
            holds: 6,700 + 1,700 = 8,400; 6,700 + 8,900 = 15,600
            holds loosely: 15,600 / 8 % = 195,000 persons, so everyone aged 65+ in 2040, not single households 70+; 8,400 / 195,000 = 4.31 %; 6,700 / 4.31 % = 155,536 persons aged 65+ in 2022
            holds: 2,400 × 1,815 = 4,356,000 kr
            contradicts itself: 2,500 ≠ 2,400: 100 alarms apart in one document
            cannot be checked: 2,700 / 30 % = 9,000 to start from; Linköping's population is needed (--municipality linkoping --population)
            cannot be checked: 2,700 / 30 % = 9,000 to start from; Linköping's population is needed (--municipality linkoping --population)"#]].assert_eq(&lines.join("\n"));
    }
}
