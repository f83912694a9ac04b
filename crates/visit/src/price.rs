//! What each part of the cost is worth.

/// A part of the cost of a plan. Each has a file of the same name in [`crate::rules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CostPart {
    /// Time on the road.
    Travel,
    /// Time after a window's end, summed.
    Tardiness,
    /// The worst time after a window's end.
    WorstTardiness,
    /// Time staff wait at a door.
    Waiting,
    /// Time worked after the end of a shift.
    Overtime,
    /// The largest part of a shift without work, over the staff.
    WorstIdle,
    /// How unevenly work is shared.
    LoadBalance,
    /// Time of work and travel.
    WorkTime,
    /// Tasks done by someone who is not preferred.
    Preference,
    /// Tasks done by someone the person does not know.
    Continuity,
    /// Lunches that staff miss.
    MissedLunch,
    /// Pauses that staff miss.
    MissedPause,
    /// Tasks done by someone without the skill.
    Unqualified,
    /// Tasks done by someone who must not come.
    Excluded,
    /// Visits left out.
    Unserved,
    /// Tasks done by someone other than promised.
    ChangedStaff,
    /// Time between promised and planned start.
    ChangedTime,
    /// Tasks done by someone who has no key to the door.
    WithoutKey,
    /// Time worked beyond the most that is asked of someone.
    Overwork,
    /// Time worked by staff from the substitute pool.
    PoolWork,
    /// Time between wished and planned start.
    UnwishedStart,
    /// Time that tasks begin before the visits that they must come after are done.
    Precedence,
}

impl CostPart {
    /// How many there are.
    pub const COUNT: usize = 22;

    /// All, in the order of reports.
    pub const ALL: [CostPart; CostPart::COUNT] = [
        CostPart::Travel,
        CostPart::Tardiness,
        CostPart::WorstTardiness,
        CostPart::Waiting,
        CostPart::Overtime,
        CostPart::WorstIdle,
        CostPart::LoadBalance,
        CostPart::WorkTime,
        CostPart::Preference,
        CostPart::Continuity,
        CostPart::MissedLunch,
        CostPart::MissedPause,
        CostPart::Unqualified,
        CostPart::Excluded,
        CostPart::Unserved,
        CostPart::ChangedStaff,
        CostPart::ChangedTime,
        CostPart::WithoutKey,
        CostPart::Overwork,
        CostPart::PoolWork,
        CostPart::UnwishedStart,
        CostPart::Precedence,
    ];
}

/// What one tick, or one event, of a part costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Price {
    /// Nothing: the part is not followed.
    #[default]
    Free,
    /// So much for each.
    Each(i64),
    /// Forbidden: a plan with any of it is not valid.
    Hard,
}

/// The largest price of one tick or event; with it a whole day's sum stays far below the limit of an `i64`.
pub const PRICE_MAX: i64 = 1_000_000_000;

/// A price for every part of the cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prices([Price; CostPart::COUNT]);

impl Prices {
    /// What a Swedish home-care day is worth where nobody has said otherwise, in minutes on the road.
    ///
    /// `factor` multiplies every price; `per_event` is what a price per event is multiplied by besides, the number of
    /// ticks in a minute. The figures are the project's own proposal: a late minute outweighs a minute on the road, a
    /// stranger at the door is worth a detour of ten minutes, and leaving a visit out is worse than any of it.
    pub fn everyday(factor: i64, per_event: i64) -> Self {
        let minute = |price: i64| Price::Each(price * factor);
        let event = |price: i64| Price::Each(price * factor * per_event);
        Prices::default()
            .with(CostPart::Travel, minute(2))
            .with(CostPart::Tardiness, minute(5))
            .with(CostPart::WorstTardiness, minute(5))
            .with(CostPart::Waiting, minute(1))
            .with(CostPart::Overtime, minute(6))
            .with(CostPart::WorstIdle, minute(1))
            .with(CostPart::Preference, event(10))
            .with(CostPart::Continuity, event(20))
            .with(CostPart::MissedLunch, event(120))
            .with(CostPart::MissedPause, event(40))
            .with(CostPart::Unserved, event(600))
            .with(CostPart::ChangedStaff, event(15))
            .with(CostPart::ChangedTime, minute(1))
            .with(CostPart::Overwork, minute(6))
            .with(CostPart::PoolWork, minute(1))
            .with(CostPart::UnwishedStart, minute(1))
            .with(CostPart::Unqualified, Price::Hard)
            .with(CostPart::Excluded, Price::Hard)
            .with(CostPart::WithoutKey, Price::Hard)
            .with(CostPart::Precedence, Price::Hard)
    }

    /// The price of a part.
    pub fn of(&self, part: CostPart) -> Price {
        self.0[part as usize]
    }

    /// The same prices but for one part; a price above [`PRICE_MAX`] is held there.
    #[must_use]
    pub fn with(mut self, part: CostPart, price: Price) -> Self {
        self.0[part as usize] = match price {
            Price::Each(each) => Price::Each(each.clamp(0, PRICE_MAX)),
            other @ (Price::Free | Price::Hard) => other,
        };
        self
    }

    /// The price of an amount as (breach of hard rules, cost).
    pub fn charge(&self, part: CostPart, amount: i64) -> (i64, i64) {
        match self.of(part) {
            Price::Free => (0, 0),
            Price::Each(each) => (0, each * amount),
            Price::Hard => (amount, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_place_and_price() {
        for (index, part) in CostPart::ALL.into_iter().enumerate() {
            assert_eq!(part as usize, index);
        }
        let prices = Prices::default()
            .with(CostPart::Travel, Price::Each(3))
            .with(CostPart::Overtime, Price::Hard)
            .with(CostPart::Waiting, Price::Each(i64::MAX));
        assert_eq!(prices.charge(CostPart::Travel, 5), (0, 15));
        assert_eq!(prices.charge(CostPart::Overtime, 5), (5, 0));
        assert_eq!(prices.charge(CostPart::Tardiness, 5), (0, 0));
        assert_eq!(prices.charge(CostPart::Waiting, 1), (0, PRICE_MAX));
    }
}
