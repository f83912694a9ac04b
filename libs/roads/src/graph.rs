//! The road graph of one mode: crossings, the stretches between them, and which parts hang together.

mod build;
mod parts;

use crate::cost::Cost;
use crate::geo::Fixed;

/// Most crossings of a graph: all of the Nordic countries are about half of it.
pub const VERTICES_MAX: usize = 20_000_000;
/// Most stretches of a graph.
pub const EDGES_MAX: usize = 40_000_000;
/// Most stretches that meet at one crossing; the greatest crossings of the world have some twenty.
pub const EDGES_AT_CROSSING_MAX: usize = 1_000;
/// Most bends of all stretches together.
pub const SHAPE_POINTS_MAX: usize = 200_000_000;

/// Milliseconds of a direction that is closed.
pub(crate) const CLOSED: u32 = u32::MAX;

/// A stretch of road between two crossings, without a way off it in between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Edge {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) forward_milliseconds: u32,
    pub(crate) backward_milliseconds: u32,
    pub(crate) decimetres: u32,
    /// Where its bends begin in the graph's list; they end where the next edge's begin.
    pub(crate) shape_start: u32,
}

impl Edge {
    pub(crate) fn forward(&self) -> Option<Cost> {
        (self.forward_milliseconds != CLOSED).then(|| Cost::new(self.forward_milliseconds, self.decimetres))
    }

    pub(crate) fn backward(&self) -> Option<Cost> {
        (self.backward_milliseconds != CLOSED).then(|| Cost::new(self.backward_milliseconds, self.decimetres))
    }
}

/// The road graph of one mode of travel.
///
/// Every stretch lies within one part: a set of crossings that can all be reached from each other and back
/// (a strongly connected component). Part 0 is the largest.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    pub(crate) vertices: Vec<Fixed>,
    pub(crate) parts: Vec<u32>,
    pub(crate) edges: Vec<Edge>,
    pub(crate) shapes: Vec<Fixed>,
}

impl Graph {
    /// Number of crossings (and road ends).
    pub fn vertex_count(&self) -> usize {
        self.vertices.len()
    }

    /// Number of stretches between crossings.
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// Number of crossings in the largest part, from which all the others in it can be reached.
    pub fn largest_part_vertex_count(&self) -> usize {
        self.parts.iter().filter(|part| **part == 0).count()
    }

    /// Length of all stretches together, in metres.
    pub fn metres(&self) -> f64 {
        self.edges.iter().map(|edge| f64::from(edge.decimetres) / 10.0).sum()
    }

    /// The bends of an edge without its ends.
    pub(crate) fn bends(&self, edge: usize) -> &[Fixed] {
        let start = self.edges[edge].shape_start as usize;
        let end = self.edges.get(edge + 1).map_or(self.shapes.len(), |next| next.shape_start as usize);
        &self.shapes[start..end]
    }

    /// All points of an edge in order.
    pub(crate) fn points(&self, edge: usize) -> impl Iterator<Item = Fixed> + '_ {
        let Edge { from, to, .. } = self.edges[edge];
        std::iter::once(self.vertices[from as usize])
            .chain(self.bends(edge).iter().copied())
            .chain(std::iter::once(self.vertices[to as usize]))
    }

    /// The part of the road network that an edge belongs to; 0 is the largest.
    pub(crate) fn part(&self, edge: usize) -> u32 {
        self.parts[self.edges[edge].from as usize]
    }

    /// Every open direction of every edge: from, to, cost.
    pub(crate) fn arcs(&self) -> impl Iterator<Item = (u32, u32, Cost)> + '_ {
        self.edges.iter().flat_map(|edge| {
            let forward = edge.forward().map(|cost| (edge.from, edge.to, cost));
            let backward = edge.backward().map(|cost| (edge.to, edge.from, cost));
            forward.into_iter().chain(backward)
        })
    }
}
