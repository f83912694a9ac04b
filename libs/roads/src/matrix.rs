//! Travel times between many places, and why a cell is only an estimate.

mod many;

use std::fmt;
use std::num::NonZeroUsize;

use crate::cost::Cost;
use crate::fallback::Fallback;
use crate::geo::Coordinate;
use crate::profile::Mode;
use crate::snap::{SNAP_METRES_MAX, Snap};
use crate::{Roads, matrix::many::Task};

/// Most cells of a matrix: 8 000 places by 8 000, about 600 MB.
pub const CELLS_MAX: usize = 64_000_000;
/// Most threads that one matrix is shared between.
pub const THREADS_MAX: usize = 64;

/// Seconds and metres from every origin to every destination.
///
/// Rows are origins, columns destinations, both in the order they were given. The way back may cost
/// otherwise than the way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    origins: usize,
    destinations: usize,
    seconds: Vec<u32>,
    metres: Vec<u32>,
    estimated: Vec<bool>,
}

/// The matrix that was asked for is larger than [`CELLS_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("matrix of {origins} x {destinations} places: expected at most CELLS_MAX = {CELLS_MAX} cells")]
pub struct MatrixTooLarge {
    /// Number of rows.
    pub origins: usize,
    /// Number of columns.
    pub destinations: usize,
}

impl Matrix {
    /// A matrix of zeroes, all marked as known.
    pub(crate) fn new(origins: usize, destinations: usize) -> Result<Self, MatrixTooLarge> {
        let cells = origins
            .checked_mul(destinations)
            .filter(|cells| *cells <= CELLS_MAX)
            .ok_or(MatrixTooLarge { origins, destinations })?;
        Ok(Self {
            origins,
            destinations,
            seconds: vec![0; cells],
            metres: vec![0; cells],
            estimated: vec![false; cells],
        })
    }

    /// A matrix of great-circle estimates alone, for a municipality without a map.
    pub fn estimate(
        origins: &[Coordinate],
        destinations: &[Coordinate],
        fallback: &Fallback,
    ) -> Result<Self, MatrixTooLarge> {
        let mut matrix = Self::new(origins.len(), destinations.len())?;
        for (row, origin) in origins.iter().enumerate() {
            for (column, destination) in destinations.iter().enumerate() {
                matrix.set_estimate(row, column, fallback.seconds_and_metres(*origin, *destination));
            }
        }
        Ok(matrix)
    }

    /// Number of rows.
    pub fn origins(&self) -> usize {
        self.origins
    }

    /// Number of columns.
    pub fn destinations(&self) -> usize {
        self.destinations
    }

    /// Travel time in seconds.
    ///
    /// # Panics
    /// If the row or column does not exist, as indexing a slice does; so do the other cell readers.
    pub fn seconds(&self, origin: usize, destination: usize) -> u32 {
        self.seconds[self.cell(origin, destination)]
    }

    /// Length in metres of the way that the seconds are for.
    pub fn metres(&self, origin: usize, destination: usize) -> u32 {
        self.metres[self.cell(origin, destination)]
    }

    /// Whether the cell comes from the straight line because no way by road was known.
    pub fn is_estimated(&self, origin: usize, destination: usize) -> bool {
        self.estimated[self.cell(origin, destination)]
    }

    /// How many cells are estimates.
    pub fn estimated_count(&self) -> usize {
        self.estimated.iter().filter(|is_estimated| **is_estimated).count()
    }

    /// All travel times in seconds, row after row.
    pub fn all_seconds(&self) -> &[u32] {
        &self.seconds
    }

    /// All lengths in metres, row after row.
    pub fn all_metres(&self) -> &[u32] {
        &self.metres
    }

    pub(crate) fn set(&mut self, origin: usize, destination: usize, seconds: u32, metres: u32) {
        let cell = self.cell(origin, destination);
        (self.seconds[cell], self.metres[cell]) = (seconds, metres);
    }

    pub(crate) fn set_estimate(&mut self, origin: usize, destination: usize, estimate: (u32, u32)) {
        self.set(origin, destination, estimate.0, estimate.1);
        let cell = self.cell(origin, destination);
        self.estimated[cell] = true;
    }

    /// Shares of some rows each, that threads can fill side by side.
    fn row_blocks(&mut self, rows: usize) -> impl Iterator<Item = Cells<'_>> {
        // A matrix without columns has no cells to share.
        let cells = (rows * self.destinations).max(1);
        self.seconds
            .chunks_mut(cells)
            .zip(self.metres.chunks_mut(cells))
            .zip(self.estimated.chunks_mut(cells))
            .map(|((seconds, metres), estimated)| Cells { seconds, metres, estimated })
    }

    fn cell(&self, origin: usize, destination: usize) -> usize {
        assert!(origin < self.origins && destination < self.destinations, "a cell within the matrix");
        origin * self.destinations + destination
    }
}

/// Some cells of a matrix that can be written.
struct Cells<'a> {
    seconds: &'a mut [u32],
    metres: &'a mut [u32],
    estimated: &'a mut [bool],
}

impl Cells<'_> {
    fn set(&mut self, cell: usize, seconds: u32, metres: u32, is_estimated: bool) {
        self.seconds[cell] = seconds;
        self.metres[cell] = metres;
        self.estimated[cell] = is_estimated;
    }

    fn part(&mut self, range: std::ops::Range<usize>) -> Cells<'_> {
        Cells {
            seconds: &mut self.seconds[range.clone()],
            metres: &mut self.metres[range.clone()],
            estimated: &mut self.estimated[range],
        }
    }
}

/// What may be chosen for a matrix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MatrixOptions {
    /// What stands in a cell that has no way by road.
    pub fallback: Fallback,
    /// Farthest from a road that an address is taken to lie on it, in metres.
    pub snap_metres_max: f64,
    /// How many threads share the work; at most [`THREADS_MAX`] are used. The answer is the same for any.
    pub threads: NonZeroUsize,
}

impl MatrixOptions {
    /// The standard figures for a mode, on one thread.
    pub fn standard(mode: Mode) -> Self {
        Self {
            fallback: Fallback::standard(mode),
            snap_metres_max: SNAP_METRES_MAX,
            threads: NonZeroUsize::MIN,
        }
    }
}

/// A matrix by road, with where each place was put on the road network.
#[derive(Debug, Clone, PartialEq)]
pub struct RoadMatrix {
    /// The travel times.
    pub matrix: Matrix,
    /// Where each origin lies on the road network, `None` if no road is near enough.
    pub origins: Vec<Option<Snap>>,
    /// Where each destination lies on the road network, `None` if no road is near enough.
    pub destinations: Vec<Option<Snap>>,
}

/// Why a cell is an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachable {
    /// No road lies near enough to the origin.
    OriginOffRoad,
    /// No road lies near enough to the destination.
    DestinationOffRoad,
    /// The two places lie on parts of the road network that do not hang together, such as an island.
    DifferentParts,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::OriginOffRoad => "no road near the start; the straight line was used",
            Self::DestinationOffRoad => "no road near the goal; the straight line was used",
            Self::DifferentParts => "no way by road between the two; the straight line was used",
        })
    }
}

impl RoadMatrix {
    /// Why a cell is an estimate, `None` if it is a way by road.
    pub fn explain(&self, origin: usize, destination: usize) -> Option<Unreachable> {
        if !self.matrix.is_estimated(origin, destination) {
            return None;
        }
        Some(match (&self.origins[origin], &self.destinations[destination]) {
            (None, _) => Unreachable::OriginOffRoad,
            (_, None) => Unreachable::DestinationOffRoad,
            (Some(_), Some(_)) => Unreachable::DifferentParts,
        })
    }
}

impl Roads {
    /// The fastest ways from every origin to every destination.
    ///
    /// The walk between an address and its road is counted in. A cell without a way by road holds the
    /// fallback's estimate and is marked; [`RoadMatrix::explain`] tells why. Two places with the same
    /// coordinate are 0 apart. Bucket-based many-to-many search over the contraction hierarchy (Knopp,
    /// Sanders, Schultes, Schulz and Wagner 2007).
    pub fn matrix(
        &self,
        origins: &[Coordinate],
        destinations: &[Coordinate],
        options: &MatrixOptions,
    ) -> Result<RoadMatrix, MatrixTooLarge> {
        let mut matrix = Matrix::new(origins.len(), destinations.len())?;
        let snap_all = |places: &[Coordinate]| -> Vec<Option<Snap>> {
            places.iter().map(|place| self.snap(*place, options.snap_metres_max)).collect()
        };
        let origin_snaps = snap_all(origins);
        let destination_snaps =
            if origins == destinations { origin_snaps.clone() } else { snap_all(destinations) };
        let threads = options.threads.get().min(THREADS_MAX);
        let task = Task { roads: self, origins: &origin_snaps, destinations: &destination_snaps };
        task.run(threads, &mut matrix, |row, costs, mut cells| {
            for (column, cost) in costs.iter().enumerate() {
                if origins[row] == destinations[column] {
                    continue;
                }
                if *cost == Cost::NEVER {
                    let (seconds, metres) =
                        options.fallback.seconds_and_metres(origins[row], destinations[column]);
                    cells.set(column, seconds, metres, true);
                } else {
                    cells.set(column, cost.whole_seconds(), cost.whole_metres(), false);
                }
            }
        });
        Ok(RoadMatrix { matrix, origins: origin_snaps, destinations: destination_snaps })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::tests::{Draft, Numbers, dijkstra, maps};

    fn roads(map: &Draft, mode: Mode) -> Roads {
        Roads::from_map(&map.to_pbf(), &Profile::standard(mode)).unwrap()
    }

    fn place(latitude: f64, longitude: f64) -> Coordinate {
        Coordinate::new(latitude, longitude).unwrap()
    }

    #[test]
    fn a_matrix_by_hand() {
        let roads = roads(&Draft::crossroads(), Mode::Car);
        let places = [place(0.0, -0.0005), place(0.0, -0.0009), place(0.0005, 0.0), place(0.5, 0.5)];
        let travel = roads.matrix(&places, &places, &MatrixOptions::standard(Mode::Car)).unwrap();
        let metres: Vec<_> =
            (0..3).map(|row| travel.matrix.all_metres()[row * 4..row * 4 + 3].to_vec()).collect();
        assert_eq!(metres, [[0, 45, 111], [45, 0, 156], [111, 156, 0]]);
        // 111.2 metres at 24 km/h.
        assert_eq!(travel.matrix.seconds(0, 2), 17);
        assert_eq!(travel.explain(0, 2), None);
        assert_eq!(travel.explain(3, 0), Some(Unreachable::OriginOffRoad));
        assert_eq!(travel.explain(0, 3), Some(Unreachable::DestinationOffRoad));
        assert_eq!(travel.explain(3, 3), None);
        assert_eq!(travel.matrix.estimated_count(), 6);
        let estimate = Fallback::standard(Mode::Car).seconds_and_metres(places[0], places[3]);
        assert_eq!((travel.matrix.seconds(0, 3), travel.matrix.metres(0, 3)), estimate);
    }

    #[test]
    fn an_island_is_reached_by_estimate_and_driven_on_by_road() {
        let mut map = Draft::crossroads();
        map.node(20, 0.02, 0.02, &[]);
        map.node(21, 0.02, 0.021, &[]);
        map.way(&[20, 21], &[("highway", "residential")]);
        let roads = roads(&map, Mode::Car);
        let places = [place(0.0, 0.0), place(0.02, 0.02), place(0.02, 0.021)];
        let travel = roads.matrix(&places, &places, &MatrixOptions::standard(Mode::Car)).unwrap();
        assert_eq!(travel.explain(0, 1), Some(Unreachable::DifferentParts));
        assert_eq!(travel.explain(1, 2), None);
        assert_eq!(travel.matrix.metres(1, 2), 111);
    }

    #[test]
    fn a_one_way_street_is_driven_around() {
        let mut map = Draft::crossroads();
        map.node(10, 0.001, 0.001, &[]);
        map.way(&[5, 10], &[("highway", "residential"), ("oneway", "yes")]);
        map.way(&[10, 3], &[("highway", "residential"), ("oneway", "yes")]);
        let roads = roads(&map, Mode::Car);
        let places = [place(0.0002, 0.001), place(0.0008, 0.001)];
        let travel = roads.matrix(&places, &places, &MatrixOptions::standard(Mode::Car)).unwrap();
        assert_eq!((travel.matrix.metres(0, 1), travel.matrix.metres(1, 0)), (67, 378));
    }

    #[test]
    fn too_large_a_matrix_is_refused() {
        let error = Matrix::new(1_000_000, 65).unwrap_err();
        assert!(error.to_string().contains("CELLS_MAX = 64000000"), "{error}");
        assert!(Matrix::new(usize::MAX, 2).is_err());
    }

    /// The road cost of one pair from the plain Dijkstra costs of its origin alone.
    fn expected(roads: &Roads, costs: &[Cost], from: &Snap, to: &Snap) -> Cost {
        let over = to.arrivals(&roads.graph).into_iter().map(|(vertex, cost)| costs[vertex as usize] + cost);
        let cost = over.chain(from.along(to, &roads.graph)).min().unwrap_or(Cost::NEVER);
        if cost == Cost::NEVER { cost } else { from.approach() + cost + to.approach() }
    }

    #[test]
    fn extracts_give_what_dijkstra_gives() {
        for (name, map) in maps() {
            for mode in Mode::ALL {
                let roads = Roads::from_map(&map, &Profile::standard(mode)).unwrap();
                let mut numbers = Numbers(11);
                let vertices = &roads.graph.vertices;
                // Places up to some hundred metres off a crossing, so that bends and islands are met too.
                let mut near_roads = |count: usize| -> Vec<Coordinate> {
                    let mut shift = |degrees: f64| degrees + (numbers.below(4_000) as f64 - 2_000.0) * 1e-6;
                    let shifts: Vec<_> = (0..count).map(|_| (shift(0.0), shift(0.0))).collect();
                    shifts
                        .into_iter()
                        .map(|(north, east)| {
                            let near = vertices[numbers.below(vertices.len())].to_coordinate();
                            place(near.latitude() + north, near.longitude() + east)
                        })
                        .collect()
                };
                let (origins, destinations) = (near_roads(12), near_roads(150));
                let threads = NonZeroUsize::new(2).unwrap();
                let options = MatrixOptions { threads, ..MatrixOptions::standard(mode) };
                let travel = roads.matrix(&origins, &destinations, &options).unwrap();
                let mut by_road = 0;
                for row in 0..origins.len() {
                    let departures = travel.origins[row].map(|from| from.departures(&roads.graph));
                    let costs = dijkstra(&roads.graph, &departures.unwrap_or_default());
                    for column in 0..destinations.len() {
                        let (from, to) = (travel.origins[row], travel.destinations[column]);
                        let cost = from
                            .zip(to)
                            .map_or(Cost::NEVER, |(from, to)| expected(&roads, &costs, &from, &to));
                        let found = (travel.matrix.seconds(row, column), travel.matrix.metres(row, column));
                        assert_eq!(travel.matrix.is_estimated(row, column), cost == Cost::NEVER);
                        if cost != Cost::NEVER {
                            assert_eq!(found, (cost.whole_seconds(), cost.whole_metres()));
                            by_road += 1;
                        }
                    }
                }
                assert!(by_road > 1_000, "{name} {}: only {by_road} cells by road", mode.name());
            }
        }
    }
}
