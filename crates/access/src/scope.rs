//! What another system's token opens. A token has no more than its scopes say, and none by default.

use base::language::Text;

use crate::Action;

/// A part of what systems may do, given to each token on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Alarms and events, with ids and codes only.
    AlarmsRead,
    /// Notes on alarms.
    AlarmsNote,
    /// Devices, models, areas and outages.
    DevicesRead,
    /// Registering and changing devices, and the steps of their lives.
    DevicesWrite,
    /// One person at a time, by id.
    PeopleRead,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 5] =
        [Scope::AlarmsRead, Scope::AlarmsNote, Scope::DevicesRead, Scope::DevicesWrite, Scope::PeopleRead];

    /// The name in the database and towards systems.
    pub const fn name(self) -> &'static str {
        match self {
            Scope::AlarmsRead => "alarms:read",
            Scope::AlarmsNote => "alarms:note",
            Scope::DevicesRead => "devices:read",
            Scope::DevicesWrite => "devices:write",
            Scope::PeopleRead => "people:read",
        }
    }

    /// Reads [`Scope::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Scope::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// The words on the page.
    pub const fn text(self) -> Text {
        match self {
            Scope::AlarmsRead => Text::new(
                "Läsa larm och händelser, utan personuppgifter",
                "Read alarms and events, without personal data",
            ),
            Scope::AlarmsNote => Text::new("Skriva anteckningar på larm", "Write notes on alarms"),
            Scope::DevicesRead => Text::new(
                "Läsa enheter, modeller, områden och avbrott",
                "Read devices, models, areas and outages",
            ),
            Scope::DevicesWrite => {
                Text::new("Registrera, ändra och flytta enheter", "Register, change and move devices")
            }
            Scope::PeopleRead => Text::new(
                "Läsa en person i taget: namn, nummer och adress. Varje läsning loggas",
                "Read one person at a time: name, number and address. Every read is logged",
            ),
        }
    }

    /// The actions that it opens.
    pub const fn actions(self) -> &'static [Action] {
        match self {
            Scope::AlarmsRead => &[Action::EventRead],
            Scope::AlarmsNote => &[Action::AlarmNoteBySystem],
            Scope::DevicesRead => &[Action::DeviceRead, Action::OutageRead],
            Scope::DevicesWrite => &[Action::DeviceWrite],
            Scope::PeopleRead => &[Action::PersonReadBySystem],
        }
    }

    /// The scope that opens an action; `None` where systems may not at all.
    pub fn of(action: Action) -> Option<Self> {
        Scope::ALL.into_iter().find(|scope| scope.actions().contains(&action))
    }
}
