//! What a form carried. Read once by the guard, which checks its secret before any handler sees it.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

/// The name of the hidden field that carries the session's form secret.
pub(crate) const FORM_SECRET_FIELD: &str = "form_secret";
/// The most fields of one form.
pub(crate) const FIELDS_MAX: usize = 200;

/// The fields of a form, in order; a name may stand several times. Never printed: they may be about a person.
#[derive(Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Fields in order.
    pub(crate) fn new(fields: Vec<(String, String)>) -> Self {
        Fields(fields)
    }

    /// The first value of a field; empty where it is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Every value of a field.
    pub(crate) fn every<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// How many fields there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Fields {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Fields>().cloned().unwrap_or_default())
    }
}

/// The file that came with a form: its name where it came from, and its bytes.
#[derive(Clone, Default)]
pub(crate) struct Uploaded(pub(crate) Option<(String, Vec<u8>)>);

impl<S: Send + Sync> FromRequestParts<S> for Uploaded {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.remove::<Uploaded>().unwrap_or_default())
    }
}
