//! The only place where the wall clock is read.

use jiff::Timestamp;

/// Where edges get `now` from. Capabilities take `now` as an argument instead.
pub trait Clock: Send + Sync {
    /// The present moment, in UTC.
    fn now(&self) -> Timestamp;
}

/// The machine's own clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A machine's clock that is set back by more than this jumps; by less, it is being corrected.
pub const CORRECTION_SECONDS_MAX: i64 = 2;

/// What was kept cannot lie in the future. A moment further ahead than this was written by a clock that has been set
/// back since, while the program did not run: a machine that starts with a wrong clock after a power cut, or one that
/// was ahead and has been put right. Less is the difference between the clocks of two nodes.
pub const DOUBT_SECONDS: i64 = 60;

/// The latest moment that a kept one can honestly be, seen from `now`.
pub fn doubtful_from(now: Timestamp) -> Timestamp {
    now.checked_add(jiff::SignedDuration::from_secs(DOUBT_SECONDS)).unwrap_or(Timestamp::MAX)
}

/// The machine's own clock, which never goes back while the program runs.
///
/// A clock that is set back would stop every ladder for as long: whatever waits for a moment would wait again for what
/// has passed. So a jump back is not followed until the program starts anew; time goes on from where it was. A jump
/// forward is followed, for then nobody waits longer. Small corrections are followed both ways, by standing still.
#[derive(Debug, Default)]
pub struct SteadyClock(std::sync::Mutex<Option<Steady>>);

/// Where a steady clock stands.
#[derive(Debug, Clone, Copy)]
struct Steady {
    /// What was shown last.
    shown: Timestamp,
    /// A moment of the machine's clock that was believed, and the counter that only goes forward at that moment.
    believed: Timestamp,
    counter: std::time::Instant,
}

impl Steady {
    /// What to show when the machine's clock says `wall` and so much has passed since it was last believed.
    fn step(self, wall: Timestamp, counter: std::time::Instant) -> Self {
        let passed = jiff::SignedDuration::try_from(counter.duration_since(self.counter)).unwrap_or_default();
        let expected = self.believed + passed;
        if expected.duration_since(wall).as_secs() > CORRECTION_SECONDS_MAX {
            return Steady { shown: expected.max(self.shown), ..self };
        }
        Steady { shown: wall.max(self.shown), believed: wall, counter }
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        let (wall, counter) = (SystemClock.now(), std::time::Instant::now());
        let mut stands = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let next = match *stands {
            None => Steady { shown: wall, believed: wall, counter },
            Some(before) => before.step(wall, counter),
        };
        *stands = Some(next);
        next.shown
    }
}

/// A clock that stands still until it is moved: for tests and the simulator.
#[derive(Debug)]
pub struct FakeClock(std::sync::Mutex<Timestamp>);

impl FakeClock {
    /// A clock that shows `start`.
    pub fn at(start: Timestamp) -> Self {
        FakeClock(std::sync::Mutex::new(start))
    }

    /// Moves the clock on.
    pub fn advance(&self, by: jiff::SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now += by;
    }

    /// Sets the clock, forwards or backwards.
    pub fn set(&self, to: Timestamp) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = to;
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_steady_clock_follows_jumps_forward_and_never_goes_back() {
        let (start, counter): (Timestamp, Instant) =
            ("2026-11-22T12:00:00Z".parse().unwrap(), Instant::now());
        let mut clock = Steady { shown: start, believed: start, counter };
        let mut check = |passed: u64, wall: &str, expected: &str| {
            clock = clock.step(wall.parse().unwrap(), counter + Duration::from_secs(passed));
            assert_eq!(clock.shown, expected.parse().unwrap(), "after {passed} s, wall {wall}");
        };
        check(10, "2026-11-22T12:00:10Z", "2026-11-22T12:00:10Z");
        // A small correction back: it stands still until the machine has caught up.
        check(20, "2026-11-22T12:00:19Z", "2026-11-22T12:00:19Z");
        check(20, "2026-11-22T12:00:18Z", "2026-11-22T12:00:19Z");
        // Set back by three hours: time goes on from where it was, at its own pace.
        check(30, "2026-11-22T09:00:28Z", "2026-11-22T12:00:28Z");
        check(90, "2026-11-22T09:01:28Z", "2026-11-22T12:01:28Z");
        // Set right again, and then forward by two hours.
        check(100, "2026-11-22T12:01:40Z", "2026-11-22T12:01:40Z");
        check(110, "2026-11-22T14:01:50Z", "2026-11-22T14:01:50Z");
        check(120, "2026-11-22T14:02:00Z", "2026-11-22T14:02:00Z");
    }
}
