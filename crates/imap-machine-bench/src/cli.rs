//! The command line.

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Measure and print the table.
    Table(Table),
    /// Count instructions under valgrind, and compare.
    Instructions,
    /// Do one piece of work of one size, for valgrind to look at.
    Work {
        /// Which.
        name: String,
        /// How many units.
        size: u32,
    },
    /// Do the work of one contender, and say how large this process has been.
    Resident {
        /// Which.
        work: String,
        /// Whose.
        who: String,
        /// How many MiB.
        mebibytes: u32,
    },
}

/// Which table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Names of workloads, or their beginnings; all when empty.
    pub only: Vec<String>,
    /// A tenth of the input, three rounds.
    pub quick: bool,
    /// JSON instead of text.
    pub json: bool,
}

/// The help text.
pub const USAGE: &str = "\
run [--quick] [--json] [--only W1,W3]   side by side: time, heap, goals
run instructions                        instruction counts, compared with instructions.toml (UPDATE=1 rewrites it)
run tests                               the tests of this package";

/// Reads the arguments, without the program's name.
///
/// # Errors
///
/// What is wrong with them.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut arguments = arguments.into_iter();
    let mut table = Table::default();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "instructions" => return Ok(Command::Instructions),
            "work" => {
                let name = arguments.next().ok_or("work: which?")?;
                let size = arguments.next().and_then(|size| size.parse().ok());
                let size = size.ok_or("work: how many units?")?;
                return Ok(Command::Work { name, size });
            }
            "resident" => {
                let work = arguments.next().ok_or("resident: which?")?;
                let who = arguments.next().ok_or("resident: who?")?;
                let mebibytes = arguments.next().and_then(|size| size.parse().ok());
                let mebibytes = mebibytes.ok_or("resident: how many MiB?")?;
                return Ok(Command::Resident {
                    work,
                    who,
                    mebibytes,
                });
            }
            "--quick" => table.quick = true,
            "--json" => table.json = true,
            "--only" => {
                let names = arguments.next().ok_or("--only: which?")?;
                table.only.extend(names.split(',').map(str::to_owned));
            }
            other => return Err(format!("there is no argument `{other}`")),
        }
    }
    Ok(Command::Table(table))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments() {
        assert_eq!(read(""), Ok(Command::Table(Table::default())));
        let table = Table {
            only: vec!["W1".to_owned(), "W3".to_owned()],
            quick: true,
            json: true,
        };
        assert_eq!(
            read("--json --only W1,W3 --quick"),
            Ok(Command::Table(table))
        );
        assert_eq!(read("instructions"), Ok(Command::Instructions));
        let (name, size) = ("W1".to_owned(), 7);
        assert_eq!(read("work W1 7"), Ok(Command::Work { name, size }));
        assert!(read("work W1").is_err() && read("--fast").is_err());
    }
}
