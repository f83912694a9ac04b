//! Many-to-many search: every goal leaves its cost at the crossings above it, every start collects them.

use std::ops::Range;

use super::{Cells, Matrix};
use crate::Roads;
use crate::cost::Cost;
use crate::hierarchy::{Direction, Search};
use crate::snap::Snap;

/// One matrix to be searched.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) roads: &'a Roads,
    pub(super) origins: &'a [Option<Snap>],
    pub(super) destinations: &'a [Option<Snap>],
}

/// What destinations left at the ranks above them.
struct Buckets {
    /// Where the entries of each rank begin, and the end of the last.
    starts: Vec<usize>,
    entries: Vec<(u32, Cost)>,
}

impl Task<'_> {
    /// Searches all rows; `write` puts a row's costs into its cells.
    pub(super) fn run<W>(self, threads: usize, matrix: &mut Matrix, write: W)
    where
        W: Fn(usize, &[Cost], Cells<'_>) + Sync,
    {
        let buckets = self.fill_buckets(threads);
        let share = self.origins.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            for (block, cells) in matrix.row_blocks(share).enumerate() {
                let rows = block * share..((block + 1) * share).min(self.origins.len());
                let (buckets, write) = (&buckets, &write);
                scope.spawn(move || self.rows(buckets, rows, cells, write));
            }
        });
    }

    fn fill_buckets(self, threads: usize) -> Buckets {
        let share = self.destinations.len().div_ceil(threads).max(1);
        let lists: Vec<Vec<(u32, u32, Cost)>> = std::thread::scope(|scope| {
            let handles: Vec<_> = self
                .destinations
                .chunks(share)
                .enumerate()
                .map(|(chunk, snaps)| scope.spawn(move || self.left_by(chunk * share, snaps)))
                .collect();
            // A thread that panicked was a fault of ours; it goes on in the caller's thread.
            handles
                .into_iter()
                .map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        let mut starts = vec![0; self.roads.hierarchy.vertex_count() + 1];
        for (rank, _, _) in lists.iter().flatten() {
            starts[*rank as usize + 1] += 1;
        }
        for rank in 1..starts.len() {
            starts[rank] += starts[rank - 1];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, Cost::NEVER); starts.last().copied().unwrap_or(0)];
        for (rank, destination, cost) in lists.into_iter().flatten() {
            entries[next[rank as usize]] = (destination, cost);
            next[rank as usize] += 1;
        }
        Buckets { starts, entries }
    }

    /// Rank, destination and cost of all that some destinations leave.
    fn left_by(self, first: usize, snaps: &[Option<Snap>]) -> Vec<(u32, u32, Cost)> {
        let mut search = Search::new(&self.roads.hierarchy, Direction::Backward);
        let mut left = Vec::new();
        for (position, snap) in snaps.iter().enumerate() {
            let Some(snap) = snap else { continue };
            let destination = (first + position) as u32;
            search.run(&snap.arrivals(&self.roads.graph), |rank, cost| left.push((rank, destination, cost)));
        }
        left
    }

    fn rows(
        self,
        buckets: &Buckets,
        rows: Range<usize>,
        mut cells: Cells<'_>,
        write: &impl Fn(usize, &[Cost], Cells<'_>),
    ) {
        let mut search = Search::new(&self.roads.hierarchy, Direction::Forward);
        let columns = self.destinations.len();
        let mut costs = Vec::new();
        for (position, row) in rows.enumerate() {
            costs.clear();
            costs.resize(columns, Cost::NEVER);
            if let Some(origin) = &self.origins[row] {
                search.run(&origin.departures(&self.roads.graph), |rank, cost| {
                    let range = buckets.starts[rank as usize]..buckets.starts[rank as usize + 1];
                    for (destination, rest) in &buckets.entries[range] {
                        let known = &mut costs[*destination as usize];
                        *known = (*known).min(cost + *rest);
                    }
                });
                self.finish_row(origin, &mut costs);
            }
            write(row, &costs, cells.part(position * columns..(position + 1) * columns));
        }
    }

    /// Adds what the search over crossings does not see: ways along one stretch, and the walks to the road.
    fn finish_row(self, origin: &Snap, costs: &mut [Cost]) {
        for (cost, destination) in costs.iter_mut().zip(self.destinations) {
            let Some(destination) = destination else { continue };
            if let Some(along) = origin.along(destination, &self.roads.graph) {
                *cost = along.min(*cost);
            }
            if *cost != Cost::NEVER {
                *cost = origin.approach() + *cost + destination.approach();
            }
        }
    }
}
