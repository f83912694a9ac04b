//! The map of the made-up town: districts, streets, water, green and buildings, in layers that a map can draw.

use std::collections::BTreeSet;

use base::Position;
use serde_json::{Value as Json, json};

use super::words::{DISTRICTS, PRETENCES, STREET_ENDINGS};
use crate::random::Random;

/// The middle of the town: open water in Lake Vättern, where nobody lives.
const MIDDLE: Position = Position { latitude: 58.32, longitude: 14.52 };
/// Metres per degree of latitude.
const LATITUDE_METRES: f64 = 111_320.0;
/// Districts beside each other and above each other.
const DISTRICT_COLUMNS: usize = 3;
const DISTRICT_ROWS: usize = 2;
/// The size of a district, in metres.
const DISTRICT_WIDTH: f64 = 1_300.0;
const DISTRICT_HEIGHT: f64 = 1_100.0;
/// The width that the river takes between the rows, in metres.
const RIVER_WIDTH: f64 = 160.0;
/// Streets of a district in each direction.
const STREETS_ACROSS: usize = 6;
const STREETS_ALONG: usize = 7;

/// How much traffic a street carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreetClass {
    /// Through the whole town.
    Main,
    /// Within a district.
    Residential,
    /// A walk in a park.
    Path,
}

impl StreetClass {
    /// The name in the layers.
    pub const fn name(self) -> &'static str {
        match self {
            StreetClass::Main => "main",
            StreetClass::Residential => "residential",
            StreetClass::Path => "path",
        }
    }
}

/// A street as a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Street {
    /// Its name.
    pub name: String,
    /// How much it carries.
    pub class: StreetClass,
    /// Its points in order.
    pub line: Vec<Position>,
}

/// Water or green as a closed ring, the first point once more at the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Its name.
    pub name: String,
    /// Its border.
    pub ring: Vec<Position>,
}

/// A house with one address.
#[derive(Debug, Clone, PartialEq)]
pub struct Building {
    /// Street and number.
    pub address: String,
    /// Which district it stands in, as an index.
    pub district: usize,
    /// Where its door is.
    pub door: Position,
    /// Its border, closed.
    pub ring: Vec<Position>,
}

/// A district with its border.
#[derive(Debug, Clone, PartialEq)]
pub struct District {
    /// Its name.
    pub name: String,
    /// Its border, closed.
    pub ring: Vec<Position>,
}

/// What a map draws, from the bottom up.
#[derive(Debug, Clone, PartialEq)]
pub struct Layers {
    /// The districts.
    pub districts: Vec<District>,
    /// River and lakes.
    pub water: Vec<Shape>,
    /// Parks and woods.
    pub green: Vec<Shape>,
    /// Houses.
    pub buildings: Vec<Building>,
    /// Streets.
    pub streets: Vec<Street>,
}

impl Layers {
    /// The layers as one GeoJSON feature collection (RFC 7946); each feature has `layer`, `name` and `class`.
    pub fn geojson(&self) -> Json {
        let mut features = Vec::new();
        let point = |position: &Position| json!([rounded(position.longitude), rounded(position.latitude)]);
        let mut area = |layer: &str, name: &str, ring: &[Position]| {
            let ring: Vec<Json> = ring.iter().map(point).collect();
            features.push(json!({
                "type": "Feature",
                "properties": { "layer": layer, "name": name, "class": "" },
                "geometry": { "type": "Polygon", "coordinates": [ring] },
            }));
        };
        self.districts.iter().for_each(|one| area("district", &one.name, &one.ring));
        self.green.iter().for_each(|one| area("green", &one.name, &one.ring));
        self.water.iter().for_each(|one| area("water", &one.name, &one.ring));
        self.buildings.iter().for_each(|one| area("building", &one.address, &one.ring));
        for street in &self.streets {
            let line: Vec<Json> = street.line.iter().map(point).collect();
            features.push(json!({
                "type": "Feature",
                "properties": { "layer": "street", "name": street.name, "class": street.class.name() },
                "geometry": { "type": "LineString", "coordinates": line },
            }));
        }
        json!({ "type": "FeatureCollection", "features": features })
    }

    /// South-west and north-east corner of the town.
    pub fn bounds(&self) -> [Position; 2] {
        let everything = self.districts.iter().flat_map(|district| &district.ring);
        everything.fold([MIDDLE, MIDDLE], |[low, high], at| {
            [
                Position {
                    latitude: low.latitude.min(at.latitude),
                    longitude: low.longitude.min(at.longitude),
                },
                Position {
                    latitude: high.latitude.max(at.latitude),
                    longitude: high.longitude.max(at.longitude),
                },
            ]
        })
    }
}

/// Six decimals are a tenth of a metre.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

/// A point of the plan, metres east and north of the middle, bent so that no street is quite straight.
fn place(east: f64, north: f64) -> Position {
    let bent_east = east + 70.0 * (north / 620.0).sin() + 25.0 * (east / 310.0).cos();
    let bent_north = north + 80.0 * (east / 800.0).sin() + 20.0 * (north / 270.0).sin();
    let longitude_metres = LATITUDE_METRES * MIDDLE.latitude.to_radians().cos();
    Position {
        latitude: MIDDLE.latitude + bent_north / LATITUDE_METRES,
        longitude: MIDDLE.longitude + bent_east / longitude_metres,
    }
}

/// A closed ring around a rectangle of the plan, with points between the corners so that it bends along.
fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Vec<Position> {
    let corners = [(west, south), (east, south), (east, north), (west, north), (west, south)];
    let mut ring = vec![place(west, south)];
    for pair in corners.windows(2) {
        if let [from, to] = pair {
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            ring.extend(between(*from, *to, steps(length)));
        }
    }
    ring
}

fn steps(length: f64) -> usize {
    // One point per hundred metres; a house needs only its corners.
    (length / 100.0).ceil().max(1.0) as usize
}

/// The points after `from` up to `to` along a straight line of the plan.
fn between(from: (f64, f64), to: (f64, f64), steps: usize) -> impl Iterator<Item = Position> {
    (1..=steps).map(move |step| {
        let part = step as f64 / steps as f64;
        place(from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
    })
}

fn line(from: (f64, f64), to: (f64, f64)) -> Vec<Position> {
    let length = (to.0 - from.0).hypot(to.1 - from.1);
    std::iter::once(place(from.0, from.1)).chain(between(from, to, steps(length))).collect()
}

/// Draws the whole map.
pub(super) fn layers(random: &mut Random) -> Layers {
    let mut layers =
        Layers { districts: vec![], water: vec![], green: vec![], buildings: vec![], streets: vec![] };
    let mut names = StreetNames { random: Random::new(random.number(), 5), used: BTreeSet::new() };
    let half_width = DISTRICT_WIDTH * DISTRICT_COLUMNS as f64 / 2.0;
    let half_height = DISTRICT_HEIGHT + RIVER_WIDTH / 2.0;
    let river = rectangle(
        -half_width - 400.0,
        -RIVER_WIDTH / 2.0 + 20.0,
        half_width + 400.0,
        RIVER_WIDTH / 2.0 - 20.0,
    );
    layers.water.push(Shape { name: "Sagoån".to_owned(), ring: river });
    for (index, name) in DISTRICTS.iter().enumerate() {
        let (row, column) = (index / DISTRICT_COLUMNS, index % DISTRICT_COLUMNS);
        let west = -half_width + DISTRICT_WIDTH * column as f64;
        let south = if row + 1 == DISTRICT_ROWS { -half_height } else { RIVER_WIDTH / 2.0 };
        layers.districts.push(District {
            name: (*name).to_owned(),
            ring: rectangle(west, south, west + DISTRICT_WIDTH, south + DISTRICT_HEIGHT),
        });
        district(&mut layers, index, (west, south), &mut names, random);
    }
    for column in 0..DISTRICT_COLUMNS {
        let east = -half_width + DISTRICT_WIDTH * (column as f64 + 0.5);
        let name = names.fresh("bron");
        layers.streets.push(Street {
            name,
            class: StreetClass::Main,
            line: line((east, -half_height), (east, half_height)),
        });
    }
    for north in [-half_height / 2.0, half_height / 2.0] {
        let name = names.fresh("leden");
        layers.streets.push(Street {
            name,
            class: StreetClass::Main,
            line: line((-half_width, north), (half_width, north)),
        });
    }
    layers
}

/// The streets, houses, park and pond of one district.
fn district(
    layers: &mut Layers,
    index: usize,
    corner: (f64, f64),
    names: &mut StreetNames,
    random: &mut Random,
) {
    let (west, south) = corner;
    let block_width = DISTRICT_WIDTH / STREETS_ALONG as f64;
    let block_height = DISTRICT_HEIGHT / STREETS_ACROSS as f64;
    // One block in the inner part is a park; houses keep away from it.
    let park = (1 + random.below(STREETS_ALONG - 3), 1 + random.below(STREETS_ACROSS - 3));
    let park_west = west + block_width * (park.0 as f64 + 0.5);
    let park_south = south + block_height * (park.1 as f64 + 0.5);
    let park_name = names.fresh("parken");
    layers.green.push(Shape {
        name: park_name.clone(),
        ring: rectangle(
            park_west + 15.0,
            park_south + 15.0,
            park_west + block_width - 15.0,
            park_south + block_height - 15.0,
        ),
    });
    if random.chance(0.6) {
        let (east, north) = (park_west + block_width * 0.3, park_south + block_height * 0.35);
        layers.water.push(Shape {
            name: format!("{park_name}s damm"),
            ring: rectangle(east, north, east + block_width * 0.35, north + block_height * 0.3),
        });
    }
    layers.streets.push(Street {
        name: names.fresh("promenaden"),
        class: StreetClass::Path,
        line: line((park_west, park_south), (park_west + block_width, park_south + block_height)),
    });
    for across in 0..STREETS_ACROSS {
        let north = south + block_height * (across as f64 + 0.5);
        let (from, to) = (west + block_width * 0.3, west + DISTRICT_WIDTH - block_width * 0.3);
        let name = names.fresh("");
        houses(layers, &name, index, (from, to, north), random);
        layers.streets.push(Street {
            name,
            class: StreetClass::Residential,
            line: line((from, north), (to, north)),
        });
    }
    for along in 0..STREETS_ALONG {
        let east = west + block_width * (along as f64 + 0.5);
        let (from, to) = (south + block_height * 0.5, south + DISTRICT_HEIGHT - block_height * 0.5);
        layers.streets.push(Street {
            name: names.fresh(""),
            class: StreetClass::Residential,
            line: line((east, from), (east, to)),
        });
    }
}

/// Houses on both sides of a street that runs from west to east, odd numbers to the north.
fn houses(
    layers: &mut Layers,
    street: &str,
    district: usize,
    (from, to, north): (f64, f64, f64),
    random: &mut Random,
) {
    let mut east = from + 10.0;
    let mut number = 1_usize;
    while east + 40.0 < to {
        let width = random.between(16.0, 34.0);
        for side in [1.0, -1.0] {
            if random.chance(0.85) {
                let near = north + side * random.between(12.0, 18.0);
                let far = near + side * random.between(11.0, 20.0);
                layers.buildings.push(Building {
                    address: format!("{street} {}", if side > 0.0 { number } else { number + 1 }),
                    district,
                    door: place(east + width / 2.0, near),
                    ring: rectangle(east, near.min(far), east + width, near.max(far)),
                });
            }
        }
        number += 2;
        east += width + random.between(8.0, 30.0);
    }
}

/// Hands out street names, each once.
struct StreetNames {
    random: Random,
    used: BTreeSet<String>,
}

impl StreetNames {
    /// A name with the given ending, or with a usual one where it is empty.
    fn fresh(&mut self, ending: &str) -> String {
        let ending = if ending.is_empty() { self.random.word(&STREET_ENDINGS) } else { ending };
        let first = self.random.below(PRETENCES.len());
        let mut round = 0;
        loop {
            let beginning = PRETENCES[(first + round) % PRETENCES.len()];
            let name = match round / PRETENCES.len() {
                0 => format!("{beginning}{ending}"),
                1 => format!("Norra {beginning}{ending}"),
                2 => format!("Södra {beginning}{ending}"),
                more => format!("{more}:e {beginning}{ending}"),
            };
            if self.used.insert(name.clone()) {
                return name;
            }
            round += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_are_closed_named_and_within_bounds() {
        let layers = layers(&mut Random::new(7, 1));
        assert_eq!(layers.districts.len(), 6);
        assert!(layers.buildings.len() > 600, "{}", layers.buildings.len());
        let [low, high] = layers.bounds();
        for building in &layers.buildings {
            assert_eq!(building.ring.first(), building.ring.last());
            assert!(low.latitude < building.door.latitude && building.door.latitude < high.latitude);
            assert!(low.longitude < building.door.longitude && building.door.longitude < high.longitude);
        }
        let names: BTreeSet<&String> = layers.streets.iter().map(|street| &street.name).collect();
        assert_eq!(names.len(), layers.streets.len());
        let text = layers.geojson().to_string();
        assert!(text.len() < 1_500_000, "{}", text.len());
    }
}
