//! From the ways of a map to a graph: cut at crossings, measured, tidied into parts.

use std::collections::HashMap;

use super::parts::strong_parts;
use super::{CLOSED, EDGES_AT_CROSSING_MAX, EDGES_MAX, Edge, Graph, SHAPE_POINTS_MAX, VERTICES_MAX};
use crate::geo::Fixed;
use crate::pbf::{MapError, for_each_block};
use crate::profile::{Crossing, Passage, Profile, passage_over};

/// Milliseconds in an hour over metres in a kilometre.
const MILLISECONDS_PER_METRE_AT_1_KMH: f64 = 3_600.0;

impl Graph {
    /// Makes the graph of a map file for one profile; `map` is the whole file.
    ///
    /// Ways that the mode may not use, and stretches that lead into a part of the map without a way back,
    /// are left out. Turn restrictions are not applied.
    pub fn from_map(map: &[u8], profile: &Profile) -> Result<Self, MapError> {
        let ways = Ways::read(map, profile)?;
        let nodes = Nodes::read(map, profile, &ways)?;
        let mut draft = Draft::default();
        for way in &ways.ways {
            draft.add_way(&nodes, &ways.nodes[way.start..way.end], way.passage);
        }
        draft.check_limits()?;
        let graph = draft.into_graph();
        if graph.edges.is_empty() {
            return Err(MapError::NoRoads { mode: profile.mode.name() });
        }
        Ok(graph)
    }
}

struct WayRange {
    start: usize,
    end: usize,
    passage: Passage,
}

/// The ways that the mode may use.
struct Ways {
    ways: Vec<WayRange>,
    nodes: Vec<i64>,
}

impl Ways {
    fn read(map: &[u8], profile: &Profile) -> Result<Self, MapError> {
        let (mut ways, mut nodes) = (Vec::new(), Vec::new());
        for_each_block(map, |block| {
            block.for_each_way(|way| {
                if nodes.len() > SHAPE_POINTS_MAX {
                    return;
                }
                if let Some(passage) = profile.passage(way.tags) {
                    let start = nodes.len();
                    nodes.extend_from_slice(way.nodes);
                    ways.push(WayRange { start, end: nodes.len(), passage });
                }
            })
        })?;
        check_count("points of roads", nodes.len(), "SHAPE_POINTS_MAX", SHAPE_POINTS_MAX)?;
        Ok(Self { ways, nodes })
    }
}

fn check_count(
    what: &'static str,
    count: usize,
    limit_name: &'static str,
    limit: usize,
) -> Result<(), MapError> {
    if count > limit {
        return Err(MapError::TooMany { what, count, limit_name, limit });
    }
    Ok(())
}

/// What is known about the nodes that the ways use, in the order of their ids.
struct Nodes {
    ids: Vec<i64>,
    /// `None` for a node that the extract lacks: a way may run out of the map.
    points: Vec<Option<Fixed>>,
    is_crossing: Vec<bool>,
    is_blocked: Vec<bool>,
}

impl Nodes {
    fn read(map: &[u8], profile: &Profile, ways: &Ways) -> Result<Self, MapError> {
        let mut ids = ways.nodes.clone();
        ids.sort_unstable();
        ids.dedup();
        let mut nodes = Self {
            points: vec![None; ids.len()],
            is_crossing: vec![false; ids.len()],
            is_blocked: vec![false; ids.len()],
            ids,
        };
        let mut is_seen = vec![false; nodes.ids.len()];
        for way in &ways.ways {
            let last = way.end.saturating_sub(way.start + 1);
            for (position, id) in ways.nodes[way.start..way.end].iter().enumerate() {
                let Some(node) = nodes.find(*id) else { continue };
                if is_seen[node] || position == 0 || position == last {
                    nodes.is_crossing[node] = true;
                }
                is_seen[node] = true;
            }
        }
        for_each_block(map, |block| {
            block.for_each_node(|found| {
                if let Some(node) = nodes.find(found.id) {
                    nodes.points[node] = Some(found.point);
                    nodes.is_blocked[node] =
                        !found.tags.is_empty() && passage_over(profile.mode, found.tags) == Crossing::Closed;
                }
            })
        })?;
        Ok(nodes)
    }

    fn find(&self, id: i64) -> Option<usize> {
        self.ids.binary_search(&id).ok()
    }
}

/// The graph while its edges are gathered.
#[derive(Default)]
struct Draft {
    vertices: Vec<Fixed>,
    vertex_of_node: HashMap<usize, u32>,
    edges: Vec<Edge>,
    shapes: Vec<Fixed>,
}

impl Draft {
    fn add_way(&mut self, nodes: &Nodes, way: &[i64], passage: Passage) {
        let mut from: Option<u32> = None;
        let mut bends: Vec<Fixed> = Vec::new();
        let mut length_metres = 0.0;
        let mut previous = None;
        for (position, id) in way.iter().enumerate() {
            let known = nodes.find(*id).and_then(|node| Some((node, nodes.points[node]?)));
            let Some((node, point)) = known else {
                // The way leaves the map here: what was gathered since the last crossing ends at its edge.
                if let (Some(start), Some(end)) = (from, bends.pop()) {
                    let end = self.add_vertex(end);
                    self.add_edge(start, end, &bends, length_metres, passage);
                }
                (from, previous, length_metres) = (None, None, 0.0);
                bends.clear();
                continue;
            };
            if let Some(last) = previous {
                length_metres += Fixed::metres_to(last, point);
            }
            previous = Some(point);
            let is_end = position + 1 == way.len();
            if from.is_some() && !is_end && !nodes.is_crossing[node] && !nodes.is_blocked[node] {
                bends.push(point);
                continue;
            }
            let vertex = self.vertex(nodes, node, point);
            if let Some(start) = from {
                self.add_edge(start, vertex, &bends, length_metres, passage);
            }
            // Behind a closed gate the way goes on from a vertex of its own.
            from = Some(if nodes.is_blocked[node] { self.add_vertex(point) } else { vertex });
            bends.clear();
            length_metres = 0.0;
        }
    }

    fn vertex(&mut self, nodes: &Nodes, node: usize, point: Fixed) -> u32 {
        if nodes.is_blocked[node] {
            return self.add_vertex(point);
        }
        if let Some(vertex) = self.vertex_of_node.get(&node) {
            return *vertex;
        }
        let vertex = self.add_vertex(point);
        self.vertex_of_node.insert(node, vertex);
        vertex
    }

    fn add_vertex(&mut self, point: Fixed) -> u32 {
        self.vertices.push(point);
        // More than VERTICES_MAX are refused when all ways are in, far below the size of the number.
        (self.vertices.len() - 1) as u32
    }

    fn add_edge(&mut self, from: u32, to: u32, bends: &[Fixed], length_metres: f64, passage: Passage) {
        let milliseconds = length_metres * MILLISECONDS_PER_METRE_AT_1_KMH / passage.kmh;
        // A time of zero would let a search go round in circles for free.
        let milliseconds = (milliseconds.round() as u32).clamp(1, CLOSED - 1);
        let by_direction = |is_open: bool| if is_open { milliseconds } else { CLOSED };
        self.edges.push(Edge {
            from,
            to,
            forward_milliseconds: by_direction(passage.forward),
            backward_milliseconds: by_direction(passage.backward),
            decimetres: (length_metres * 10.0).round() as u32,
            shape_start: self.shapes.len() as u32,
        });
        self.shapes.extend_from_slice(bends);
    }

    fn check_limits(&self) -> Result<(), MapError> {
        check_count("crossings", self.vertices.len(), "VERTICES_MAX", VERTICES_MAX)?;
        check_count("stretches of road", self.edges.len(), "EDGES_MAX", EDGES_MAX)?;
        let mut edges_at = vec![0; self.vertices.len()];
        for vertex in self.edges.iter().flat_map(|edge| [edge.from, edge.to]) {
            edges_at[vertex as usize] += 1;
        }
        let most = edges_at.into_iter().max().unwrap_or(0);
        check_count("roads at one crossing", most, "EDGES_AT_CROSSING_MAX", EDGES_AT_CROSSING_MAX)
    }

    /// Keeps the edges that lie within a part, and the crossings that they use.
    fn into_graph(self) -> Graph {
        let draft = Graph {
            parts: vec![0; self.vertices.len()],
            vertices: self.vertices,
            edges: self.edges,
            shapes: self.shapes,
        };
        let parts = strong_parts(&draft);
        let mut graph = Graph { vertices: vec![], parts: vec![], edges: vec![], shapes: vec![] };
        let mut new_vertex: Vec<Option<u32>> = vec![None; draft.vertices.len()];
        for (position, edge) in draft.edges.iter().enumerate() {
            let (from, to) = (edge.from as usize, edge.to as usize);
            if parts[from] != parts[to] {
                continue;
            }
            let [from, to] = [from, to].map(|vertex| {
                *new_vertex[vertex].get_or_insert_with(|| {
                    graph.vertices.push(draft.vertices[vertex]);
                    graph.parts.push(parts[vertex]);
                    (graph.vertices.len() - 1) as u32
                })
            });
            let shape_start = graph.shapes.len() as u32;
            graph.edges.push(Edge { from, to, shape_start, ..*edge });
            graph.shapes.extend_from_slice(draft.bends(position));
        }
        graph
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Mode;
    use crate::tests::{Draft as MapDraft, maps};

    fn check(map: &MapDraft, mode: Mode, vertices: usize, edges: usize, metres: f64) -> Graph {
        let graph = Graph::from_map(&map.to_pbf(), &Profile::standard(mode)).unwrap();
        assert_eq!((graph.vertex_count(), graph.edge_count()), (vertices, edges));
        assert!((graph.metres() - metres).abs() < metres * 0.01, "{} metres", graph.metres());
        graph
    }

    #[test]
    fn bends_are_no_crossings() {
        let graph = check(&MapDraft::crossroads(), Mode::Car, 5, 4, 444.8);
        assert_eq!(graph.shapes.len(), 1);
        assert_eq!(graph.largest_part_vertex_count(), 5);
    }

    #[test]
    fn a_one_way_stub_is_left_out() {
        let mut map = MapDraft::crossroads();
        map.way(&[5, 6], &[("highway", "residential"), ("oneway", "yes")]);
        check(&map, Mode::Car, 5, 4, 444.8);
        check(&map, Mode::Foot, 6, 5, 556.0);
    }

    #[test]
    fn a_bollard_cuts_the_road_for_cars_only() {
        let mut map = MapDraft::crossroads();
        map.node(7, 0.0, 0.003, &[("barrier", "bollard")]);
        map.way(&[5, 6, 7, 8], &[("highway", "residential")]);
        let graph = check(&map, Mode::Car, 8, 6, 778.4);
        assert_eq!(graph.parts.iter().filter(|part| **part != 0).count(), 2);
        let graph = check(&map, Mode::Foot, 6, 5, 778.4);
        assert_eq!(graph.largest_part_vertex_count(), 6);
    }

    #[test]
    fn a_way_out_of_the_map_ends_at_its_edge() {
        let mut map = MapDraft::crossroads();
        map.way(&[5, 6, 99, 8], &[("highway", "residential")]);
        check(&map, Mode::Car, 6, 5, 556.0);
    }

    #[test]
    fn a_map_without_roads_is_refused() {
        let mut map = MapDraft::crossroads();
        map.ways.clear();
        let error = Graph::from_map(&map.to_pbf(), &Profile::standard(Mode::Car)).unwrap_err();
        assert_eq!(error, MapError::NoRoads { mode: "car" });
    }

    #[test]
    fn too_many_roads_at_a_crossing_are_refused() {
        let mut map = MapDraft::crossroads();
        for _ in 0..EDGES_AT_CROSSING_MAX {
            map.way(&[1, 5], &[("highway", "residential")]);
        }
        let error = Graph::from_map(&map.to_pbf(), &Profile::standard(Mode::Car)).unwrap_err().to_string();
        assert!(error.contains("expected at most EDGES_AT_CROSSING_MAX = 1000"), "{error}");
    }

    #[test]
    fn extracts_hang_together() {
        for (name, map) in maps() {
            for mode in Mode::ALL {
                let graph = Graph::from_map(&map, &Profile::standard(mode)).unwrap();
                let share = graph.largest_part_vertex_count() as f64 / graph.vertex_count() as f64;
                assert!(share > 0.5, "{name} {}: {share}", mode.name());
            }
        }
    }
}
