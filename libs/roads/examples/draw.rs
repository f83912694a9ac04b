//! Draws a map file as SVG: `cargo run --release -p roads --example draw -- FILE.osm.pbf > map.svg`.

use std::fmt::Write as _;
use std::process::ExitCode;

use roads::geo::Coordinate;
use roads::map::{Area, Bounds, LayerOptions, Layers, bounds, layers};
use roads::profile::RoadClass;

/// Width of the drawing in pixels.
const WIDTH: f64 = 1_000.0;

fn main() -> ExitCode {
    match run() {
        Ok(svg) => {
            print!("{svg}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("usage: draw FILE.osm.pbf > map.svg")?;
    let map = std::fs::read(&file).map_err(|error| format!("{file}: {error}; expected an .osm.pbf file"))?;
    let frame = bounds(&map)?.ok_or("the file does not name the box that it covers")?;
    let layers = layers(&map, &LayerOptions { bounds: Some(frame), ..LayerOptions::default() })?;
    if layers.areas_left_out > 0 {
        eprintln!("{} areas left out: the file lacks some of their lines", layers.areas_left_out);
    }
    Ok(Drawing::new(frame).draw(&layers)?)
}

struct Drawing {
    frame: Bounds,
    pixels_per_degree_east: f64,
    pixels_per_degree_north: f64,
}

impl Drawing {
    fn new(frame: Bounds) -> Self {
        let (west, east) = (frame.south_west.longitude(), frame.north_east.longitude());
        let pixels_per_degree_east = WIDTH / (east - west).max(1e-6);
        let pixels_per_degree_north = pixels_per_degree_east / frame.south_west.latitude().to_radians().cos();
        Self { frame, pixels_per_degree_east, pixels_per_degree_north }
    }

    fn pixel(&self, place: Coordinate) -> (f64, f64) {
        (
            (place.longitude() - self.frame.south_west.longitude()) * self.pixels_per_degree_east,
            (self.frame.north_east.latitude() - place.latitude()) * self.pixels_per_degree_north,
        )
    }

    fn draw(&self, layers: &Layers) -> Result<String, std::fmt::Error> {
        let height = self.pixel(self.frame.south_west).1;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" \
             width=\"{WIDTH}\" height=\"{height:.0}\" fill=\"none\" stroke-linejoin=\"round\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#f4f1ea\"/>\n"
        );
        for (areas, colour) in
            [(&layers.green, "#cfe3c0"), (&layers.water, "#a9cfe8"), (&layers.buildings, "#d6cbbd")]
        {
            for area in areas {
                writeln!(svg, "<path d=\"{}\" fill=\"{colour}\" fill-rule=\"evenodd\"/>", self.area(area))?;
            }
        }
        for line in &layers.waterways {
            writeln!(svg, "<path d=\"{}\" stroke=\"#a9cfe8\" stroke-width=\"1.5\"/>", self.path(&line.line))?;
        }
        for street in &layers.streets {
            let (colour, width) = match street.class {
                class if class <= RoadClass::TrunkLink => ("#e58f5c", 4.0),
                class if class <= RoadClass::SecondaryLink => ("#efc069", 3.0),
                class if class <= RoadClass::Service => ("#8d8d8d", 1.5),
                _ => ("#b99", 0.6),
            };
            let path = self.path(&street.line);
            writeln!(svg, "<path d=\"{path}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>")?;
        }
        let base = height - 6.0;
        writeln!(
            svg,
            "<text x=\"6\" y=\"{base:.0}\" font-size=\"12\" fill=\"#333\">{}</text>\n</svg>",
            roads::ATTRIBUTION
        )?;
        Ok(svg)
    }

    fn area(&self, area: &Area) -> String {
        area.rings.iter().map(|ring| self.path(ring) + "Z").collect()
    }

    fn path(&self, points: &[Coordinate]) -> String {
        let mut path = String::new();
        for (position, point) in points.iter().enumerate() {
            let (x, y) = self.pixel(*point);
            let letter = if position == 0 { 'M' } else { 'L' };
            // Writing to a String cannot fail.
            let _ = write!(path, "{letter}{x:.1} {y:.1}");
        }
        path
    }
}
