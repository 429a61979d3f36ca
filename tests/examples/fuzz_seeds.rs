//! Writes the seeds of the fuzz targets as files: `cargo run -p imap-machine-tests --example fuzz_seeds -- FOLDER`.

use std::path::PathBuf;
use std::{env, fs, io};

use imap_machine_tests::fuzz::seeds::seeds;

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("usage: fuzz_seeds FOLDER"));
    };
    for (number, (target, input)) in seeds().iter().enumerate() {
        let folder = folder.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("seed-{number:04}")), input)?;
    }
    Ok(())
}
