//! The parts of a graph within which every crossing can be reached from every other and back.

use super::Graph;

/// The part of every crossing, numbered from the largest (0) down.
///
/// Strongly connected components by Tarjan's algorithm (1972), with a stack of its own instead of recursion,
/// so that a long road cannot overflow the program's stack.
pub(super) fn strong_parts(graph: &Graph) -> Vec<u32> {
    let successors = Successors::of(graph);
    let count = graph.vertices.len();
    let mut search = Search {
        found_at: vec![UNSEEN; count],
        lowest: vec![0; count],
        is_open: vec![false; count],
        open: Vec::new(),
        part: vec![0; count],
        sizes: Vec::new(),
    };
    let mut clock = 0;
    let mut path: Vec<(u32, usize)> = Vec::new();
    for root in 0..count as u32 {
        if search.found_at[root as usize] != UNSEEN {
            continue;
        }
        search.enter(root, &mut clock);
        path.push((root, 0));
        while let Some((vertex, next)) = path.pop() {
            match successors.of_vertex(vertex).get(next) {
                Some(&successor) => {
                    path.push((vertex, next + 1));
                    if search.found_at[successor as usize] == UNSEEN {
                        search.enter(successor, &mut clock);
                        path.push((successor, 0));
                    } else if search.is_open[successor as usize] {
                        search.lower(vertex, search.found_at[successor as usize]);
                    }
                }
                None => {
                    search.leave(vertex);
                    if let Some((parent, _)) = path.last() {
                        search.lower(*parent, search.lowest[vertex as usize]);
                    }
                }
            }
        }
    }
    search.numbered_by_size()
}

const UNSEEN: u32 = u32::MAX;

struct Search {
    found_at: Vec<u32>,
    lowest: Vec<u32>,
    is_open: Vec<bool>,
    open: Vec<u32>,
    part: Vec<u32>,
    sizes: Vec<u32>,
}

impl Search {
    fn enter(&mut self, vertex: u32, clock: &mut u32) {
        self.found_at[vertex as usize] = *clock;
        self.lowest[vertex as usize] = *clock;
        *clock += 1;
        self.open.push(vertex);
        self.is_open[vertex as usize] = true;
    }

    fn lower(&mut self, vertex: u32, to: u32) {
        let lowest = &mut self.lowest[vertex as usize];
        *lowest = to.min(*lowest);
    }

    /// Closes the part of which `vertex` is the first, if it is.
    fn leave(&mut self, vertex: u32) {
        if self.lowest[vertex as usize] != self.found_at[vertex as usize] {
            return;
        }
        let part = self.sizes.len() as u32;
        self.sizes.push(0);
        while let Some(member) = self.open.pop() {
            self.is_open[member as usize] = false;
            self.part[member as usize] = part;
            self.sizes[part as usize] += 1;
            if member == vertex {
                break;
            }
        }
    }

    fn numbered_by_size(self) -> Vec<u32> {
        let mut by_size: Vec<usize> = (0..self.sizes.len()).collect();
        by_size.sort_by_key(|part| std::cmp::Reverse(self.sizes[*part]));
        let mut number = vec![0; by_size.len()];
        for (position, part) in by_size.into_iter().enumerate() {
            number[part] = position as u32;
        }
        self.part.into_iter().map(|part| number[part as usize]).collect()
    }
}

/// Where one can drive from each crossing.
struct Successors {
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl Successors {
    fn of(graph: &Graph) -> Self {
        let mut starts = vec![0_u32; graph.vertices.len() + 1];
        for (from, _, _) in graph.arcs() {
            starts[from as usize + 1] += 1;
        }
        for position in 1..starts.len() {
            starts[position] += starts[position - 1];
        }
        let mut ends = vec![0; starts.last().map_or(0, |last| *last as usize)];
        let mut next = starts.clone();
        for (from, to, _) in graph.arcs() {
            ends[next[from as usize] as usize] = to;
            next[from as usize] += 1;
        }
        Self { starts, ends }
    }

    fn of_vertex(&self, vertex: u32) -> &[u32] {
        &self.ends[self.starts[vertex as usize] as usize..self.starts[vertex as usize + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::random_graph;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_are_what_can_be_reached_both_ways(seed: u64, vertices in 1_usize..14, roads in 0_usize..24) {
            let graph = random_graph(seed, vertices, roads);
            let parts = strong_parts(&graph);
            let mut reach = vec![vec![false; vertices]; vertices];
            for (vertex, reached) in reach.iter_mut().enumerate() {
                reached[vertex] = true;
            }
            for (from, to, _) in graph.arcs() {
                reach[from as usize][to as usize] = true;
            }
            for middle in 0..vertices {
                for from in 0..vertices {
                    for to in 0..vertices {
                        reach[from][to] |= reach[from][middle] && reach[middle][to];
                    }
                }
            }
            for from in 0..vertices {
                for to in 0..vertices {
                    prop_assert_eq!(parts[from] == parts[to], reach[from][to] && reach[to][from]);
                }
            }
            let size = |part| parts.iter().filter(|other| **other == part).count();
            prop_assert!((1..vertices as u32).all(|part| size(part) <= size(part - 1)));
        }
    }
}
