//! What is needed to draw a map without outside services, and the addresses on it.
//!
//! [`layers`] gives plain lists of lines and areas, cut to a box and smoothed; [`Layers::to_geojson`] writes
//! them for a browser. [`addresses`] lists house numbers with their coordinates. Wherever the result is shown,
//! [`crate::ATTRIBUTION`] must be shown with it.

mod address;
mod geojson;
mod read;
mod rings;
mod sea;
mod shape;

pub use address::{Address, addresses};

use crate::geo::{Coordinate, Fixed};
use crate::pbf::MapError;
use crate::profile::RoadClass;

/// Smoothing that is not seen on a screen at street scale, in metres.
pub const TOLERANCE_METRES: f64 = 1.0;
/// Most points of all lines and areas together.
pub const LAYER_POINTS_MAX: usize = 50_000_000;
/// Most addresses of one map.
pub const ADDRESSES_MAX: usize = 10_000_000;

/// A box on the map between two corners.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The lowest latitude and longitude.
    pub south_west: Coordinate,
    /// The highest latitude and longitude.
    pub north_east: Coordinate,
}

/// What may be chosen for the layers of a map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerOptions {
    /// The box to cut to, such as the file's own ([`bounds`]); `None` keeps all and closes no sea.
    pub bounds: Option<Bounds>,
    /// How far a smoothed line may lie from the true one, in metres; 0 keeps every point.
    pub tolerance_metres: f64,
}

impl Default for LayerOptions {
    fn default() -> Self {
        Self { bounds: None, tolerance_metres: TOLERANCE_METRES }
    }
}

/// The drawable contents of a map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layers {
    /// Roads and paths, by class.
    pub streets: Vec<Street>,
    /// Lakes, ponds, broad rivers; the sea too where the layers were cut to a box.
    pub water: Vec<Area>,
    /// Rivers, streams and canals as lines.
    pub waterways: Vec<Line>,
    /// The shore of the sea as lines; the land lies to the left.
    pub coastlines: Vec<Line>,
    /// Buildings.
    pub buildings: Vec<Area>,
    /// Woods, parks, meadows and the like.
    pub green: Vec<Area>,
    /// Names of towns, districts and villages.
    pub places: Vec<Place>,
    /// Areas that could not be closed because the extract lacks some of their lines; the sea counts as one.
    pub areas_left_out: usize,
}

/// A road or path.
#[derive(Debug, Clone, PartialEq)]
pub struct Street {
    /// Its class, for width and colour.
    pub class: RoadClass,
    /// Its name, Swedish where the map has one.
    pub name: Option<String>,
    /// Its points in order.
    pub line: Vec<Coordinate>,
}

/// A line with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its name, Swedish where the map has one.
    pub name: Option<String>,
    /// Its points in order.
    pub line: Vec<Coordinate>,
}

/// An area with its holes.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Its name, Swedish where the map has one.
    pub name: Option<String>,
    /// The outline first, then the holes; the first point of each is repeated at its end.
    pub rings: Vec<Vec<Coordinate>>,
}

impl Area {
    /// The middle of the box around the outline: where a house without an address can be said to be.
    pub fn middle(&self) -> Option<Coordinate> {
        let outline: Vec<Fixed> = self.rings.first()?.iter().copied().map(Fixed::from_coordinate).collect();
        address::middle(&outline).map(Fixed::to_coordinate)
    }
}

/// A named place.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The kind as in the map's `place` tag: `city`, `town`, `village`, `suburb`, `hamlet` and so on.
    pub kind: String,
    /// Its name, Swedish where the map has one.
    pub name: String,
    /// Where the name belongs.
    pub at: Coordinate,
}

/// The box that a map file says it covers, `None` if it does not say.
///
/// Roads at the edge may reach beyond it.
pub fn bounds(map: &[u8]) -> Result<Option<Bounds>, MapError> {
    let Some((south_west, north_east)) = crate::pbf::header_bounds(map)? else { return Ok(None) };
    Ok(Some(Bounds { south_west: south_west.to_coordinate(), north_east: north_east.to_coordinate() }))
}

/// Reads the drawable contents of a whole `.osm.pbf` file.
pub fn layers(map: &[u8], options: &LayerOptions) -> Result<Layers, MapError> {
    read::layers(map, options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Draft, maps};

    fn bounds(south: f64, west: f64, north: f64, east: f64) -> Bounds {
        Bounds {
            south_west: Coordinate::new(south, west).unwrap(),
            north_east: Coordinate::new(north, east).unwrap(),
        }
    }

    fn lake_with_island() -> Draft {
        let mut map = Draft::crossroads();
        for (id, latitude, longitude) in [
            (30, 0.01, 0.01),
            (31, 0.01, 0.02),
            (32, 0.02, 0.02),
            (33, 0.02, 0.01),
            (40, 0.014, 0.014),
            (41, 0.014, 0.016),
            (42, 0.016, 0.015),
        ] {
            map.node(id, latitude, longitude, &[]);
        }
        map.node(50, 0.0, 0.0, &[("place", "village"), ("name", "Kylä"), ("name:sv", "Byn")]);
        let first = map.ways.len();
        map.way(&[30, 31, 32], &[]);
        map.way(&[30, 33, 32], &[]);
        map.way(&[40, 41, 42, 40], &[]);
        map.relation(
            &[(first, "outer"), (first + 1, "outer"), (first + 2, "inner")],
            &[("type", "multipolygon"), ("natural", "water"), ("name", "Sjön")],
        );
        map.relation(&[(first, "outer")], &[("type", "multipolygon"), ("landuse", "forest")]);
        map.way(&[40, 41, 42, 40], &[("building", "yes")]);
        map
    }

    #[test]
    fn a_lake_of_two_shores_with_an_island() {
        let layers = layers(&lake_with_island().to_pbf(), &LayerOptions::default()).unwrap();
        assert_eq!(layers.water.len(), 1);
        let lake = &layers.water[0];
        assert_eq!(lake.name.as_deref(), Some("Sjön"));
        assert_eq!(lake.rings.iter().map(Vec::len).collect::<Vec<_>>(), [5, 4]);
        assert_eq!(lake.rings[0].first(), lake.rings[0].last());
        assert_eq!(lake.middle(), Some(Coordinate::new(0.015, 0.015).unwrap()));
        assert_eq!((layers.buildings.len(), layers.green.len(), layers.areas_left_out), (1, 0, 1));
        assert_eq!(layers.places[0].name, "Byn");
        let streets: Vec<_> =
            layers.streets.iter().map(|s| (s.class, s.name.as_deref(), s.line.len())).collect();
        // The bend on the straight street is smoothed away.
        assert_eq!(
            streets,
            [(RoadClass::Residential, Some("Storgatan"), 2), (RoadClass::Residential, None, 2)]
        );
    }

    #[test]
    fn a_box_cuts_lines_and_areas() {
        let options =
            LayerOptions { bounds: Some(bounds(-0.0005, -0.5, 0.015, 0.015)), ..Default::default() };
        let layers = layers(&lake_with_island().to_pbf(), &options).unwrap();
        let south = layers.streets[1].line.iter().map(|point| point.latitude()).fold(f64::MAX, f64::min);
        assert_eq!(south, -0.0005);
        let corner = layers.water[0].rings[0].iter().map(|point| (point.latitude(), point.longitude()));
        let corner = corner.fold((0.0, 0.0), |a: (f64, f64), b| (a.0.max(b.0), a.1.max(b.1)));
        assert_eq!(corner, (0.015, 0.015));
        let options = LayerOptions { bounds: Some(bounds(5.0, 5.0, 6.0, 6.0)), ..Default::default() };
        let nothing = super::layers(&lake_with_island().to_pbf(), &options).unwrap();
        assert_eq!(nothing, Layers { areas_left_out: 1, ..Layers::default() });
    }

    #[test]
    fn extracts_can_be_drawn() {
        for (name, map) in maps() {
            let bounds = super::bounds(&map).unwrap();
            assert!(bounds.is_some(), "{name}");
            let layers = layers(&map, &LayerOptions { bounds, ..LayerOptions::default() }).unwrap();
            assert!(layers.streets.len() > 50, "{name}: {}", layers.streets.len());
            let text = layers.to_geojson();
            let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
            let features = parsed["features"].as_array().unwrap().len();
            let expected = layers.streets.len()
                + layers.water.len()
                + layers.waterways.len()
                + layers.coastlines.len()
                + layers.buildings.len()
                + layers.green.len()
                + layers.places.len();
            assert_eq!(features, expected, "{name}");
            assert_eq!(parsed["attribution"], crate::ATTRIBUTION);
        }
    }
}
