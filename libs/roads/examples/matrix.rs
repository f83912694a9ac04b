//! Builds the graph of a map and times a matrix: `cargo run --release -p roads --example matrix -- FILE 1000`.
//!
//! Arguments: the `.osm.pbf` file, the number of places, then (optional) the mode and the threads. The places
//! are addresses and buildings of the map, spread evenly; where it has too few, they repeat a little shifted.

use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::time::Instant;

use roads::Roads;
use roads::geo::Coordinate;
use roads::map::{LayerOptions, addresses};
use roads::matrix::MatrixOptions;
use roads::memory::{self, Key};
use roads::profile::{Mode, Profile};

/// Degrees by which repeated addresses are shifted: about ten metres.
const SHIFT_DEGREES: f64 = 0.000_1;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let usage = "usage: matrix FILE.osm.pbf PLACES [car|bicycle|foot] [THREADS]";
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or(usage)?;
    let count: usize = arguments.next().ok_or(usage)?.parse()?;
    let wanted = arguments.next().unwrap_or_else(|| "car".to_owned());
    let mode = Mode::ALL.into_iter().find(|mode| mode.name() == wanted).ok_or(usage)?;
    let threads = match arguments.next() {
        Some(threads) => threads.parse()?,
        None => std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
    };

    let map = std::fs::read(&file).map_err(|error| format!("{file}: {error}; expected an .osm.pbf file"))?;
    let start = Instant::now();
    let profile = Profile::standard(mode);
    let roads = Roads::from_map(&map, &profile)?;
    let build_seconds = start.elapsed().as_secs_f64();
    let graph = roads.graph();
    println!("map             {} bytes, {}", map.len(), roads::ATTRIBUTION);
    println!(
        "graph           {} crossings ({} in the largest part), {} stretches, {:.0} km, {}",
        graph.vertex_count(),
        graph.largest_part_vertex_count(),
        graph.edge_count(),
        graph.metres() / 1000.0,
        mode.name(),
    );
    println!("hierarchy       {} upward arcs", roads.arc_count());
    println!("build           {build_seconds:.3} s");

    let key = Key::of(&map, &profile);
    let memory = memory::encode(&roads, &key);
    let start = Instant::now();
    let recalled = memory::decode(&memory, &key, &profile);
    let recall_seconds = start.elapsed().as_secs_f64();
    recalled.map_err(|miss| format!("the memory that was just written is refused: {miss:?}"))?;
    println!("memory          {} bytes, read back in {recall_seconds:.3} s", memory.len());

    let places = places(&map, count)?;
    let options = MatrixOptions { threads, ..MatrixOptions::standard(mode) };
    let start = Instant::now();
    let travel = roads.matrix(&places, &places, &options)?;
    let matrix_seconds = start.elapsed().as_secs_f64();
    let cells = travel.matrix.all_seconds().len();
    let mean =
        travel.matrix.all_seconds().iter().map(|seconds| f64::from(*seconds)).sum::<f64>() / cells as f64;
    println!("matrix          {count} x {count} in {matrix_seconds:.3} s on {threads} threads");
    println!("estimated       {} of {cells} cells", travel.matrix.estimated_count());
    println!("mean            {mean:.0} s between two places");
    if let Some(memory) = peak_memory() {
        println!("peak memory     {memory}");
    }
    Ok(())
}

/// As many places as asked for, from the map's addresses.
fn places(map: &[u8], count: usize) -> Result<Vec<Coordinate>, Box<dyn std::error::Error>> {
    let mut known: Vec<Coordinate> = addresses(map)?.into_iter().map(|address| address.place).collect();
    if known.len() < count {
        let layers = roads::map::layers(map, &LayerOptions::default())?;
        known.extend(layers.buildings.iter().filter_map(|building| building.middle()));
    }
    if known.is_empty() {
        return Err("the map holds neither addresses nor buildings to put places at".into());
    }
    (0..count)
        .map(|number| {
            let round = number * known.len() / count.max(1);
            let (place, shift) = if count <= known.len() {
                (known[round], 0)
            } else {
                (known[number % known.len()], number / known.len())
            };
            let shift = shift as f64 * SHIFT_DEGREES;
            Ok(Coordinate::new((place.latitude() + shift).min(90.0), place.longitude())?)
        })
        .collect()
}

/// The most memory that the process has held, where the system tells.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.trim_start_matches("VmHWM:").trim().to_owned())
}
