//! Close persons: who to call, in which order, and who has a key.

use base::{KinId, PersonId, Private};

/// A close person of a care recipient, related or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kin {
    /// Which entry.
    pub id: KinId,
    /// Whose close person this is.
    pub person: PersonId,
    /// Their name.
    pub name: Private<String>,
    /// What they are to the person, in the person's own words.
    pub relation: Private<String>,
    /// Their telephone number.
    pub phone: Private<String>,
    /// Whether they have a key to the home.
    pub has_key: bool,
    /// Call order, 1 first.
    pub order: u16,
}
