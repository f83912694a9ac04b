//! Smoothing and cutting of lines and rings.

use super::Bounds;
use crate::geo::{Fixed, LocalPlane, nearest_on_segment};

/// Leaves out points that lie within a tolerance of the line between those that stay.
///
/// Douglas and Peucker (1973), with a stack of its own instead of recursion.
pub(super) fn smoothed(points: &[Fixed], tolerance_metres: f64) -> Vec<Fixed> {
    if points.len() < 3 || tolerance_metres <= 0.0 {
        return points.to_vec();
    }
    let last = points.len() - 1;
    let mut stays = vec![false; points.len()];
    (stays[0], stays[last]) = (true, true);
    let mut open = vec![(0, last)];
    while let Some((start, end)) = open.pop() {
        let mut farthest = (tolerance_metres * tolerance_metres, None);
        for position in start + 1..end {
            let plane = LocalPlane::around(points[position]);
            let (squared, _) = nearest_on_segment(plane.project(points[start]), plane.project(points[end]));
            if squared > farthest.0 {
                farthest = (squared, Some(position));
            }
        }
        if let (_, Some(position)) = farthest {
            stays[position] = true;
            open.extend([(start, position), (position, end)]);
        }
    }
    points.iter().zip(stays).filter(|(_, stays)| *stays).map(|(point, _)| *point).collect()
}

/// A box in whole units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    south_west: Fixed,
    north_east: Fixed,
}

impl Frame {
    pub(super) fn of(bounds: Bounds) -> Self {
        Self {
            south_west: Fixed::from_coordinate(bounds.south_west),
            north_east: Fixed::from_coordinate(bounds.north_east),
        }
    }

    pub(super) fn holds(&self, point: Fixed) -> bool {
        Side::ALL.into_iter().all(|side| side.holds(self, point))
    }

    /// The corners clockwise from the south-west.
    pub(super) fn corners(&self) -> [Fixed; 4] {
        let Self { south_west, north_east } = *self;
        let at = |latitude, longitude| Fixed { latitude, longitude };
        [
            south_west,
            at(north_east.latitude, south_west.longitude),
            north_east,
            at(south_west.latitude, north_east.longitude),
        ]
    }

    /// How far along the edge a point of it lies: clockwise from the south-west corner, 1 for each side.
    pub(super) fn along_edge(&self, point: Fixed) -> Option<f64> {
        let Self { south_west, north_east } = *self;
        let share = |from: i32, to: i32, at: i32| {
            let length = f64::from(to) - f64::from(from);
            if length == 0.0 { 0.0 } else { (f64::from(at) - f64::from(from)) / length }
        };
        let north = share(south_west.latitude, north_east.latitude, point.latitude);
        let east = share(south_west.longitude, north_east.longitude, point.longitude);
        if point.longitude == south_west.longitude {
            Some(north)
        } else if point.latitude == north_east.latitude {
            Some(1.0 + east)
        } else if point.longitude == north_east.longitude {
            Some(3.0 - north)
        } else if point.latitude == south_west.latitude {
            Some(4.0 - east)
        } else {
            None
        }
    }

    /// A point itself if it lies on the edge, else the nearest point of the edge within `metres_max`.
    pub(super) fn led_to_edge(&self, point: Fixed, metres_max: f64) -> Option<Fixed> {
        let Self { south_west, north_east } = *self;
        let metres = |other: &Fixed| point.metres_to(*other);
        [
            Fixed { latitude: south_west.latitude, ..point },
            Fixed { longitude: south_west.longitude, ..point },
            Fixed { latitude: north_east.latitude, ..point },
            Fixed { longitude: north_east.longitude, ..point },
        ]
        .into_iter()
        .min_by(|a, b| metres(a).total_cmp(&metres(b)))
        .filter(|nearest| metres(nearest) <= metres_max)
    }

    /// The pieces of a line that lie within the box.
    pub(super) fn cut_line(&self, line: &[Fixed]) -> Vec<Vec<Fixed>> {
        let mut pieces = vec![line.to_vec()];
        for side in Side::ALL {
            pieces = pieces.iter().flat_map(|piece| side.cut_line(self, piece)).collect();
        }
        pieces
    }

    /// A closed ring cut to the box; empty if it lies outside.
    ///
    /// Sutherland and Hodgman (1974): a ring that falls apart stays joined along the box's edge, where a
    /// drawing does not show it.
    pub(super) fn cut_ring(&self, ring: &[Fixed]) -> Vec<Fixed> {
        let mut points = ring[..ring.len().saturating_sub(1)].to_vec();
        for side in Side::ALL {
            let mut kept = Vec::with_capacity(points.len());
            for (position, &point) in points.iter().enumerate() {
                let previous = points[(position + points.len() - 1) % points.len()];
                if side.holds(self, point) != side.holds(self, previous) {
                    kept.push(side.crossing(self, previous, point));
                }
                if side.holds(self, point) {
                    kept.push(point);
                }
            }
            points = kept;
        }
        if points.len() < 3 {
            return Vec::new();
        }
        points.push(points[0]);
        points
    }
}

/// A side of a box.
#[derive(Debug, Clone, Copy)]
enum Side {
    South,
    West,
    North,
    East,
}

impl Side {
    const ALL: [Self; 4] = [Self::South, Self::West, Self::North, Self::East];

    fn holds(self, frame: &Frame, point: Fixed) -> bool {
        match self {
            Self::South => point.latitude >= frame.south_west.latitude,
            Self::West => point.longitude >= frame.south_west.longitude,
            Self::North => point.latitude <= frame.north_east.latitude,
            Self::East => point.longitude <= frame.north_east.longitude,
        }
    }

    /// Where the line between two points, one within and one beyond, meets the side.
    fn crossing(self, frame: &Frame, from: Fixed, to: Fixed) -> Fixed {
        let between = |from: i32, to: i32, share: f64| {
            (f64::from(from) + (f64::from(to) - f64::from(from)) * share).round() as i32
        };
        let share = |from: i32, to: i32, at: i32| {
            (f64::from(at) - f64::from(from)) / (f64::from(to) - f64::from(from))
        };
        match self {
            Self::South | Self::North => {
                let latitude = if matches!(self, Self::South) {
                    frame.south_west.latitude
                } else {
                    frame.north_east.latitude
                };
                let share = share(from.latitude, to.latitude, latitude);
                Fixed { latitude, longitude: between(from.longitude, to.longitude, share) }
            }
            Self::West | Self::East => {
                let longitude = if matches!(self, Self::West) {
                    frame.south_west.longitude
                } else {
                    frame.north_east.longitude
                };
                let share = share(from.longitude, to.longitude, longitude);
                Fixed { latitude: between(from.latitude, to.latitude, share), longitude }
            }
        }
    }

    fn cut_line(self, frame: &Frame, line: &[Fixed]) -> Vec<Vec<Fixed>> {
        let (mut pieces, mut piece) = (Vec::new(), Vec::new());
        let mut previous: Option<Fixed> = None;
        for &point in line {
            let holds = self.holds(frame, point);
            if let Some(previous) = previous.filter(|previous| self.holds(frame, *previous) != holds) {
                add(&mut piece, self.crossing(frame, previous, point));
            }
            if holds {
                add(&mut piece, point);
            } else if !piece.is_empty() {
                pieces.push(std::mem::take(&mut piece));
            }
            previous = Some(point);
        }
        pieces.push(piece);
        pieces.retain(|piece| piece.len() > 1);
        pieces
    }
}

/// Adds a point unless the line is there already, as where a bend lies on the box's edge.
fn add(line: &mut Vec<Fixed>, point: Fixed) {
    if line.last() != Some(&point) {
        line.push(point);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::Numbers;
    use proptest::prelude::*;

    fn points(pairs: &[(i32, i32)]) -> Vec<Fixed> {
        pairs
            .iter()
            .map(|(latitude, longitude)| Fixed { latitude: *latitude, longitude: *longitude })
            .collect()
    }

    fn frame() -> Frame {
        Frame { south_west: Fixed::default(), north_east: Fixed { latitude: 100, longitude: 100 } }
    }

    #[test]
    fn lines_are_cut_into_pieces() {
        let line = points(&[(50, -50), (50, 50), (150, 50), (150, 80), (50, 80)]);
        let expected = vec![points(&[(50, 0), (50, 50), (100, 50)]), points(&[(100, 80), (50, 80)])];
        assert_eq!(frame().cut_line(&line), expected);
        assert!(frame().cut_line(&points(&[(-1, -1), (-5, 200)])).is_empty());
    }

    #[test]
    fn rings_are_cut_and_closed() {
        let around = points(&[(-50, -50), (-50, 150), (150, 150), (150, -50), (-50, -50)]);
        let cut = frame().cut_ring(&around);
        assert_eq!(cut.len(), 5);
        assert_eq!(cut.first(), cut.last());
        assert!(frame().cut_ring(&points(&[(200, 200), (200, 300), (300, 300), (200, 200)])).is_empty());
        assert!(frame().cut_ring(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn smoothing_stays_near_and_cutting_stays_within(seed: u64, count in 2_usize..60) {
            let mut numbers = Numbers(seed);
            let mut coordinate = || numbers.below(30_000) as i32 - 15_000;
            let line: Vec<_> =
                (0..count).map(|_| Fixed { latitude: coordinate(), longitude: coordinate() }).collect();
            let smooth = smoothed(&line, 20.0);
            prop_assert_eq!((smooth.first(), smooth.last()), (line.first(), line.last()));
            for point in &line {
                let plane = LocalPlane::around(*point);
                let metres = smooth
                    .windows(2)
                    .map(|pair| nearest_on_segment(plane.project(pair[0]), plane.project(pair[1])).0.sqrt())
                    .fold(f64::MAX, f64::min);
                prop_assert!(metres <= 20.001, "{}", metres);
            }
            let frame = Frame {
                south_west: Fixed { latitude: -5_000, longitude: -5_000 },
                north_east: Fixed { latitude: 5_000, longitude: 5_000 },
            };
            prop_assert!(frame.cut_line(&line).iter().flatten().all(|point| frame.holds(*point)));
            let mut ring = line.clone();
            ring.push(line[0]);
            prop_assert!(frame.cut_ring(&ring).iter().all(|point| frame.holds(*point)));
        }
    }
}
