//! A tree of boxes around road segments, packed once and then only read.
//!
//! Sort-tile-recursive packing (Leutenegger, Lopez and Edgington 1997): no empty space however unevenly the
//! roads lie, and no segment stored twice however long it is.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::geo::{Fixed, LocalPlane, nearest_on_segment};

/// Children of one box.
const FANOUT: usize = 16;

/// A straight piece of an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Segment {
    pub(super) from: Fixed,
    pub(super) to: Fixed,
    pub(super) edge: u32,
}

/// The segment nearest to a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) segment: Segment,
    /// How far along the segment the nearest point lies, from 0 to 1.
    pub(super) share: f64,
}

#[derive(Debug, Clone, Copy)]
struct Bounds {
    south_west: Fixed,
    north_east: Fixed,
}

impl Bounds {
    fn of(segment: &Segment) -> Self {
        let (a, b) = (segment.from, segment.to);
        Self {
            south_west: Fixed {
                latitude: a.latitude.min(b.latitude),
                longitude: a.longitude.min(b.longitude),
            },
            north_east: Fixed {
                latitude: a.latitude.max(b.latitude),
                longitude: a.longitude.max(b.longitude),
            },
        }
    }

    fn around(all: &[Self]) -> Self {
        let mut bounds = all[0];
        for other in all {
            bounds.south_west.latitude = bounds.south_west.latitude.min(other.south_west.latitude);
            bounds.south_west.longitude = bounds.south_west.longitude.min(other.south_west.longitude);
            bounds.north_east.latitude = bounds.north_east.latitude.max(other.north_east.latitude);
            bounds.north_east.longitude = bounds.north_east.longitude.max(other.north_east.longitude);
        }
        bounds
    }

    /// Square of the metres from the plane's origin to the box, 0 inside it.
    fn metres_squared(&self, plane: &LocalPlane) -> f64 {
        let (west, south) = plane.project(self.south_west);
        let (east, north) = plane.project(self.north_east);
        let x = west.max(-east).max(0.0);
        let y = south.max(-north).max(0.0);
        x * x + y * y
    }
}

/// Segments in leaves of [`FANOUT`], boxes of [`FANOUT`] boxes above them.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    segments: Vec<Segment>,
    /// Boxes by level; level 0 lies around segments, the last level holds one box.
    levels: Vec<Vec<Bounds>>,
}

impl Tree {
    pub(super) fn of(mut segments: Vec<Segment>) -> Self {
        let middle = |a: i32, b: i32| i64::from(a) + i64::from(b);
        segments.sort_unstable_by_key(|s| middle(s.from.longitude, s.to.longitude));
        let leaves = segments.len().div_ceil(FANOUT);
        let leaves_per_slice = (leaves as f64).sqrt().ceil() as usize;
        for slice in segments.chunks_mut((leaves_per_slice * FANOUT).max(1)) {
            slice.sort_unstable_by_key(|s| middle(s.from.latitude, s.to.latitude));
        }
        let mut levels: Vec<Vec<Bounds>> = Vec::new();
        let mut level: Vec<Bounds> = segments
            .chunks(FANOUT)
            .map(|leaf| Bounds::around(&leaf.iter().map(Bounds::of).collect::<Vec<_>>()))
            .collect();
        while level.len() > 1 {
            let above = level.chunks(FANOUT).map(Bounds::around).collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Self { segments, levels }
    }

    /// The nearest segment, of an edge that `accepts` takes, within `metres_max`.
    pub(super) fn nearest(
        &self,
        place: Fixed,
        metres_max: f64,
        accepts: impl Fn(u32) -> bool,
    ) -> Option<Found> {
        let plane = LocalPlane::around(place);
        let mut best_squared = metres_max * metres_max;
        let mut best = None;
        let top = self.levels.len() - 1;
        let mut queue = BinaryHeap::new();
        for (position, bounds) in self.levels[top].iter().enumerate() {
            queue.push(Reverse((Metres(bounds.metres_squared(&plane)), top, position)));
        }
        while let Some(Reverse((Metres(squared), level, position))) = queue.pop() {
            if squared > best_squared {
                break;
            }
            let children = position * FANOUT..;
            if level > 0 {
                let below = &self.levels[level - 1];
                for child in children.take(FANOUT).take_while(|child| *child < below.len()) {
                    let squared = below[child].metres_squared(&plane);
                    if squared <= best_squared {
                        queue.push(Reverse((Metres(squared), level - 1, child)));
                    }
                }
                continue;
            }
            for segment in self.segments.iter().skip(children.start).take(FANOUT) {
                let (squared, share) =
                    nearest_on_segment(plane.project(segment.from), plane.project(segment.to));
                if squared <= best_squared && accepts(segment.edge) {
                    // Of two equally near (both ends of a crossing) the one found first stands.
                    if best.is_none() || squared < best_squared {
                        best = Some(Found { segment: *segment, share });
                    }
                    best_squared = squared;
                }
            }
        }
        best
    }
}

/// A number that can be sorted.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Metres(f64);

impl Eq for Metres {}

impl PartialOrd for Metres {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Metres {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::Numbers;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_looking_at_all_finds(seed: u64, count in 1_usize..400, metres_max in 1.0_f64..3000.0) {
            let mut numbers = Numbers(seed);
            let mut point = || Fixed {
                latitude: 590_000_000 + numbers.below(200_000) as i32,
                longitude: 180_000_000 + numbers.below(200_000) as i32,
            };
            let segments: Vec<_> =
                (0..count).map(|edge| Segment { from: point(), to: point(), edge: edge as u32 }).collect();
            let place = point();
            let accepts = |edge: u32| !edge.is_multiple_of(3);
            let plane = LocalPlane::around(place);
            let metres = |s: &Segment| nearest_on_segment(plane.project(s.from), plane.project(s.to)).0.sqrt();
            let expected = segments.iter().filter(|s| accepts(s.edge)).map(metres).reduce(f64::min);
            let found = Tree::of(segments.clone()).nearest(place, metres_max, accepts);
            let found = found.map(|found| metres(&found.segment));
            prop_assert_eq!(found, expected.filter(|metres| *metres <= metres_max));
        }
    }

    #[test]
    fn an_empty_tree_finds_nothing() {
        assert!(Tree::of(vec![]).nearest(Fixed::default(), 1e9, |_| true).is_none());
    }
}
