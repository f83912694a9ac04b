//! A file that a form carried. Read once by the guard, within its limits, before any handler sees it.

use std::convert::Infallible;

use axum::{
    extract::{FromRequest as _, FromRequestParts, Multipart, Request, multipart::MultipartError},
    http::{StatusCode, header, request::Parts},
};

use crate::{
    fields::{FIELDS_MAX, Fields},
    trouble::Problem,
};

/// The largest form with a file, in bytes: the largest file and room for the fields around it.
pub(crate) const UPLOAD_BYTES_MAX: usize = export::read::FILE_BYTES_MAX + 64 * 1024;
/// The longest that sending and reading a file may take, in seconds: the largest over a slow line.
pub(crate) const UPLOAD_SECONDS_MAX: u64 = 120;
/// The name of the field that carries the file.
pub(crate) const FILE_FIELD: &str = "file";

/// The file of a form; empty where none was chosen. Never printed: it may be about people.
#[derive(Clone, Default)]
pub(crate) struct Upload(pub(crate) Vec<u8>);

impl<S: Send + Sync> FromRequestParts<S> for Upload {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.remove::<Upload>().unwrap_or_default())
    }
}

/// Whether a form comes in parts, as those with files do.
pub(crate) fn is_in_parts(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// Reads a form in parts: its fields, and its file.
pub(crate) async fn read(request: Request) -> Result<(Fields, Upload), Problem> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Problem::Unreadable)?;
    let (mut fields, mut upload) = (Vec::new(), Upload::default());
    while let Some(part) = parts.next_field().await.map_err(refused)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == FILE_FIELD && upload.0.is_empty() {
            upload = Upload(part.bytes().await.map_err(refused)?.to_vec());
        } else {
            fields.push((name, part.text().await.map_err(refused)?));
        }
        if fields.len() > FIELDS_MAX {
            return Err(Problem::TooLarge);
        }
    }
    Ok((Fields::new(fields), upload))
}

fn refused(error: MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Problem::TooLarge } else { Problem::Unreadable }
}
