//! The map: where the person is, over a base of streets from our own file. No outside service is asked.

use app::alarm::view::view;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use base::{AlarmId, Position};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{alarm::read_id, reply::Reply, server::Web, trouble::Problem, visit::Visit};

/// The largest base file that is served, in bytes.
const BASE_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// The colours of one theme.
struct Ink {
    land: &'static str,
    green: &'static str,
    water: &'static str,
    building: &'static str,
    street: &'static str,
    edge: &'static str,
    text: &'static str,
}

const LIGHT: Ink = Ink {
    land: "#f2f3f5",
    green: "#d5e8d2",
    water: "#bcd9ec",
    building: "#d9d5cf",
    street: "#ffffff",
    edge: "#a3abb5",
    text: "#23262a",
};
const DARK: Ink = Ink {
    land: "#1b1f24",
    green: "#22382a",
    water: "#1c3a50",
    building: "#343a42",
    street: "#59626d",
    edge: "#3d444d",
    text: "#eceef0",
};

/// What may be asked with the style.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// `dark`, or anything else for light.
    #[serde(default)]
    theme: String,
}

/// Where one alarm is, as GeoJSON with at most one point and no text.
pub(crate) async fn position(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id: AlarmId = read_id(&id)?;
    let view = view(&web.app, visit.actor()?, id).await?;
    let of_device = view.device.as_ref().and_then(|device| device.position);
    let of_person = view.person.as_ref().and_then(|person| person.address.reveal().position);
    Ok(Json(collection(of_device.or(of_person))).into_response())
}

fn collection(position: Option<Position>) -> Value {
    let point = |at: Position| {
        json!({
            "type": "Feature",
            "properties": {},
            "geometry": { "type": "Point", "coordinates": [at.longitude, at.latitude] },
        })
    };
    json!({ "type": "FeatureCollection", "features": position.map(point).into_iter().collect::<Vec<_>>() })
}

/// How the base is drawn, its layers named by the property `layer` of each feature: `district`, `green`, `water`,
/// `building` and `street`. A feature without one is drawn as a street. Without glyphs from anywhere, MapLibre writes
/// the names with the machine's own letters.
pub(crate) async fn style(_: Visit, Query(asked): Query<Asked>) -> Response {
    let ink = if asked.theme == "dark" { &DARK } else { &LIGHT };
    let of = |layer: &str| json!(["==", ["get", "layer"], layer]);
    let area = |layer: &str, colour: &str| json!({ "id": layer, "type": "fill", "source": "base", "filter": of(layer), "paint": { "fill-color": colour } });
    let streets = json!(["match", ["get", "layer"], ["district", "green", "water", "building"], false, true]);
    let street = |id: &str, colour: &str, widths: [f64; 2]| {
        json!({
            "id": id, "type": "line", "source": "base", "filter": streets,
            "layout": { "line-cap": "round", "line-join": "round" },
            "paint": {
                "line-color": colour,
                "line-width": ["interpolate", ["linear"], ["zoom"], 12, widths[0], 17, widths[1]],
            },
        })
    };
    let name = |id: &str, filter: &Value, placement: &str, size: u8| {
        json!({
            "id": id, "type": "symbol", "source": "base", "filter": filter,
            "layout": {
                "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": size,
                "symbol-placement": placement,
            },
            "paint": { "text-color": ink.text, "text-halo-color": ink.land, "text-halo-width": 1.5 },
        })
    };
    Json(json!({
        "version": 8,
        "sources": { "base": { "type": "geojson", "data": "/map/base.json" } },
        "layers": [
            { "id": "land", "type": "background", "paint": { "background-color": ink.land } },
            area("green", ink.green),
            area("water", ink.water),
            area("building", ink.building),
            street("street-edges", ink.edge, [1.5, 11.0]),
            street("streets", ink.street, [0.8, 8.0]),
            {
                "id": "district-borders", "type": "line", "source": "base", "filter": of("district"),
                "paint": { "line-color": ink.edge, "line-width": 1.5, "line-dasharray": [3, 2] },
            },
            name("street-names", &streets, "line", 12),
            name("district-names", &of("district"), "point", 14),
        ],
    }))
    .into_response()
}

/// The streets of the base, or none where no file is configured.
pub(crate) async fn base(State(web): State<Web>, _: Visit) -> Reply {
    let Some(path) = &web.config.map_base else { return Ok(Json(collection(None)).into_response()) };
    let length = tokio::fs::metadata(path).await.map(|metadata| metadata.len());
    match length {
        Ok(length) if length <= BASE_BYTES_MAX => {}
        Ok(_) => {
            tracing::error!(bytes_max = BASE_BYTES_MAX, "The file of the map's base is too large");
            return Err(Problem::Broken);
        }
        Err(_) => return Err(Problem::NoSuchPage),
    }
    let bytes = tokio::fs::read(path).await.map_err(|_| Problem::NoSuchPage)?;
    let headers =
        [(header::CONTENT_TYPE, "application/geo+json"), (header::CACHE_CONTROL, "private, max-age=3600")];
    Ok((headers, bytes).into_response())
}
