//! Random days: what the search believes is what a full evaluation and the independent checker say.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use localsearch::budget::{Budget, Meter, Stop};
use localsearch::rng::Rng;
use proptest::prelude::*;

use super::state::{Genes, State};
use super::*;
use crate::model::{
    After, BREAKS_MAX, Break, BreakKind, Pairing, Promise, Staff, Task, TravelTimes, Visit, Window,
    WindowKeptAt,
};
use crate::price::{CostPart, Price, Prices};

/// A small day with everything that a day can hold, drawn from a seed.
pub(crate) fn random_day(seed: u64) -> Day {
    let mut rng = Rng::new(seed);
    let (staff_count, visit_count) = (1 + rng.below(4), 1 + rng.below(12));
    let places = visit_count + 2;
    let ticks = (0..places * places)
        .map(|cell| if cell / places == cell % places { 0 } else { 1 + rng.below(30) as i32 })
        .collect();
    let mut prices = Prices::default();
    for part in CostPart::ALL {
        let price = match rng.below(4) {
            0 => Price::Free,
            _ => Price::Each(rng.below(50) as i64),
        };
        prices = prices.with(part, price);
    }
    for part in [CostPart::Tardiness, CostPart::Overtime, CostPart::Unqualified] {
        if rng.below(3) == 0 {
            prices = prices.with(part, Price::Hard);
        }
    }
    let staff = (0..staff_count).map(|index| random_staff(&mut rng, index)).collect();
    let visits = (0..visit_count).map(|index| random_visit(&mut rng, index, staff_count)).collect();
    Day {
        ticks_per_minute: 1,
        cost_divisor: 1.0,
        prices,
        skills: vec!["care".into(), "medication".into()],
        keys: vec!["door".into()],
        travel: vec![TravelTimes::new(places, ticks).unwrap()],
        staff,
        visits,
        leave_at_shift_start: seed.is_multiple_of(5),
        window_kept_at: if rng.below(2) == 0 { WindowKeptAt::Start } else { WindowKeptAt::End },
    }
}

fn random_staff(rng: &mut Rng, index: usize) -> Staff {
    let start = rng.below(120) as i32;
    Staff {
        name: format!("staff {index}"),
        skills: if rng.below(3) == 0 { vec![0] } else { vec![0, 1] },
        start_place: rng.below(2),
        end_place: rng.below(2),
        shift: Window { start, end: start + 100 + rng.below(300) as i32 },
        breaks: random_breaks(rng),
        keys: if rng.below(2) == 0 { vec![0] } else { Vec::new() },
        work_max: (rng.below(3) == 0).then(|| 60 + rng.below(200) as i32),
        is_pool: rng.below(4) == 0,
        travel: 0,
    }
}

/// A lunch for some, up to three pauses for others, some of them too long for their windows.
fn random_breaks(rng: &mut Rng) -> Vec<Break> {
    let lunch = Break { kind: BreakKind::Lunch, window: Window { start: 150, end: 260 }, length: 30 };
    let mut breaks = if rng.below(2) == 0 { vec![lunch] } else { Vec::new() };
    for _ in 0..rng.below(4) {
        let start = rng.below(300) as i32;
        let window = Window { start, end: start + 5 + rng.below(90) as i32 };
        let kind = if rng.below(5) == 0 { BreakKind::Lunch } else { BreakKind::Pause };
        breaks.push(Break { kind, window, length: 5 + rng.below(15) as i32 });
    }
    breaks.sort_by_key(|owed| owed.window.start);
    breaks
}

fn random_visit(rng: &mut Rng, index: usize, staff_count: usize) -> Visit {
    let task =
        |rng: &mut Rng| Task { skill: usize::from(rng.below(4) == 0), duration: 5 + rng.below(40) as i32 };
    let pick = |rng: &mut Rng| vec![rng.below(staff_count)];
    let start = rng.below(400) as i32;
    let mut windows = vec![Window { start, end: start + rng.below(120) as i32 }];
    if rng.below(3) == 0 {
        let second = start + 60 + rng.below(120) as i32;
        windows.push(Window { start: second, end: second + 60 });
    }
    let min = if rng.below(2) == 0 { 0 } else { rng.below(40) as i32 };
    let lag = Pairing::Lag { min, max: if min == 0 { 0 } else { min + rng.below(40) as i32 } };
    Visit {
        name: format!("visit {index}"),
        place: index + 2,
        tasks: (0..1 + usize::from(rng.below(3) == 0)).map(|_| task(rng)).collect(),
        pairing: if rng.below(3) == 0 { Pairing::Independent } else { lag },
        windows,
        preferred: (rng.below(3) == 0).then(|| pick(rng)),
        excluded: if rng.below(6) == 0 { pick(rng) } else { Vec::new() },
        known: (rng.below(3) == 0).then(|| pick(rng)),
        optional: rng.below(4) == 0,
        promised: (rng.below(5) == 0).then(|| Promise { staff: pick(rng), start: start + 10 }),
        pinned: if rng.below(8) == 0 { vec![Some(rng.below(staff_count))] } else { Vec::new() },
        needs: if rng.below(6) == 0 { vec![1] } else { Vec::new() },
        key: (rng.below(4) == 0).then_some(0),
        wished_start: (rng.below(4) == 0).then(|| start + rng.below(60) as i32),
        after: random_order(rng, index),
    }
}

/// Some visits come after one before them in the list.
fn random_order(rng: &mut Rng, index: usize) -> Vec<After> {
    let after = |rng: &mut Rng| After { visit: rng.below(index), gap: rng.below(30) as i32 };
    if index > 0 && rng.below(4) == 0 {
        (0..1 + rng.below(2)).map(|_| after(rng)).collect()
    } else {
        Vec::new()
    }
}

/// What the checker says, as a score: hard amounts and mandatory visits that nobody makes.
fn checked_score(day: &Day, state: &State<'_>) -> Score {
    let verdict = checker::check(day, &extract::extract(day, state));
    let mut hard = 0;
    for breach in &verdict.breaches {
        match breach {
            checker::Breach::Hard { amount, .. } => hard += amount,
            checker::Breach::Unserved { .. } => hard += 1,
            other => panic!("the search made a plan with: {}", other.sentence(day, base::Language::English)),
        }
    }
    Score { hard, soft: verdict.price() }
}

fn check_moves(seed: u64) {
    let day = random_day(seed);
    let instance = Instance::new(&day);
    let mut rng = Rng::new(seed ^ 0x5eed);
    let mut state = construct::construct(&instance, &mut rng);
    let mut fresh = State::empty(&instance);
    let mut genes = Genes::default();
    for step in 0..150 {
        let before = state.score();
        state.begin();
        if moves::any(&mut state, &mut rng).is_none() {
            state.abandon();
            assert_eq!(state.score(), before, "abandoned move of day {seed} step {step}");
            continue;
        }
        state.propagate();
        if rng.below(3) == 0 {
            state.undo();
            assert_eq!(state.score(), before, "undone move of day {seed} step {step}");
        } else {
            state.commit();
        }
        if step % 40 == 0 {
            state.spread_slots();
        }
        state.save(&mut genes);
        fresh.load(&genes);
        assert_eq!(state.score(), fresh.score(), "full evaluation of day {seed} step {step}");
        assert_eq!(state.score(), checked_score(&day, &state), "checker on day {seed} step {step}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_move_is_timed_and_charged_as_the_checker_does(seed in any::<u64>()) {
        check_moves(seed);
    }
}

fn quick(seed: u64, threads: usize) -> Settings {
    Settings { budget: Budget::iterations(3000), seed, threads, stop: Stop::default(), enough: None }
}

#[test]
fn the_same_seed_and_iterations_give_the_same_plan() {
    let day = random_day(11);
    let solve = || solve(&day, &quick(5, 2), &mut |_| ()).unwrap().plan;
    assert_eq!(solve(), solve());
}

#[test]
fn a_search_out_of_time_ends_with_a_plan() {
    for seconds in [0.0, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0] {
        let day = random_day(seconds as u64);
        // Every look at this clock takes a second.
        let looks = Arc::new(AtomicU32::new(0));
        let clock = looks.clone();
        let clock = Arc::new(move || f64::from(clock.fetch_add(1, Ordering::Relaxed)));
        let meter = Meter::with_clock(Budget::seconds(seconds), Stop::default(), clock);
        let solved = solve_by(&day, None, &quick(1, 1), &meter, &mut |_| ()).unwrap();
        assert_eq!(checker::check(&day, &solved.plan), solved.verdict);
        let is_made = |breach: &checker::Breach| matches!(breach, checker::Breach::Hard { .. });
        let impossible = Instance::new(&day).impossible.iter().filter(|&&is| is).count();
        let missing = solved.verdict.breaches.iter().filter(|breach| !is_made(breach)).count();
        assert!(missing <= impossible, "{seconds}: {:?}", solved.verdict.breaches);
        let over = f64::from(looks.load(Ordering::Relaxed)) - seconds;
        assert!(over <= 8.0, "looked at the clock {over} times after the end of {seconds} s");
    }
}

#[test]
fn more_breaks_than_a_shift_holds_are_refused() {
    let mut day = random_day(3);
    let pause = Break { kind: BreakKind::Pause, window: Window { start: 0, end: 60 }, length: 5 };
    day.staff[0].breaks = vec![pause; BREAKS_MAX];
    assert!(solve(&day, &quick(1, 1), &mut |_| ()).is_ok());
    day.staff[0].breaks.push(pause);
    let error = solve(&day, &quick(1, 1), &mut |_| ()).unwrap_err();
    assert_eq!(error.fault, format!("a shift holds at most {BREAKS_MAX} lunches and pauses"));
}

#[test]
fn days_without_staff_or_visits_are_planned_too() {
    let mut day = random_day(3);
    day.visits.clear();
    assert!(solve(&day, &quick(1, 1), &mut |_| ()).unwrap().verdict.is_valid());
    let mut day = random_day(3);
    for visit in &mut day.visits {
        (visit.preferred, visit.known, visit.promised) = (None, None, None);
        (visit.excluded, visit.pinned) = (Vec::new(), Vec::new());
        visit.after = Vec::new();
    }
    day.staff.clear();
    let solved = solve(&day, &quick(1, 1), &mut |_| ()).unwrap();
    let mandatory = day.visits.iter().filter(|visit| !visit.optional).count();
    assert_eq!(solved.verdict.breaches.len(), mandatory);
}
