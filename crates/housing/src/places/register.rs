//! The register of homes: places by kind, owner, opening, closing, and renovation with evacuation.

use base::language::Text;
use base::time::Date;

use super::queue::{Application, HomeId, SpecialProfile};
use crate::source::Source;

/// What kind of place a home has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// Vård- och omsorgsboende.
    CareHome,
    /// Boende för personer med kognitiv sjukdom.
    Dementia,
    /// Servicehus.
    ServiceHouse,
    /// Korttidsboende.
    ShortTerm,
    /// Seniorbostad, without a care decision.
    SeniorHousing,
}

impl PlaceKind {
    /// All kinds.
    pub const ALL: [PlaceKind; 5] = [
        PlaceKind::CareHome,
        PlaceKind::Dementia,
        PlaceKind::ServiceHouse,
        PlaceKind::ShortTerm,
        PlaceKind::SeniorHousing,
    ];

    /// The kinds that count as särskilt boende in the national statistics.
    pub const CARE_HOMES: [PlaceKind; 3] =
        [PlaceKind::CareHome, PlaceKind::Dementia, PlaceKind::ServiceHouse];

    /// The words in a heading.
    pub const fn text(self) -> Text {
        match self {
            PlaceKind::CareHome => Text::new("vård- och omsorgsboende", "care home"),
            PlaceKind::Dementia => Text::new("demensboende", "dementia home"),
            PlaceKind::ServiceHouse => Text::new("servicehus", "service house"),
            PlaceKind::ShortTerm => Text::new("korttidsplatser", "short-term places"),
            PlaceKind::SeniorHousing => Text::new("seniorbostäder", "senior housing"),
        }
    }

    /// The name that is stored.
    pub const fn name(self) -> &'static str {
        match self {
            PlaceKind::CareHome => "care_home",
            PlaceKind::Dementia => "dementia",
            PlaceKind::ServiceHouse => "service_house",
            PlaceKind::ShortTerm => "short_term",
            PlaceKind::SeniorHousing => "senior_housing",
        }
    }

    /// Reads [`PlaceKind::name`].
    pub fn from_stored_name(name: &str) -> Option<PlaceKind> {
        PlaceKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Reads a kind by its Swedish or English words.
    pub fn from_name(word: &str) -> Option<PlaceKind> {
        let word = word.trim().to_lowercase();
        PlaceKind::ALL.into_iter().find(|kind| kind.text().swedish == word || kind.text().english == word).or(
            match word.as_str() {
                "särskilt boende" | "säbo" | "äldreboende" => Some(PlaceKind::CareHome),
                "demens" | "dementia" => Some(PlaceKind::Dementia),
                "korttid" | "short term" | "short-term" => Some(PlaceKind::ShortTerm),
                "seniorbostad" | "senior housing" => Some(PlaceKind::SeniorHousing),
                _ => None,
            },
        )
    }
}

/// Who runs a home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The municipality itself.
    OwnRun,
    /// A private provider on contract.
    Contracted,
    /// A private provider in a choice system (LOV 2008:962), inside or outside the municipality.
    ChoiceSystem,
}

impl Owner {
    /// The words in a table.
    pub const fn text(self) -> Text {
        match self {
            Owner::OwnRun => Text::new("egen regi", "own-run"),
            Owner::Contracted => Text::new("entreprenad", "contracted"),
            Owner::ChoiceSystem => Text::new("valfrihetssystem", "choice system"),
        }
    }

    /// All owners.
    pub const ALL: [Owner; 3] = [Owner::OwnRun, Owner::Contracted, Owner::ChoiceSystem];

    /// The name that is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Owner::OwnRun => "own_run",
            Owner::Contracted => "contracted",
            Owner::ChoiceSystem => "choice_system",
        }
    }

    /// Reads [`Owner::name`].
    pub fn from_stored_name(name: &str) -> Option<Owner> {
        Owner::ALL.into_iter().find(|owner| owner.name() == name)
    }

    /// Reads an owner by its words.
    pub fn from_name(word: &str) -> Option<Owner> {
        match word.trim().to_lowercase().as_str() {
            "egen regi" | "kommunal" | "own-run" | "municipal" => Some(Owner::OwnRun),
            "entreprenad" | "contracted" | "upphandlad" => Some(Owner::Contracted),
            "valfrihetssystem" | "lov" | "choice system" => Some(Owner::ChoiceSystem),
            _ => None,
        }
    }
}

/// A time when places are out of use while a home is renovated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renovation {
    /// The first day with places evacuated.
    pub from: Date,
    /// The first day with all places back.
    pub until: Date,
    /// Places out of use meanwhile.
    pub places_evacuated: u32,
    /// Places that the home has afterwards.
    pub places_after: u32,
}

/// One home, or one unit of one kind in a home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Its name.
    pub name: String,
    /// Its kind of places.
    pub kind: PlaceKind,
    /// Who runs it.
    pub owner: Owner,
    /// Places when open and whole.
    pub places: u32,
    /// The first day; `None` where it already stands.
    pub opens: Option<Date>,
    /// The first day without it; `None` where it is to stay.
    pub closes: Option<Date>,
    /// Renovations in order of time.
    pub renovations: Vec<Renovation>,
}

/// Why a home cannot stand in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HomeError {
    /// It closes before it opens.
    #[error("the home closes before it opens")]
    ClosesFirst,
    /// A renovation ends before it begins.
    #[error("a renovation ends before it begins")]
    RenovationEndsFirst,
    /// More places are evacuated than there are.
    #[error("more places are evacuated than there are")]
    TooManyEvacuated,
    /// Two renovations overlap.
    #[error("two renovations overlap")]
    RenovationsOverlap,
    /// More places are free than there are.
    #[error("more places are free than there are")]
    TooManyFree,
}

impl HomeError {
    /// The reason in words.
    pub const fn text(self) -> Text {
        match self {
            HomeError::ClosesFirst => {
                Text::new("Boendet stänger innan det öppnar.", "The home closes before it opens.")
            }
            HomeError::RenovationEndsFirst => {
                Text::new("Renoveringen slutar innan den börjar.", "The renovation ends before it begins.")
            }
            HomeError::TooManyEvacuated => Text::new(
                "Fler platser evakueras än boendet har.",
                "More places are evacuated than the home has.",
            ),
            HomeError::RenovationsOverlap => {
                Text::new("Två renoveringar går in i varandra.", "Two renovations overlap.")
            }
            HomeError::TooManyFree => {
                Text::new("Fler platser är lediga än boendet har.", "More places are free than the home has.")
            }
        }
    }
}

/// A home with what the queue needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredHome {
    /// Its id.
    pub id: HomeId,
    /// Its places over time.
    pub home: Home,
    /// The profiles that it has.
    pub profiles: Vec<SpecialProfile>,
    /// Places that are free now and not offered to anyone: kept by hand, and by offers and declines.
    pub free_places: u32,
}

impl RegisteredHome {
    /// Whether it can stand in the register: days in order, and no more places away or free than there are.
    pub fn check(&self, today: Date) -> Result<(), HomeError> {
        self.home.check()?;
        if self.free_places > self.home.places_on(today) { Err(HomeError::TooManyFree) } else { Ok(()) }
    }

    /// Whether it has the kind of place and every profile that an application asks for.
    pub fn suits(&self, application: &Application) -> bool {
        self.home.kind == application.kind
            && application.profiles.iter().all(|profile| self.profiles.contains(profile))
    }
}

/// Homes with a free place that suit an application: its wishes first in their order, then those that spare rare
/// profiles.
pub fn suggestions<'a>(application: &Application, homes: &'a [RegisteredHome]) -> Vec<&'a RegisteredHome> {
    let mut found: Vec<&RegisteredHome> =
        homes.iter().filter(|home| home.free_places > 0 && home.suits(application)).collect();
    let wish = |home: &RegisteredHome| {
        application.wishes.iter().position(|wish| *wish == home.id).unwrap_or(usize::MAX)
    };
    found.sort_by_key(|home| (wish(home), home.profiles.len(), home.home.name.clone()));
    found
}

impl Home {
    /// Whether its days are in order, and no more places are evacuated than there are.
    pub fn check(&self) -> Result<(), HomeError> {
        if let (Some(opens), Some(closes)) = (self.opens, self.closes)
            && closes <= opens
        {
            return Err(HomeError::ClosesFirst);
        }
        let mut places = self.places;
        for (index, renovation) in self.renovations.iter().enumerate() {
            if renovation.until <= renovation.from {
                return Err(HomeError::RenovationEndsFirst);
            }
            if renovation.places_evacuated > places {
                return Err(HomeError::TooManyEvacuated);
            }
            if self.renovations.get(index + 1).is_some_and(|next| next.from < renovation.until) {
                return Err(HomeError::RenovationsOverlap);
            }
            places = renovation.places_after;
        }
        Ok(())
    }

    /// Places in use on a day.
    pub fn places_on(&self, day: Date) -> u32 {
        let open = self.opens.is_none_or(|opens| day >= opens);
        let closed = self.closes.is_some_and(|closes| day >= closes);
        if !open || closed {
            return 0;
        }
        let mut places = self.places;
        for renovation in &self.renovations {
            if day >= renovation.until {
                places = renovation.places_after;
            } else if day >= renovation.from {
                return places.saturating_sub(renovation.places_evacuated);
            }
        }
        places
    }
}

/// All homes of an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// The homes.
    pub homes: Vec<Home>,
    /// Where the register comes from.
    pub source: Source,
}

/// The month and day on which a year's supply is read: when care use is counted.
pub const SUPPLY_DAY: (i8, i8) = (10, 1);

impl Register {
    /// Places of some kinds on a day: the sum over homes.
    pub fn places_on(&self, kinds: &[PlaceKind], day: Date) -> u32 {
        self.homes.iter().filter(|home| kinds.contains(&home.kind)).map(|home| home.places_on(day)).sum()
    }

    /// Places of some kinds on 1 October; nothing for a year outside the calendar.
    pub fn places_in(&self, kinds: &[PlaceKind], year: i32) -> u32 {
        let (month, day) = SUPPLY_DAY;
        i16::try_from(year)
            .ok()
            .and_then(|year| Date::new(year, month, day).ok())
            .map_or(0, |date| self.places_on(kinds, date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_home_opens_is_renovated_and_closes() {
        let home = Home {
            name: "Exempelgården".to_owned(),
            kind: PlaceKind::CareHome,
            owner: Owner::OwnRun,
            places: 60,
            opens: Some(day("2027-05-01")),
            closes: Some(day("2045-01-01")),
            renovations: vec![Renovation {
                from: day("2035-01-01"),
                until: day("2036-07-01"),
                places_evacuated: 40,
                places_after: 54,
            }],
        };
        let check = |at: &str, places| assert_eq!(home.places_on(day(at)), places, "{at}");
        check("2027-04-30", 0);
        check("2027-05-01", 60);
        check("2035-06-01", 20);
        check("2036-07-01", 54);
        check("2045-01-01", 0);
    }

    fn registered(id: u128, name: &str, profiles: Vec<SpecialProfile>, free_places: u32) -> RegisteredHome {
        RegisteredHome {
            id: HomeId(base::id::Uuid::from_u128(id)),
            home: Home {
                name: name.to_owned(),
                kind: PlaceKind::Dementia,
                owner: Owner::OwnRun,
                places: 10,
                opens: None,
                closes: None,
                renovations: Vec::new(),
            },
            profiles,
            free_places,
        }
    }

    #[test]
    fn a_home_that_cannot_be_is_refused() {
        let today = day("2026-11-22");
        let fine = registered(1, "Ek", vec![], 10);
        assert_eq!(fine.check(today), Ok(()));
        let with = |change: fn(&mut RegisteredHome)| {
            let mut home = fine.clone();
            change(&mut home);
            home.check(today)
        };
        let renovation = |from: &str, until: &str, places_evacuated| Renovation {
            from: day(from),
            until: day(until),
            places_evacuated,
            places_after: 8,
        };
        assert_eq!(with(|home| home.free_places = 11), Err(HomeError::TooManyFree));
        assert_eq!(
            with(|home| {
                home.home.opens = Some(Date::constant(2027, 1, 1));
                home.home.closes = Some(Date::constant(2026, 1, 1));
            }),
            Err(HomeError::ClosesFirst)
        );
        let renovated = |renovations: Vec<Renovation>| {
            let home = Home { renovations, ..fine.home.clone() };
            RegisteredHome { home, ..fine.clone() }.check(today)
        };
        let check = |rows: &[(&str, &str, u32)], expected| {
            let rows = rows.iter().map(|(from, until, out)| renovation(from, until, *out)).collect();
            assert_eq!(renovated(rows), expected);
        };
        check(&[("2030-01-01", "2030-06-01", 10), ("2031-01-01", "2032-01-01", 8)], Ok(()));
        check(&[("2030-01-01", "2030-01-01", 1)], Err(HomeError::RenovationEndsFirst));
        check(&[("2030-01-01", "2030-06-01", 11)], Err(HomeError::TooManyEvacuated));
        check(
            &[("2030-01-01", "2030-06-01", 1), ("2030-05-01", "2032-01-01", 8)],
            Err(HomeError::RenovationsOverlap),
        );
    }

    #[test]
    fn wishes_come_first_and_rare_places_are_spared() {
        let finnish = SpecialProfile::SpokenLanguage("fi".to_owned());
        let homes = [
            registered(1, "Alm", vec![finnish.clone(), SpecialProfile::Hbtqi], 1),
            registered(2, "Björk", vec![finnish.clone()], 1),
            registered(3, "Ceder", vec![finnish.clone()], 0),
            registered(4, "Ek", vec![], 1),
        ];
        let check = |wishes: &[u128], profiles: Vec<SpecialProfile>, expected: &[&str]| {
            let application = Application {
                id: super::super::queue::ApplicationId(base::id::Uuid::from_u128(9)),
                kind: PlaceKind::Dementia,
                applied: day("2026-01-01"),
                granted: None,
                refused: None,
                wishes: wishes.iter().map(|id| HomeId(base::id::Uuid::from_u128(*id))).collect(),
                profiles,
                stay: None,
                offers: Vec::new(),
                moved_in: None,
                withdrawn: None,
            };
            let found: Vec<&str> =
                suggestions(&application, &homes).iter().map(|home| home.home.name.as_str()).collect();
            assert_eq!(found, expected);
        };
        check(&[], vec![finnish.clone()], &["Björk", "Alm"]);
        check(&[1], vec![finnish], &["Alm", "Björk"]);
        check(&[], vec![], &["Ek", "Björk", "Alm"]);
    }
}
