//! From an OpenStreetMap extract to travel times, without the internet.
//!
//! ```no_run
//! use roads::{Roads, geo::Coordinate, matrix::MatrixOptions, profile::{Mode, Profile}};
//!
//! let map = std::fs::read("municipality.osm.pbf")?;
//! let roads = Roads::from_map(&map, &Profile::standard(Mode::Car))?;
//! let places = [Coordinate::new(58.4108, 15.6214)?, Coordinate::new(58.3941, 15.5601)?];
//! let travel = roads.matrix(&places, &places, &MatrixOptions::standard(Mode::Car))?;
//! println!("{} s, {} m", travel.matrix.seconds(0, 1), travel.matrix.metres(0, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where is what
//!
//! | question | module |
//! |---|---|
//! | What does a map file hold, and what if it is damaged? | [`pbf`] |
//! | Who may use which road, how fast? | [`profile`] |
//! | What is a crossing, what hangs together? | [`graph`] |
//! | Which road does an address lie on? | [`snap`] |
//! | How long from everywhere to everywhere? | [`matrix`] |
//! | What if there is no map? | [`fallback`] |
//! | What if the matrix comes from elsewhere? | [`table`] |
//! | How is a built graph kept on disk? | [`memory`] |
//! | How is a map drawn, where are addresses? | [`map`] |
//!
//! # What is absent
//!
//! Turn restrictions, opening hours, traffic of the day and heights are not used. All but
//! [`memory::open`] is free of input and output; nothing here reads a clock or the network.

mod cost;
pub mod fallback;
pub mod geo;
pub mod graph;
mod hierarchy;
pub mod map;
pub mod matrix;
pub mod memory;
pub mod pbf;
pub mod profile;
pub mod snap;
pub mod table;
#[cfg(test)]
mod tests;

use geo::Coordinate;
use graph::Graph;
use hierarchy::Hierarchy;
use pbf::MapError;
use profile::{Mode, Profile};
use snap::{Snap, Snapper};

/// What must be shown wherever data of OpenStreetMap is (Open Database License 1.0, section 4.3).
pub const ATTRIBUTION: &str = "© OpenStreetMap contributors";

/// A road network that is ready to be asked.
#[derive(Debug, Clone)]
pub struct Roads {
    pub(crate) mode: Mode,
    pub(crate) graph: Graph,
    pub(crate) hierarchy: Hierarchy,
    pub(crate) snapper: Snapper,
}

impl Roads {
    /// Reads a whole `.osm.pbf` file and prepares it for one profile.
    ///
    /// A municipality takes seconds; keep the result with [`memory::open`].
    pub fn from_map(map: &[u8], profile: &Profile) -> Result<Self, MapError> {
        let graph = Graph::from_map(map, profile)?;
        let hierarchy = Hierarchy::of(&graph);
        Ok(Self::assemble(profile.mode, graph, hierarchy))
    }

    pub(crate) fn assemble(mode: Mode, graph: Graph, hierarchy: Hierarchy) -> Self {
        let snapper = Snapper::of(&graph);
        Self { mode, graph, hierarchy, snapper }
    }

    /// How the travel times are travelled.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The road graph, for its figures.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Number of upward arcs, shortcuts among them: the size of the prepared search.
    pub fn arc_count(&self) -> usize {
        self.hierarchy.arc_count()
    }

    /// The nearest road to a place within `metres_max`.
    ///
    /// The largest part of the network comes first up to [`snap::LARGEST_PART_METRES_MAX`]; beyond that the
    /// nearest road of any part (an island). `None` if no road is near enough.
    pub fn snap(&self, place: Coordinate, metres_max: f64) -> Option<Snap> {
        self.snapper.snap(&self.graph, place, metres_max)
    }
}
