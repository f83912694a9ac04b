//! Gathers the lines, areas and names of a map file.

use std::collections::{HashMap, HashSet};

use super::rings::{holds, joined};
use super::sea::sea;
use super::shape::{Frame, smoothed};
use super::{Area, LAYER_POINTS_MAX, LayerOptions, Layers, Line, Place, Street};
use crate::geo::{Coordinate, Fixed};
use crate::pbf::{MapError, MemberKind, Tags, for_each_block};
use crate::profile::RoadClass;

/// What a line or an area of the map is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Street(RoadClass),
    Waterway,
    Coastline,
    Water,
    Building,
    Green,
}

impl Kind {
    fn of(tags: Tags<'_>) -> Option<Self> {
        if tags.get("building").is_some_and(|building| building != "no") {
            return Some(Self::Building);
        }
        if let Some(class) = RoadClass::of(tags).filter(|class| *class != RoadClass::Ferry) {
            return Some(Self::Street(class));
        }
        if tags.is("natural", "coastline") {
            return Some(Self::Coastline);
        }
        let natural = tags.get("natural").unwrap_or("");
        let landuse = tags.get("landuse").unwrap_or("");
        let leisure = tags.get("leisure").unwrap_or("");
        let waterway = tags.get("waterway").unwrap_or("");
        if natural == "water" || matches!(landuse, "reservoir" | "basin") || waterway == "riverbank" {
            return Some(Self::Water);
        }
        if matches!(waterway, "river" | "stream" | "canal") {
            return Some(Self::Waterway);
        }
        let is_green = matches!(natural, "wood" | "scrub" | "heath" | "grassland")
            || matches!(
                landuse,
                "forest"
                    | "grass"
                    | "meadow"
                    | "recreation_ground"
                    | "village_green"
                    | "cemetery"
                    | "orchard"
            )
            || matches!(landuse, "allotments" | "farmland" | "vineyard")
            || matches!(leisure, "park" | "garden" | "golf_course" | "playground");
        is_green.then_some(Self::Green)
    }

    fn is_area(self) -> bool {
        matches!(self, Self::Water | Self::Building | Self::Green)
    }
}

/// The name to show: Swedish where the map has one.
pub(super) fn name(tags: Tags<'_>) -> Option<String> {
    tags.get("name:sv").or_else(|| tags.get("name")).map(str::to_owned)
}

/// Members of an area: the outer and the inner lines by their ids.
struct Multipolygon {
    kind: Kind,
    name: Option<String>,
    outer: Vec<i64>,
    inner: Vec<i64>,
}

struct DrawnWay {
    kind: Kind,
    name: Option<String>,
    nodes: Vec<i64>,
}

pub(super) fn layers(map: &[u8], options: &LayerOptions) -> Result<Layers, MapError> {
    let multipolygons = read_multipolygons(map)?;
    let wanted: HashSet<i64> =
        multipolygons.iter().flat_map(|area| area.outer.iter().chain(&area.inner)).copied().collect();
    let (ways, members) = read_ways(map, &wanted)?;
    let mut ids: Vec<i64> =
        ways.iter().flat_map(|way| &way.nodes).chain(members.values().flatten()).copied().collect();
    if ids.len() > LAYER_POINTS_MAX {
        return Err(MapError::TooMany {
            what: "points to draw",
            count: ids.len(),
            limit_name: "LAYER_POINTS_MAX",
            limit: LAYER_POINTS_MAX,
        });
    }
    ids.sort_unstable();
    ids.dedup();
    let mut drawing = Drawing {
        frame: options.bounds.map(Frame::of),
        tolerance_metres: options.tolerance_metres,
        points: Points { known: vec![None; ids.len()], ids },
        layers: Layers::default(),
    };
    drawing.read_nodes(map)?;
    for way in &ways {
        drawing.draw_way(way);
    }
    for area in &multipolygons {
        drawing.draw_multipolygon(area, &members);
    }
    drawing.draw_sea(&ways);
    Ok(drawing.layers)
}

fn read_multipolygons(map: &[u8]) -> Result<Vec<Multipolygon>, MapError> {
    let mut areas = Vec::new();
    for_each_block(map, |block| {
        block.for_each_relation(|relation| {
            let Some(kind) = Kind::of(relation.tags).filter(|kind| kind.is_area()) else { return };
            if !relation.tags.is("type", "multipolygon") {
                return;
            }
            let ways = |is_wanted: fn(&str) -> bool| {
                relation
                    .members
                    .iter()
                    .filter(|(kind, _, role)| *kind == MemberKind::Way && is_wanted(role))
                    .map(|(_, id, _)| *id)
                    .collect()
            };
            areas.push(Multipolygon {
                kind,
                name: name(relation.tags),
                outer: ways(|role| matches!(role, "outer" | "")),
                inner: ways(|role| role == "inner"),
            });
        })
    })?;
    Ok(areas)
}

type Members = HashMap<i64, Vec<i64>>;

fn read_ways(map: &[u8], wanted: &HashSet<i64>) -> Result<(Vec<DrawnWay>, Members), MapError> {
    let (mut ways, mut members) = (Vec::new(), HashMap::new());
    for_each_block(map, |block| {
        block.for_each_way(|way| {
            if wanted.contains(&way.id) {
                members.insert(way.id, way.nodes.to_vec());
            }
            if let Some(kind) = Kind::of(way.tags) {
                ways.push(DrawnWay { kind, name: name(way.tags), nodes: way.nodes.to_vec() });
            }
        })
    })?;
    Ok((ways, members))
}

/// The coordinates of nodes, sorted by id.
struct Points {
    ids: Vec<i64>,
    known: Vec<Option<Fixed>>,
}

impl Points {
    fn of(&self, id: i64) -> Option<Fixed> {
        self.ids.binary_search(&id).ok().and_then(|position| self.known[position])
    }

    /// The nodes' points, parted where the extract lacks a node.
    fn pieces(&self, nodes: &[i64]) -> Vec<Vec<Fixed>> {
        let (mut pieces, mut piece) = (Vec::new(), Vec::new());
        for id in nodes {
            match self.of(*id) {
                Some(point) => piece.push(point),
                None => pieces.push(std::mem::take(&mut piece)),
            }
        }
        pieces.push(piece);
        pieces.retain(|piece| piece.len() > 1);
        pieces
    }

    /// The points of a closed ring, `None` if it is not closed or not whole.
    fn ring(&self, nodes: &[i64]) -> Option<Vec<Fixed>> {
        let mut pieces = self.pieces(nodes);
        let ring = pieces.pop().filter(|ring| ring.len() == nodes.len() && ring.len() > 3)?;
        (nodes.first() == nodes.last()).then_some(ring)
    }
}

struct Drawing {
    frame: Option<Frame>,
    tolerance_metres: f64,
    points: Points,
    layers: Layers,
}

impl Drawing {
    fn read_nodes(&mut self, map: &[u8]) -> Result<(), MapError> {
        let Self { points, layers, frame, .. } = self;
        for_each_block(map, |block| {
            block.for_each_node(|node| {
                if let Ok(position) = points.ids.binary_search(&node.id) {
                    points.known[position] = Some(node.point);
                }
                let Some((kind, name)) = node.tags.get("place").zip(name(node.tags)) else { return };
                if frame.is_none_or(|frame| frame.holds(node.point)) {
                    layers.places.push(Place { kind: kind.to_owned(), name, at: node.point.to_coordinate() });
                }
            })
        })
    }

    fn draw_way(&mut self, way: &DrawnWay) {
        if way.kind.is_area() {
            // An area of one way is a closed ring; one that runs out of the extract is left out.
            match self.points.ring(&way.nodes) {
                Some(ring) => self.draw_area(way.kind, way.name.clone(), vec![ring]),
                None => self.layers.areas_left_out += 1,
            }
            return;
        }
        for piece in self.points.pieces(&way.nodes) {
            let piece = smoothed(&piece, self.tolerance_metres);
            let cut = self.frame.map_or_else(|| vec![piece.clone()], |frame| frame.cut_line(&piece));
            for line in cut.iter().map(Vec::as_slice).map(coordinates) {
                let name = way.name.clone();
                match way.kind {
                    Kind::Street(class) => self.layers.streets.push(Street { class, name, line }),
                    Kind::Coastline => self.layers.coastlines.push(Line { name, line }),
                    _ => self.layers.waterways.push(Line { name, line }),
                }
            }
        }
    }

    fn draw_multipolygon(&mut self, area: &Multipolygon, members: &Members) {
        let rings = |ids: &[i64]| {
            let lines: Vec<&[i64]> = ids.iter().filter_map(|id| members.get(id)).map(Vec::as_slice).collect();
            let (rings, is_left_over) = joined(&lines);
            let whole: Vec<Vec<Fixed>> = rings.iter().filter_map(|ring| self.points.ring(ring)).collect();
            let is_missing = is_left_over || lines.len() < ids.len() || whole.len() < rings.len();
            (whole, is_missing)
        };
        let (outer, is_missing) = rings(&area.outer);
        let (inner, _) = rings(&area.inner);
        self.layers.areas_left_out += usize::from(is_missing);
        for outline in outer {
            let mut area_rings = vec![outline];
            let holes =
                inner.iter().filter(|hole| holds(&area_rings[0], hole[0])).cloned().collect::<Vec<_>>();
            area_rings.extend(holes);
            self.draw_area(area.kind, area.name.clone(), area_rings);
        }
    }

    fn draw_sea(&mut self, ways: &[DrawnWay]) {
        let Some(frame) = self.frame else { return };
        let shores: Vec<Vec<i64>> =
            ways.iter().filter(|way| way.kind == Kind::Coastline).map(|way| way.nodes.clone()).collect();
        match sea(&frame, &shores, |id| self.points.of(id)) {
            Some(areas) => {
                for rings in areas {
                    self.draw_area(Kind::Water, None, rings);
                }
            }
            None => self.layers.areas_left_out += 1,
        }
    }

    fn draw_area(&mut self, kind: Kind, name: Option<String>, rings: Vec<Vec<Fixed>>) {
        let cut = |ring: &Vec<Fixed>| {
            let ring = smoothed_ring(ring, self.tolerance_metres);
            self.frame.map_or_else(|| ring.clone(), |frame| frame.cut_ring(&ring))
        };
        let mut rings = rings.iter().map(cut);
        let Some(outline) = rings.next().filter(|outline| outline.len() > 3) else { return };
        let holes = rings.filter(|hole| hole.len() > 3);
        let rings = std::iter::once(outline).chain(holes).map(|ring| coordinates(&ring)).collect();
        let list = match kind {
            Kind::Building => &mut self.layers.buildings,
            Kind::Green => &mut self.layers.green,
            _ => &mut self.layers.water,
        };
        list.push(Area { name, rings });
    }
}

/// A smoothed ring; one that would collapse (a shed of a few metres) stays as it is.
fn smoothed_ring(ring: &[Fixed], tolerance_metres: f64) -> Vec<Fixed> {
    let smooth = smoothed_from_far_point(ring, tolerance_metres);
    if smooth.len() > 3 { smooth } else { ring.to_vec() }
}

/// Smooths the two halves of a ring, because its ends are one point and give no line to measure from.
fn smoothed_from_far_point(ring: &[Fixed], tolerance_metres: f64) -> Vec<Fixed> {
    let middle = ring.len() / 2;
    let mut smooth = smoothed(&ring[..=middle], tolerance_metres);
    smooth.extend(&smoothed(&ring[middle..], tolerance_metres)[1..]);
    smooth
}

fn coordinates(points: &[Fixed]) -> Vec<Coordinate> {
    points.iter().map(|point| point.to_coordinate()).collect()
}
