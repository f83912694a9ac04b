//! Contraction hierarchies: shortcuts that let a search look upwards only.
//!
//! Geisberger, Sanders, Schultes and Delling, "Contraction Hierarchies: Faster and Simpler Hierarchical
//! Routing in Road Networks" (2008). Vertices are taken out one by one, the least important first; a shortcut
//! keeps every fastest way that led over the vertex. A fastest way then climbs in rank from its start, and
//! climbs in rank from its end seen backwards, so that two small searches meet.

mod contract;
mod search;

pub(crate) use search::{Direction, Search};

use crate::cost::Cost;
use crate::graph::Graph;

/// The upward arcs of all vertices, named by rank: 0 is the least important.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hierarchy {
    /// The rank of every vertex of the graph.
    pub(crate) ranks: Vec<u32>,
    /// Arcs to higher ranks, to be driven along.
    pub(crate) forward: Arcs,
    /// Arcs from higher ranks, to be driven against.
    pub(crate) backward: Arcs,
}

/// Arcs sorted by the rank at their lower end.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Arcs {
    /// Where the arcs of each rank begin, and the end of the last.
    pub(crate) starts: Vec<u32>,
    pub(crate) heads: Vec<u32>,
    pub(crate) costs: Vec<Cost>,
}

impl Arcs {
    pub(crate) fn of(&self, rank: u32) -> impl Iterator<Item = (u32, Cost)> + '_ {
        let range = self.starts[rank as usize] as usize..self.starts[rank as usize + 1] as usize;
        self.heads[range.clone()].iter().copied().zip(self.costs[range].iter().copied())
    }
}

impl Hierarchy {
    pub(crate) fn of(graph: &Graph) -> Self {
        contract::contract(graph)
    }

    pub(crate) fn vertex_count(&self) -> usize {
        self.ranks.len()
    }

    /// Number of arcs, shortcuts among them.
    pub(crate) fn arc_count(&self) -> usize {
        self.forward.heads.len() + self.backward.heads.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{dijkstra, random_graph};
    use proptest::prelude::*;

    fn cheapest(hierarchy: &Hierarchy, from: u32, to: u32) -> Cost {
        let mut up = Search::new(hierarchy, Direction::Forward);
        let mut down = Search::new(hierarchy, Direction::Backward);
        let reached = |search: &mut Search<'_>, seed| {
            let mut reached = vec![];
            search.run(&[(seed, Cost::ZERO)], |rank, cost| reached.push((rank, cost)));
            reached
        };
        let from = reached(&mut up, from);
        let to = reached(&mut down, to);
        from.iter()
            .flat_map(|(rank, cost)| {
                to.iter().filter(move |(other, _)| other == rank).map(move |(_, rest)| *cost + *rest)
            })
            .min()
            .unwrap_or(Cost::NEVER)
    }

    proptest! {
        #[test]
        fn finds_what_dijkstra_finds(seed: u64, vertices in 1_usize..30, roads in 0_usize..90) {
            let graph = random_graph(seed, vertices, roads);
            let hierarchy = Hierarchy::of(&graph);
            for from in 0..vertices as u32 {
                let costs = dijkstra(&graph, &[(from, Cost::ZERO)]);
                for to in 0..vertices as u32 {
                    prop_assert_eq!(cheapest(&hierarchy, from, to), costs[to as usize]);
                }
            }
        }
    }

    #[test]
    fn arcs_climb() {
        let graph = random_graph(7, 200, 500);
        let hierarchy = Hierarchy::of(&graph);
        for arcs in [&hierarchy.forward, &hierarchy.backward] {
            for rank in 0..200 {
                assert!(arcs.of(rank).all(|(head, _)| head > rank));
            }
        }
    }
}
