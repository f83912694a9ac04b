//! The map: where the person is, over a base of streets from our own file. No outside service is asked.

use app::alarm::view::view;
use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use base::{AlarmId, Position};
use serde_json::{Value, json};

use crate::{alarm::read_id, reply::Reply, server::Web, trouble::Problem, visit::Visit};

/// The largest base file that is served, in bytes.
const BASE_BYTES_MAX: u64 = 32 * 1024 * 1024;

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

/// How the base is drawn. Colours are set by `map.js` from the page's own, so that they follow light and dark.
pub(crate) async fn style(_: Visit) -> Response {
    let line = |id: &str, width: f64| {
        json!({
            "id": id, "type": "line", "source": "base",
            "layout": { "line-cap": "round", "line-join": "round" },
            "paint": { "line-color": "#8a929d", "line-width": width },
        })
    };
    Json(json!({
        "version": 8,
        "sources": { "base": { "type": "geojson", "data": "/map/base.json" } },
        "layers": [line("streets", 2.0)],
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
