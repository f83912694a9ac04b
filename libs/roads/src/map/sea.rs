//! Areas of the sea, closed from its shore and the edge of the map.
//!
//! OpenStreetMap has the shore as lines with the land to the left, but not the sea. Within a box it can be
//! closed: from where a shore leaves the box, the box's edge is followed clockwise to where the next shore
//! comes in.

use std::collections::HashMap;

use super::rings::holds;
use super::shape::Frame;
use crate::geo::Fixed;

/// Farthest before the box's edge that an extract may cut a shore off, in metres.
const SHORE_GAP_METRES_MAX: f64 = 300.0;

/// The sea within a box: areas with their islands as holes.
///
/// A shore that the extract cuts off a little before the box's edge is led on to it. `None` if a shore ends
/// farther within the box: then no side can be told from the other. No shore at all gives no sea.
pub(super) fn sea(
    frame: &Frame,
    shores: &[Vec<i64>],
    point: impl Fn(i64) -> Option<Fixed>,
) -> Option<Vec<Vec<Vec<Fixed>>>> {
    let (mut pieces, mut islands, mut areas) = (Vec::new(), Vec::new(), Vec::new());
    for chain in joined_in_direction(shores) {
        let mut lines = known_pieces(&chain, &point);
        let is_whole = lines.len() == 1 && lines[0].len() == chain.len();
        if is_whole && chain.len() > 3 && chain.first() == chain.last() {
            let ring = &mut lines[0];
            if ring.iter().all(|point| frame.holds(*point)) {
                // With the land to the left, a shore that runs against the clock is an island.
                let is_island = doubled_area(ring) > 0;
                if is_island {
                    islands.push(lines.remove(0))
                } else {
                    areas.push(lines)
                }
                continue;
            }
            ring.pop();
            let outside = ring.iter().position(|point| !frame.holds(*point)).unwrap_or(0);
            ring.rotate_left(outside);
            ring.push(ring[0]);
        }
        pieces.extend(lines.iter().flat_map(|line| frame.cut_line(line)));
    }
    let pieces =
        pieces.into_iter().map(|line| Piece::led_to_edge(frame, line)).collect::<Option<Vec<_>>>()?;
    if pieces.is_empty() && !islands.is_empty() && areas.is_empty() {
        let [a, b, c, d] = frame.corners();
        areas.push(vec![vec![a, b, c, d, a]]);
    }
    areas.extend(closed(frame, &pieces).into_iter().map(|ring| vec![ring]));
    for island in islands {
        if let Some(area) = areas.iter_mut().find(|area| holds(&area[0], island[0])) {
            area.push(island);
        }
    }
    Some(areas)
}

/// A shore from one point of the box's edge to another.
struct Piece {
    start: f64,
    end: f64,
    line: Vec<Fixed>,
}

impl Piece {
    fn led_to_edge(frame: &Frame, mut line: Vec<Fixed>) -> Option<Self> {
        let start = frame.led_to_edge(*line.first()?, SHORE_GAP_METRES_MAX)?;
        let end = frame.led_to_edge(*line.last()?, SHORE_GAP_METRES_MAX)?;
        if line.first() != Some(&start) {
            line.insert(0, start);
        }
        if line.last() != Some(&end) {
            line.push(end);
        }
        Some(Self { start: frame.along_edge(start)?, end: frame.along_edge(end)?, line })
    }
}

/// The points of a chain, parted where the extract lacks a node.
fn known_pieces(chain: &[i64], point: impl Fn(i64) -> Option<Fixed>) -> Vec<Vec<Fixed>> {
    let points: Vec<Option<Fixed>> = chain.iter().map(|id| point(*id)).collect();
    let pieces = points.split(Option::is_none).map(|piece| piece.iter().flatten().copied().collect());
    pieces.filter(|piece: &Vec<Fixed>| piece.len() > 1).collect()
}

/// Joins lines only end to start, so that the land stays to the left.
fn joined_in_direction(lines: &[Vec<i64>]) -> Vec<Vec<i64>> {
    let lines: Vec<&Vec<i64>> = lines.iter().filter(|line| line.len() > 1).collect();
    let by_start: HashMap<i64, usize> =
        lines.iter().enumerate().map(|(number, line)| (line[0], number)).collect();
    let mut has_before = vec![false; lines.len()];
    for line in &lines {
        if let Some(next) = by_start.get(&line[line.len() - 1]) {
            has_before[*next] = true;
        }
    }
    // Open chains from their beginnings first; what is left then are closed rings.
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|number| has_before[*number]);
    let mut is_used = vec![false; lines.len()];
    let mut chains = Vec::new();
    for first in order {
        if is_used[first] {
            continue;
        }
        let mut chain: Vec<i64> = vec![lines[first][0]];
        let mut next = Some(first);
        while let Some(number) = next.filter(|number| !std::mem::replace(&mut is_used[*number], true)) {
            chain.extend(&lines[number][1..]);
            next = by_start.get(&chain[chain.len() - 1]).copied();
        }
        chains.push(chain);
    }
    chains
}

/// Closes shores along the edge of the box, clockwise.
fn closed(frame: &Frame, pieces: &[Piece]) -> Vec<Vec<Fixed>> {
    let corners = frame.corners();
    let mut is_used = vec![false; pieces.len()];
    let mut rings = Vec::new();
    for first in 0..pieces.len() {
        if is_used[first] {
            continue;
        }
        let mut ring: Vec<Fixed> = Vec::new();
        let mut current = first;
        loop {
            is_used[current] = true;
            ring.extend(&pieces[current].line);
            let end = pieces[current].end;
            let gap = |number: usize| (pieces[number].start - end).rem_euclid(4.0);
            let candidates = (0..pieces.len()).filter(|number| *number == first || !is_used[*number]);
            let next = candidates.min_by(|a, b| gap(*a).total_cmp(&gap(*b))).unwrap_or(first);
            let mut corner = end.floor() + 1.0;
            while corner - end < gap(next) {
                ring.push(corners[corner as usize % 4]);
                corner += 1.0;
            }
            if next == first {
                break;
            }
            current = next;
        }
        ring.push(ring[0]);
        rings.push(ring);
    }
    rings
}

/// Twice the area within a ring in square units, positive against the clock.
fn doubled_area(ring: &[Fixed]) -> i128 {
    ring.windows(2)
        .map(|pair| {
            i128::from(pair[0].longitude) * i128::from(pair[1].latitude)
                - i128::from(pair[1].longitude) * i128::from(pair[0].latitude)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::Bounds;

    /// Nodes are numbered `latitude * 1000 + longitude + 500` in units of some 111 metres; the box reaches from
    /// 0 to 100.
    fn check(shores: &[&[i64]], expected: Option<&[&[&[i64]]]>) {
        let at = |id: i64| Fixed {
            latitude: (id / 1000) as i32 * 10_000,
            longitude: ((id % 1000) as i32 - 500) * 10_000,
        };
        let frame = Frame::of(Bounds {
            south_west: Fixed { latitude: 0, longitude: 0 }.to_coordinate(),
            north_east: Fixed { latitude: 1_000_000, longitude: 1_000_000 }.to_coordinate(),
        });
        let shores: Vec<_> = shores.iter().map(|line| line.to_vec()).collect();
        let found = sea(&frame, &shores, |id| (id >= 0).then(|| at(id)));
        let expected = expected.map(|areas| {
            let ring = |ring: &&[i64]| ring.iter().map(|id| at(*id)).collect();
            areas.iter().map(|rings| rings.iter().map(ring).collect()).collect()
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn a_shore_northwards_has_the_sea_to_the_east() {
        let sea: &[i64] = &[550, 50_550, 100_550, 100_600, 600, 550];
        check(&[&[550, 50_550], &[50_550, 100_550]], Some(&[&[sea]]));
        // The same shore southwards has the sea to the west.
        let sea: &[i64] = &[100_550, 550, 500, 100_500, 100_550];
        check(&[&[100_550, 550]], Some(&[&[sea]]));
    }

    #[test]
    fn a_strait_lies_between_two_shores() {
        let sea: &[i64] = &[540, 100_540, 100_560, 560, 540];
        check(&[&[540, 100_540], &[100_560, 560]], Some(&[&[sea]]));
    }

    #[test]
    fn islands_are_holes() {
        let island: &[i64] = &[20_520, 20_530, 30_530, 20_520];
        let whole: &[i64] = &[500, 100_500, 100_600, 600, 500];
        check(&[island], Some(&[&[whole, island]]));
        // An island half beyond the box: against the clock it comes in at the lower point of the edge.
        let sea: &[i64] = &[60_600, 50_550, 40_600, 600, 500, 100_500, 100_600, 60_600];
        check(&[&[60_600, 50_550, 40_600, 50_650, 60_600]], Some(&[&[sea]]));
    }

    #[test]
    fn a_shore_cut_off_near_the_edge_is_led_on() {
        let sea: &[i64] = &[550, 2_550, 98_550, 100_550, 100_600, 600, 550];
        check(&[&[-1, 2_550, 98_550, -1]], Some(&[&[sea]]));
    }

    #[test]
    fn a_broken_shore_gives_no_sea() {
        check(&[&[550, 50_550]], None);
        check(&[&[550, 30_550, -1, 70_550, 100_550]], None);
        check(&[], Some(&[]));
    }
}
