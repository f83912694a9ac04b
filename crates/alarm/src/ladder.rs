//! The ladder of escalation: who is told after how many seconds, until someone answers.
//!
//! A [`Climb`] is a sans-IO machine whose whole state is kept with the alarm. After a restart, or after the
//! clock has jumped, every rung that is due is reached once, in order: none is skipped and none repeated.

use base::{AreaId, LadderId, TeamId, Timestamp, clock::doubtful_from};

use crate::{Kind, team::Hours};

/// The most rungs one ladder may have.
pub const RUNGS_MAX: usize = 16;
/// The longest time from the start to a rung, in seconds: one day.
pub const RUNG_SECONDS_MAX: u32 = 86_400;

/// A ladder and when it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// Which ladder.
    pub id: LadderId,
    /// Its name in lists.
    pub name: String,
    /// The kinds it is for; none means all.
    pub kinds: Vec<Kind>,
    /// The areas it is for; none means all.
    pub areas: Vec<AreaId>,
    /// The hours it is for.
    pub hours: Hours,
    /// Among ladders that fit, the lowest is used.
    pub order: u16,
    /// The rungs, by time.
    pub rungs: Vec<Rung>,
}

/// One rung: whom to tell after how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    /// Seconds after the alarm began to wait.
    pub after_seconds: u32,
    /// Whom to tell.
    pub tell: Tell,
}

/// Whom a rung tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tell {
    /// Every operator, louder: the alarm is marked as past its limit.
    Operators,
    /// The supervisor of the reception.
    Supervisor,
    /// The next team that serves the area: the alarm is sent without an operator.
    NextTeam,
    /// A named team.
    Team(TeamId),
}

/// What is wrong with a ladder that someone wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LadderError {
    /// It would never tell anyone.
    #[error("a ladder needs at least one rung")]
    Empty,
    /// More than [`RUNGS_MAX`].
    #[error("a ladder has at most {RUNGS_MAX} rungs, found {0}")]
    TooLong(usize),
    /// Rungs must come in order of time.
    #[error("rung {rung} comes after {seconds} s, before the rung above it: order rungs by time")]
    NotInOrder {
        /// Which rung, counted from 1.
        rung: usize,
        /// Its time.
        seconds: u32,
    },
    /// Longer than [`RUNG_SECONDS_MAX`].
    #[error("rung {rung} comes after {seconds} s: at most {RUNG_SECONDS_MAX} s")]
    TooLate {
        /// Which rung, counted from 1.
        rung: usize,
        /// Its time.
        seconds: u32,
    },
    /// A stored or written rung that does not read.
    #[error(
        "rung {0:?} does not read: expected SECONDS:operators, SECONDS:supervisor, SECONDS:next_team or SECONDS:team=ID"
    )]
    Unreadable(String),
}

impl Ladder {
    /// Whether the ladder is for an alarm of this kind and area that begins to wait now.
    pub fn fits(&self, kind: Kind, area: Option<AreaId>, now: Timestamp) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && (self.areas.is_empty() || area.is_some_and(|area| self.areas.contains(&area)))
            && self.hours.contain(now)
    }

    /// Checks what someone wrote.
    pub fn check(&self) -> Result<(), LadderError> {
        check_rungs(&self.rungs)
    }
}

fn check_rungs(rungs: &[Rung]) -> Result<(), LadderError> {
    match rungs.len() {
        0 => return Err(LadderError::Empty),
        length if length > RUNGS_MAX => return Err(LadderError::TooLong(length)),
        _ => {}
    }
    for (index, rung) in rungs.iter().enumerate() {
        let (number, seconds) = (index + 1, rung.after_seconds);
        if seconds > RUNG_SECONDS_MAX {
            return Err(LadderError::TooLate { rung: number, seconds });
        }
        if index > 0 && seconds < rungs[index - 1].after_seconds {
            return Err(LadderError::NotInOrder { rung: number, seconds });
        }
    }
    Ok(())
}

/// The rungs of the ladder that fits best, or the built-in one, so that no alarm ever waits without a ladder.
pub fn rungs_for(ladders: &[Ladder], kind: Kind, area: Option<AreaId>, now: Timestamp) -> Vec<Rung> {
    ladders
        .iter()
        .filter(|ladder| ladder.fits(kind, area, now) && !ladder.rungs.is_empty())
        .min_by_key(|ladder| (ladder.order, ladder.id))
        .map_or_else(|| BUILT_IN.to_vec(), |ladder| ladder.rungs.clone())
}

/// Used where no ladder fits. The figures are Tryggve's own: operators after 60 s (the answer goal), the
/// supervisor after 180 s (the investigation limit), a team without an operator after 300 s.
pub const BUILT_IN: [Rung; 3] = [
    Rung { after_seconds: 60, tell: Tell::Operators },
    Rung { after_seconds: 180, tell: Tell::Supervisor },
    Rung { after_seconds: 300, tell: Tell::NextTeam },
];

/// Where an alarm stands on its ladder. The rungs are a copy, so that an edited ladder never skips a rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Climb {
    /// The rungs as they were when the alarm began to wait.
    pub rungs: Vec<Rung>,
    /// When it began to wait.
    pub started_at: Timestamp,
    /// The rung to reach next, from 0; the number of rungs when all are reached.
    pub next: usize,
    /// Whether someone has answered, so that nobody more is told.
    pub stopped: bool,
}

impl Climb {
    /// Starts at the foot of a ladder.
    pub fn start(rungs: Vec<Rung>, now: Timestamp) -> Self {
        Climb { rungs, started_at: now, next: 0, stopped: false }
    }

    /// When something happens next, and why; `None` when nobody more will be told.
    pub fn poll_timeout(&self) -> Option<(Timestamp, &'static str)> {
        if self.stopped {
            return None;
        }
        let rung = self.rungs.get(self.next)?;
        let due = self.started_at.checked_add(base::SignedDuration::from_secs(i64::from(rung.after_seconds)));
        // A time beyond the calendar can only come from a broken clock; telling someone at once is the safe side.
        Some((due.unwrap_or(self.started_at), "rung"))
    }

    /// The rung that is due now, if one is. Reached by [`Climb::reached`], through the alarm's event.
    ///
    /// Where the clock was set back while the program did not run, nobody can say for how long the alarm has waited:
    /// everyone who is left on the ladder is told at once.
    pub fn due(&self, now: Timestamp) -> Option<(usize, Rung)> {
        let (due, _) = self.poll_timeout()?;
        let doubtful = self.started_at > doubtful_from(now);
        (due <= now || doubtful).then(|| (self.next, self.rungs[self.next]))
    }

    /// Marks a rung as reached. A rung that was reached already is not reached again.
    pub fn reached(&mut self, rung: usize) {
        self.next = self.next.max(rung + 1);
    }

    /// Someone answered.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// The alarm waits again: from the foot, by the same rungs.
    pub fn start_again(&mut self, now: Timestamp) {
        self.started_at = now;
        self.next = 0;
        self.stopped = false;
    }
}

/// Rungs as one line of text, for the database and for settings: `60:operators 300:team=ID`.
pub fn write_rungs(rungs: &[Rung]) -> String {
    let words: Vec<String> = rungs
        .iter()
        .map(|rung| match rung.tell {
            Tell::Operators => format!("{}:operators", rung.after_seconds),
            Tell::Supervisor => format!("{}:supervisor", rung.after_seconds),
            Tell::NextTeam => format!("{}:next_team", rung.after_seconds),
            Tell::Team(team) => format!("{}:team={team}", rung.after_seconds),
        })
        .collect();
    words.join(" ")
}

/// Reads [`write_rungs`].
pub fn read_rungs(text: &str) -> Result<Vec<Rung>, LadderError> {
    let rungs: Vec<Rung> = text.split_whitespace().map(read_rung).collect::<Result<_, _>>()?;
    check_rungs(&rungs)?;
    Ok(rungs)
}

fn read_rung(word: &str) -> Result<Rung, LadderError> {
    let unreadable = || LadderError::Unreadable(word.to_owned());
    let (seconds, tell) = word.split_once(':').ok_or_else(unreadable)?;
    let tell = match tell.split_once('=') {
        None if tell == "operators" => Tell::Operators,
        None if tell == "supervisor" => Tell::Supervisor,
        None if tell == "next_team" => Tell::NextTeam,
        Some(("team", id)) => Tell::Team(id.parse().map_err(|_| unreadable())?),
        _ => return Err(unreadable()),
    };
    Ok(Rung { after_seconds: seconds.parse().map_err(|_| unreadable())?, tell })
}
