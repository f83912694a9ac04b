//! Where a figure comes from: no figure travels without it.

/// The origin of a table of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Who published it, such as `Statistics Sweden (SCB)`.
    pub publisher: String,
    /// Which table or file.
    pub table: String,
    /// The date that the figures describe or were published, `YYYY-MM-DD`.
    pub as_of: String,
    /// Under which terms it may be used.
    pub licence: String,
}

impl Source {
    /// A source named by its parts.
    pub fn new(publisher: &str, table: &str, as_of: &str, licence: &str) -> Self {
        Source {
            publisher: publisher.to_owned(),
            table: table.to_owned(),
            as_of: as_of.to_owned(),
            licence: licence.to_owned(),
        }
    }

    /// The line that stands under a table or chart.
    pub fn line(&self) -> String {
        format!("{}: {}, {} ({})", self.publisher, self.table, self.as_of, self.licence)
    }
}
