//! The files of this repository.

use std::fs;
use std::path::{Path, PathBuf};

/// The root folder.
///
/// # Panics
///
/// When the repository is no longer where this was compiled.
pub fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().expect("the repository is there")
}

/// All files and folders, except for what was built, what fuzzing has found, and what is hidden.
///
/// # Panics
///
/// When a folder cannot be read.
pub fn entries() -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(&root(), &mut found);
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            let hidden = name.starts_with('.') && name != ".ci" && name != ".github";
            let made = ["target", "corpus", "artifacts"].contains(&name.as_ref());
            if hidden || made {
                continue;
            }
            walk(&path, found);
        }
        found.push(path);
    }
}
