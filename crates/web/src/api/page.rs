//! The API in words, for those who write against it.

use access::Scope;
use askama::Template;
use axum::extract::State;
use serde_json::Value as Json;

use super::{
    limit::REQUESTS_PER_MINUTE,
    operation::{Operation, SchemaOf, all},
    problem::KINDS,
    shape::Book,
};
use crate::{
    reply::{Frame, Reply, whole_page},
    server::Web,
    visit::Visit,
};

/// One field.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: String,
    /// Whether it may be left out of a request, or be null in an answer.
    pub(crate) optional: bool,
    pub(crate) told: String,
}

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct Described {
    pub(crate) name: &'static str,
    pub(crate) method: String,
    pub(crate) path: &'static str,
    pub(crate) title: &'static str,
    pub(crate) told: &'static str,
    pub(crate) scope: &'static str,
    pub(crate) success: u16,
    /// How it is asked from a command line.
    pub(crate) example: String,
    pub(crate) query: Vec<Field>,
    pub(crate) body: Vec<Field>,
    pub(crate) answer: Vec<Field>,
}

/// One kind of refusal.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) name: &'static str,
    pub(crate) status: u16,
    pub(crate) title: &'static str,
    pub(crate) told: &'static str,
}

/// The page.
#[derive(Template)]
#[template(path = "api/page.html")]
pub(crate) struct Page {
    pub(crate) visit: Visit,
    pub(crate) operations: Vec<Described>,
    pub(crate) scopes: Vec<(&'static str, &'static str)>,
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) requests_per_minute: String,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let words = visit.words;
    let part = Page {
        operations: all().iter().map(|operation| described(operation, words.of(operation.title))).collect(),
        scopes: Scope::ALL.map(|scope| (scope.name(), words.of(scope.text()))).to_vec(),
        refusals: KINDS
            .iter()
            .map(|kind| Refusal {
                name: kind.name,
                status: kind.status,
                title: kind.title,
                told: words.of(kind.told),
            })
            .collect(),
        requests_per_minute: REQUESTS_PER_MINUTE.to_string(),
        visit: visit.clone(),
    };
    whole_page(&web, &visit, "api-title", Frame::default(), &part)
}

fn described(operation: &Operation, title: &'static str) -> Described {
    Described {
        name: operation.name,
        method: operation.method.to_string(),
        path: operation.path,
        title,
        told: operation.told,
        scope: operation.action.and_then(Scope::of).map(Scope::name).unwrap_or_default(),
        success: operation.success,
        example: example(operation),
        query: operation.query.map(fields).unwrap_or_default(),
        body: operation.body.map(fields).unwrap_or_default(),
        answer: operation.answer.map(fields).unwrap_or_default(),
    }
}

fn example(operation: &Operation) -> String {
    let address = operation.path.replace('{', "$").replace('}', "").replace("$alarm", "$ALARM");
    let address =
        address.replace("$device", "$DEVICE").replace("$person", "$PERSON").replace("$outage", "$OUTAGE");
    let mut command = "curl -H \"Authorization: Bearer $TOKEN\"".to_owned();
    if operation.body.is_some() {
        command.push_str(&format!(" -X {} --json @body.json", operation.method));
    }
    format!("{command} \"$TRYGGVE{address}\"")
}

/// The fields of a schema; those of a list are the fields of what is on it.
fn fields(schema: SchemaOf) -> Vec<Field> {
    let mut book = Book::new();
    let top = schema(&mut book);
    let listed = top["properties"]["items"]["items"].clone();
    let looked_up = if listed.is_null() { top } else { listed };
    let named = name_of(&looked_up).and_then(|name| book.get(name).cloned()).unwrap_or(looked_up);
    let required: Vec<&str> =
        named["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let Some(properties) = named["properties"].as_object() else { return Vec::new() };
    properties
        .iter()
        .map(|(name, schema)| Field {
            name: name.clone(),
            kind: kind(schema),
            optional: !required.contains(&name.as_str()) || kind(schema).ends_with("null"),
            told: schema["description"].as_str().unwrap_or_default().to_owned(),
        })
        .collect()
}

fn name_of(schema: &Json) -> Option<&str> {
    schema["$ref"].as_str().and_then(|path| path.rsplit('/').next())
}

/// What a field holds, in a few words.
fn kind(schema: &Json) -> String {
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<&str> = words.iter().map(|word| word.as_str().unwrap_or("null")).collect();
        return words.join(" | ");
    }
    if !schema["items"].is_null() {
        return format!("[{}]", kind(&schema["items"]));
    }
    if let Some(name) = name_of(schema) {
        return name.to_owned();
    }
    let word = |kind: &str| match (kind, schema["format"].as_str()) {
        ("string", Some(format)) => format.to_owned(),
        (kind, _) => kind.to_owned(),
    };
    match &schema["type"] {
        Json::String(one) => word(one),
        Json::Array(several) => {
            several.iter().filter_map(Json::as_str).map(word).collect::<Vec<_>>().join(" | ")
        }
        _ => String::new(),
    }
}
