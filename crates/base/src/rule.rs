//! A rule has a name, a figure, a source and a date; a municipality overrides the figure, never the code.

use crate::language::Text;

/// Where a figure comes from and since when it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// The name that settings and breaches use, such as `alarm.answer_seconds`.
    pub name: &'static str,
    /// The figure as shipped; its unit is the last word of the name.
    pub figure: f64,
    /// Law, standard, paper or the municipality itself.
    pub source: &'static str,
    /// The first day it holds, as `YYYY-MM-DD`.
    pub valid_from: &'static str,
    /// What the rule asks, in one sentence.
    pub sentence: Text,
}
