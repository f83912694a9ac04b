//! The alternatives that a forecast is made in: status quo, main, and the municipality's own.

use base::language::{Language, Text};

use super::care_use::CareForm;
use super::method::{Trend, damped_years};
use crate::group::Sex;

/// How the shares of care use are assumed to go on.
#[derive(Debug, Clone, PartialEq)]
pub enum Alternative {
    /// Nulägesalternativ: the share at each age stays as last counted.
    StatusQuo,
    /// Huvudalternativ: shares keep falling as they did, damped.
    Main,
    /// The municipality's own, with named assumptions.
    Own(OwnAlternative),
}

/// An own alternative: a name and what it assumes.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnAlternative {
    /// The name shown beside the figures.
    pub name: String,
    /// Yearly change of the odds of having each care form, in per cent, in the order of [`CareForm::ALL`].
    pub yearly_change_percent: [f64; 4],
    /// Each year's change as a multiple of the year's before; 1 is undamped.
    pub damping: f64,
    /// The part of those in care homes who have home care instead, in per cent, reached after [`MOVE_YEARS`].
    pub moved_home_percent: f64,
}

/// Over how many years a move from care homes to home care is reached, evenly.
pub const MOVE_YEARS: i32 = 10;
/// The largest yearly change an own alternative may assume, in per cent.
pub const CHANGE_PERCENT_MAX: f64 = 20.0;

/// An own alternative that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AlternativeError {
    /// A word that is neither a care form nor a known assumption.
    #[error(
        "unknown assumption `{word}`: expected a care form, `damping` or `moved_home`, such as \
         `Mer hemma:hemtjänst=-0.5,säbo=-2,moved_home=10`"
    )]
    UnknownAssumption {
        /// The word.
        word: String,
    },
    /// A figure that is no number or outside its bounds.
    #[error("`{word}` has the figure `{figure}`: expected a number from {from} to {to}")]
    BadFigure {
        /// The assumption.
        word: String,
        /// The figure as written.
        figure: String,
        /// The least value.
        from: f64,
        /// The largest value.
        to: f64,
    },
    /// No name.
    #[error("an own alternative needs a name before its assumptions, such as `Mer hemma:säbo=-2`")]
    NoName,
}

impl Alternative {
    /// The name in a heading.
    pub fn name(&self, language: Language) -> String {
        match self {
            Alternative::StatusQuo => Text::new("nulägesalternativ", "status quo").get(language).to_owned(),
            Alternative::Main => Text::new("huvudalternativ", "main alternative").get(language).to_owned(),
            Alternative::Own(own) => own.name.clone(),
        }
    }

    /// What is assumed, in one sentence.
    pub fn sentence(&self, language: Language) -> String {
        match self {
            Alternative::StatusQuo => Text::new(
                "Andelen med varje insats vid varje ålder blir som vid senaste räkningen.",
                "The share with each care form at each age stays as last counted.",
            )
            .get(language)
            .to_owned(),
            Alternative::Main => Text::new(
                "Andelarna fortsätter att sjunka i takt med att äldre blir friskare.",
                "Shares keep falling as older people grow healthier.",
            )
            .get(language)
            .to_owned(),
            Alternative::Own(own) => own.sentence(language),
        }
    }

    /// The moved log-odds of one form after some years.
    pub fn shift(&self, trend: &Trend, form: CareForm, sex: Sex, years_ahead: i32) -> f64 {
        match self {
            Alternative::StatusQuo => 0.0,
            Alternative::Main => trend.shift(sex, years_ahead),
            Alternative::Own(own) => {
                let change = (1.0 + own.yearly_change_percent[form.index()] / 100.0).ln();
                change * damped_years(own.damping, years_ahead)
            }
        }
    }

    /// Whether the trend's own uncertainty belongs in the band: not where the shares are an assumption.
    pub fn follows_trend(&self) -> bool {
        matches!(self, Alternative::Main)
    }

    /// The part of care-home residents moved to home care after some years.
    pub fn moved_home(&self, years_ahead: i32) -> f64 {
        match self {
            Alternative::Own(own) => {
                let reached = f64::from(years_ahead.clamp(0, MOVE_YEARS)) / f64::from(MOVE_YEARS);
                own.moved_home_percent / 100.0 * reached
            }
            Alternative::StatusQuo | Alternative::Main => 0.0,
        }
    }
}

impl OwnAlternative {
    /// Reads `name:form=percent,...,damping=0.9,moved_home=10`; what is not named stays as today.
    pub fn parse(text: &str) -> Result<OwnAlternative, AlternativeError> {
        let (name, assumptions) = text.split_once(':').ok_or(AlternativeError::NoName)?;
        if name.trim().is_empty() {
            return Err(AlternativeError::NoName);
        }
        let mut own = OwnAlternative {
            name: name.trim().to_owned(),
            yearly_change_percent: [0.0; 4],
            damping: 1.0,
            moved_home_percent: 0.0,
        };
        for part in assumptions.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (word, figure) = part.split_once('=').unwrap_or((part, ""));
            let within = |from: f64, to: f64| match figure.trim().parse::<f64>() {
                Ok(value) if (from..=to).contains(&value) => Ok(value),
                _ => {
                    let (word, figure) = (word.to_owned(), figure.to_owned());
                    Err(AlternativeError::BadFigure { word, figure, from, to })
                }
            };
            match (word.trim(), CareForm::from_name(word)) {
                ("damping", _) => own.damping = within(0.0, 1.0)?,
                ("moved_home", _) => own.moved_home_percent = within(0.0, 100.0)?,
                (_, Some(form)) => {
                    own.yearly_change_percent[form.index()] =
                        within(-CHANGE_PERCENT_MAX, CHANGE_PERCENT_MAX)?;
                }
                (word, None) => return Err(AlternativeError::UnknownAssumption { word: word.to_owned() }),
            }
        }
        Ok(own)
    }

    fn sentence(&self, language: Language) -> String {
        let per_year = Text::new("% per år", "% a year").get(language);
        let mut parts: Vec<String> = CareForm::ALL
            .iter()
            .map(|&form| {
                let percent = self.yearly_change_percent[form.index()];
                format!("{} {percent:+} {per_year}", form.text().get(language))
            })
            .collect();
        let damping = Text::new("dämpning", "damping").get(language);
        parts.push(format!("{damping} {}", self.damping));
        if self.moved_home_percent > 0.0 {
            let moved = Text::new(
                "% av dem i särskilt boende har i stället hemtjänst efter tio år",
                "% of those in care homes have home care instead after ten years",
            );
            parts.push(format!("{} {}", self.moved_home_percent, moved.get(language)));
        }
        parts.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_alternatives_are_read_or_refused() {
        let own =
            OwnAlternative::parse("Mer hemma:hemtjänst=-0.5,säbo=-2,damping=0.9,moved_home=10").unwrap();
        assert_eq!(own.yearly_change_percent, [-0.5, -2.0, 0.0, 0.0]);
        assert_eq!((own.damping, own.moved_home_percent), (0.9, 10.0));
        let check = |text: &str| OwnAlternative::parse(text).unwrap_err().to_string();
        assert!(check("säbo=-2").contains("needs a name"));
        assert!(check("X:robot=3").contains("unknown assumption `robot`"));
        assert!(check("X:säbo=-40").contains("from -20 to 20"));
        assert!(check("X:säbo").contains("the figure ``"));
    }

    #[test]
    fn a_move_home_is_reached_evenly_and_then_kept() {
        let own = Alternative::Own(OwnAlternative::parse("X:moved_home=20").unwrap());
        assert!((own.moved_home(5) - 0.1).abs() < 1e-12);
        assert!((own.moved_home(30) - 0.2).abs() < 1e-12);
    }
}
