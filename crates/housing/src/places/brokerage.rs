//! Brokerage of short-term places: which free place suits which need.

use base::time::Date;

use super::queue::{ApplicationId, HomeId, SpecialProfile};

/// A free short-term place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreePlace {
    /// The home.
    pub home: HomeId,
    /// The first free day.
    pub free_from: Date,
    /// The first day that is taken again; `None` where it stays free.
    pub free_until: Option<Date>,
    /// What the place can give.
    pub profiles: Vec<SpecialProfile>,
}

/// A wish for a short-term stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StayNeed {
    /// The application.
    pub application: ApplicationId,
    /// The first day wanted.
    pub from: Date,
    /// The day after the last.
    pub until: Date,
    /// What the place must give.
    pub profiles: Vec<SpecialProfile>,
    /// Whether the person leaves hospital or cannot be home safely.
    pub urgent: bool,
}

impl FreePlace {
    /// Whether the place is free the whole stay and gives all that is asked.
    pub fn suits(&self, need: &StayNeed) -> bool {
        self.free_from <= need.from
            && self.free_until.is_none_or(|until| need.until <= until)
            && need.profiles.iter().all(|profile| self.profiles.contains(profile))
    }
}

/// Gives each need at most one place, urgent needs first, then by first day.
///
/// A place with fewer special profiles is used first, so that rare ones stay free for those who need them.
pub fn broker(needs: &[StayNeed], places: &[FreePlace]) -> Vec<(ApplicationId, HomeId)> {
    let mut order: Vec<&StayNeed> = needs.iter().collect();
    order.sort_by_key(|need| (!need.urgent, need.from, need.application));
    let mut taken = vec![false; places.len()];
    let mut matches = Vec::new();
    for need in order {
        let best = places
            .iter()
            .enumerate()
            .filter(|(index, place)| !taken[*index] && place.suits(need))
            .min_by_key(|(index, place)| (place.profiles.len(), place.free_until, *index));
        if let Some((index, place)) = best {
            taken[index] = true;
            matches.push((need.application, place.home));
        }
    }
    matches
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::id::Uuid;

    #[test]
    fn urgent_needs_come_first_and_rare_places_are_spared() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let place = |home: u128, profiles: Vec<SpecialProfile>| FreePlace {
            home: HomeId(Uuid::from_u128(home)),
            free_from: day("2026-03-01"),
            free_until: None,
            profiles,
        };
        let need = |id: u128, urgent, profiles: Vec<SpecialProfile>| StayNeed {
            application: ApplicationId(Uuid::from_u128(id)),
            from: day("2026-03-02"),
            until: day("2026-03-16"),
            profiles,
            urgent,
        };
        let younger = vec![SpecialProfile::YoungerDementia];
        let places = [place(1, younger.clone()), place(2, vec![])];
        let needs = [need(10, false, vec![]), need(11, true, vec![]), need(12, false, younger)];
        let pairs: Vec<_> =
            broker(&needs, &places).iter().map(|(a, h)| (a.0.as_u128(), h.0.as_u128())).collect();
        assert_eq!(pairs, [(11, 2), (10, 1)]);
        let spared: Vec<_> =
            broker(&needs[1..], &places).iter().map(|(a, h)| (a.0.as_u128(), h.0.as_u128())).collect();
        assert_eq!(spared, [(11, 2), (12, 1)]);
    }
}
