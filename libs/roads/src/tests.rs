//! What the tests of this crate share: map drafts written as files, random graphs, the extracts.

use crate::cost::Cost;
use crate::geo::Fixed;
use crate::graph::{CLOSED, Edge, Graph};

/// A small map that can be written as a `.osm.pbf` file (one block, not packed).
pub(crate) struct Draft {
    pub(crate) feature: &'static str,
    nodes: Vec<(i64, f64, f64, OwnedTags)>,
    pub(crate) ways: Vec<(Vec<i64>, OwnedTags)>,
    relations: Vec<(Vec<Member>, OwnedTags)>,
}

/// Kind, id and role.
type Member = (u64, i64, String);
type OwnedTags = Vec<(String, String)>;

fn owned(tags: &[(&str, &str)]) -> OwnedTags {
    tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

impl Draft {
    pub(crate) fn empty() -> Self {
        Self { feature: "DenseNodes", nodes: vec![], ways: vec![], relations: vec![] }
    }

    /// Two streets of 222 metres that cross on the equator, and nodes 6 to 8 to the east for more.
    ///
    /// ```text
    ///          3
    ///  2 -(9)- 1 - 5   6   7   8
    ///          4
    /// ```
    pub(crate) fn crossroads() -> Self {
        let mut map = Self::empty();
        for (id, latitude, longitude) in [
            (1, 0.0, 0.0),
            (2, 0.0, -0.001),
            (3, 0.001, 0.0),
            (4, -0.001, 0.0),
            (5, 0.0, 0.001),
            (6, 0.0, 0.002),
            (7, 0.0, 0.003),
            (8, 0.0, 0.004),
            (9, 0.0, -0.0005),
        ] {
            map.node(id, latitude, longitude, &[]);
        }
        map.way(&[2, 9, 1, 5], &[("highway", "residential"), ("name", "Storgatan")]);
        map.way(&[3, 1, 4], &[("highway", "residential")]);
        map
    }

    pub(crate) fn node(&mut self, id: i64, latitude: f64, longitude: f64, tags: &[(&str, &str)]) {
        self.nodes.retain(|(other, ..)| *other != id);
        self.nodes.push((id, latitude, longitude, owned(tags)));
    }

    pub(crate) fn way(&mut self, nodes: &[i64], tags: &[(&str, &str)]) {
        self.ways.push((nodes.to_vec(), owned(tags)));
    }

    /// Members are indexes of ways with a role.
    pub(crate) fn relation(&mut self, ways: &[(usize, &str)], tags: &[(&str, &str)]) {
        let members =
            ways.iter().map(|(way, role)| (1, *way as i64 + 1, (*role).to_owned())).collect::<Vec<_>>();
        self.relations.push((members, owned(tags)));
    }

    /// The map as a file. Half of the nodes are written dense, half plain, so that both forms are read.
    pub(crate) fn to_pbf(&self) -> Vec<u8> {
        let mut strings = Strings::default();
        let mut group = Vec::new();
        let dense = self.nodes.len() / 2;
        let units = |degrees: f64| (degrees * 1e7).round() as i64;
        let (mut ids, mut latitudes, mut longitudes, mut tags) = (vec![], vec![], vec![], vec![]);
        let mut last = (0, 0, 0);
        for (id, latitude, longitude, pairs) in &self.nodes[..dense] {
            zigzag(&mut ids, id - last.0);
            zigzag(&mut latitudes, units(*latitude) - last.1);
            zigzag(&mut longitudes, units(*longitude) - last.2);
            last = (*id, units(*latitude), units(*longitude));
            for (key, value) in pairs {
                varint(&mut tags, strings.index(key));
                varint(&mut tags, strings.index(value));
            }
            varint(&mut tags, 0);
        }
        let mut message = Vec::new();
        for (field, list) in [(1, ids), (8, latitudes), (9, longitudes), (10, tags)] {
            bytes(&mut message, field, &list);
        }
        bytes(&mut group, 2, &message);
        for (id, latitude, longitude, pairs) in &self.nodes[dense..] {
            let mut message = Vec::new();
            signed(&mut message, 1, *id);
            strings.tags(&mut message, pairs);
            signed(&mut message, 8, units(*latitude));
            signed(&mut message, 9, units(*longitude));
            bytes(&mut group, 1, &message);
        }
        for (position, (nodes, pairs)) in self.ways.iter().enumerate() {
            let mut message = Vec::new();
            varint(&mut message, 1 << 3);
            varint(&mut message, position as u64 + 1);
            strings.tags(&mut message, pairs);
            bytes(&mut message, 8, &differences(nodes.iter().copied()));
            bytes(&mut group, 3, &message);
        }
        for (position, (members, pairs)) in self.relations.iter().enumerate() {
            let mut message = Vec::new();
            varint(&mut message, 1 << 3);
            varint(&mut message, position as u64 + 1);
            strings.tags(&mut message, pairs);
            let (mut roles, mut kinds) = (vec![], vec![]);
            for (kind, _, role) in members {
                varint(&mut roles, strings.index(role));
                varint(&mut kinds, *kind);
            }
            bytes(&mut message, 8, &roles);
            bytes(&mut message, 9, &differences(members.iter().map(|(_, id, _)| *id)));
            bytes(&mut message, 10, &kinds);
            bytes(&mut group, 4, &message);
        }
        let mut table = Vec::new();
        for text in std::iter::once("").chain(strings.texts.iter().map(String::as_str)) {
            bytes(&mut table, 1, text.as_bytes());
        }
        let mut block = Vec::new();
        bytes(&mut block, 1, &table);
        bytes(&mut block, 2, &group);
        let mut header = Vec::new();
        bytes(&mut header, 4, b"OsmSchema-V0.6");
        bytes(&mut header, 4, self.feature.as_bytes());
        let mut file = framed("OSMHeader", &header);
        file.extend(framed("OSMData", &block));
        file
    }
}

#[derive(Default)]
struct Strings {
    texts: Vec<String>,
}

impl Strings {
    fn index(&mut self, text: &str) -> u64 {
        let position = self.texts.iter().position(|known| known == text).unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.texts.len() - 1
        });
        position as u64 + 1
    }

    fn tags(&mut self, message: &mut Vec<u8>, pairs: &OwnedTags) {
        let (mut keys, mut values) = (vec![], vec![]);
        for (key, value) in pairs {
            varint(&mut keys, self.index(key));
            varint(&mut values, self.index(value));
        }
        bytes(message, 2, &keys);
        bytes(message, 3, &values);
    }
}

fn framed(kind: &str, content: &[u8]) -> Vec<u8> {
    let mut blob = Vec::new();
    bytes(&mut blob, 1, content);
    let mut header = Vec::new();
    bytes(&mut header, 1, kind.as_bytes());
    varint(&mut header, 3 << 3);
    varint(&mut header, blob.len() as u64);
    let mut file = (header.len() as u32).to_be_bytes().to_vec();
    file.extend(header);
    file.extend(blob);
    file
}

fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn zigzag(out: &mut Vec<u8>, number: i64) {
    varint(out, ((number << 1) ^ (number >> 63)) as u64);
}

fn signed(out: &mut Vec<u8>, field: u64, number: i64) {
    varint(out, field << 3);
    zigzag(out, number);
}

fn bytes(out: &mut Vec<u8>, field: u64, content: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

fn differences(numbers: impl Iterator<Item = i64>) -> Vec<u8> {
    let (mut out, mut last) = (vec![], 0);
    for number in numbers {
        zigzag(&mut out, number - last);
        last = number;
    }
    out
}

/// A small deterministic source of numbers (SplitMix64, Steele et al. 2014).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }
}

/// A graph of random roads with loops, double roads, one-way roads and parts that do not hang together.
pub(crate) fn random_graph(seed: u64, vertices: usize, roads: usize) -> Graph {
    let mut numbers = Numbers(seed);
    let point = |numbers: &mut Numbers| Fixed {
        latitude: 590_000_000 + numbers.below(100_000) as i32,
        longitude: 180_000_000 + numbers.below(100_000) as i32,
    };
    let mut graph = Graph {
        vertices: (0..vertices).map(|_| point(&mut numbers)).collect(),
        parts: vec![0; vertices],
        edges: vec![],
        shapes: vec![],
    };
    for _ in 0..roads {
        let milliseconds = 1 + numbers.below(50) as u32;
        let (forward, backward) = match numbers.below(4) {
            0 => (milliseconds, CLOSED),
            1 => (CLOSED, milliseconds),
            2 => (milliseconds, 1 + numbers.below(50) as u32),
            _ => (milliseconds, milliseconds),
        };
        graph.edges.push(Edge {
            from: numbers.below(vertices) as u32,
            to: numbers.below(vertices) as u32,
            forward_milliseconds: forward,
            backward_milliseconds: backward,
            decimetres: numbers.below(20) as u32,
            shape_start: graph.shapes.len() as u32,
        });
        for _ in 0..numbers.below(3) {
            graph.shapes.push(point(&mut numbers));
        }
    }
    graph
}

/// The cheapest cost from some seeded vertices to all, by Dijkstra's algorithm and nothing else.
pub(crate) fn dijkstra(graph: &Graph, seeds: &[(u32, Cost)]) -> Vec<Cost> {
    let mut successors = vec![vec![]; graph.vertices.len()];
    for (from, to, cost) in graph.arcs() {
        successors[from as usize].push((to, cost));
    }
    let mut costs = vec![Cost::NEVER; graph.vertices.len()];
    let mut queue = std::collections::BinaryHeap::new();
    for (vertex, cost) in seeds {
        queue.push(std::cmp::Reverse((*cost, *vertex)));
    }
    while let Some(std::cmp::Reverse((cost, vertex))) = queue.pop() {
        if cost >= costs[vertex as usize] {
            continue;
        }
        costs[vertex as usize] = cost;
        for (to, step) in &successors[vertex as usize] {
            queue.push(std::cmp::Reverse((cost + *step, *to)));
        }
    }
    costs
}

/// The extracts beside the project, by name; says so and gives none where the folder is absent.
pub(crate) fn maps() -> Vec<(&'static str, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/osm");
    ["helsinki-centre", "kotka-karhula", "liechtenstein", "stockholm-valhalla-bench"]
        .into_iter()
        .filter_map(|name| match std::fs::read(format!("{folder}/{name}.osm.pbf")) {
            Ok(map) => Some((name, map)),
            Err(error) => {
                eprintln!("SKIPPED: {name}.osm.pbf in ../shared/data/osm: {error}");
                None
            }
        })
        .collect()
}
