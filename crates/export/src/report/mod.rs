//! A printed report: headings, sentences, figures, charts and tables in reading order, as PDF.

pub(crate) mod layout;
pub mod pdf;

use base::Language;
use base::time::Date;

use crate::drawing::Drawing;
use crate::table::Table;

/// A part of a report.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// The heading of a section.
    Heading(String),
    /// Sentences.
    Paragraph(String),
    /// Short statements, each on a row of its own.
    List(Vec<String>),
    /// Figures with what they are: name and value.
    Facts(Vec<(String, String)>),
    /// A chart; its description is what those who hear the report are told.
    Chart(Drawing),
    /// A table with its title above and its sources below.
    Table(Table),
    /// The next part begins on a new page.
    NewPage,
}

/// A report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What it is about.
    pub title: String,
    /// Below the title: for whom and under which assumptions.
    pub subtitle: String,
    /// What stands at the foot of every page, before the page's number.
    pub foot: String,
    /// The language of everything in it.
    pub language: Language,
    /// The day it was made.
    pub made: Date,
    /// Its parts in reading order.
    pub blocks: Vec<Block>,
}
