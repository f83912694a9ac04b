//! A small day with a bit of everything, for the tests of the rules.

use crate::checker::facts;
use crate::model::{
    After, Break, BreakKind, Day, Pairing, Promise, Staff, Task, TravelTimes, Visit, Window, WindowKeptAt,
};
use crate::plan::{Plan, Route, Stop, What};
use crate::price::Prices;
use crate::rules::CostRule;

/// Two staff and four visits on a line, ten minutes between neighbours.
pub(crate) fn day() -> Day {
    let places: usize = 5;
    let ticks = (0..places * places).map(|cell| 10 * ((cell / places).abs_diff(cell % places)) as i32);
    let staff = |name: &str, skills: Vec<usize>| Staff {
        name: name.to_owned(),
        skills,
        start_place: 0,
        end_place: 0,
        shift: Window { start: 0, end: 230 },
        breaks: vec![Break { kind: BreakKind::Lunch, window: Window { start: 60, end: 200 }, length: 30 }],
        keys: Vec::new(),
        work_max: None,
        is_pool: false,
        travel: 0,
    };
    let visit = |name: &str, place, start, end| Visit {
        name: name.to_owned(),
        place,
        tasks: vec![Task { skill: 0, duration: 30 }],
        pairing: Pairing::Independent,
        windows: vec![Window { start, end }],
        preferred: None,
        excluded: Vec::new(),
        known: None,
        optional: false,
        promised: None,
        pinned: Vec::new(),
        needs: Vec::new(),
        key: None,
        wished_start: None,
        after: Vec::new(),
    };
    let mut day = Day {
        ticks_per_minute: 1,
        cost_divisor: 1.0,
        prices: Prices::default(),
        skills: vec!["home care".to_owned(), "medication".to_owned()],
        keys: vec!["door".to_owned()],
        travel: vec![TravelTimes::new(places, ticks.collect()).unwrap()],
        staff: vec![staff("Ada", vec![0]), staff("Bo", vec![0, 1])],
        visits: vec![
            visit("morning", 1, 20, 40),
            visit("double", 2, 90, 95),
            visit("late", 1, 100, 185),
            visit("extra", 4, 0, 240),
        ],
        leave_at_shift_start: false,
        window_kept_at: WindowKeptAt::Start,
    };
    day.visits[0].promised = Some(Promise { staff: vec![1], start: 45 });
    day.visits[0].excluded = vec![0];
    day.visits[0].known = Some(vec![1]);
    day.visits[1].tasks = vec![Task { skill: 1, duration: 40 }, Task { skill: 0, duration: 40 }];
    day.visits[1].pairing = Pairing::Lag { min: 0, max: 0 };
    day.visits[1].preferred = Some(vec![1]);
    day.visits[2].known = Some(vec![1]);
    day.visits[3].optional = true;
    day.visits[0].key = Some(0);
    day.visits[0].wished_start = Some(20);
    day.staff[1].keys = vec![0];
    day.staff[0].work_max = Some(120);
    day.staff[1].is_pool = true;
    let pause = Break { kind: BreakKind::Pause, window: Window { start: 70, end: 120 }, length: 10 };
    day.staff.iter_mut().for_each(|staff| staff.breaks.push(pause));
    day.visits[2].after = vec![After { visit: 1, gap: 75 }];
    day
}

/// Ada goes to all three and has her lunch and her pause; Bo joins her for the double visit and misses both.
pub(crate) fn plan() -> Plan {
    let task =
        |visit, task, start, length| Stop { what: What::Task { visit, task }, start, end: start + length };
    let break_at = |number, at, start, length| {
        let what = What::Break { number, at: Some(at) };
        Stop { what, start, end: start + length }
    };
    Plan {
        routes: vec![
            Route {
                stops: vec![
                    task(0, 0, 40, 30),
                    break_at(1, 1, 85, 10),
                    task(1, 0, 100, 40),
                    break_at(0, 2, 150, 30),
                    task(2, 0, 200, 30),
                ],
            },
            Route { stops: vec![task(1, 1, 100, 40)] },
        ],
    }
}

/// Measures the sample plan by one rule.
pub(crate) fn check(rule: &CostRule, amount: i64) {
    let day = day();
    assert_eq!((rule.amount)(&facts::read(&day, &plan())), amount, "{}", rule.name);
}
