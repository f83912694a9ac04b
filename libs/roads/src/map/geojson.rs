//! Layers as GeoJSON text (RFC 7946).

use std::fmt::Write as _;

use super::{Area, Layers};
use crate::geo::Coordinate;

impl Layers {
    /// All layers as one GeoJSON feature collection, with the attribution that must be shown.
    ///
    /// Each feature's properties hold `layer` (`street`, `water`, `waterway`, `coastline`, `building`,
    /// `green`, `place`), `class` for streets and places, and `name` where there is one. Coordinates have six
    /// decimals: a tenth of a metre.
    pub fn to_geojson(&self) -> String {
        let mut text = Text::default();
        for area in &self.green {
            text.area("green", area);
        }
        for area in &self.water {
            text.area("water", area);
        }
        for line in &self.waterways {
            text.line("waterway", None, line.name.as_deref(), &line.line);
        }
        for line in &self.coastlines {
            text.line("coastline", None, line.name.as_deref(), &line.line);
        }
        for area in &self.buildings {
            text.area("building", area);
        }
        for street in &self.streets {
            text.line("street", Some(street.class.tag()), street.name.as_deref(), &street.line);
        }
        for place in &self.places {
            text.begin("place", Some(&place.kind), Some(&place.name), "Point");
            text.point(place.at);
            text.end();
        }
        text.finish()
    }
}

#[derive(Default)]
struct Text {
    features: String,
}

impl Text {
    fn begin(&mut self, layer: &str, class: Option<&str>, name: Option<&str>, geometry: &str) {
        if !self.features.is_empty() {
            self.features.push_str(",\n");
        }
        self.features.push_str(r#"{"type":"Feature","properties":{"layer":"#);
        self.quoted(layer);
        for (key, value) in [("class", class), ("name", name)] {
            if let Some(value) = value {
                self.features.push(',');
                self.quoted(key);
                self.features.push(':');
                self.quoted(value);
            }
        }
        self.features.push_str(r#"},"geometry":{"type":"#);
        self.quoted(geometry);
        self.features.push_str(r#","coordinates":"#);
    }

    fn end(&mut self) {
        self.features.push_str("}}");
    }

    fn line(&mut self, layer: &str, class: Option<&str>, name: Option<&str>, line: &[Coordinate]) {
        self.begin(layer, class, name, "LineString");
        self.points(line);
        self.end();
    }

    fn area(&mut self, layer: &str, area: &Area) {
        self.begin(layer, None, area.name.as_deref(), "Polygon");
        self.list(area.rings.len(), |text, ring| text.points(&area.rings[ring]));
        self.end();
    }

    fn points(&mut self, points: &[Coordinate]) {
        self.list(points.len(), |text, point| text.point(points[point]));
    }

    fn list(&mut self, length: usize, mut write: impl FnMut(&mut Self, usize)) {
        self.features.push('[');
        for position in 0..length {
            if position > 0 {
                self.features.push(',');
            }
            write(self, position);
        }
        self.features.push(']');
    }

    fn point(&mut self, point: Coordinate) {
        // Writing to a String cannot fail.
        let _ = write!(self.features, "[{:.6},{:.6}]", point.longitude(), point.latitude());
    }

    fn quoted(&mut self, text: &str) {
        // A name with a tag in it must do no harm even where the text is put into a page.
        self.features.push_str(&serde_json::Value::from(text).to_string().replace('<', "\\u003c"));
    }

    fn finish(self) -> String {
        let attribution = serde_json::Value::from(crate::ATTRIBUTION);
        format!(
            "{{\"type\":\"FeatureCollection\",\"attribution\":{attribution},\"features\":[\n{}\n]}}\n",
            self.features
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::{Place, Street};
    use crate::profile::RoadClass;

    #[test]
    fn names_are_escaped() {
        let at = Coordinate::new(59.0, 18.0).unwrap();
        let layers = Layers {
            streets: vec![Street { class: RoadClass::Cycleway, name: None, line: vec![at, at] }],
            places: vec![Place { kind: "town".into(), name: "</script> \"Å\"".into(), at }],
            ..Layers::default()
        };
        assert_eq!(
            layers.to_geojson(),
            r#"{"type":"FeatureCollection","attribution":"© OpenStreetMap contributors","features":[
{"type":"Feature","properties":{"layer":"street","class":"cycleway"},"geometry":{"type":"LineString","coordinates":[[18.000000,59.000000],[18.000000,59.000000]]}},
{"type":"Feature","properties":{"layer":"place","class":"town","name":"\u003c/script> \"Å\""},"geometry":{"type":"Point","coordinates":[18.000000,59.000000]}}
]}
"#
        );
    }
}
