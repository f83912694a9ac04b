//! House numbers with their coordinates.

use std::collections::HashMap;

use super::ADDRESSES_MAX;
use crate::geo::{Coordinate, Fixed};
use crate::pbf::{MapError, Tags, for_each_block};

/// An address of the map: a public fact about a house, with nobody in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// Street name, Swedish where the map has one (`addr:street:sv`, or `name:sv` of the street).
    pub street: String,
    /// House number with its letter.
    pub number: String,
    /// Postal code, where the map has it.
    pub postcode: Option<String>,
    /// Town, where the map has it.
    pub city: Option<String>,
    /// Where the house is: its entrance or mark, or the middle of its outline.
    pub place: Coordinate,
}

/// Lists the addresses of a whole `.osm.pbf` file by street, number and coordinate.
///
/// Points and outlines of buildings are read; an address on a building of several outlines is left out.
pub fn addresses(map: &[u8]) -> Result<Vec<Address>, MapError> {
    let mut found = Found::default();
    let mut swedish = HashMap::new();
    for_each_block(map, |block| {
        block.for_each_way(|way| {
            if let (Some(name), Some(name_sv), Some(_)) =
                (way.tags.get("name"), way.tags.get("name:sv"), way.tags.get("highway"))
            {
                swedish.insert(name.to_owned(), name_sv.to_owned());
            }
            if let Some(draft) = Draft::of(way.tags) {
                found.outlines.push((draft, way.nodes.to_vec()));
            }
        })
    })?;
    found.read_nodes(map)?;
    let mut addresses = found.into_addresses(&swedish)?;
    addresses.sort_by(|a, b| {
        let key = |address: &Address| (address.street.clone(), house_number(&address.number));
        let north_east = |address: &Address| (address.place.latitude(), address.place.longitude());
        key(a)
            .cmp(&key(b))
            .then_with(|| north_east(a).partial_cmp(&north_east(b)).unwrap_or(std::cmp::Ordering::Equal))
    });
    Ok(addresses)
}

/// The number for sorting, so that 9 comes before 10.
fn house_number(number: &str) -> (u32, String) {
    let digits = number.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(number.len());
    (number[..digits].parse().unwrap_or(u32::MAX), number.to_owned())
}

/// An address without its place.
struct Draft {
    street: String,
    street_swedish: Option<String>,
    number: String,
    postcode: Option<String>,
    city: Option<String>,
}

impl Draft {
    fn of(tags: Tags<'_>) -> Option<Self> {
        let owned = |key: &str| tags.get(key).map(str::to_owned);
        Some(Self {
            number: owned("addr:housenumber")?,
            // In the countryside a house may be numbered within a village instead of a street.
            street: owned("addr:street").or_else(|| owned("addr:place"))?,
            street_swedish: owned("addr:street:sv"),
            postcode: owned("addr:postcode"),
            city: owned("addr:city"),
        })
    }

    fn at(self, place: Fixed, swedish: &HashMap<String, String>) -> Address {
        let street =
            self.street_swedish.or_else(|| swedish.get(&self.street).cloned()).unwrap_or(self.street);
        Address {
            street,
            number: self.number,
            postcode: self.postcode,
            city: self.city,
            place: place.to_coordinate(),
        }
    }
}

#[derive(Default)]
struct Found {
    marks: Vec<(Draft, Fixed)>,
    outlines: Vec<(Draft, Vec<i64>)>,
    points: HashMap<i64, Fixed>,
}

impl Found {
    fn read_nodes(&mut self, map: &[u8]) -> Result<(), MapError> {
        let mut ids: Vec<i64> = self.outlines.iter().flat_map(|(_, nodes)| nodes).copied().collect();
        ids.sort_unstable();
        for_each_block(map, |block| {
            block.for_each_node(|node| {
                if let Some(draft) = Draft::of(node.tags) {
                    self.marks.push((draft, node.point));
                }
                if ids.binary_search(&node.id).is_ok() {
                    self.points.insert(node.id, node.point);
                }
            })
        })
    }

    fn into_addresses(self, swedish: &HashMap<String, String>) -> Result<Vec<Address>, MapError> {
        let count = self.marks.len() + self.outlines.len();
        if count > ADDRESSES_MAX {
            return Err(MapError::TooMany {
                what: "addresses",
                count,
                limit_name: "ADDRESSES_MAX",
                limit: ADDRESSES_MAX,
            });
        }
        let marks = self.marks.into_iter().map(|(draft, point)| draft.at(point, swedish));
        let points = &self.points;
        let outlines = self.outlines.into_iter().filter_map(|(draft, nodes)| {
            let outline: Vec<Fixed> = nodes.iter().filter_map(|id| points.get(id).copied()).collect();
            Some(draft.at(middle(&outline)?, swedish))
        });
        Ok(marks.chain(outlines).collect())
    }
}

/// The middle of the box around an outline.
pub(super) fn middle(outline: &[Fixed]) -> Option<Fixed> {
    let between = |value: fn(&Fixed) -> i32| {
        let (low, high) = (outline.iter().map(value).min()?, outline.iter().map(value).max()?);
        Some((i64::from(low) + i64::from(high)) / 2)
    };
    Fixed::new(between(|point| point.latitude)?, between(|point| point.longitude)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Draft as MapDraft, maps};

    #[test]
    fn points_and_outlines_are_found_in_order() {
        let mut map = MapDraft::crossroads();
        let street = ("addr:street", "Isokatu");
        map.way(&[2, 1], &[("highway", "residential"), ("name", "Isokatu"), ("name:sv", "Storgatan")]);
        map.node(20, 0.1, 0.1, &[street, ("addr:housenumber", "10 B"), ("addr:city", "Hamina")]);
        map.node(21, 0.1, 0.2, &[("addr:street", "Kuja"), ("addr:housenumber", "1")]);
        map.node(22, 0.1, 0.3, &[("addr:housenumber", "7")]);
        map.way(&[1, 3, 5, 1], &[("building", "yes"), street, ("addr:housenumber", "9")]);
        let found: Vec<_> = addresses(&map.to_pbf())
            .unwrap()
            .into_iter()
            .map(|a| (format!("{} {}", a.street, a.number), a.place.latitude(), a.place.longitude()))
            .collect();
        let expected = [("Kuja 1", 0.1, 0.2), ("Storgatan 9", 0.0005, 0.0005), ("Storgatan 10 B", 0.1, 0.1)];
        assert_eq!(found, expected.map(|(text, latitude, longitude)| (text.to_owned(), latitude, longitude)));
    }

    #[test]
    fn addresses_of_the_extracts() {
        for (name, map) in maps() {
            let found = addresses(&map).unwrap();
            // Marks and outlines with a street as counted by osmium-tool 1.15.
            let (count, known) = match name {
                "helsinki-centre" => (1_445, "Alexandersgatan"),
                "kotka-karhula" => (7, "Kangaskatu"),
                "liechtenstein" => (999, "Aeulestrasse"),
                _ => (392, "Bellmansgatan"),
            };
            assert_eq!(found.len(), count, "{name}");
            assert!(found.iter().any(|address| address.street == known), "{name}: {known}");
        }
    }
}
