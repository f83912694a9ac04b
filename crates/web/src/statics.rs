//! Style sheets, scripts and the like, inside the binary. Their address carries their hash, so a browser keeps them.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/static/"]
struct Files;

/// How many characters of the hash an address carries.
const HASH_CHARACTERS: usize = 12;

fn hash(file: &EmbeddedFile) -> String {
    let hex = file.metadata.sha256_hash().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    hex.chars().take(HASH_CHARACTERS).collect()
}

/// The address of a file, such as `/static/js/live.js?v=0123456789ab`.
pub(crate) fn address(name: &str) -> String {
    match Files::get(name) {
        Some(file) => format!("/static/{name}?v={}", hash(&file)),
        None => format!("/static/{name}"),
    }
}

/// Whether there is such a file.
#[cfg(test)]
pub(crate) fn stands(name: &str) -> bool {
    Files::get(name).is_some()
}

/// One file.
pub(crate) async fn file(Path(name): Path<String>) -> Response {
    let Some(file) = Files::get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let content_type = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    // A map script asks for its worker without a hash, so an hour is safe for every file and a new version soon seen.
    let headers = [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, file.data).into_response()
}
