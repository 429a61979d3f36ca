//! Objects, and octets as values.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// An object under construction.
pub type Object = Map<String, Value>;

/// Octets: a string if they are UTF-8, otherwise their base64.
pub fn octets(octets: &[u8]) -> Value {
    match std::str::from_utf8(octets) {
        Ok(text) => text.into(),
        Err(_) => json!({ "base64": STANDARD.encode(octets) }),
    }
}

/// `{"event": name, ...fields}`.
pub fn object(name: &str, fields: Value) -> Object {
    let mut object = Object::new();
    object.insert("event".to_owned(), name.into());
    if let Value::Object(fields) = fields {
        object.extend(fields);
    }
    object
}
