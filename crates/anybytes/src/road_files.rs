//! Road maps, and travel times from elsewhere.

use roads::Roads;
use roads::fallback::Fallback;
use roads::geo::Coordinate;
use roads::map::{LayerOptions, addresses, bounds, layers};
use roads::matrix::{Matrix, MatrixOptions};
use roads::profile::{Mode, Profile};
use roads::table::{METRES_MAX, SECONDS_MAX, parse_csv, parse_json, parse_osrm};

/// The towns of these files lie at zero degrees.
fn places() -> Vec<Coordinate> {
    [(0.0, 0.0), (0.01, 0.01)]
        .iter()
        .filter_map(|(north, east)| Coordinate::new(*north, *east).ok())
        .collect()
}

/// An OpenStreetMap extract: roads that can be travelled, layers that can be drawn.
pub(crate) fn map(bytes: &[u8]) {
    if let Ok(roads) = Roads::from_map(bytes, &Profile::standard(Mode::Car)) {
        let places = places();
        if let Ok(travel) = roads.matrix(&places, &places, &MatrixOptions::standard(Mode::Car)) {
            assert_eq!((travel.matrix.seconds(0, 0), travel.matrix.seconds(1, 1)), (0, 0));
        }
    }
    let within = bounds(bytes).ok().flatten();
    if let Ok(layers) = layers(bytes, &LayerOptions { bounds: within, ..LayerOptions::default() }) {
        let drawn: Result<serde_json::Value, _> = serde_json::from_str(&layers.to_geojson());
        assert!(drawn.is_ok_and(|drawn| drawn["features"].is_array()), "what is drawn is JSON");
    }
    let _ = addresses(bytes);
}

/// A matrix as CSV, as our own JSON, or as the answer of an OSRM service.
pub(crate) fn table(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let places = places();
    let fallback = Fallback::standard(Mode::Car);
    look_at(parse_csv(&text, 2).ok());
    look_at(parse_json(&text, 2, 2).ok());
    look_at(parse_osrm(&text, &places, &places, &fallback).ok());
}

fn look_at(matrix: Option<Matrix>) {
    let Some(matrix) = matrix else { return };
    for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        assert!(f64::from(matrix.seconds(row, column)) <= SECONDS_MAX);
        assert!(f64::from(matrix.metres(row, column)) <= METRES_MAX);
    }
}
