//! The simulator: a made-up town lives for days on a fake clock, through the same use cases that production runs,
//! over a bad network and through crashes, while checkers watch beside the system.

mod agenda;
mod alarms;
mod history;
mod kill;
mod run;
mod summary;
mod supervision;

pub use run::{Simulation, simulate};
pub use summary::Summary;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(simulation: &Simulation) -> Summary {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        match runtime.block_on(simulate(simulation)) {
            Ok(summary) => summary,
            Err(error) => panic!("{error:#}"),
        }
    }

    #[test]
    fn two_towns_live_for_days_and_no_checker_complains() {
        // Both nights in which the clock on the wall is changed, with teams and ladders that keep local hours.
        for (seed, start) in [(3, "2026-10-24T04:00:00Z"), (11, "2027-03-27T05:00:00Z")] {
            let start = start.parse().unwrap();
            let summary = check(&Simulation { people: 60, days: 2, start, ..Simulation::new(seed) });
            assert!(summary.alarms > 10 && summary.crashes > 0 && summary.copies > 0, "{summary}");
        }
    }

    #[test]
    fn the_same_seed_lives_the_same_life() {
        let simulation = Simulation { people: 30, days: 1, crashes_per_day: 0.0, ..Simulation::new(5) };
        assert_eq!(check(&simulation), check(&simulation));
    }

    #[test]
    fn a_town_on_disk_survives_its_restarts() {
        let folder = std::env::temp_dir().join(format!("tryggve-simulate-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("town.sqlite");
        let simulation = Simulation {
            people: 20,
            days: 1,
            crashes_per_day: 12.0,
            database: format!("sqlite:{}", path.display()),
            ..Simulation::new(7)
        };
        let summary = check(&simulation);
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(summary.crashes >= 3, "{summary}");
    }
}
