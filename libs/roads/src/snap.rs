//! Finds the road that an address lies on.

mod tree;

use crate::cost::Cost;
use crate::geo::{Coordinate, Fixed};
use crate::graph::Graph;
use crate::profile::FOOT_KMH;
use tree::{Segment, Tree};

/// Farthest from a road that an address is still taken to lie on it, in metres, unless set otherwise.
pub const SNAP_METRES_MAX: f64 = 1_000.0;

/// Farthest that a road of the largest part may be to be taken before a nearer one of a smaller part, in metres.
///
/// A driveway that the map forgot to join must not cut a house off, but nobody walks over the water from an
/// island to the mainland's road.
pub const LARGEST_PART_METRES_MAX: f64 = 250.0;

/// A place on the road network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snap {
    /// The nearest point of the road.
    pub point: Coordinate,
    /// Straight distance from the address to that point; walked at [`FOOT_KMH`] in every mode.
    pub approach_metres: f64,
    /// The part of the road network that the point lies in; 0 is the largest.
    pub part: u32,
    edge: u32,
    share: f64,
}

impl Snap {
    /// What the way between the address and the road costs.
    pub(crate) fn approach(&self) -> Cost {
        let milliseconds = self.approach_metres * 3_600.0 / f64::from(FOOT_KMH);
        Cost::new(milliseconds.round() as u32, (self.approach_metres * 10.0).round() as u32)
    }

    /// The crossings that can be reached from here first, with what that costs.
    pub(crate) fn departures(&self, graph: &Graph) -> Vec<(u32, Cost)> {
        let edge = &graph.edges[self.edge as usize];
        let forward = edge.forward().map(|cost| (edge.to, cost.share(1.0 - self.share)));
        let backward = edge.backward().map(|cost| (edge.from, cost.share(self.share)));
        forward.into_iter().chain(backward).collect()
    }

    /// The crossings from which here is reached last, with what that costs.
    pub(crate) fn arrivals(&self, graph: &Graph) -> Vec<(u32, Cost)> {
        let edge = &graph.edges[self.edge as usize];
        let forward = edge.forward().map(|cost| (edge.from, cost.share(self.share)));
        let backward = edge.backward().map(|cost| (edge.to, cost.share(1.0 - self.share)));
        forward.into_iter().chain(backward).collect()
    }

    /// The way to a place on the same stretch of road without leaving it.
    pub(crate) fn along(&self, to: &Self, graph: &Graph) -> Option<Cost> {
        if self.edge != to.edge {
            return None;
        }
        let edge = &graph.edges[self.edge as usize];
        let ahead = to.share - self.share;
        if ahead == 0.0 {
            return Some(Cost::ZERO);
        }
        let cost = if ahead > 0.0 { edge.forward() } else { edge.backward() };
        cost.map(|cost| cost.share(ahead.abs()))
    }
}

/// The stretches of a graph, sorted by where they lie.
#[derive(Debug, Clone)]
pub(crate) struct Snapper {
    tree: Tree,
}

impl Snapper {
    pub(crate) fn of(graph: &Graph) -> Self {
        let mut segments = Vec::with_capacity(graph.edges.len() + graph.shapes.len());
        for edge in 0..graph.edges.len() {
            let mut points = graph.points(edge);
            let Some(mut last) = points.next() else { continue };
            for point in points {
                segments.push(Segment { from: last, to: point, edge: edge as u32 });
                last = point;
            }
        }
        Self { tree: Tree::of(segments) }
    }

    /// The road that a place lies on, by the rule of [`LARGEST_PART_METRES_MAX`].
    pub(crate) fn snap(&self, graph: &Graph, place: Coordinate, metres_max: f64) -> Option<Snap> {
        let place = Fixed::from_coordinate(place);
        let found = self
            .tree
            .nearest(place, metres_max.min(LARGEST_PART_METRES_MAX), |edge| graph.part(edge as usize) == 0)
            .or_else(|| self.tree.nearest(place, metres_max, |_| true))?;
        let Segment { from, to, edge } = found.segment;
        let along = |a: Fixed, b: Fixed, share: f64| {
            let between =
                |a: i32, b: i32| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as i32;
            Fixed { latitude: between(a.latitude, b.latitude), longitude: between(a.longitude, b.longitude) }
        };
        let point = along(from, to, found.share);
        Some(Snap {
            point: point.to_coordinate(),
            approach_metres: place.metres_to(point),
            part: graph.part(edge as usize),
            edge,
            share: share_of_edge(graph, edge as usize, found.segment, point),
        })
    }
}

/// How far along its whole edge a point of one of its segments lies, from 0 to 1.
fn share_of_edge(graph: &Graph, edge: usize, segment: Segment, point: Fixed) -> f64 {
    let (mut before, mut total) = (None, 0.0);
    let mut points = graph.points(edge);
    let Some(mut last) = points.next() else { return 0.0 };
    for next in points {
        if before.is_none() && (last, next) == (segment.from, segment.to) {
            before = Some(total + last.metres_to(point));
        }
        total += last.metres_to(next);
        last = next;
    }
    if total > 0.0 { (before.unwrap_or(0.0) / total).clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Mode, Profile};
    use crate::tests::Draft;

    /// Snaps to the crossroads' map; gives point, approach and the seconds of departures.
    fn check(latitude: f64, longitude: f64, expected: Option<(f64, f64, f64, usize)>) {
        let mut map = Draft::crossroads();
        // An island: a road that hangs together but not with the rest.
        map.node(20, 0.01, 0.01, &[]);
        map.node(21, 0.01, 0.011, &[]);
        map.way(&[20, 21], &[("highway", "residential")]);
        // Another one, nearer to the rest.
        map.node(22, 0.004, 0.0, &[]);
        map.node(23, 0.004, 0.001, &[]);
        map.way(&[22, 23], &[("highway", "residential")]);
        let graph = Graph::from_map(&map.to_pbf(), &Profile::standard(Mode::Foot)).unwrap();
        let place = Coordinate::new(latitude, longitude).unwrap();
        let snap = Snapper::of(&graph).snap(&graph, place, 400.0);
        let found = snap.map(|snap| {
            assert_eq!(snap.departures(&graph).len(), 2);
            (snap.point.latitude(), snap.point.longitude(), snap.approach_metres.round(), snap.part as usize)
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn finds_the_nearest_stretch() {
        check(0.0003, 0.0008, Some((0.0, 0.0008, 33.0, 0)));
        check(0.0, 0.0, Some((0.0, 0.0, 0.0, 0)));
        check(0.0, -0.0008, Some((0.0, -0.0008, 0.0, 0)));
        check(0.0, -0.004, Some((0.0, -0.001, 334.0, 0)));
        check(0.0, -0.006, None);
    }

    #[test]
    fn an_island_is_used_when_the_rest_is_too_far() {
        check(0.003, 0.0, Some((0.001, 0.0, 222.0, 0)));
        check(0.0041, 0.0005, Some((0.004, 0.0005, 11.0, 2)));
        check(0.0101, 0.0105, Some((0.01, 0.0105, 11.0, 1)));
    }

    #[test]
    fn shares_run_along_bends() {
        let graph = Graph::from_map(&Draft::crossroads().to_pbf(), &Profile::standard(Mode::Car)).unwrap();
        let snapper = Snapper::of(&graph);
        let snap = |longitude| {
            snapper.snap(&graph, Coordinate::new(0.0, longitude).unwrap(), 100.0).expect("on the road")
        };
        let (near, far) = (snap(-0.0002), snap(-0.0008));
        let cost = near.along(&far, &graph).unwrap();
        assert_eq!(cost.whole_metres(), 67);
        // 66.7 metres at 24 km/h.
        assert_eq!(cost.whole_seconds(), 10);
        assert_eq!(far.along(&near, &graph), Some(cost));
        assert_eq!(near.along(&snap(0.0005), &graph), None);
    }
}
