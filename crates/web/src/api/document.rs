//! The OpenAPI document, made from the table of operations.

use std::collections::BTreeSet;

use app::idempotency::{KEPT_HOURS, KEY_CHARACTERS_MAX};
use axum::{
    http::{HeaderMap, Method, header},
    response::IntoResponse,
};
use serde_json::{Map, Value as Json, json};

use super::{
    message::{Reply, found},
    operation::{Operation, all},
    problem::KINDS,
    shape::Book,
};

/// The version of the addresses and shapes. Fields and operations are only ever added to it.
const VERSION: &str = "1.0.0";
const ABOUT: &str = "Devices, alarms and events of a municipality's safety devices. Each system has a token of its own, \
    given by an administrator, which opens what its scopes say. Refusals are problems as RFC 9457 has them. Fields and \
    operations may be added to version 1; none is taken away or changes its meaning.";

/// The whole document.
pub(crate) fn document() -> Json {
    let mut book = Book::new();
    let mut paths = Map::new();
    for operation in all() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_lowercase()] = described(&operation, &mut book);
    }
    book.insert("Problem", problem_schema());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tryggve",
            "version": VERSION,
            "description": ABOUT,
            "license": { "name": "EUPL-1.2", "identifier": "EUPL-1.2" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": book,
            "responses": responses(),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

/// Serves it.
pub(crate) async fn serve(headers: HeaderMap) -> Reply {
    let mut response = found(&headers, &document())?.into_response();
    if let Ok(kept) = "public, max-age=300".parse() {
        response.headers_mut().insert(header::CACHE_CONTROL, kept);
    }
    Ok(response)
}

fn described(operation: &Operation, book: &mut Book) -> Json {
    let scopes: Vec<&str> =
        operation.action.and_then(access::Scope::of).iter().map(|scope| scope.name()).collect();
    let mut told = json!({
        "operationId": operation.name,
        "summary": operation.title.english,
        "tags": [operation.group],
        "security": [{ "token": scopes }],
        "responses": answers(operation, book),
    });
    if !operation.told.is_empty() {
        told["description"] = json!(operation.told);
    }
    let mut parameters: Vec<Json> = operation
        .parts()
        .map(|part| {
            json!({
                "name": part,
                "in": "path",
                "required": true,
                "description": format!("The id of the {part}."),
                "schema": { "type": "string", "format": "uuid" },
            })
        })
        .collect();
    if operation.method == Method::POST {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": false,
            "description": format!(
                "A key of your own for this request, such as a UUID. Sent again within {KEPT_HOURS} hours with the same \
                 body, the request is not done again: the first answer comes back, with Idempotency-Replayed: true. A \
                 request that was refused did nothing and may be sent again under its key."
            ),
            "schema": { "type": "string", "minLength": 1, "maxLength": KEY_CHARACTERS_MAX },
        }));
    }
    if let Some(query) = operation.query {
        parameters.extend(query_parameters(query(&mut Book::new()), query, book));
    }
    if !parameters.is_empty() {
        told["parameters"] = json!(parameters);
    }
    if let Some(body) = operation.body {
        told["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": body(book) } } });
    }
    told
}

/// The fields of a query as parameters. The struct itself is not named in the document.
fn query_parameters(reference: Json, query: super::operation::SchemaOf, book: &mut Book) -> Vec<Json> {
    let mut own = Book::new();
    query(&mut own);
    let name = reference["$ref"].as_str().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let Some(schema) = own.remove(name) else { return Vec::new() };
    book.extend(own);
    let fields = schema["properties"].as_object().cloned().unwrap_or_default();
    fields
        .into_iter()
        .map(|(field, mut schema)| {
            let told = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            json!({ "name": field, "in": "query", "description": told, "schema": never_null(schema) })
        })
        .collect()
}

/// What is left out of an address is not null there.
fn never_null(mut schema: Json) -> Json {
    if let Some(kind) = schema["type"].as_array().and_then(|kinds| kinds.first()).cloned() {
        schema["type"] = kind;
    }
    if let Some(choices) = schema.get_mut("enum").and_then(Json::as_array_mut) {
        choices.retain(|choice| !choice.is_null());
    }
    schema
}

fn answers(operation: &Operation, book: &mut Book) -> Json {
    let mut answers = Map::new();
    let mut success = json!({ "description": operation.title.english });
    if let Some(answer) = operation.answer {
        success["content"] = json!({ "application/json": { "schema": answer(book) } });
    }
    answers.insert(operation.success.to_string(), success);
    let mut refusals = vec![401, 429, 500, 503];
    if operation.success == 200 {
        answers.insert("304".to_owned(), json!({ "description": "What If-None-Match names still holds." }));
    }
    if operation.action.is_some() {
        refusals.push(403);
    }
    if operation.query.is_some() {
        refusals.push(400);
    }
    if operation.parts().next().is_some() {
        refusals.push(404);
    }
    if operation.body.is_some() {
        refusals.extend([400, 409, 413, 415, 422]);
    }
    for status in refusals {
        let reference = format!("#/components/responses/{status}");
        answers.insert(status.to_string(), json!({ "$ref": reference }));
    }
    Json::Object(answers)
}

fn responses() -> Json {
    let statuses: BTreeSet<u16> = KINDS.iter().map(|kind| kind.status).collect();
    let mut responses = Map::new();
    for status in statuses {
        let titles: Vec<&str> =
            KINDS.iter().filter(|kind| kind.status == status).map(|kind| kind.title).collect();
        let mut response = json!({
            "description": titles.join("; "),
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
        if [429, 503].contains(&status) {
            response["headers"] = json!({
                "Retry-After": { "description": "Seconds to wait.", "schema": { "type": "integer" } },
            });
        }
        responses.insert(status.to_string(), response);
    }
    Json::Object(responses)
}

fn problem_schema() -> Json {
    json!({
        "type": "object",
        "description": "A refusal (RFC 9457).",
        "properties": {
            "type": { "type": "string", "format": "uri-reference", "description": "The kind; it leads to its description." },
            "title": { "type": "string", "description": "The kind in words." },
            "status": { "type": "integer", "description": "The status once more." },
            "detail": { "type": "string", "description": "What happened here." },
            "errors": {
                "type": "array",
                "description": "The fields that are wrong.",
                "items": {
                    "type": "object",
                    "properties": { "field": { "type": "string" }, "detail": { "type": "string" } },
                    "required": ["field", "detail"],
                    "additionalProperties": false,
                },
            },
        },
        "required": ["type", "title", "status", "detail"],
        "additionalProperties": false,
    })
}
