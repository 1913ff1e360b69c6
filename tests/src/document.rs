//! The checked-in document, and bodies made from it.

use reqwest::Method;
use serde_json::{Map, Value, json};

/// A well-formed id that nothing has.
pub const UNKNOWN_ID: &str = "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

/// The published document.
#[derive(Clone, Debug)]
pub struct Document(Value);

/// One operation of it.
#[derive(Clone, Copy, Debug)]
pub struct Described<'d> {
    /// Path template.
    pub path: &'d str,
    method: &'d str,
    facts: &'d Value,
}

impl Described<'_> {
    /// Its `operationId`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.facts["operationId"].as_str().expect("an operationId")
    }

    /// Its method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method.to_uppercase().parse().expect("a method")
    }

    /// Its `x-permission`.
    #[must_use]
    pub fn permission(&self) -> &str {
        self.facts["x-permission"].as_str().expect("a permission")
    }

    /// A member of what the document says of it.
    #[must_use]
    pub fn fact(&self, name: &str) -> &Value {
        &self.facts[name]
    }

    /// The schema of its body; null when it takes none.
    #[must_use]
    pub fn body_schema(&self) -> &Value {
        &self.facts["requestBody"]["content"]["application/json"]["schema"]
    }

    /// Its parameters in `query`, `path` or `header`.
    pub fn parameters(&self, place: &str) -> impl Iterator<Item = &Value> {
        let all = self.facts["parameters"].as_array().into_iter().flatten();
        all.filter(move |parameter| parameter["in"] == place)
    }
}

impl Document {
    /// As it is checked in.
    ///
    /// # Panics
    /// When it is not JSON.
    #[must_use]
    pub fn checked_in() -> Self {
        let text = include_str!("../../openapi/openapi.json");
        Self(serde_json::from_str(text).expect("the document"))
    }

    /// Every operation.
    ///
    /// # Panics
    /// When there are none.
    #[must_use]
    pub fn operations(&self) -> Vec<Described<'_>> {
        let paths = self.0["paths"].as_object().expect("paths");
        let mut all = Vec::new();
        for (path, item) in paths {
            for (method, facts) in item.as_object().expect("operations") {
                all.push(Described { path, method, facts });
            }
        }
        assert!(all.len() > 200, "the operations were not found");
        all
    }

    /// What a reference leads to.
    #[must_use]
    pub fn resolve<'d>(&'d self, schema: &'d Value) -> &'d Value {
        let Some(name) = schema["$ref"].as_str() else { return schema };
        let name = name.rsplit('/').next().unwrap_or_default();
        self.resolve(&self.0["components"]["schemas"][name])
    }

    /// A body that fits a schema, from its own examples: required members only.
    #[must_use]
    pub fn example(&self, schema: &Value) -> Value {
        let schema = self.resolve(schema);
        for known in [&schema["example"], &schema["examples"][0], &schema["enum"][0]] {
            if !known.is_null() {
                return known.clone();
            }
        }
        for either in ["oneOf", "anyOf", "allOf"] {
            if let Some(first) = schema[either].as_array().and_then(|all| all.first()) {
                return self.example(first);
            }
        }
        let kind = schema["type"].as_str().or(schema["type"][0].as_str()).unwrap_or("object");
        match (kind, schema["format"].as_str()) {
            ("string", Some("uuid")) => json!(UNKNOWN_ID),
            ("string", Some("date")) => json!("2030-01-01"),
            ("string", Some("date-time")) => json!("2030-01-01T00:00:00Z"),
            ("string", _) => json!("示例文字"),
            ("integer" | "number", _) => schema.get("minimum").cloned().unwrap_or(json!(1)),
            ("boolean", _) => json!(true),
            ("array", _) => json!([self.example(&schema["items"])]),
            _ => {
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                self.members(schema, required.iter().filter_map(Value::as_str))
            }
        }
    }

    /// The same with every member that a body may have.
    #[must_use]
    pub fn full_example(&self, schema: &Value) -> Value {
        let schema = self.resolve(schema);
        if let Some(first) = schema["oneOf"].as_array().and_then(|all| all.first()) {
            return self.full_example(first);
        }
        if schema["items"].is_object() && schema.get("example").is_none() {
            return json!([self.full_example(&schema["items"])]);
        }
        let Some(properties) = schema["properties"].as_object() else {
            return self.example(schema);
        };
        let pairs = properties.iter().map(|(name, of)| (name.clone(), self.full_example(of)));
        Value::Object(pairs.collect())
    }

    fn members<'n>(&self, schema: &Value, names: impl Iterator<Item = &'n str>) -> Value {
        let of = |name: &str| self.example(&schema["properties"][name]);
        Value::Object(names.map(|name| (name.to_owned(), of(name))).collect::<Map<_, _>>())
    }
}
