//! Travel without a map: the straight line, a detour and a speed.

use crate::geo::Coordinate;
use crate::profile::Mode;

/// How much longer a way is than the straight line, on average.
///
/// A rule of thumb: studies of road networks mostly find 1.2 to 1.4 (for example Ballou, Rahardja and Sakai
/// 2002). Waters and fjords make it larger; a municipality that knows better sets its own.
pub const DETOUR_FACTOR: f64 = 1.3;
/// Average speed by car between two addresses, in km/h.
pub const FALLBACK_CAR_KMH: f64 = 35.0;
/// Average speed by bicycle between two addresses, in km/h.
pub const FALLBACK_BICYCLE_KMH: f64 = 15.0;
/// Average speed on foot between two addresses, in km/h.
pub const FALLBACK_FOOT_KMH: f64 = 4.5;

/// Estimates travel from straight distances; a standing choice where no road map is at hand.
///
/// ```
/// use roads::{fallback::Fallback, geo::Coordinate, profile::Mode};
/// let fallback = Fallback::standard(Mode::Car);
/// let (a, b) = (Coordinate::new(58.41, 15.62)?, Coordinate::new(58.42, 15.64)?);
/// let (seconds, metres) = fallback.seconds_and_metres(a, b);
/// assert_eq!((seconds, metres), (215, 2093));
/// # Ok::<(), roads::geo::CoordinateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fallback {
    kmh: f64,
    detour_factor: f64,
}

/// The figures of a fallback make no sense.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FallbackError {
    /// The speed is not between 1 and 200 km/h.
    #[error("fallback speed: {kmh} km/h, expected 1 to 200")]
    Speed {
        /// What was given.
        kmh: f64,
    },
    /// The detour factor is not between 1 and 10.
    #[error("fallback detour factor: {factor}, expected 1 to 10")]
    Detour {
        /// What was given.
        factor: f64,
    },
}

impl Fallback {
    /// The constants of this module for a mode.
    pub fn standard(mode: Mode) -> Self {
        let kmh = match mode {
            Mode::Car => FALLBACK_CAR_KMH,
            Mode::Bicycle => FALLBACK_BICYCLE_KMH,
            Mode::Foot => FALLBACK_FOOT_KMH,
        };
        Self { kmh, detour_factor: DETOUR_FACTOR }
    }

    /// A municipality's own figures.
    pub fn new(kmh: f64, detour_factor: f64) -> Result<Self, FallbackError> {
        if !(1.0..=200.0).contains(&kmh) {
            return Err(FallbackError::Speed { kmh });
        }
        if !(1.0..=10.0).contains(&detour_factor) {
            return Err(FallbackError::Detour { factor: detour_factor });
        }
        Ok(Self { kmh, detour_factor })
    }

    /// Estimated seconds and metres between two places, rounded.
    pub fn seconds_and_metres(&self, from: Coordinate, to: Coordinate) -> (u32, u32) {
        let metres = from.great_circle_metres(to) * self.detour_factor;
        ((metres * 3.6 / self.kmh).round() as u32, metres.round() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_checked() {
        assert!(Fallback::new(50.0, 1.0).is_ok());
        assert_eq!(Fallback::new(0.0, 1.3), Err(FallbackError::Speed { kmh: 0.0 }));
        assert!(Fallback::new(f64::NAN, 1.3).is_err());
        assert_eq!(
            Fallback::new(30.0, 0.9).unwrap_err().to_string(),
            "fallback detour factor: 0.9, expected 1 to 10"
        );
    }

    #[test]
    fn the_far_side_of_the_earth_is_no_overflow() {
        let fallback = Fallback::new(1.0, 10.0).unwrap();
        let (a, b) = (Coordinate::new(0.0, 0.0).unwrap(), Coordinate::new(0.0, 180.0).unwrap());
        assert_eq!(fallback.seconds_and_metres(a, b), (720_544_120, 200_151_144));
        assert_eq!(fallback.seconds_and_metres(a, a), (0, 0));
    }
}
