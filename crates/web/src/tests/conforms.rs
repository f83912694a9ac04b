//! Whether an answer is what the OpenAPI document says: the parts of JSON Schema that the document uses.

use serde_json::Value as Json;

/// Every way in which a value is not what a schema says; nothing when it is.
pub(super) fn mistakes(document: &Json, schema: &Json, value: &Json, place: &str) -> Vec<String> {
    if let Some(path) = schema["$ref"].as_str() {
        let found = document.pointer(path.trim_start_matches('#'));
        return found.map_or_else(
            || vec![format!("{place}: {path} leads nowhere")],
            |found| mistakes(document, found, value, place),
        );
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let fits = choices.iter().any(|choice| mistakes(document, choice, value, place).is_empty());
        return if fits { Vec::new() } else { vec![format!("{place}: fits none of the choices: {value}")] };
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Json::String(kind) => vec![kind],
        Json::Array(kinds) => kinds.iter().filter_map(Json::as_str).collect(),
        _ => return vec![format!("{place}: the schema has no type: {schema}")],
    };
    if !(kinds.contains(&kind_of(value)) || kinds.contains(&"number") && value.is_number()) {
        return vec![format!("{place}: {kinds:?} was expected, {value} was found")];
    }
    let mut found = Vec::new();
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        found.push(format!("{place}: {value} is none of the words"));
    }
    let formed = match (schema["format"].as_str(), value.as_str()) {
        (Some("uuid"), Some(text)) => text.parse::<base::id::Uuid>().is_ok(),
        (Some("date-time"), Some(text)) => text.parse::<base::Timestamp>().is_ok(),
        _ => true,
    };
    if !formed {
        found.push(format!("{place}: {value} has the wrong form"));
    }
    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(mistakes(document, &schema["items"], item, &format!("{place}[{number}]")));
    }
    found.extend(mistakes_of_fields(document, schema, value, place));
    found
}

fn mistakes_of_fields(document: &Json, schema: &Json, value: &Json, place: &str) -> Vec<String> {
    let Some(fields) = value.as_object() else { return Vec::new() };
    let mut found = Vec::new();
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        if !fields.contains_key(name) {
            found.push(format!("{place}: {name} is missing"));
        }
    }
    for (name, value) in fields {
        match schema["properties"].get(name) {
            Some(schema) => found.extend(mistakes(document, schema, value, &format!("{place}.{name}"))),
            None => found.push(format!("{place}: {name} is not in the document")),
        }
    }
    found
}

fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.is_f64() => "number",
        Json::Number(_) => "integer",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

#[test]
fn what_does_not_conform_is_told() {
    let document = serde_json::json!({ "components": { "schemas": { "Spot": {
        "type": "object",
        "properties": { "id": { "type": "string", "format": "uuid" }, "kind": { "type": ["string", "null"], "enum": ["a", null] } },
        "required": ["id"],
    } } } });
    let schema = serde_json::json!({ "$ref": "#/components/schemas/Spot" });
    let id = base::id::Uuid::nil().to_string();
    for (value, count) in [
        (serde_json::json!({ "id": id, "kind": null }), 0),
        (serde_json::json!({ "id": id, "kind": "b" }), 1),
        (serde_json::json!({ "id": "7", "more": 1 }), 2),
        (serde_json::json!({}), 1),
        (serde_json::json!([]), 1),
    ] {
        assert_eq!(mistakes(&document, &schema, &value, "spot").len(), count, "{value}");
    }
}
