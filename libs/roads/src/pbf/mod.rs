//! Reading `.osm.pbf` map files: framing, unpacking and the elements inside.
//!
//! Format: <https://wiki.openstreetmap.org/wiki/PBF_Format>. The reader takes bytes, does no IO, has a limit
//! for everything that a file may ask for, and answers a damaged file with an error that says where.

mod element;
mod wire;

pub(crate) use element::{Block, MemberKind, Tags};

use crate::geo::Fixed;
use wire::{Cursor, Value, WireError};

/// Longest header of one block, in bytes (set by the format).
pub const BLOCK_HEADER_BYTES_MAX: usize = 64 * 1024;
/// Longest block after unpacking, in bytes (set by the format).
pub const BLOCK_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Longest map file that is read, in bytes: all of Sweden is about a fifth of it.
pub const MAP_BYTES_MAX: usize = 4 * 1024 * 1024 * 1024;

/// Features that a file may require of its reader.
const FEATURES_KNOWN: [&str; 3] = ["OsmSchema-V0.6", "DenseNodes", "LocationsOnWays"];

/// Why a map file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// The file is longer than [`MAP_BYTES_MAX`].
    #[error(
        "map file: {bytes} bytes, expected at most MAP_BYTES_MAX = {MAP_BYTES_MAX}; cut out a smaller area"
    )]
    TooLong {
        /// Length of the file.
        bytes: usize,
    },
    /// The file holds no block at all, or does not begin with a header.
    #[error(
        "map file: expected an OpenStreetMap file in PBF form (.osm.pbf) beginning with an OSMHeader block"
    )]
    NotAMap,
    /// The bytes of a block do not follow the format.
    #[error("map file, block {block} at byte {offset}: expected {expected}")]
    Malformed {
        /// Number of the block, from 0.
        block: usize,
        /// Byte of the file where the block begins.
        offset: usize,
        /// What should have stood there.
        expected: &'static str,
    },
    /// A block is packed or grows beyond the format's limit.
    #[error(
        "map file, block {block} at byte {offset}: larger than BLOCK_BYTES_MAX = {BLOCK_BYTES_MAX} bytes"
    )]
    BlockTooLarge {
        /// Number of the block, from 0.
        block: usize,
        /// Byte of the file where the block begins.
        offset: usize,
    },
    /// The file requires a feature that this reader does not have.
    #[error("map file: requires the feature {feature:?}, expected only {FEATURES_KNOWN:?}")]
    UnknownFeature {
        /// The feature's name as in the file.
        feature: String,
    },
    /// The map holds more than a named limit.
    #[error("map file: {what} {count}, expected at most {limit_name} = {limit}; cut out a smaller area")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many.
        count: usize,
        /// Name of the limit.
        limit_name: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The map holds no road that the mode of travel may use.
    #[error("map file: no road for {mode}, expected at least one way with a highway tag that it may use")]
    NoRoads {
        /// The mode of travel.
        mode: &'static str,
    },
}

/// Calls `visit` with every block of elements of a map file, in the order of the file.
pub(crate) fn for_each_block(
    map: &[u8],
    mut visit: impl FnMut(&Block<'_>) -> Result<(), WireFault>,
) -> Result<(), MapError> {
    if map.len() > MAP_BYTES_MAX {
        return Err(MapError::TooLong { bytes: map.len() });
    }
    if map.is_empty() {
        return Err(MapError::NotAMap);
    }
    let mut offset = 0;
    let mut number = 0;
    while offset < map.len() {
        let frame = Frame { block: number, offset };
        let (kind, blob, length) = frame.split(&map[offset..])?;
        match (number, kind) {
            (0, "OSMHeader") => frame.check_header(&frame.unpack(blob)?)?,
            (0, _) => return Err(MapError::NotAMap),
            (_, "OSMData") => {
                let bytes = frame.unpack(blob)?;
                let block = Block::parse(&bytes).map_err(|fault| frame.fault(fault))?;
                visit(&block).map_err(|WireFault(fault)| frame.fault(fault))?;
            }
            // The format asks readers to skip kinds of blocks that they do not know.
            _ => {}
        }
        offset += length;
        number += 1;
    }
    Ok(())
}

/// The box that the file's header names: south-west and north-east.
pub(crate) fn header_bounds(map: &[u8]) -> Result<Option<(Fixed, Fixed)>, MapError> {
    let frame = Frame { block: 0, offset: 0 };
    let ("OSMHeader", blob, _) = frame.split(map)? else { return Err(MapError::NotAMap) };
    let header = frame.unpack(blob)?;
    let mut fields = Cursor::new(&header);
    while let Some(field) = fields.field().map_err(|fault| frame.fault(fault))? {
        if let (1, Value::Bytes(bounds)) = field {
            return header_box(bounds).map_err(|fault| frame.fault(fault));
        }
    }
    Ok(None)
}

fn header_box(message: &[u8]) -> Result<Option<(Fixed, Fixed)>, WireError> {
    let [mut west, mut east, mut north, mut south] = [None; 4];
    let mut fields = Cursor::new(message);
    while let Some(field) = fields.field()? {
        let (number, Value::Number(value)) = field else { continue };
        let units = Some(wire::zigzag(value) / element::NANODEGREES_PER_UNIT);
        match number {
            1 => west = units,
            2 => east = units,
            3 => north = units,
            4 => south = units,
            _ => {}
        }
    }
    let corner = |latitude: Option<i64>, longitude: Option<i64>| Fixed::new(latitude?, longitude?);
    let is_box = south <= north && west <= east;
    Ok(corner(south, west).zip(corner(north, east)).filter(|_| is_box))
}

/// A fault inside a block; it becomes a [`MapError`] when the block's place is known.
#[derive(Debug)]
pub(crate) struct WireFault(WireError);

impl From<WireError> for WireFault {
    fn from(error: WireError) -> Self {
        Self(error)
    }
}

/// Where a block stands, for errors.
#[derive(Clone, Copy)]
struct Frame {
    block: usize,
    offset: usize,
}

impl Frame {
    fn malformed(self, expected: &'static str) -> MapError {
        // A file that is wrong from its first byte is some other file, not a damaged map.
        if self.block == 0 {
            return MapError::NotAMap;
        }
        MapError::Malformed { block: self.block, offset: self.offset, expected }
    }

    fn fault(self, fault: WireError) -> MapError {
        self.malformed(fault.0)
    }

    /// The kind of the block at the head of `bytes`, its blob, and the length of both.
    fn split(self, bytes: &[u8]) -> Result<(&str, &[u8], usize), MapError> {
        let (length, rest) =
            bytes.split_first_chunk::<4>().ok_or(self.malformed("the length of a block header"))?;
        let header_length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        if header_length > BLOCK_HEADER_BYTES_MAX {
            return Err(self.malformed("a block header of at most BLOCK_HEADER_BYTES_MAX bytes"));
        }
        let (header, rest) =
            rest.split_at_checked(header_length).ok_or(self.malformed("a whole block header"))?;
        let (mut kind, mut blob_length) = ("", 0);
        let mut fields = Cursor::new(header);
        while let Some(field) = fields.field().map_err(|fault| self.fault(fault))? {
            match field {
                (1, Value::Bytes(text)) => {
                    kind = std::str::from_utf8(text).map_err(|_| self.malformed("a block kind in UTF-8"))?;
                }
                (3, Value::Number(bytes)) => blob_length = usize::try_from(bytes).unwrap_or(usize::MAX),
                _ => {}
            }
        }
        if blob_length > BLOCK_BYTES_MAX {
            return Err(MapError::BlockTooLarge { block: self.block, offset: self.offset });
        }
        let blob = rest
            .get(..blob_length)
            .ok_or(self.malformed("a whole block; the file is cut off, download it again"))?;
        Ok((kind, blob, 4 + header_length + blob_length))
    }

    fn unpack(self, blob: &[u8]) -> Result<Vec<u8>, MapError> {
        let mut fields = Cursor::new(blob);
        while let Some(field) = fields.field().map_err(|fault| self.fault(fault))? {
            match field {
                (1, Value::Bytes(raw)) => return Ok(raw.to_vec()),
                (3, Value::Bytes(packed)) => {
                    return miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(packed, BLOCK_BYTES_MAX)
                        .map_err(|error| match error.status {
                            miniz_oxide::inflate::TINFLStatus::HasMoreOutput => {
                                MapError::BlockTooLarge { block: self.block, offset: self.offset }
                            }
                            _ => self.malformed("a block packed by zlib, whole and unchanged"),
                        });
                }
                (4..=7, Value::Bytes(_)) => {
                    return Err(self.malformed("a block packed by zlib; write the file again with zlib"));
                }
                _ => {}
            }
        }
        Err(self.malformed("a block with content"))
    }

    fn check_header(self, header: &[u8]) -> Result<(), MapError> {
        let mut fields = Cursor::new(header);
        while let Some(field) = fields.field().map_err(|fault| self.fault(fault))? {
            if let (4, Value::Bytes(feature)) = field {
                let feature = String::from_utf8_lossy(feature);
                if !FEATURES_KNOWN.contains(&feature.as_ref()) {
                    return Err(MapError::UnknownFeature { feature: feature.into_owned() });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Draft, maps};
    use proptest::prelude::*;

    #[test]
    fn counts_of_the_extracts() {
        // Nodes, ways and relations as counted by osmium-tool 1.15.
        for (name, map) in maps() {
            let (mut nodes, mut ways, mut relations) = (0, 0, 0);
            for_each_block(&map, |block| {
                block.for_each_node(|_| nodes += 1)?;
                block.for_each_way(|_| ways += 1)?;
                block.for_each_relation(|_| relations += 1)
            })
            .unwrap();
            let expected = match name {
                "helsinki-centre" => (24_260, 5_130, 620),
                "kotka-karhula" => (14_222, 2_653, 5),
                "liechtenstein" => (142_832, 15_247, 358),
                _ => (3_460, 465, 86),
            };
            assert_eq!((nodes, ways, relations), expected, "{name}");
        }
    }

    fn check_error(map: &[u8], expected: &str) {
        let error = for_each_block(map, |block| {
            block.for_each_node(|_| {})?;
            block.for_each_way(|_| {})?;
            block.for_each_relation(|_| {})
        })
        .expect_err("the file is damaged");
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn damaged_files_say_where() {
        let map = Draft::crossroads().to_pbf();
        check_error(b"", "beginning with an OSMHeader");
        check_error(b"<osm version='0.6'>", "beginning with an OSMHeader");
        check_error(&map[..map.len() - 1], "block 1 at byte");
        check_error(&map[..map.len() - 1], "the file is cut off");
        let mut longer = map.clone();
        longer.extend([0, 0]);
        check_error(&longer, "the length of a block header");
        let mut unknown = Draft::crossroads();
        unknown.feature = "HistoricalInformation";
        check_error(&unknown.to_pbf(), "HistoricalInformation");
    }

    #[test]
    fn a_packed_bomb_is_refused() {
        // 64 MiB of zeroes pack into some 64 kB.
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 2 * BLOCK_BYTES_MAX], 6);
        let mut blob = vec![3 << 3 | 2];
        let varint = |out: &mut Vec<u8>, mut number: usize| {
            while number >= 0x80 {
                out.push(number as u8 | 0x80);
                number >>= 7;
            }
            out.push(number as u8);
        };
        varint(&mut blob, packed.len());
        blob.extend(packed);
        let mut header = b"\x0a\x07OSMData\x18".to_vec();
        varint(&mut header, blob.len());
        let mut map = Draft::empty().to_pbf();
        map.extend((header.len() as u32).to_be_bytes());
        map.extend(header);
        map.extend(blob);
        check_error(&map, "larger than BLOCK_BYTES_MAX");
    }

    proptest! {
        /// Damage anywhere gives an error or a smaller map, never a panic.
        #[test]
        fn damage_never_panics(changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..6)) {
            let mut map = Draft::crossroads();
            map.way(&[2, 3, 5, 2], &[("building", "yes"), ("addr:street", "A"), ("addr:housenumber", "1")]);
            map.way(&[2, 3], &[("natural", "coastline")]);
            map.relation(&[(2, "outer")], &[("type", "multipolygon"), ("natural", "water")]);
            let mut bytes = map.to_pbf();
            for (position, value) in changes {
                let position = position % bytes.len();
                bytes[position] = value;
            }
            let profile = crate::profile::Profile::standard(crate::profile::Mode::Foot);
            if let Ok(roads) = crate::Roads::from_map(&bytes, &profile) {
                let place = crate::geo::Coordinate::new(0.0, 0.0005).unwrap();
                let options = crate::matrix::MatrixOptions::standard(crate::profile::Mode::Foot);
                prop_assert!(roads.matrix(&[place], &[place], &options).is_ok());
            }
            let _ = crate::map::bounds(&bytes);
            let corner = |degrees| crate::geo::Coordinate::new(degrees, degrees).unwrap();
            let bounds = Some(crate::map::Bounds { south_west: corner(-0.0007), north_east: corner(0.0006) });
            let _ = crate::map::layers(&bytes, &crate::map::LayerOptions { bounds, ..Default::default() });
            let _ = crate::map::addresses(&bytes);
        }

        #[test]
        fn noise_never_panics(bytes: Vec<u8>) {
            prop_assert!(for_each_block(&bytes, |_| Ok(())).is_err());
        }
    }
}
