//! A search that climbs the hierarchy from one place.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Arcs, Hierarchy};
use crate::cost::Cost;

/// Whether roads are driven along or against while climbing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

/// An upward search with memory that is kept from one run to the next.
pub(crate) struct Search<'a> {
    hierarchy: &'a Hierarchy,
    climbing: &'a Arcs,
    opposite: &'a Arcs,
    costs: Vec<Cost>,
    touched: Vec<u32>,
    queue: BinaryHeap<Reverse<(Cost, u32)>>,
}

impl<'a> Search<'a> {
    pub(crate) fn new(hierarchy: &'a Hierarchy, direction: Direction) -> Self {
        let (climbing, opposite) = match direction {
            Direction::Forward => (&hierarchy.forward, &hierarchy.backward),
            Direction::Backward => (&hierarchy.backward, &hierarchy.forward),
        };
        Self {
            hierarchy,
            climbing,
            opposite,
            costs: vec![Cost::NEVER; hierarchy.vertex_count()],
            touched: Vec::new(),
            queue: BinaryHeap::new(),
        }
    }

    /// Climbs from the seeded vertices; `reached` gets ranks with the cost to them.
    ///
    /// A rank that is reached more cheaply from above cannot lie on a fastest way and is not climbed from
    /// (stall on demand).
    pub(crate) fn run(&mut self, seeds: &[(u32, Cost)], mut reached: impl FnMut(u32, Cost)) {
        for rank in self.touched.drain(..) {
            self.costs[rank as usize] = Cost::NEVER;
        }
        for (vertex, cost) in seeds {
            self.reach(self.hierarchy.ranks[*vertex as usize], *cost);
        }
        while let Some(Reverse((cost, rank))) = self.queue.pop() {
            if cost > self.costs[rank as usize] || self.is_stalled(rank, cost) {
                continue;
            }
            reached(rank, cost);
            for (head, step) in self.climbing.of(rank) {
                self.reach(head, cost + step);
            }
        }
    }

    fn is_stalled(&self, rank: u32, cost: Cost) -> bool {
        self.opposite.of(rank).any(|(above, step)| self.costs[above as usize] + step < cost)
    }

    fn reach(&mut self, rank: u32, cost: Cost) {
        let known = &mut self.costs[rank as usize];
        if cost >= *known {
            return;
        }
        if *known == Cost::NEVER {
            self.touched.push(rank);
        }
        *known = cost;
        self.queue.push(Reverse((cost, rank)));
    }
}
