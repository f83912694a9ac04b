//! The register of homes: places by kind, owner, opening, closing, and renovation with evacuation.

use base::language::Text;
use base::time::Date;

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

impl Home {
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
}
