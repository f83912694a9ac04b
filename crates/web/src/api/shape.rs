//! What the JSON of the API looks like: each struct and its schema come from one text, so that neither can drift.
//!
//! [`answer_body!`] makes what we send, [`request_body!`] what systems send (in a body or behind a question mark). The
//! comments in them are read by people who write against the API.

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use base::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Value as Json, json};

/// The named schemas of the document.
pub(crate) type Book = BTreeMap<&'static str, Json>;

/// A type that JSON of a known shape is made of.
pub(crate) trait Shape {
    /// Whether a request may leave it out.
    const OPTIONAL: bool = false;
    /// Its schema; named ones are entered in the book and referred to.
    fn schema(book: &mut Book) -> Json;
}

macro_rules! plain {
    ($($kind:ty: $schema:tt;)+) => {$(
        impl Shape for $kind {
            fn schema(_: &mut Book) -> Json {
                json!($schema)
            }
        }
    )+};
}

plain! {
    String: { "type": "string" };
    bool: { "type": "boolean" };
    i64: { "type": "integer", "format": "int64" };
    u32: { "type": "integer", "format": "int64", "minimum": 0, "maximum": 4_294_967_295_u32 };
    f64: { "type": "number" };
    Moment: { "type": "string", "format": "date-time" };
}

impl<T: Shape> Shape for Vec<T> {
    fn schema(book: &mut Book) -> Json {
        json!({ "type": "array", "items": T::schema(book) })
    }
}

impl<T: Shape> Shape for Option<T> {
    const OPTIONAL: bool = true;

    fn schema(book: &mut Book) -> Json {
        let mut schema = T::schema(book);
        if let Some(choices) = schema.get_mut("enum").and_then(Json::as_array_mut) {
            choices.push(Json::Null);
        }
        match schema.get("type").cloned() {
            Some(kind) => schema["type"] = json!([kind, "null"]),
            None => schema = json!({ "anyOf": [schema, { "type": "null" }] }),
        }
        schema
    }
}

/// A moment, as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map(Moment)
            .map_err(|_| D::Error::custom("expected a moment such as 2026-11-22T06:00:00Z"))
    }
}

/// An id of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Id<T>(pub(crate) T);

impl<T> Shape for Id<T> {
    fn schema(_: &mut Book) -> Json {
        json!({ "type": "string", "format": "uuid" })
    }
}

impl<T: Display> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Id).map_err(|_| D::Error::custom("expected an id"))
    }
}

/// A text that must hold something and stays within its bounds. The use case checks it; the schema tells of it.
macro_rules! bounded_texts {
    ($($(#[$told:meta])* $name:ident: $most:expr, $pattern:literal;)+) => {$(
        $(#[$told])*
        #[derive(Clone, Deserialize)]
        pub(crate) struct $name(pub(crate) String);

        impl Shape for $name {
            fn schema(_: &mut Book) -> Json {
                json!({ "type": "string", "minLength": 1, "maxLength": $most, "pattern": $pattern })
            }
        }
    )+};
}

bounded_texts! {
    /// A serial number or a name on the wire: no white space.
    Label: ::device::NAME_CHARACTERS_MAX, "^\\S+$";
    /// Something written by hand.
    Written: ::alarm::TEXT_CHARACTERS_MAX, "\\S";
}

/// How many are wanted at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit(pub(crate) i64);

impl Limit {
    /// The most at once.
    pub(crate) const MAX: i64 = 200;
    /// Where nothing is said.
    pub(crate) const USUAL: i64 = 50;

    /// What was wanted, or the usual.
    pub(crate) fn or_usual(limit: Option<Self>) -> i64 {
        limit.map_or(Self::USUAL, |limit| limit.0)
    }
}

impl Shape for Limit {
    fn schema(_: &mut Book) -> Json {
        json!({ "type": "integer", "minimum": 1, "maximum": Limit::MAX, "default": Limit::USUAL })
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match i64::deserialize(deserializer) {
            Ok(limit) if (1..=Self::MAX).contains(&limit) => Ok(Limit(limit)),
            _ => Err(D::Error::custom(format!("expected a whole number from 1 to {}", Self::MAX))),
        }
    }
}

/// A place in the order of all events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sequence(pub(crate) i64);

impl Shape for Sequence {
    fn schema(_: &mut Book) -> Json {
        json!({ "type": "integer", "format": "int64", "minimum": 0, "maximum": i64::MAX })
    }
}

impl Serialize for Sequence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Sequence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match i64::deserialize(deserializer) {
            Ok(sequence) if sequence >= 0 => Ok(Sequence(sequence)),
            _ => Err(D::Error::custom("expected a sequence number, 0 or more")),
        }
    }
}

/// A page of a list.
#[derive(Serialize)]
pub(crate) struct Page<T> {
    /// What is on it.
    pub(crate) items: Vec<T>,
    /// Where the next page begins.
    pub(crate) next: Option<String>,
}

impl<T: Shape> Shape for Page<T> {
    fn schema(book: &mut Book) -> Json {
        json!({
            "type": "object",
            "properties": {
                "items": { "type": "array", "items": T::schema(book), "maxItems": Limit::MAX },
                "next": {
                    "type": ["string", "null"],
                    "description": "Send it as `after` to read on; null on the last page.",
                },
            },
            "required": ["items", "next"],
            "additionalProperties": false,
        })
    }
}

/// One field of a struct, for its schema.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) told: &'static [&'static str],
    pub(crate) optional: bool,
    pub(crate) schema: Json,
}

/// The schema of a struct. What we send always has every field; what we read may lack the optional ones.
pub(crate) fn object(told: &[&str], fields: Vec<Field>, always_whole: bool) -> Json {
    let mut properties = serde_json::Map::new();
    let mut required = Vec::new();
    for field in fields {
        if always_whole || !field.optional {
            required.push(field.name);
        }
        let mut schema = field.schema;
        schema["description"] = json!(sentence(field.told));
        properties.insert(field.name.to_owned(), schema);
    }
    let mut schema = json!({
        "type": "object",
        "description": sentence(told),
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The lines of a comment as one text.
fn sentence(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

macro_rules! shape_of {
    ($whole:literal, $name:ident, [$($told:literal),*], $({ $field:ident: $kind:ty, [$($field_told:literal),*] })+) => {
        impl $crate::api::shape::Shape for $name {
            fn schema(book: &mut $crate::api::shape::Book) -> serde_json::Value {
                let fields = vec![$($crate::api::shape::Field {
                    name: stringify!($field),
                    told: &[$($field_told),*],
                    optional: <$kind as $crate::api::shape::Shape>::OPTIONAL,
                    schema: <$kind as $crate::api::shape::Shape>::schema(book),
                }),+];
                let schema = $crate::api::shape::object(&[$($told),*], fields, $whole);
                book.insert(stringify!($name), schema);
                serde_json::json!({ "$ref": concat!("#/components/schemas/", stringify!($name)) })
            }
        }
    };
}

/// What we send. It prints nothing of itself, since it may be about a person.
macro_rules! answer_body {
    ($(#[doc = $told:literal])* $name:ident { $($(#[doc = $field_told:literal])* $field:ident: $kind:ty,)+ }) => {
        $(#[doc = $told])*
        #[derive(Clone, serde::Serialize)]
        pub(crate) struct $name { $($(#[doc = $field_told])* pub(crate) $field: $kind,)+ }

        $crate::api::shape::shape_of!(true, $name, [$($told),*], $({ $field: $kind, [$($field_told),*] })+);
    };
}

/// What systems send. An unknown field is refused, so that a misspelt one is noticed.
macro_rules! request_body {
    ($(#[doc = $told:literal])* $name:ident { $($(#[doc = $field_told:literal])* $field:ident: $kind:ty,)+ }) => {
        $(#[doc = $told])*
        #[derive(Clone, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name { $($(#[doc = $field_told])* pub(crate) $field: $kind,)+ }

        $crate::api::shape::shape_of!(false, $name, [$($told),*], $({ $field: $kind, [$($field_told),*] })+);
    };
}

/// Words of a code table, as the capability names them.
macro_rules! code_words {
    ($($(#[$told:meta])* $name:ident($kind:ty);)+) => {$(
        $(#[$told])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) $kind);

        impl $crate::api::shape::Shape for $name {
            fn schema(_: &mut $crate::api::shape::Book) -> serde_json::Value {
                serde_json::json!({ "type": "string", "enum": <$kind>::ALL.map(|word| word.name()) })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                <$kind>::from_name(&text).map($name).ok_or_else(|| {
                    let words = <$kind>::ALL.map(|word| word.name()).join(", ");
                    serde::de::Error::custom(format!("expected one of {words}"))
                })
            }
        }
    )+};
}

pub(crate) use {answer_body, code_words, request_body, shape_of};
