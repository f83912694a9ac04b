//! Bands by simulation: many futures of mortality, migration and shares, the same for every area and alternative.
//!
//! What varies between futures: the common trend of mortality (its yearly spread and the uncertainty of its
//! drift), the area's own level of mortality, the size of net migration, for the main alternative the trend of
//! shares (drift and single years, as wide as the method's own back-test errors), and chance between persons: each person at an age has care or not.
//! Persons are followed by one-year age from 65; they enter at 65 as the base forecast says. Shares are taken by
//! five-year group, where the base profile gives each group's share. Status quo and own alternatives assume their
//! shares, so their bands hold the population's uncertainty and chance only.

use super::alternative::Alternative;
use super::care_use::CareForm;
use super::forecast::DemandModel;
use crate::group::{AGE_LAST, AgeGroup, ELDER_AGE, Sex};
use crate::population::mortality::{FIRST_AGE, FIT_YEARS, MODEL_AGES};
use crate::population::projection::{Components, PopulationAssumptions, Projection};
use crate::random::Random;

/// The most futures a simulation may be asked for.
pub const SIMULATIONS_MAX: usize = 20_000;
/// The spread of net migration between futures, as a share of its size.
pub const MIGRATION_SPREAD: f64 = 0.25;
/// The shares of futures below each edge of a band: the middle, then 80 % and 95 % around it.
pub const QUANTILES: [f64; 5] = [0.025, 0.1, 0.5, 0.9, 0.975];

/// Ages 65 to 100 and more.
const ELDER_AGES: usize = AGE_LAST - ELDER_AGE + 1;
const SHARE_GROUPS: usize = 7;
const FORMS: usize = CareForm::ALL.len();

/// How many futures, how far, from which seed and under which assumptions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// The last October.
    pub until: i32,
    /// How many futures, at most [`SIMULATIONS_MAX`].
    pub count: usize,
    /// The same seed gives the same futures.
    pub seed: u64,
    /// What the base projection assumes; the futures spread around it.
    pub assumptions: PopulationAssumptions,
}

/// The random futures: drawn once, used for every area and alternative, so that differences are not chance.
#[derive(Debug, Clone)]
pub struct Futures {
    /// The first October simulated.
    first_year: i32,
    years: usize,
    count: usize,
    assumptions: PopulationAssumptions,
    /// Logarithm of survival by future, year, sex and age from 65, for the nation.
    log_survival: Vec<[[f64; MODEL_AGES]; 2]>,
    /// Moved log-odds of the trend beyond its mean, by future, year and form.
    share_shift: Vec<[f64; FORMS]>,
    /// By future: migration, and the local level of mortality for each sex, in standard normal units.
    area_draws: Vec<[f64; 3]>,
    /// Chance between persons, by future, year and form, in standard normal units.
    chance: Vec<[f64; FORMS]>,
}

impl Futures {
    /// Draws the futures of each October after the last count.
    pub fn draw(components: &Components, model: &DemandModel, wanted: &Wanted) -> Futures {
        let first_year = (model.start + 1).min(components.base_year + 2);
        let years = usize::try_from(wanted.until - first_year + 1).unwrap_or(0);
        let count = wanted.count.min(SIMULATIONS_MAX);
        let mut futures = Futures {
            first_year,
            years,
            count,
            assumptions: wanted.assumptions,
            log_survival: Vec::with_capacity(count * years),
            share_shift: Vec::with_capacity(count * years),
            area_draws: Vec::with_capacity(count),
            chance: Vec::with_capacity(count * years),
        };
        let base = futures.base_hazards(components);
        let mut random = Random::seeded(wanted.seed);
        for _ in 0..count {
            futures.draw_one(components, model, &base, &mut random);
        }
        futures
    }

    /// The octobers simulated.
    pub fn octobers(&self) -> std::ops::RangeInclusive<i32> {
        self.first_year..=self.first_year + i32::try_from(self.years).unwrap_or(0) - 1
    }

    /// The 31 December whose population an October uses.
    fn population_year(&self, index: usize) -> i32 {
        self.first_year + i32::try_from(index).unwrap_or(0) - 1
    }

    fn base_hazards(&self, components: &Components) -> Vec<[[f64; MODEL_AGES]; 2]> {
        (0..self.years)
            .map(|index| {
                // The year of life that ends on the 31 December before the October.
                let year = self.population_year(index);
                let decline = self.assumptions.mortality_decline;
                Sex::ALL.map(|sex| {
                    let hazard = components.mortality.hazard(sex, components.years_ahead(year), decline, 0.0);
                    std::array::from_fn(|age| hazard[FIRST_AGE + age])
                })
            })
            .collect()
    }

    fn draw_one(
        &mut self,
        components: &Components,
        model: &DemandModel,
        base: &[[[f64; MODEL_AGES]; 2]],
        random: &mut Random,
    ) {
        let mortality = &components.mortality;
        let drift_draw = random.normal() / (FIT_YEARS as f64).sqrt();
        let form_drift: [f64; FORMS] = std::array::from_fn(|form| {
            random.normal() * model.choices[form].drift_spread(model.counted_years)
        });
        self.area_draws.push([random.normal(), random.normal(), random.normal()]);
        let mut walk = 0.0;
        let mut shares: [f64; FORMS] = [0.0; FORMS];
        for (index, hazards) in base.iter().enumerate() {
            let year = self.population_year(index);
            if year > components.base_year {
                walk += random.normal() + drift_draw;
            }
            let log_survival: [[f64; MODEL_AGES]; 2] = std::array::from_fn(|sex_index| {
                let sex = Sex::ALL[sex_index];
                let shock = walk * mortality.yearly_spread(sex);
                std::array::from_fn(|age| {
                    let response = mortality.response(sex, FIRST_AGE + age);
                    -hazards[sex_index][age] * (response * shock).exp()
                })
            });
            self.log_survival.push(log_survival);
            let ahead = year + 1 - model.start;
            for (form, share) in shares.iter_mut().enumerate().filter(|_| ahead > 0) {
                let trend = &model.trends[form];
                *share += form_drift[form] * trend.method.damping.powi(ahead);
                *share += random.normal() * model.choices[form].yearly_spread;
            }
            self.share_shift.push(shares);
            self.chance.push(std::array::from_fn(|_| random.normal()));
        }
    }
}

/// The edges of one figure's band at [`QUANTILES`].
pub type Edges = [f64; QUANTILES.len()];

/// The bands of one alternative.
#[derive(Debug, Clone, PartialEq)]
pub struct Bands {
    /// The alternative.
    pub alternative: Alternative,
    /// The first October.
    pub first_year: i32,
    /// For each October, each form's edges in the order of [`CareForm::ALL`].
    pub years: Vec<[Edges; FORMS]>,
}

impl Bands {
    /// One form's edges in one October.
    pub fn edges(&self, form: CareForm, year: i32) -> Option<&Edges> {
        let row = usize::try_from(year - self.first_year).ok().and_then(|index| self.years.get(index))?;
        Some(&row[form.index()])
    }
}

/// The shares and deterministic shifts of one alternative, October by October.
struct Plan {
    /// By October, form and sex.
    shift: Vec<[[f64; 2]; FORMS]>,
    moved_home: Vec<f64>,
    follows_trend: bool,
}

/// Simulates one area in several alternatives; `projection` is its base forecast.
///
/// Answers one [`Bands`] per alternative. Where the projection is too short the bands end with it.
pub fn simulate(
    components: &Components,
    model: &DemandModel,
    projection: &Projection,
    futures: &Futures,
    alternatives: &[Alternative],
) -> Vec<Bands> {
    let reached = projection.last_year() + 2 - futures.first_year;
    let years = futures.years.min(usize::try_from(reached).unwrap_or(0));
    let plans: Vec<Plan> =
        alternatives.iter().map(|one| plan(model, one, futures.first_year, years)).collect();
    let shares = group_shares(futures, model, projection, years);
    let entrants = entrants(futures, projection, years);
    let known = known_groups(components, futures, projection, years);
    let mut outcomes = vec![0.0_f64; alternatives.len() * years * FORMS * futures.count];
    for future in 0..futures.count {
        let mut walker = Walker::new(components, &futures.assumptions, &futures.area_draws[future]);
        for year in 0..years {
            let draw = future * futures.years + year;
            let groups = match &known[year] {
                Some(groups) => *groups,
                None => {
                    walker.step(&futures.log_survival[draw], &entrants[year]);
                    walker.groups()
                }
            };
            for (index, plan) in plans.iter().enumerate() {
                let random = if plan.follows_trend { futures.share_shift[draw] } else { [0.0; FORMS] };
                let persons = demand(&groups, &shares[year], plan, year, &random, &futures.chance[draw]);
                for (form, count) in persons.into_iter().enumerate() {
                    outcomes[((index * years + year) * FORMS + form) * futures.count + future] = count;
                }
            }
        }
    }
    let mut columns = outcomes.chunks_mut(futures.count.max(1));
    alternatives
        .iter()
        .map(|alternative| Bands {
            alternative: alternative.clone(),
            first_year: futures.first_year,
            years: (0..years)
                .map(|_| std::array::from_fn(|_| columns.next().map(quantiles).unwrap_or_default()))
                .collect(),
        })
        .collect()
}

fn plan(model: &DemandModel, alternative: &Alternative, first_year: i32, years: usize) -> Plan {
    let ahead = |year: usize| first_year + i32::try_from(year).unwrap_or(0) - model.start;
    Plan {
        shift: (0..years)
            .map(|year| {
                CareForm::ALL.map(|form| {
                    Sex::ALL.map(|sex| alternative.shift(&model.trends[form.index()], form, sex, ahead(year)))
                })
            })
            .collect(),
        moved_home: (0..years).map(|year| alternative.moved_home(ahead(year))).collect(),
        follows_trend: alternative.follows_trend(),
    }
}

/// Base shares by October, form, sex and five-year group, weighed by the base forecast's ages.
type GroupShares = [[[f64; SHARE_GROUPS]; 2]; FORMS];

fn group_shares(
    futures: &Futures,
    model: &DemandModel,
    projection: &Projection,
    years: usize,
) -> Vec<GroupShares> {
    (0..years)
        .map(|index| {
            let year = futures.population_year(index);
            let mut shares: GroupShares = [[[0.0; SHARE_GROUPS]; 2]; FORMS];
            let Some(population) = projection.persons(year) else { return shares };
            for (form, by_sex) in shares.iter_mut().enumerate() {
                for (sex_index, by_group) in by_sex.iter_mut().enumerate() {
                    let sex = Sex::ALL[sex_index];
                    for (group, share) in by_group.iter_mut().enumerate() {
                        let ages = share_group(group);
                        let living = ages.sum(&population[sex]);
                        let persons = model.profiles[form][sex].persons(ages, &population[sex], 0.0);
                        *share = if living > 0.0 { persons / living } else { 0.0 };
                    }
                }
            }
            shares
        })
        .collect()
}

/// The ages of a share group: 65-69, 70-74 ... 90-94, 95 and more.
fn share_group(group: usize) -> AgeGroup {
    let from = ELDER_AGE + 5 * group;
    let to = if group + 1 == SHARE_GROUPS { AGE_LAST } else { from + 4 };
    AgeGroup { from: u8::try_from(from).unwrap_or(0), to: u8::try_from(to).unwrap_or(0) }
}

/// Persons who turn 65 each year, for each sex, as the base forecast says.
fn entrants(futures: &Futures, projection: &Projection, years: usize) -> Vec<[f64; 2]> {
    (0..years)
        .map(|index| {
            let year = futures.population_year(index);
            Sex::ALL.map(|sex| projection.persons(year).map_or(0.0, |persons| persons[sex][ELDER_AGE]))
        })
        .collect()
}

type Groups = [[f64; SHARE_GROUPS]; 2];

/// The share groups of each October whose population is already known.
fn known_groups(
    components: &Components,
    futures: &Futures,
    projection: &Projection,
    years: usize,
) -> Vec<Option<Groups>> {
    (0..years)
        .map(|index| {
            let year = futures.population_year(index);
            let population = projection.persons(year).filter(|_| year <= components.base_year)?;
            Some(Sex::ALL.map(|sex| std::array::from_fn(|group| share_group(group).sum(&population[sex]))))
        })
        .collect()
}

/// One area's elders walking through one future.
struct Walker {
    persons: [[f64; ELDER_AGES]; 2],
    level: [f64; 2],
    migration: [[f64; ELDER_AGES]; 2],
}

impl Walker {
    fn new(components: &Components, assumptions: &PopulationAssumptions, draws: &[f64; 3]) -> Walker {
        let elders = |table: &crate::group::ByAge| std::array::from_fn(|age| table[ELDER_AGE + age]);
        Walker {
            persons: Sex::ALL.map(|sex| elders(&components.base[sex])),
            level: std::array::from_fn(|index| {
                let sex = Sex::ALL[index];
                components.level[sex] * (components.level_spread[sex] * draws[1 + index]).exp()
            }),
            migration: Sex::ALL.map(|sex| {
                let net: [f64; ELDER_AGES] = elders(&components.net_migration[sex]);
                let shift = assumptions.migration_shift + MIGRATION_SPREAD * draws[0];
                net.map(|moved| moved + shift * moved.abs())
            }),
        }
    }

    fn step(&mut self, log_survival: &[[f64; MODEL_AGES]; 2], entrants: &[f64; 2]) {
        for sex in 0..2 {
            let level = self.level[sex];
            let survival = log_survival[sex].map(|logarithm| (logarithm * level).exp());
            let old = self.persons[sex];
            let new = &mut self.persons[sex];
            new[0] = entrants[sex];
            for age in 1..ELDER_AGES {
                new[age] = old[age - 1] * survival[age - 1];
            }
            new[ELDER_AGES - 1] += old[ELDER_AGES - 1] * survival[MODEL_AGES - 1];
            for (count, moved) in new.iter_mut().zip(&self.migration[sex]).skip(1) {
                *count = (*count + moved).max(0.0);
            }
        }
    }

    fn groups(&self) -> Groups {
        std::array::from_fn(|sex| {
            std::array::from_fn(|group| {
                let last = if group + 1 == SHARE_GROUPS { ELDER_AGES } else { 5 * group + 5 };
                self.persons[sex][5 * group..last].iter().sum()
            })
        })
    }
}

/// Persons with each form: share odds moved, groups summed, chance added.
fn demand(
    groups: &Groups,
    shares: &GroupShares,
    plan: &Plan,
    year: usize,
    random: &[f64; FORMS],
    chance: &[f64; FORMS],
) -> [f64; FORMS] {
    let mut persons = [0.0; FORMS];
    let mut variance = [0.0; FORMS];
    for form in 0..FORMS {
        for sex in 0..2 {
            let ratio = (plan.shift[year][form][sex] + random[form]).exp();
            for group in 0..SHARE_GROUPS {
                let share = shares[form][sex][group];
                let moved = share * ratio / (1.0 - share + share * ratio);
                let count = groups[sex][group] * moved;
                persons[form] += count;
                variance[form] += count * (1.0 - moved);
            }
        }
    }
    let leaving = persons[CareForm::CareHome.index()] * plan.moved_home[year];
    persons[CareForm::CareHome.index()] -= leaving;
    persons[CareForm::HomeCare.index()] += leaving;
    for form in 0..FORMS {
        persons[form] = (persons[form] + variance[form].sqrt() * chance[form]).max(0.0);
    }
    persons
}

/// The edges at [`QUANTILES`]: the nearest outcome at or above each rank.
fn quantiles(outcomes: &mut [f64]) -> Edges {
    if outcomes.is_empty() {
        return Edges::default();
    }
    outcomes.sort_unstable_by(f64::total_cmp);
    QUANTILES.map(|share| outcomes[(share * (outcomes.len() - 1) as f64).round() as usize])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demand::history::Evidence;

    static EVIDENCE: std::sync::LazyLock<Evidence> =
        std::sync::LazyLock::new(|| Evidence::shipped().unwrap());

    fn bands(count: usize, seed: u64, factor: f64) -> (Vec<Bands>, DemandModel, Projection) {
        let evidence = &*EVIDENCE;
        let area = evidence.population.scaled("Exempelstad", factor);
        let model = DemandModel::fit(evidence, None).unwrap();
        let components = Components::fit(&area, &evidence.population, 2025).unwrap();
        let projection = components.project(2050, &PopulationAssumptions::BASE).after(&area);
        let wanted = Wanted { until: 2050, count, seed, assumptions: PopulationAssumptions::BASE };
        let futures = Futures::draw(&components, &model, &wanted);
        let alternatives = [Alternative::StatusQuo, Alternative::Main];
        (simulate(&components, &model, &projection, &futures, &alternatives), model, projection)
    }

    #[test]
    fn the_same_seed_gives_the_same_bands() {
        assert_eq!(bands(50, 7, 0.01).0, bands(50, 7, 0.01).0);
        assert_ne!(bands(50, 7, 0.01).0, bands(50, 8, 0.01).0);
    }

    #[test]
    fn bands_surround_the_forecast_and_widen() {
        let (bands, model, projection) = bands(400, 1, 0.01);
        for band in &bands {
            let forecast = model.forecast(&projection, 2050, &band.alternative);
            let forecast = forecast.unwrap();
            for form in [CareForm::HomeCare, CareForm::CareHome] {
                for year in [2025, 2026, 2035, 2050] {
                    let [lowest, _, middle, _, highest] = *band.edges(form, year).unwrap();
                    let expected = forecast.year(year).unwrap().total(form);
                    assert!(
                        lowest < expected && expected < highest,
                        "{form:?} {year} {lowest} {expected} {highest}"
                    );
                    let off = (middle / expected - 1.0).abs();
                    assert!(off < 0.03, "{form:?} {year}: middle {middle} against {expected}");
                }
                let width = |year| {
                    let edges = band.edges(form, year).unwrap();
                    (edges[4] - edges[0]) / edges[2]
                };
                assert!(width(2050) > width(2027));
            }
        }
    }

    /// A slider that moves the population moves the band with it.
    #[test]
    fn bands_follow_the_assumptions() {
        let national = &EVIDENCE.population;
        let model = DemandModel::fit(&EVIDENCE, None).unwrap();
        let components = Components::fit(national, national, 2025).unwrap();
        for assumptions in [PopulationAssumptions::LOW, PopulationAssumptions::HIGH] {
            let projection = components.project(2050, &assumptions).after(national);
            let futures =
                Futures::draw(&components, &model, &Wanted { until: 2050, count: 200, seed: 1, assumptions });
            let bands = simulate(&components, &model, &projection, &futures, &[Alternative::StatusQuo]);
            let middle = bands[0].edges(CareForm::CareHome, 2050).unwrap()[2];
            let forecast = model.forecast(&projection, 2050, &Alternative::StatusQuo).unwrap();
            let expected = forecast.year(2050).unwrap().total(CareForm::CareHome);
            assert!((middle / expected - 1.0).abs() < 0.03, "{middle} against {expected}");
        }
    }

    #[test]
    fn a_smaller_area_is_less_certain() {
        let width = |factor| {
            let (bands, ..) = bands(200, 3, factor);
            let edges = *bands[1].edges(CareForm::CareHome, 2030).unwrap();
            (edges[4] - edges[0]) / edges[2]
        };
        assert!(width(0.0005) > 1.5 * width(0.1));
    }
}
