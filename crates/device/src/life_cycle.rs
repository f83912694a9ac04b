//! The life of a device: stock, installed, returned, tested, and then reused or scrapped.

use base::language::Text;

/// Where a device is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Stage {
    /// On the shelf, ready to go out.
    #[default]
    Stock,
    /// In someone's home or in a room.
    Installed,
    /// Back, not yet tested.
    Returned,
    /// Tested after return and good to use again.
    Tested,
    /// Scrapped. The end, kept for the history.
    Scrapped,
}

/// A step that the life does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a device cannot go from {} to {}", from.name(), to.name())]
pub struct StageError {
    /// Where it is.
    pub from: Stage,
    /// Where it was to go.
    pub to: Stage,
}

impl Stage {
    /// All stages in the order of a life.
    pub const ALL: [Stage; 5] =
        [Stage::Stock, Stage::Installed, Stage::Returned, Stage::Tested, Stage::Scrapped];

    /// The name in files, URLs and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Stock => "stock",
            Stage::Installed => "installed",
            Stage::Returned => "returned",
            Stage::Tested => "tested",
            Stage::Scrapped => "scrapped",
        }
    }

    /// Reads [`Stage::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// The words on the page.
    pub const fn text(self) -> Text {
        match self {
            Stage::Stock => Text::new("I lager", "In stock"),
            Stage::Installed => Text::new("Installerad", "Installed"),
            Stage::Returned => Text::new("Återlämnad", "Returned"),
            Stage::Tested => Text::new("Testad", "Tested"),
            Stage::Scrapped => Text::new("Kasserad", "Scrapped"),
        }
    }

    /// The stages that may come next.
    pub const fn next(self) -> &'static [Stage] {
        match self {
            Stage::Stock => &[Stage::Installed, Stage::Scrapped],
            Stage::Installed => &[Stage::Returned, Stage::Scrapped],
            Stage::Returned => &[Stage::Tested, Stage::Scrapped],
            Stage::Tested => &[Stage::Stock, Stage::Installed, Stage::Scrapped],
            Stage::Scrapped => &[],
        }
    }

    /// Takes a step, or says why not.
    pub fn step(self, to: Stage) -> Result<Stage, StageError> {
        if self.next().contains(&to) { Ok(to) } else { Err(StageError { from: self, to }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_returned_device_is_tested_before_it_is_reused() {
        assert_eq!(
            Stage::Returned.step(Stage::Installed),
            Err(StageError { from: Stage::Returned, to: Stage::Installed })
        );
        assert_eq!(Stage::Returned.step(Stage::Tested), Ok(Stage::Tested));
        assert_eq!(Stage::Tested.step(Stage::Installed), Ok(Stage::Installed));
    }

    #[test]
    fn every_stage_reads_back_its_name() {
        for stage in Stage::ALL {
            assert_eq!(Stage::from_name(stage.name()), Some(stage));
        }
    }
}
