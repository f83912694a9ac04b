//! Takes vertices out of a graph in order of importance and keeps the fastest ways by shortcuts.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Arcs, Hierarchy};
use crate::cost::Cost;
use crate::graph::Graph;

/// Most vertices that a witness search looks at when it only weighs a vertex.
const WITNESS_VERTICES_WEIGHING: usize = 40;
/// Most vertices that a witness search looks at when a shortcut is at stake.
///
/// Fewer make the preparation faster and leave needless shortcuts; the answers stay the same.
const WITNESS_VERTICES_CONTRACTING: usize = 400;

pub(super) fn contract(graph: &Graph) -> Hierarchy {
    let mut contraction = Contraction::of(graph);
    let count = graph.vertices.len();
    let mut queue: BinaryHeap<Reverse<(i64, u32)>> =
        (0..count as u32).map(|vertex| Reverse((contraction.weigh(vertex), vertex))).collect();
    let mut ranks = vec![0; count];
    let mut rank = 0;
    while let Some(Reverse((_, vertex))) = queue.pop() {
        // Neighbours may have gone since the vertex was weighed: weigh again before taking it.
        let weight = contraction.weigh(vertex);
        if queue.peek().is_some_and(|Reverse((next, _))| weight > *next) {
            queue.push(Reverse((weight, vertex)));
            continue;
        }
        contraction.take_out(vertex);
        ranks[vertex as usize] = rank;
        rank += 1;
    }
    contraction.into_hierarchy(ranks)
}

/// An arc of the shrinking graph, seen from one of its ends.
#[derive(Clone, Copy)]
struct Arc {
    other: u32,
    cost: Cost,
}

/// The graph while it shrinks. A vertex that is out keeps its last arcs: they are its upward arcs.
struct Contraction {
    outgoing: Vec<Vec<Arc>>,
    incoming: Vec<Vec<Arc>>,
    /// The height of the ladder of shortcuts below a vertex; it spreads the work evenly over the map.
    depth: Vec<u32>,
    witness: Witness,
    shortcuts: Vec<(u32, u32, Cost)>,
}

impl Contraction {
    fn of(graph: &Graph) -> Self {
        let count = graph.vertices.len();
        let mut contraction = Self {
            outgoing: vec![Vec::new(); count],
            incoming: vec![Vec::new(); count],
            depth: vec![0; count],
            witness: Witness::new(count),
            shortcuts: Vec::new(),
        };
        for (from, to, cost) in graph.arcs() {
            contraction.add(from, to, cost);
        }
        contraction
    }

    fn add(&mut self, from: u32, to: u32, cost: Cost) {
        if from == to {
            return;
        }
        improve(&mut self.outgoing[from as usize], to, cost);
        improve(&mut self.incoming[to as usize], from, cost);
    }

    /// How important a vertex is: low goes first.
    fn weigh(&mut self, vertex: u32) -> i64 {
        self.find_shortcuts(vertex, WITNESS_VERTICES_WEIGHING);
        let removed = self.outgoing[vertex as usize].len() + self.incoming[vertex as usize].len();
        2 * self.shortcuts.len() as i64 - removed as i64 + i64::from(self.depth[vertex as usize])
    }

    fn take_out(&mut self, vertex: u32) {
        self.find_shortcuts(vertex, WITNESS_VERTICES_CONTRACTING);
        let shortcuts = std::mem::take(&mut self.shortcuts);
        for (from, to, cost) in &shortcuts {
            self.add(*from, *to, *cost);
        }
        self.shortcuts = shortcuts;
        let depth = self.depth[vertex as usize] + 1;
        for position in 0..self.outgoing[vertex as usize].len() {
            let other = self.outgoing[vertex as usize][position].other as usize;
            self.incoming[other].retain(|arc| arc.other != vertex);
            self.depth[other] = self.depth[other].max(depth);
        }
        for position in 0..self.incoming[vertex as usize].len() {
            let other = self.incoming[vertex as usize][position].other as usize;
            self.outgoing[other].retain(|arc| arc.other != vertex);
            self.depth[other] = self.depth[other].max(depth);
        }
    }

    /// The shortcuts that taking a vertex out would ask for, into `self.shortcuts`.
    fn find_shortcuts(&mut self, vertex: u32, vertices_max: usize) {
        self.shortcuts.clear();
        let outgoing = &self.outgoing[vertex as usize];
        for before in &self.incoming[vertex as usize] {
            let over = outgoing.iter().filter(|after| after.other != before.other);
            let Some(farthest) = over.clone().map(|after| before.cost + after.cost).max() else { continue };
            self.witness.search(&self.outgoing, before.other, vertex, farthest, vertices_max);
            for after in over {
                let cost = before.cost + after.cost;
                if self.witness.cost(after.other) > cost {
                    self.shortcuts.push((before.other, after.other, cost));
                }
            }
        }
    }

    fn into_hierarchy(self, ranks: Vec<u32>) -> Hierarchy {
        let mut vertex_of_rank = vec![0; ranks.len()];
        for (vertex, rank) in ranks.iter().enumerate() {
            vertex_of_rank[*rank as usize] = vertex;
        }
        let arcs = |lists: &[Vec<Arc>]| {
            let mut arcs = Arcs { starts: vec![0], heads: Vec::new(), costs: Vec::new() };
            for vertex in &vertex_of_rank {
                for arc in &lists[*vertex] {
                    arcs.heads.push(ranks[arc.other as usize]);
                    arcs.costs.push(arc.cost);
                }
                arcs.starts.push(arcs.heads.len() as u32);
            }
            arcs
        };
        let (forward, backward) = (arcs(&self.outgoing), arcs(&self.incoming));
        Hierarchy { ranks, forward, backward }
    }
}

/// Keeps the cheaper of two arcs between the same ends.
fn improve(arcs: &mut Vec<Arc>, other: u32, cost: Cost) {
    match arcs.iter_mut().find(|arc| arc.other == other) {
        Some(arc) => arc.cost = arc.cost.min(cost),
        None => arcs.push(Arc { other, cost }),
    }
}

/// A small search for a way around a vertex.
struct Witness {
    costs: Vec<Cost>,
    touched: Vec<u32>,
    queue: BinaryHeap<Reverse<(Cost, u32)>>,
}

impl Witness {
    fn new(count: usize) -> Self {
        Self { costs: vec![Cost::NEVER; count], touched: Vec::new(), queue: BinaryHeap::new() }
    }

    /// Costs from `from` without going over `without`, up to `farthest` or until enough was seen.
    fn search(
        &mut self,
        outgoing: &[Vec<Arc>],
        from: u32,
        without: u32,
        farthest: Cost,
        vertices_max: usize,
    ) {
        for vertex in self.touched.drain(..) {
            self.costs[vertex as usize] = Cost::NEVER;
        }
        self.queue.clear();
        self.reach(from, Cost::ZERO);
        let mut seen = 0;
        while let Some(Reverse((cost, vertex))) = self.queue.pop() {
            if cost > self.costs[vertex as usize] {
                continue;
            }
            seen += 1;
            if cost > farthest || seen > vertices_max {
                break;
            }
            for arc in &outgoing[vertex as usize] {
                if arc.other != without && cost + arc.cost < self.costs[arc.other as usize] {
                    self.reach(arc.other, cost + arc.cost);
                }
            }
        }
    }

    fn reach(&mut self, vertex: u32, cost: Cost) {
        if self.costs[vertex as usize] == Cost::NEVER {
            self.touched.push(vertex);
        }
        self.costs[vertex as usize] = cost;
        self.queue.push(Reverse((cost, vertex)));
    }

    /// A cost that a way around has; it may be too high, never too low.
    fn cost(&self, vertex: u32) -> Cost {
        self.costs[vertex as usize]
    }
}
