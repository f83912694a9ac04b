//! Keeps a built road network on disk, so that a restart takes milliseconds.
//!
//! [`encode`] and [`decode`] turn a network into bytes and back and do no IO; [`open`] is the thin layer over
//! files. A memory belongs to one map, one profile and one version of the format. Anything else — an older
//! map, another speed, a flipped bit, a file cut short — is told apart and the network is built anew; a memory
//! is never trusted, and even one with a right checksum is checked index by index.
//!
//! # The format, version 1
//!
//! `OSMROADS`, version (4 bytes), checksum of all that follows (8 bytes, FNV-1a), then variable-length numbers
//! (LEB128, signed ones in zigzag form): the key (map's fingerprint, map's length, profile), crossings as
//! differences, parts, edges, bends as differences, ranks, arcs by rank.

mod bytes;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::Roads;
use crate::cost::Cost;
use crate::geo::Fixed;
use crate::graph::{CLOSED, EDGES_MAX, Edge, Graph, SHAPE_POINTS_MAX, VERTICES_MAX};
use crate::hierarchy::{Arcs, Hierarchy};
use crate::pbf::{MAP_BYTES_MAX, MapError};
use crate::profile::Profile;
use bytes::{Broken, Reader, Writer, fingerprint};

const MAGIC: &[u8; 8] = b"OSMROADS";
/// Version of the format; a memory of any other version is built anew.
pub const VERSION: u32 = 1;
/// Length of magic, version and checksum.
const HEAD_BYTES: usize = 20;

/// Why a memory could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Miss {
    /// There is no memory yet.
    Absent,
    /// The file could not be read.
    Unreadable,
    /// The bytes are no memory, are cut short or have changed since they were written.
    Damaged,
    /// It was written in another version of the format.
    OtherVersion,
    /// It was made from another map, or from an older state of this one.
    OtherMap,
    /// It was made with other speeds.
    OtherProfile,
}

/// What a memory belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    map_fingerprint: u64,
    map_bytes: u64,
    profile: Vec<u8>,
}

impl Key {
    /// The key of a network made from this map with this profile.
    pub fn of(map: &[u8], profile: &Profile) -> Self {
        Self { map_fingerprint: fingerprint(map), map_bytes: map.len() as u64, profile: profile.to_bytes() }
    }
}

/// Writes a network as bytes.
pub fn encode(roads: &Roads, key: &Key) -> Vec<u8> {
    let mut body = Writer::default();
    body.number(key.map_fingerprint);
    body.number(key.map_bytes);
    body.text(&key.profile);
    write_graph(&mut body, &roads.graph);
    write_hierarchy(&mut body, &roads.hierarchy);
    let body = body.into_bytes();
    let mut memory = Vec::with_capacity(HEAD_BYTES + body.len());
    memory.extend_from_slice(MAGIC);
    memory.extend_from_slice(&VERSION.to_le_bytes());
    memory.extend_from_slice(&fingerprint(&body).to_le_bytes());
    memory.extend_from_slice(&body);
    memory
}

/// Reads a network back if the bytes are whole and belong to `key`.
pub fn decode(memory: &[u8], key: &Key, profile: &Profile) -> Result<Roads, Miss> {
    let (magic, rest) = memory.split_first_chunk::<8>().ok_or(Miss::Damaged)?;
    let (version, rest) = rest.split_first_chunk::<4>().ok_or(Miss::Damaged)?;
    let (checksum, body) = rest.split_first_chunk::<8>().ok_or(Miss::Damaged)?;
    if magic != MAGIC {
        return Err(Miss::Damaged);
    }
    if u32::from_le_bytes(*version) != VERSION {
        return Err(Miss::OtherVersion);
    }
    if u64::from_le_bytes(*checksum) != fingerprint(body) {
        return Err(Miss::Damaged);
    }
    let mut body = Reader::new(body);
    let mut read_key = || -> Result<Key, Broken> {
        Ok(Key { map_fingerprint: body.number()?, map_bytes: body.number()?, profile: body.text()?.to_vec() })
    };
    let found = read_key().map_err(|Broken| Miss::Damaged)?;
    if (found.map_fingerprint, found.map_bytes) != (key.map_fingerprint, key.map_bytes) {
        return Err(Miss::OtherMap);
    }
    if found.profile != key.profile {
        return Err(Miss::OtherProfile);
    }
    let mut read_all = || -> Result<(Graph, Hierarchy), Broken> {
        let graph = read_graph(&mut body)?;
        let hierarchy = read_hierarchy(&mut body, graph.vertices.len())?;
        body.end()?;
        Ok((graph, hierarchy))
    };
    let (graph, hierarchy) = read_all().map_err(|Broken| Miss::Damaged)?;
    Ok(Roads::assemble(profile.mode, graph, hierarchy))
}

fn write_graph(out: &mut Writer, graph: &Graph) {
    out.points(&graph.vertices);
    for part in &graph.parts {
        out.number(u64::from(*part));
    }
    out.number(graph.edges.len() as u64);
    for (position, edge) in graph.edges.iter().enumerate() {
        out.number(u64::from(edge.from));
        out.number(u64::from(edge.to));
        // One more than the time, so that a closed direction is a short zero.
        out.number(u64::from(edge.forward_milliseconds.wrapping_add(1)));
        out.number(u64::from(edge.backward_milliseconds.wrapping_add(1)));
        out.number(u64::from(edge.decimetres));
        out.number(graph.bends(position).len() as u64);
    }
    out.points(&graph.shapes);
}

fn read_graph(body: &mut Reader<'_>) -> Result<Graph, Broken> {
    let vertices = body.points(VERTICES_MAX)?;
    let parts = vertices.iter().map(|_| body.small()).collect::<Result<Vec<u32>, _>>()?;
    let count = body.count(EDGES_MAX)?;
    let mut edges = Vec::with_capacity(count);
    let mut shape_start = 0_u32;
    for _ in 0..count {
        let edge = Edge {
            from: body.small()?,
            to: body.small()?,
            forward_milliseconds: body.small()?.wrapping_sub(1),
            backward_milliseconds: body.small()?.wrapping_sub(1),
            decimetres: body.small()?,
            shape_start,
        };
        let part = |vertex: u32| parts.get(vertex as usize);
        if part(edge.from).is_none() || part(edge.from) != part(edge.to) {
            return Err(Broken);
        }
        if edge.forward_milliseconds == 0 || edge.backward_milliseconds == 0 {
            return Err(Broken);
        }
        shape_start = shape_start.checked_add(body.small()?).ok_or(Broken)?;
        edges.push(edge);
    }
    let shapes: Vec<Fixed> = body.points(SHAPE_POINTS_MAX)?;
    if shapes.len() != shape_start as usize {
        return Err(Broken);
    }
    Ok(Graph { vertices, parts, edges, shapes })
}

fn write_hierarchy(out: &mut Writer, hierarchy: &Hierarchy) {
    for rank in &hierarchy.ranks {
        out.number(u64::from(*rank));
    }
    for arcs in [&hierarchy.forward, &hierarchy.backward] {
        for rank in 0..hierarchy.ranks.len() as u32 {
            out.number(arcs.of(rank).count() as u64);
            for (head, cost) in arcs.of(rank) {
                // The distance upwards is shorter to write than the rank itself.
                out.number(u64::from(head - rank));
                out.number(u64::from(cost.milliseconds()));
                out.number(u64::from(cost.decimetres()));
            }
        }
    }
}

fn read_hierarchy(body: &mut Reader<'_>, vertices: usize) -> Result<Hierarchy, Broken> {
    let ranks = (0..vertices).map(|_| body.small()).collect::<Result<Vec<u32>, _>>()?;
    let mut is_taken = vec![false; vertices];
    for rank in &ranks {
        let taken = is_taken.get_mut(*rank as usize).ok_or(Broken)?;
        if std::mem::replace(taken, true) {
            return Err(Broken);
        }
    }
    let forward = read_arcs(body, vertices)?;
    let backward = read_arcs(body, vertices)?;
    Ok(Hierarchy { ranks, forward, backward })
}

fn read_arcs(body: &mut Reader<'_>, vertices: usize) -> Result<Arcs, Broken> {
    let mut arcs = Arcs { starts: vec![0], ..Arcs::default() };
    for rank in 0..vertices as u32 {
        for _ in 0..body.small()? {
            let head = rank.checked_add(body.small()?).ok_or(Broken)?;
            let cost = Cost::new(body.small()?, body.small()?);
            if head == rank || head as usize >= vertices || cost.milliseconds() == CLOSED {
                return Err(Broken);
            }
            arcs.heads.push(head);
            arcs.costs.push(cost);
        }
        arcs.starts.push(u32::try_from(arcs.heads.len()).map_err(|_| Broken)?);
    }
    Ok(arcs)
}

/// A road network, and how it came about.
#[derive(Debug)]
pub struct Opened {
    /// The network.
    pub roads: Roads,
    /// Why it was built from the map; `None` if it came from the memory.
    pub built_because: Option<Miss>,
    /// Why it could not be kept for next time; it can be used all the same.
    pub not_kept: Option<std::io::Error>,
}

/// Why a road network could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The map file could not be read.
    #[error("map file {path:?}: {source}; expected a readable .osm.pbf file")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The map file is damaged, or no map.
    #[error("{path:?}: {source}")]
    Map {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: MapError,
    },
}

/// Opens the network of a map file: from the memory in `folder` if that is right, else from the map.
///
/// The memory is named after the map and the mode. A new one is written beside it and then moved into
/// place, so that a crash leaves the old one or the new one.
pub fn open(map_path: &Path, profile: &Profile, folder: &Path) -> Result<Opened, OpenError> {
    let map = read_map(map_path)?;
    let key = Key::of(&map, profile);
    let name = map_path.file_name().unwrap_or_default().to_string_lossy();
    let memory_path = folder.join(format!("{name}.{}.roads", profile.mode.name()));
    let recalled = match std::fs::read(&memory_path) {
        Ok(memory) => decode(&memory, &key, profile),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Miss::Absent),
        Err(_) => Err(Miss::Unreadable),
    };
    match recalled {
        Ok(roads) => Ok(Opened { roads, built_because: None, not_kept: None }),
        Err(miss) => {
            let roads = Roads::from_map(&map, profile)
                .map_err(|source| OpenError::Map { path: map_path.to_owned(), source })?;
            let not_kept = keep(&memory_path, &encode(&roads, &key)).err();
            Ok(Opened { roads, built_because: Some(miss), not_kept })
        }
    }
}

fn read_map(path: &Path) -> Result<Vec<u8>, OpenError> {
    let failed = |source| OpenError::Read { path: path.to_owned(), source };
    let bytes = std::fs::metadata(path).map_err(failed)?.len();
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    // Refused before it fills the memory of the machine.
    if bytes > MAP_BYTES_MAX {
        return Err(OpenError::Map { path: path.to_owned(), source: MapError::TooLong { bytes } });
    }
    std::fs::read(path).map_err(failed)
}

fn keep(path: &Path, memory: &[u8]) -> std::io::Result<()> {
    let draft = path.with_extension(format!("roads.{}", std::process::id()));
    let mut file = std::fs::File::create(&draft)?;
    let written = file.write_all(memory).and_then(|()| file.sync_all());
    if let Err(error) = written.and_then(|()| std::fs::rename(&draft, path)) {
        // The first fault is the one to tell; a draft left behind does no harm.
        let _ = std::fs::remove_file(&draft);
        return Err(error);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Mode;
    use crate::tests::{Draft, maps, random_graph};
    use proptest::prelude::*;

    fn small() -> (Vec<u8>, Profile, Roads, Key) {
        let map = Draft::crossroads().to_pbf();
        let profile = Profile::standard(Mode::Car);
        let roads = Roads::from_map(&map, &profile).unwrap();
        let key = Key::of(&map, &profile);
        (map, profile, roads, key)
    }

    #[test]
    fn extracts_come_back_unchanged() {
        for (name, map) in maps() {
            let profile = Profile::standard(Mode::Bicycle);
            let roads = Roads::from_map(&map, &profile).unwrap();
            let key = Key::of(&map, &profile);
            let memory = encode(&roads, &key);
            let recalled = decode(&memory, &key, &profile).unwrap();
            assert_eq!(recalled.graph, roads.graph, "{name}");
            assert_eq!(recalled.hierarchy, roads.hierarchy, "{name}");
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let (_, profile, roads, key) = small();
        let memory = encode(&roads, &key);
        for position in 0..memory.len() {
            for bit in 0..8 {
                let mut damaged = memory.clone();
                damaged[position] ^= 1 << bit;
                assert!(decode(&damaged, &key, &profile).is_err(), "byte {position}, bit {bit}");
            }
            assert!(decode(&memory[..position], &key, &profile).is_err(), "cut at {position}");
        }
    }

    #[test]
    fn another_map_profile_or_version_is_told_apart() {
        let (mut map, profile, roads, key) = small();
        let mut memory = encode(&roads, &key);
        let last = map.len() - 1;
        map[last] ^= 1;
        let missed = |memory: &[u8], key: &Key| decode(memory, key, &profile).err();
        assert_eq!(missed(&memory, &Key::of(&map, &profile)), Some(Miss::OtherMap));
        let mut faster = profile.clone();
        faster.limit_share = 0.9;
        let other_profile = Key { profile: faster.to_bytes(), ..key.clone() };
        assert_eq!(missed(&memory, &other_profile), Some(Miss::OtherProfile));
        memory[8] += 1;
        assert_eq!(missed(&memory, &key), Some(Miss::OtherVersion));
        assert_eq!(missed(b"", &key), Some(Miss::Damaged));
    }

    proptest! {
        /// A wrong body under a right checksum: refused or harmless, never a panic.
        #[test]
        fn a_forged_body_does_no_harm(seed: u64, position: usize, value: u8) {
            let profile = Profile::standard(Mode::Foot);
            let mut graph = random_graph(seed, 12, 20);
            graph.parts.fill(0);
            let hierarchy = Hierarchy::of(&graph);
            let roads = Roads::assemble(Mode::Foot, graph, hierarchy);
            let key = Key::of(b"map", &profile);
            let mut memory = encode(&roads, &key);
            let position = HEAD_BYTES + position % (memory.len() - HEAD_BYTES);
            memory[position] = value;
            let checksum = fingerprint(&memory[HEAD_BYTES..]).to_le_bytes();
            memory[12..HEAD_BYTES].copy_from_slice(&checksum);
            if let Ok(forged) = decode(&memory, &key, &profile) {
                let places: Vec<_> = forged.graph.vertices.iter().map(|point| point.to_coordinate()).collect();
                let options = crate::matrix::MatrixOptions::standard(Mode::Foot);
                prop_assert!(forged.matrix(&places, &places, &options).is_ok());
            }
        }
    }

    #[test]
    fn a_file_is_kept_used_and_rebuilt() {
        let folder = std::env::temp_dir().join(format!("roads-memory-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let map_path = folder.join("town.osm.pbf");
        std::fs::write(&map_path, Draft::crossroads().to_pbf()).unwrap();
        let profile = Profile::standard(Mode::Car);
        let why = |folder: &Path| open(&map_path, &profile, folder).unwrap().built_because;
        assert_eq!(why(&folder), Some(Miss::Absent));
        assert_eq!(why(&folder), None);
        let memory_path = folder.join("town.osm.pbf.car.roads");
        let mut memory = std::fs::read(&memory_path).unwrap();
        memory.pop();
        std::fs::write(&memory_path, memory).unwrap();
        assert_eq!(why(&folder), Some(Miss::Damaged));
        assert_eq!(why(&folder), None);
        let mut newer = Draft::crossroads();
        newer.way(&[5, 6], &[("highway", "residential")]);
        std::fs::write(&map_path, newer.to_pbf()).unwrap();
        assert_eq!(why(&folder), Some(Miss::OtherMap));
        let unkept = open(&map_path, &profile, &folder.join("absent")).unwrap();
        assert_eq!((unkept.built_because, unkept.not_kept.is_some()), (Some(Miss::Absent), true));
        let error = open(&folder.join("no.osm.pbf"), &profile, &folder).unwrap_err().to_string();
        assert!(error.contains("expected a readable .osm.pbf file"), "{error}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
