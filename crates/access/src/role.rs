//! The roles of those who log in.

use base::language::Text;

/// What someone works as in Tryggve. One login may hold several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Answers alarms.
    Operator,
    /// Goes to the person.
    Responder,
    /// Plans visits, and follows how alarms are answered.
    Planner,
    /// Keeps people, devices, teams, ladders and logins.
    Administrator,
    /// Reads the audit log.
    Auditor,
    /// Another system, with a token.
    System,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 6] =
        [Role::Operator, Role::Responder, Role::Planner, Role::Administrator, Role::Auditor, Role::System];

    /// The name in the database and the settings.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Responder => "responder",
            Role::Planner => "planner",
            Role::Administrator => "administrator",
            Role::Auditor => "auditor",
            Role::System => "system",
        }
    }

    /// Reads [`Role::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The word on the page.
    pub const fn text(self) -> Text {
        match self {
            Role::Operator => Text::new("Larmoperatör", "Alarm operator"),
            Role::Responder => Text::new("Utryckare", "Responder"),
            Role::Planner => Text::new("Planerare", "Planner"),
            Role::Administrator => Text::new("Administratör", "Administrator"),
            Role::Auditor => Text::new("Granskare", "Auditor"),
            Role::System => Text::new("System", "System"),
        }
    }
}
