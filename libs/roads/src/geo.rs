//! Coordinates on the earth and the straight distance between them.

/// Mean radius of the earth in metres (IUGG mean radius R1).
pub const EARTH_RADIUS_METRES: f64 = 6_371_008.8;

/// Units of a [`Fixed`] per degree: the resolution of OpenStreetMap, about one centimetre.
const UNITS_PER_DEGREE: f64 = 1e7;

/// A place on the earth in degrees (WGS 84).
///
/// ```
/// let mariatorget = roads::geo::Coordinate::new(59.3185, 18.0636)?;
/// let slussen = roads::geo::Coordinate::new(59.3195, 18.0722)?;
/// assert_eq!(mariatorget.great_circle_metres(slussen).round(), 500.0);
/// # Ok::<(), roads::geo::CoordinateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinate {
    latitude: f64,
    longitude: f64,
}

/// The pair of numbers is no place on the earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CoordinateError {
    /// The latitude is outside -90 to 90 degrees, or no number.
    #[error("latitude: expected degrees from -90 to 90")]
    Latitude,
    /// The longitude is outside -180 to 180 degrees, or no number.
    #[error("longitude: expected degrees from -180 to 180")]
    Longitude,
}

impl Coordinate {
    /// Checks a latitude and a longitude in degrees; latitude stands first.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, CoordinateError> {
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(CoordinateError::Latitude);
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(CoordinateError::Longitude);
        }
        Ok(Self { latitude, longitude })
    }

    /// Degrees north of the equator.
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east of Greenwich.
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// Metres along the great circle (haversine formula).
    pub fn great_circle_metres(self, other: Self) -> f64 {
        let (latitude, other_latitude) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half_north = ((other_latitude - latitude) / 2.0).sin();
        let half_east = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let chord = half_north * half_north + latitude.cos() * other_latitude.cos() * half_east * half_east;
        2.0 * EARTH_RADIUS_METRES * chord.sqrt().min(1.0).asin()
    }
}

/// A coordinate in the whole units of OpenStreetMap (1e-7 degree), half the size of two floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Fixed {
    pub(crate) latitude: i32,
    pub(crate) longitude: i32,
}

impl Fixed {
    /// Takes units of 1e-7 degree; `None` outside the earth.
    pub(crate) fn new(latitude: i64, longitude: i64) -> Option<Self> {
        let fits = (-900_000_000..=900_000_000).contains(&latitude)
            && (-1_800_000_000..=1_800_000_000).contains(&longitude);
        if !fits {
            return None;
        }
        Some(Self { latitude: i32::try_from(latitude).ok()?, longitude: i32::try_from(longitude).ok()? })
    }

    pub(crate) fn from_coordinate(place: Coordinate) -> Self {
        Self {
            latitude: (place.latitude * UNITS_PER_DEGREE).round() as i32,
            longitude: (place.longitude * UNITS_PER_DEGREE).round() as i32,
        }
    }

    pub(crate) fn to_coordinate(self) -> Coordinate {
        Coordinate {
            latitude: f64::from(self.latitude) / UNITS_PER_DEGREE,
            longitude: f64::from(self.longitude) / UNITS_PER_DEGREE,
        }
    }

    pub(crate) fn metres_to(self, other: Self) -> f64 {
        self.to_coordinate().great_circle_metres(other.to_coordinate())
    }
}

/// A flat view of the earth around one point, in metres; true within a few permille over 50 km.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LocalPlane {
    origin: Fixed,
    metres_per_unit_north: f64,
    metres_per_unit_east: f64,
}

impl LocalPlane {
    pub(crate) fn around(origin: Fixed) -> Self {
        let metres_per_unit_north = EARTH_RADIUS_METRES.to_radians() / UNITS_PER_DEGREE;
        let metres_per_unit_east = metres_per_unit_north * origin.to_coordinate().latitude.to_radians().cos();
        Self { origin, metres_per_unit_north, metres_per_unit_east }
    }

    /// Metres east and north of the origin.
    pub(crate) fn project(&self, point: Fixed) -> (f64, f64) {
        let east = f64::from(point.longitude) - f64::from(self.origin.longitude);
        let north = f64::from(point.latitude) - f64::from(self.origin.latitude);
        (east * self.metres_per_unit_east, north * self.metres_per_unit_north)
    }
}

/// The nearest point of a segment to the plane's origin: its distance squared and its share of the segment.
pub(crate) fn nearest_on_segment(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let (along_x, along_y) = (to.0 - from.0, to.1 - from.1);
    let length_squared = along_x * along_x + along_y * along_y;
    let share = if length_squared > 0.0 {
        (-(from.0 * along_x + from.1 * along_y) / length_squared).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (x, y) = (from.0 + share * along_x, from.1 + share * along_y);
    (x * x + y * y, share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_metres(from: (f64, f64), to: (f64, f64), expected: f64) {
        let from = Coordinate::new(from.0, from.1).unwrap();
        let to = Coordinate::new(to.0, to.1).unwrap();
        let metres = from.great_circle_metres(to);
        assert!((metres - expected).abs() < 1.0 + expected * 1e-5, "{metres} metres, expected {expected}");
        assert_eq!(metres, to.great_circle_metres(from));
    }

    #[test]
    fn great_circle_of_known_pairs() {
        check_metres((0.0, 0.0), (0.0, 1.0), 111_195.08);
        check_metres((59.0, 18.0), (59.0, 18.0), 0.0);
        check_metres((0.0, 0.0), (0.0, 180.0), 20_015_114.4);
        check_metres((0.0, 179.5), (0.0, -179.5), 111_195.08);
    }

    #[test]
    fn refuses_what_is_no_place() {
        assert_eq!(Coordinate::new(91.0, 0.0), Err(CoordinateError::Latitude));
        assert_eq!(Coordinate::new(f64::NAN, 0.0), Err(CoordinateError::Latitude));
        assert_eq!(Coordinate::new(0.0, 180.1), Err(CoordinateError::Longitude));
        assert_eq!(Coordinate::new(0.0, f64::INFINITY), Err(CoordinateError::Longitude));
    }

    #[test]
    fn nearest_on_segment_clamps_to_the_ends() {
        assert_eq!(nearest_on_segment((-1.0, 2.0), (1.0, 2.0)), (4.0, 0.5));
        assert_eq!(nearest_on_segment((3.0, 4.0), (5.0, 4.0)), (25.0, 0.0));
        assert_eq!(nearest_on_segment((3.0, 4.0), (3.0, 4.0)), (25.0, 0.0));
    }
}
