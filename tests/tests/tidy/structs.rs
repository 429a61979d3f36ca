//! How many fields structs have.

use crate::tokens::tokens;

/// A struct with more fields than this does more than one thing.
pub const FIELDS: usize = 12;

/// The structs of a file's code that have too many fields, tuple structs among them.
pub fn too_large(code: &str) -> Vec<String> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        let ["struct", name] = pair else { continue };
        let fields = fields(&tokens[at + 2..]);
        if fields > FIELDS {
            found.push(format!(
                "struct {name} has {fields} fields, more than {FIELDS}"
            ));
        }
    }
    found
}

/// The fields of the struct whose name stands before these tokens.
fn fields(tokens: &[&str]) -> usize {
    let (mut generics, mut bounds) = (0_usize, false);
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "<" => generics += 1,
            ">" => generics = generics.saturating_sub(1),
            _ if generics > 0 => {}
            "where" => bounds = true,
            ";" => return 0,
            "(" if !bounds => return parts(&tokens[at + 1..]),
            "{" => return parts(&tokens[at + 1..]),
            _ => {}
        }
    }
    0
}

/// The parts between commas, up to the bracket that closes them all.
fn parts(tokens: &[&str]) -> usize {
    let (mut depth, mut parts, mut inside) = (0_usize, 0, false);
    for token in tokens {
        match *token {
            "}" | ")" | "]" if depth == 0 => break,
            "," if depth == 0 => inside = false,
            token => {
                match token {
                    "{" | "(" | "[" | "<" => depth += 1,
                    "}" | ")" | "]" | ">" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                parts += usize::from(!inside);
                inside = true;
            }
        }
    }
    parts
}

#[test]
fn fields_are_counted() {
    let one_each = "#[serde(rename = \"a, b\")] pub(crate) a: Map<(u8, u8), Box<dyn Fn(u8, u8) -> [u8; 3]>>,\n";
    for (fields, large) in [(FIELDS, false), (FIELDS + 1, true)] {
        for text in [
            format!(
                "pub struct A<T, U: Fn(T) -> T> where T: Fn(u8) {{\n{}}}",
                one_each.repeat(fields)
            ),
            format!("struct A(\n{});", "pub [u8; 2], ".repeat(fields)),
            format!(
                "struct A {{\n{} b: u8 }}\nenum B {{ C {{ x: u8 }} }}",
                one_each.repeat(fields - 1)
            ),
        ] {
            assert_eq!(too_large(&text).len(), usize::from(large), "{text}");
        }
    }
    let many = "x: u8,".repeat(20);
    for harmless in [
        format!("struct A; fn f() {{ B {{ {many} }} }}"),
        format!("struct A {{}} impl B {{ fn f({many}) {{}} }}"),
        format!("const A: &str = \"struct A {{ {many} }}\";"),
    ] {
        assert_eq!(too_large(&harmless), [""; 0], "{harmless}");
    }
}
