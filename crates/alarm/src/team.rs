//! Teams of responders: which area, which hours, which provider.

use base::{AreaId, ProviderId, TeamId, Timestamp, time::stockholm};

/// A group of responders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Which team.
    pub id: TeamId,
    /// Its name, such as `Nattpatrull Väst`.
    pub name: String,
    /// Who runs it; own-run and private providers are told apart by the provider.
    pub provider: Option<ProviderId>,
    /// The areas it serves; none means all.
    pub areas: Vec<AreaId>,
    /// The hours it serves.
    pub hours: Hours,
    /// How long it has to answer before the next team is asked, in seconds.
    pub answer_seconds: u32,
    /// Among teams that fit, the lowest is asked first.
    pub order: u16,
    /// The number to call when the screen is not enough.
    pub phone: String,
}

/// A daily span of hours in Swedish local time; it may pass midnight, and equal ends mean round the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// First minute of the day, 0 to 1439.
    pub from_minute: u16,
    /// First minute after, 0 to 1439.
    pub to_minute: u16,
}

impl Hours {
    /// Round the clock.
    pub const ALWAYS: Hours = Hours { from_minute: 0, to_minute: 0 };

    /// Whether a moment lies within the span by the wall clock, daylight saving included.
    pub fn contain(self, at: Timestamp) -> bool {
        let local = at.to_zoned(stockholm());
        let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        match self.from_minute.cmp(&self.to_minute) {
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Less => (self.from_minute..self.to_minute).contains(&minute),
            std::cmp::Ordering::Greater => minute >= self.from_minute || minute < self.to_minute,
        }
    }
}

impl Team {
    /// Whether the team serves an area now. An alarm without area is everyone's.
    pub fn serves(&self, area: Option<AreaId>, now: Timestamp) -> bool {
        let in_area = self.areas.is_empty() || area.is_none_or(|area| self.areas.contains(&area));
        in_area && self.hours.contain(now)
    }
}

/// The teams to ask, in order: those that serve the area now and have not been asked already.
pub fn next_teams<'a>(teams: &'a [Team], alarm: &crate::Alarm, now: Timestamp) -> Vec<&'a Team> {
    let mut fitting: Vec<&Team> = teams
        .iter()
        .filter(|team| team.serves(alarm.area, now))
        .filter(|team| !alarm.dispatches.iter().any(|dispatch| dispatch.team == team.id))
        .collect();
    fitting.sort_by_key(|team| (team.order, team.id));
    fitting
}
