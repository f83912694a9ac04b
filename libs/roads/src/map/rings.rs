//! Joins the lines of an area into closed rings.

use std::collections::HashMap;

use crate::geo::Fixed;

/// Joins lines of node ids end to end; gives the closed rings, and whether some line was left over.
pub(super) fn joined(lines: &[&[i64]]) -> (Vec<Vec<i64>>, bool) {
    let mut rings = Vec::new();
    let mut ends: HashMap<i64, Vec<usize>> = HashMap::new();
    let mut is_used = vec![false; lines.len()];
    for (number, line) in lines.iter().enumerate() {
        match (line.first(), line.last()) {
            (Some(first), Some(last)) if first == last => {
                is_used[number] = true;
                if line.len() > 3 {
                    rings.push(line.to_vec());
                }
            }
            (Some(first), Some(last)) => {
                ends.entry(*first).or_default().push(number);
                ends.entry(*last).or_default().push(number);
            }
            _ => is_used[number] = true,
        }
    }
    let mut is_left_over = false;
    for number in 0..lines.len() {
        if std::mem::replace(&mut is_used[number], true) {
            continue;
        }
        let mut ring = lines[number].to_vec();
        while let Some(next) = next_line(&ring, &ends, &is_used) {
            is_used[next] = true;
            extend(&mut ring, lines[next]);
            if ring.first() == ring.last() {
                break;
            }
        }
        if ring.first() == ring.last() && ring.len() > 3 {
            rings.push(ring);
        } else {
            is_left_over = true;
        }
    }
    (rings, is_left_over)
}

fn next_line(ring: &[i64], ends: &HashMap<i64, Vec<usize>>, is_used: &[bool]) -> Option<usize> {
    ends.get(ring.last()?)?.iter().copied().find(|number| !is_used[*number])
}

fn extend(ring: &mut Vec<i64>, line: &[i64]) {
    if ring.last() == line.first() {
        ring.extend(&line[1..]);
    } else {
        ring.extend(line.iter().rev().skip(1));
    }
}

/// Whether a point lies within a closed ring (even-odd rule).
pub(super) fn holds(ring: &[Fixed], point: Fixed) -> bool {
    let mut is_within = false;
    for pair in ring.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if (a.latitude > point.latitude) == (b.latitude > point.latitude) {
            continue;
        }
        let share = (f64::from(point.latitude) - f64::from(a.latitude))
            / (f64::from(b.latitude) - f64::from(a.latitude));
        let longitude = f64::from(a.longitude) + (f64::from(b.longitude) - f64::from(a.longitude)) * share;
        if f64::from(point.longitude) < longitude {
            is_within = !is_within;
        }
    }
    is_within
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&[i64]], expected: &[&[i64]], is_left_over: bool) {
        assert_eq!(joined(lines), (expected.iter().map(|ring| ring.to_vec()).collect(), is_left_over));
    }

    #[test]
    fn lines_join_in_any_direction() {
        check(&[&[1, 2, 3], &[1, 4, 3]], &[&[1, 2, 3, 4, 1]], false);
        check(&[&[1, 2, 3, 1], &[5, 6, 7], &[7, 5]], &[&[1, 2, 3, 1], &[5, 6, 7, 5]], false);
        check(&[&[1, 2, 3], &[3, 4]], &[], true);
        check(&[&[], &[1]], &[], false);
        check(&[&[1, 2], &[2, 1]], &[], true);
    }

    #[test]
    fn points_within_a_ring() {
        let at = |latitude, longitude| Fixed { latitude, longitude };
        let ring = [at(0, 0), at(0, 10), at(10, 10), at(10, 0), at(0, 0)];
        assert!(holds(&ring, at(5, 5)));
        assert!(!holds(&ring, at(5, 15)));
        assert!(!holds(&ring, at(15, 5)));
    }
}
