//! A study as tables, charts and a report: what the command prints, the page shows and files hold.

use base::Language;
use base::language::Text;
use base::time::Date;
use housing::demand::care_use::CareForm;
use housing::demand::history::Evidence;
use housing::group::{AgeGroup, show_count, show_decimal};
use housing::places::gap::GapYear;
use housing::population::projection::Projection;
use housing::study::{Study, StudyView};

use crate::chart::{Chart, Layout, Style, back_test, fan, gap, pyramid, senior_housing};
use crate::every_start;
use crate::forecast as tables;
use crate::report::{Block, Report};
use crate::table::{Cell, Table};

/// The base year of short tables is followed by every year that divides by this.
const SHORT_TABLE_YEARS: i32 = 5;

/// A study in one language under one setting of the sliders.
#[derive(Debug, Clone, Copy)]
pub struct Edition<'a> {
    /// The figures that the study was fitted on.
    pub evidence: &'a Evidence,
    /// The study.
    pub study: &'a Study,
    /// What the sliders gave.
    pub view: &'a StudyView,
    /// The language.
    pub language: Language,
}

impl Edition<'_> {
    fn area(&self) -> &str {
        &self.study.outlook.history.area
    }

    fn base_year(&self) -> i32 {
        self.study.outlook.history.last_year()
    }

    fn first_october(&self) -> i32 {
        let forecast = self.view.outlook.forecasts.first();
        forecast.and_then(|one| one.years.first()).map_or(self.view.sliders.until, |row| row.year)
    }

    /// A first year, every fifth after it, and the last asked for.
    fn years(&self, first: i32) -> Vec<i32> {
        let until = self.view.sliders.until;
        let mut years = vec![first];
        years.extend((first + 1..=until).filter(|year| year % SHORT_TABLE_YEARS == 0));
        if years.last() != Some(&until) {
            years.push(until);
        }
        years
    }

    /// Keeps the rows whose year is shown in short tables.
    fn shorten(&self, table: &mut Table, column: usize) {
        let shown = self.years(self.first_october());
        table.rows.retain(|row| matches!(row.get(column), Some(Cell::Year(year)) if shown.contains(year)));
    }

    fn gaps(&self) -> Vec<(String, Vec<GapYear>)> {
        let names = self.view.outlook.forecasts.iter().map(|one| one.alternative.name(self.language));
        names.zip(self.view.outlook.gaps.iter().cloned()).collect()
    }

    fn gap_notes(&self) -> Vec<String> {
        vec![match &self.study.outlook.register {
            Some(register) => register.source.line(self.language),
            None => Text::new(
                "Inget register angivet: dagens platser antas vara lika många som dagens boende, och stå kvar.",
                "No register given: today's places are taken to be as many as today's residents, and to stay.",
            )
            .get(self.language)
            .to_owned(),
        }]
    }

    /// Population every fifth year: base, high, low, and official where there is one.
    pub fn population(&self) -> Table {
        let named: Vec<(String, Projection)> = self
            .view
            .populations
            .iter()
            .map(|(name, projection)| (name.get(self.language).to_owned(), projection.clone()))
            .collect();
        tables::population_table(&named, &self.years(self.base_year()), self.language)
    }

    /// Population and demand of the areas below, every fifth year; `None` where there are none.
    pub fn areas(&self) -> Option<Table> {
        let words = [
            Text::new("område", "area"),
            Text::new("år", "year"),
            Text::new("80+ 31 december", "80+ 31 December"),
            Text::new("alternativ", "alternative"),
            Text::new("hemtjänst, oktober", "home care, October"),
            Text::new("särskilt boende, oktober", "care home, October"),
            Text::new("egna räkningar", "own counts"),
        ];
        let rows = self.area_rows();
        let note = Text::new(
            "Områdena räknas vart för sig och jämkas så att de tillsammans ger hela kommunens tal. Utan egna räkningar används kommunens andelar vid varje ålder.",
            "Areas are forecast alone and adjusted so that together they give the municipality's figures. Without own counts the municipality's shares at each age are used.",
        );
        (!rows.is_empty()).then(|| Table {
            name: "areas".to_owned(),
            title: Text::new("Områden", "Areas").get(self.language).to_owned(),
            headings: words.iter().map(|text| text.get(self.language).to_owned()).collect(),
            rows,
            notes: vec![
                note.get(self.language).to_owned(),
                self.view.outlook.projection.source.line(self.language),
            ],
        })
    }

    /// Each area's rows; the figures of a column are shown as whole persons that add up to the municipality's.
    fn area_rows(&self) -> Vec<Vec<Cell>> {
        let areas = &self.view.areas;
        let mut rows_of_areas: Vec<Vec<Vec<Cell>>> = vec![Vec::new(); areas.len()];
        for alternative in 0..self.view.sliders.alternatives.len() {
            for year in self.years(self.first_october()) {
                let figures: Option<Vec<[f64; 3]>> = areas
                    .iter()
                    .map(|area| {
                        let row = area.forecasts.get(alternative)?.year(year)?;
                        let persons = area.projection.count(year, AgeGroup::OLDER)?;
                        Some([persons, row.total(CareForm::HomeCare), row.total(CareForm::CareHome)])
                    })
                    .collect();
                let Some(figures) = figures else { continue };
                let column = |place: usize| {
                    Cell::parts(&figures.iter().map(|row| row[place]).collect::<Vec<_>>()).into_iter()
                };
                let cells = column(0).zip(column(1)).zip(column(2));
                for ((area, rows), ((persons, home_care), care_home)) in
                    areas.iter().zip(&mut rows_of_areas).zip(cells)
                {
                    let own = if area.own_counts { Text::new("ja", "yes") } else { Text::new("nej", "no") };
                    let name = self.view.sliders.alternatives[alternative].name(self.language);
                    rows.push(vec![
                        Cell::text(&area.name),
                        Cell::Year(year),
                        persons,
                        Cell::text(name),
                        home_care,
                        care_home,
                        Cell::text(own.get(self.language)),
                    ]);
                }
            }
        }
        rows_of_areas.into_iter().flatten().collect()
    }

    /// Demand of one form every fifth year.
    pub fn short_demand(&self, form: CareForm) -> Table {
        let outlook = &self.view.outlook;
        let mut table = tables::demand_table(form, &outlook.forecasts, &outlook.bands, self.language);
        self.shorten(&mut table, 0);
        table.name = format!("demand-summary-{}", form.name().replace('_', "-"));
        table
    }

    /// Need against places every fifth year.
    pub fn short_gap(&self) -> Table {
        let building = &self.view.sliders.building;
        let mut table = tables::gap_table(&self.gaps(), building, &self.gap_notes(), self.language);
        self.shorten(&mut table, 1);
        table.name = "places-gap-summary".to_owned();
        table
    }

    fn senior_notes(&self) -> Vec<String> {
        let text = Text::new(
            "Behov: så stor andel av alla som är 65 år eller äldre. Bostäder den 1 oktober enligt registret.",
            "Need: so large a share of everyone aged 65 or more. Dwellings on 1 October by the register.",
        );
        let outlook = &self.study.outlook;
        let register = outlook.register.iter().map(|register| register.source.line(self.language));
        std::iter::once(text.get(self.language).to_owned())
            .chain([self.view.outlook.projection.source.line(self.language)])
            .chain(register)
            .collect()
    }

    /// Need of senior housing every fifth year; `None` without any rule.
    pub fn short_senior_housing(&self) -> Option<Table> {
        let rules = &self.view.outlook.senior_housing;
        let mut table = tables::senior_housing_table(rules, &self.senior_notes(), self.language);
        let shown = self.years(self.base_year());
        table.rows.retain(|row| matches!(row.get(2), Some(Cell::Year(year)) if shown.contains(year)));
        table.name = "senior-housing-summary".to_owned();
        (!table.rows.is_empty()).then_some(table)
    }

    /// The shares of care use in the nation.
    pub fn shares(&self) -> Table {
        let years = [self.evidence.first_year(), 2019, self.evidence.last_year()];
        tables::shares_table(self.evidence, &years, self.language)
    }

    /// How each form's trend was chosen.
    pub fn method(&self) -> Table {
        tables::method_table(&self.study.outlook.model, self.language)
    }

    /// The back-tests: the nation's demand, the municipality's own, and its population.
    pub fn back_tests(&self) -> Vec<Table> {
        let every = &self.study.tests.every_start;
        let mut found = vec![every_start::table(every, &self.evidence.care_use, self.language)];
        for test in &self.study.tests.nation {
            let mut table = tables::back_test_table(test, &self.evidence.care_use, self.language);
            table.title = format!("{}, {}", table.title, self.evidence.population.area);
            found.push(table);
        }
        for (test, counted) in self.study.tests.own.iter().zip(self.study.counted.iter().cycle()) {
            let mut table = tables::back_test_table(test, counted, self.language);
            table.title = format!("{}, {}", table.title, self.area());
            table.name = format!("{}-own", table.name);
            found.push(table);
        }
        if !self.study.tests.population.is_empty() {
            let errors = &self.study.tests.population;
            found.push(tables::population_back_test_table(errors, self.area(), self.language));
        }
        found
    }

    /// The tables that are printed.
    pub fn printed_tables(&self) -> Vec<Table> {
        let mut printed = vec![self.population()];
        printed.extend(self.areas());
        for form in CareForm::ALL {
            let mut table = self.short_demand(form);
            if form != CareForm::DayActivity {
                table.notes.clear();
            }
            printed.push(table);
        }
        printed.push(self.short_gap());
        printed.extend(self.short_senior_housing());
        printed.extend([self.shares(), self.method()]);
        printed.extend(self.back_tests());
        printed
    }

    /// The tables that only files hold, year by year and part by part.
    pub fn whole_tables(&self) -> Vec<Table> {
        vec![tables::parts_table(&self.view.outlook.forecasts, self.language)]
    }

    /// The pyramid of one year over the last known.
    pub fn pyramid(&self, year: i32, layout: Layout) -> Option<Chart> {
        let style = Style { layout, language: self.language };
        pyramid::pyramid("pyramid", &self.view.outlook.projection, year, self.base_year(), style)
    }

    /// Demand of one form by alternative, with the band of the last.
    pub fn demand(&self, form: CareForm, layout: Layout) -> Chart {
        let style = Style { layout, language: self.language };
        let outlook = &self.view.outlook;
        let id = format!("demand-{}", form.name().replace('_', "-"));
        fan::fan(&id, form, self.study.counted.as_ref(), &outlook.forecasts, &outlook.bands, style)
    }

    /// One form's first back-test: the municipality's own where there is one, else the nation's.
    pub fn back_test(&self, form: CareForm, layout: Layout) -> Option<Chart> {
        let style = Style { layout, language: self.language };
        let id = format!("back-test-{}", form.name().replace('_', "-"));
        let own = self.study.tests.own.first().zip(self.study.counted.as_ref());
        let (test, counted) =
            own.or_else(|| self.study.tests.nation.first().map(|test| (test, &self.evidence.care_use)))?;
        back_test::back_test(&id, form, test, counted, style)
    }

    /// Need against places.
    pub fn gap(&self, layout: Layout) -> Option<Chart> {
        let style = Style { layout, language: self.language };
        let building = &self.view.sliders.building;
        gap::gap("places-gap", self.area(), &self.gaps(), building, &self.gap_notes(), style)
    }

    /// How often each method came nearest to what was counted, in a sentence.
    pub fn back_test_told(&self) -> String {
        every_start::told(&self.study.tests.every_start, self.language).unwrap_or_default()
    }

    /// Need of senior housing by each share rule; `None` without any rule.
    pub fn senior_housing(&self, layout: Layout) -> Option<Chart> {
        let style = Style { layout, language: self.language };
        let rules = &self.view.outlook.senior_housing;
        senior_housing::senior_housing("senior-housing", self.area(), rules, &self.senior_notes(), style)
    }

    /// Every chart for files: pyramids, demand, every back-test, and the gap.
    pub fn charts(&self) -> Vec<Chart> {
        let style = Style { layout: Layout::Print, language: self.language };
        let until = self.view.sliders.until;
        let years = self.years(self.base_year()).into_iter().filter(|year| *year < until || *year % 10 == 0);
        let mut charts: Vec<Chart> = years.filter_map(|year| self.pyramid(year, Layout::Print)).collect();
        charts.extend(CareForm::ALL.map(|form| self.demand(form, Layout::Print)));
        for test in &self.study.tests.nation {
            for form in CareForm::ALL {
                let chart = back_test::back_test("back-test", form, test, &self.evidence.care_use, style);
                charts.extend(chart.map(|mut chart| {
                    chart.table.name = format!("{}-{}", chart.table.name, test.start);
                    chart
                }));
            }
        }
        charts.extend(self.gap(Layout::Print));
        charts.extend(self.senior_housing(Layout::Print));
        charts
    }

    /// The figures that a leader asks for first: name and value.
    pub fn key_figures(&self) -> Vec<(String, String)> {
        let (language, until, from) = (self.language, self.view.sliders.until, self.base_year());
        let mut facts = Vec::new();
        let older = |year| self.view.outlook.projection.count(year, AgeGroup::OLDER);
        if let (Some(now), Some(then)) = (older(from), older(until)) {
            let name = Text::new(
                "personer 80+ år {until} ({now} år {from}, {percent} %)",
                "persons aged 80+ in {until} ({now} in {from}, {percent} %)",
            );
            let percent = 100.0 * (then / now - 1.0);
            let sign = if percent > 0.0 { "+" } else { "" };
            let name = name
                .get(language)
                .replace("{until}", &until.to_string())
                .replace("{now}", &show_count(now, language))
                .replace("{from}", &from.to_string())
                .replace("{percent}", &format!("{sign}{}", show_decimal(percent, 0, language)));
            facts.push((name, show_count(then, language)));
        }
        for forecast in &self.view.outlook.forecasts {
            for form in [CareForm::HomeCare, CareForm::CareHome] {
                let Some(row) = forecast.years.last() else { continue };
                let words = (form.text().get(language), forecast.alternative.name(language));
                facts.push((
                    format!("{} {}, {}", words.0, row.year, words.1),
                    show_count(row.total(form), language),
                ));
            }
        }
        let size = self.view.sliders.building.places_per_home;
        for (name, rows) in self.gaps() {
            let Some(row) = rows.last() else { continue };
            let homes = row.homes_missing(size);
            let text = Text::new(
                "boenden med {size} platser saknas {year}, {name}",
                "homes of {size} places missing in {year}, {name}",
            );
            let text = text
                .get(language)
                .replace("{size}", &size.to_string())
                .replace("{year}", &row.year.to_string())
                .replace("{name}", &name);
            facts.push((text, homes.to_string()));
        }
        facts
    }

    /// What is assumed, one statement on each row.
    pub fn assumptions(&self) -> Vec<String> {
        let (language, sliders) = (self.language, &self.view.sliders);
        let mut stated: Vec<String> = sliders
            .alternatives
            .iter()
            .map(|one| format!("{}: {}", tables::capital(&one.name(language)), one.sentence(language)))
            .collect();
        let population = &sliders.population;
        let text = Text::new(
            "Befolkning: dödligheten sjunker {mortality} gånger så fort som hittills; nettoflyttningen ändras med {migration} % av sin storlek; fruktsamheten är {fertility} gånger dagens.",
            "Population: mortality falls {mortality} times as fast as so far; net migration is shifted by {migration} % of its size; fertility is {fertility} times today's.",
        );
        stated.push(match &self.study.outlook.official {
            Some(official) => format!(
                "{}: {}",
                Text::new("Befolkning: officiell prognos", "Population: official forecast").get(language),
                official.source.line(language)
            ),
            None => text
                .get(language)
                .replace("{mortality}", &show_decimal(population.mortality_decline, 2, language))
                .replace("{migration}", &show_decimal(100.0 * population.migration_shift, 0, language))
                .replace("{fertility}", &show_decimal(population.fertility, 2, language)),
        });
        let building = &sliders.building;
        let text = Text::new(
            "Byggande: {size} platser i varje nytt boende, {vacancy} % av platserna står tomma mellan boende, en ny plats kostar {kronor} kronor i dagens penningvärde (0 = inte angivet).",
            "Building: {size} places in every new home, {vacancy} % of places empty between residents, a new place costs {kronor} kronor of today (0 = not given).",
        );
        stated.push(
            text.get(language)
                .replace("{size}", &building.places_per_home.to_string())
                .replace("{vacancy}", &show_decimal(building.vacancy_percent, 1, language))
                .replace("{kronor}", &show_count(building.kronor_per_place, language)),
        );
        let text = Text::new(
            "Osäkerhetsband: {count} simulerade framtider med frö {seed}; 80 % av dem ligger i det mörkare bandet, 95 % i det ljusare.",
            "Bands: {count} simulated futures with seed {seed}; 80 % of them lie in the darker band, 95 % in the lighter one.",
        );
        if sliders.simulations > 0 && !self.view.outlook.bands.is_empty() {
            stated.push(
                text.get(language)
                    .replace("{count}", &sliders.simulations.to_string())
                    .replace("{seed}", &sliders.seed.to_string()),
            );
        }
        stated
    }

    /// Where the figures come from, with their dates.
    pub fn sources(&self) -> Vec<String> {
        let (outlook, language) = (&self.study.outlook, self.language);
        let mut sources =
            vec![outlook.history.source.line(language), self.evidence.population.source.line(language)];
        sources.extend(outlook.model.sources.iter().map(|source| source.line(language)));
        sources.extend(outlook.official.iter().map(|official| official.source.line(language)));
        sources.extend(outlook.register.iter().map(|register| register.source.line(language)));
        let mut seen = Vec::new();
        sources.retain(|line| {
            let new = !seen.contains(line);
            seen.push(line.clone());
            new
        });
        sources
    }

    /// The report that is printed: figures, charts, back-test, method, sources and dates.
    pub fn report(&self, made: Date) -> Report {
        let language = self.language;
        let say = |swedish, english| Text::new(swedish, english).get(language).to_owned();
        let heading = |swedish, english| Block::Heading(say(swedish, english));
        let mut blocks = vec![heading("I korthet", "In short"), Block::Facts(self.key_figures())];
        blocks.push(heading("Antaganden", "Assumptions"));
        blocks.push(Block::List(self.assumptions()));
        blocks.push(heading("Befolkning", "Population"));
        let chart = |chart: Chart| Block::Chart(chart.drawing);
        blocks.extend(self.pyramid(self.view.sliders.until, Layout::Print).map(chart));
        blocks.push(Block::Table(self.population()));
        blocks.push(heading("Behov av insatser", "Demand for care"));
        for form in CareForm::ALL {
            blocks.push(chart(self.demand(form, Layout::Print)));
            blocks.push(Block::Table(self.short_demand(form)));
        }
        blocks.extend(self.areas().map(Block::Table));
        blocks.push(heading("Platser", "Places"));
        blocks.extend(self.gap(Layout::Print).map(chart));
        blocks.push(Block::Table(self.short_gap()));
        blocks.extend(self.senior_housing(Layout::Print).map(chart));
        blocks.extend(self.short_senior_housing().map(Block::Table));
        blocks.push(heading("Hur fel hade prognosen varit?", "How wrong would the forecast have been?"));
        blocks.push(Block::Paragraph(say(
            "Så här hade en prognos från ett tidigare år slagit, med samma metod och bara det som då var känt.",
            "This is how a forecast from an earlier year would have turned out, with the same method and only what was known then.",
        )));
        blocks.push(Block::Paragraph(self.back_test_told()));
        for form in [CareForm::HomeCare, CareForm::CareHome] {
            blocks.extend(self.back_test(form, Layout::Print).map(chart));
        }
        blocks.extend(self.back_tests().into_iter().map(Block::Table));
        blocks.push(heading("Metod", "Method"));
        blocks.push(Block::List(METHOD.iter().map(|text| text.get(language).to_owned()).collect()));
        blocks.push(Block::Table(self.method()));
        blocks.push(heading("Källor och datum", "Sources and dates"));
        blocks.push(Block::List(self.sources()));
        let findings = self.study.findings(language);
        if !findings.is_empty() {
            blocks.push(heading("Att veta om källorna", "What to know of the sources"));
            blocks.push(Block::List(findings));
        }
        let until = self.view.sliders.until;
        let title = say("{area}: prognos till {until}", "{area}: forecast to {until}");
        let subtitle = say(
            "Hur många kommer att behöva hemtjänst och särskilt boende, och räcker det som byggs? Framtagen {made} med Tryggve.",
            "How many will need home care and care homes, and is what we build enough? Made {made} with Tryggve.",
        );
        let foot = say("Tryggve, prognos {area}, {made}", "Tryggve, forecast {area}, {made}");
        let fill = |text: String| {
            text.replace("{area}", self.area())
                .replace("{until}", &until.to_string())
                .replace("{made}", &made.to_string())
        };
        Report { title: fill(title), subtitle: fill(subtitle), foot: fill(foot), language, made, blocks }
    }
}

/// The method in sentences; the whole of it stands in the book's page on housing.
const METHOD: [Text; 5] = [
    Text::new(
        "Befolkningen skrivs fram år för år efter kön och ettårsålder: dödlighet med fallande trend (Lee–Carter på 30 år av landets årskullar, nivån efter kommunens egna dödsfall), nettoflyttning som de senaste tio åren, barn efter de tre senaste åren.",
        "The population is carried forward year by year by sex and one-year age: mortality with a falling trend (Lee-Carter on 30 years of national cohorts, the level by the municipality's own deaths), net migration as in the last ten years, children as in the last three.",
    ),
    Text::new(
        "Andelen med varje insats stiger med åldern längs en logistisk kurva som exakt återger de räknade åldersgrupperna. Oktoberräkningen ställs mot folkmängden den 31 december året före.",
        "The share with each care form rises with age along a logistic curve that gives back the counted age groups exactly. The October count is set against the population on 31 December the year before.",
    ),
    Text::new(
        "Nulägesalternativet behåller kurvan. Huvudalternativet flyttar den i takt med att hälsan förbättras och andelarna hittills har sjunkit; vikten mellan de två och dämpningen är valda på tidigare prognoser enbart.",
        "Status quo keeps the curve. The main alternative moves it as health improves and as shares have fallen so far; the weight of the two and the damping are chosen on earlier forecasts only.",
    ),
    Text::new(
        "Banden kommer från simulering av dödlighetens trend, den lokala nivån, flyttningen, andelarna och slumpen mellan personer.",
        "The bands come from simulating the trend of mortality, the local level, migration, shares, and chance between persons.",
    ),
    Text::new(
        "Behovet av platser är personer i särskilt boende, med plats för dem som står tomma. Det som saknas är behovet minus platserna i bruk den 1 oktober; samma plats byggs aldrig två gånger.",
        "The need for places is persons in care homes, with room for those that stand empty. What is missing is need less places in use on 1 October; the same place is never built twice.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::pdf::to_pdf;
    use housing::outlook::Sliders;
    use housing::study::Material;

    #[test]
    fn a_study_becomes_a_report_with_method_sources_and_dates() {
        let evidence = Evidence::shipped().unwrap();
        let study = Study::fit(&evidence, Material::national(&evidence), &[]).unwrap();
        let view = study.view(&Sliders { simulations: 20, ..Sliders::default() }).unwrap();
        for language in Language::ALL {
            let edition = Edition { evidence: &evidence, study: &study, view: &view, language };
            let report = edition.report("2026-11-22".parse().unwrap());
            let swedish = edition.sources().join("\n").contains("hela riket");
            assert_eq!(swedish, language == Language::Swedish, "{:?}", edition.sources());
            assert!(edition.sources().iter().any(|line| line.contains("2025-12-31")));
            assert!(report.subtitle.contains("2026-11-22") && report.title.contains("2050"));
            let charts = report.blocks.iter().filter(|block| matches!(block, Block::Chart(_))).count();
            assert_eq!(charts, 1 + 4 + 1 + 1 + 2);
            let bytes = to_pdf(&report).unwrap();
            assert!(bytes.len() > 50_000, "{} bytes", bytes.len());
        }
    }
}
