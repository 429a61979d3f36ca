//! Any order of calls, octets and moments: the invariants hold after each, and every command ends.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::operations::{COMMANDS, LINES, Op, Run, SECRET, config};

// More operations find nothing that these do not.
const MOST: usize = 200;
const LONGEST_LINE: usize = 400;

/// Runs operations, and then ends the stream, or lets every deadline pass.
///
/// # Panics
///
/// When an invariant does not hold.
pub fn run(input: &[u8]) {
    // An input that contains the password would have the server say it.
    if contains(input, &SECRET.as_bytes()[..7]) {
        return;
    }
    let Some((variant, input)) = input.split_first() else {
        return;
    };
    let mut run = Run::new(config(*variant));
    let ops = operations(Unstructured::new(input));
    for (index, op) in ops.iter().enumerate() {
        if let Err(broken) = run.step(op) {
            panic!("{broken:?} after {}", shown(&ops[..=index]));
        }
    }
    let ended = match variant & 8 {
        0 => run.finish(),
        _ => run.silence().and_then(|()| run.finish()),
    };
    if let Err(broken) = ended {
        panic!("{broken:?} at the end of {}", shown(&ops));
    }
}

fn operations(mut input: Unstructured<'_>) -> Vec<Op> {
    let mut ops = Vec::new();
    while let (true, false, Ok(op)) = (ops.len() < MOST, input.is_empty(), input.arbitrary()) {
        ops.push(op);
    }
    ops
}

/// The operations as text.
fn shown(ops: &[Op]) -> String {
    let lines = ops.iter().map(|op| match op {
        Op::Octets(octets, tag, percent) => {
            format!(
                "\n  Octets(\"{}\", {tag}, {percent})",
                octets.escape_ascii()
            )
        }
        Op::Say(line, tag, percent) => format!("\n  Say({:?}, {tag}, {percent})", LINES[*line]),
        Op::Send(command, deadline) => {
            format!("\n  Send({:?}, {deadline:?})", COMMANDS[*command]())
        }
        op => format!("\n  {op:?}"),
    });
    lines.collect()
}

fn contains(octets: &[u8], what: &[u8]) -> bool {
    octets.windows(what.len()).any(|window| window == what)
}

impl<'a> Arbitrary<'a> for Op {
    /// Reads an octet for the kind, then its arguments. Lines stand in the input as they are, up to their end, so that a dictionary
    /// helps.
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match input.arbitrary::<u8>()? {
            0..=39 => Self::Say(
                usize::from(input.arbitrary::<u8>()?) % LINES.len(),
                number(input)?,
                percent(input)?,
            ),
            40..=99 => {
                let (tag, percent) = (number(input)?, percent(input)?);
                Self::Octets(line(input)?, tag, percent)
            }
            100..=149 => Self::Send(command(input)?, None),
            150..=159 => Self::Send(command(input)?, Some(milliseconds(input)?)),
            160..=165 => Self::Cancel(number(input)?),
            166..=169 => Self::Done(number(input)?),
            170..=173 => Self::Answer(number(input)?, input.arbitrary()?),
            174..=181 => Self::Supply(number(input)?, input.arbitrary::<u8>()?.into()),
            182..=185 => Self::Upgraded,
            186..=193 => Self::Pass(milliseconds(input)?),
            194..=209 => Self::Write(input.arbitrary::<u8>()?.into()),
            210..=217 => Self::Write(usize::MAX),
            218..=225 => Self::PollOne,
            226..=249 => Self::Drain,
            250..=251 => Self::Eof,
            252..=253 => Self::Fail,
            254..=255 => Self::Close,
        })
    }
}

/// The number of a command. Few are sent, so it is small.
fn number(input: &mut Unstructured<'_>) -> Result<u64> {
    Ok(u64::from(input.arbitrary::<u8>()? % 24))
}

fn percent(input: &mut Unstructured<'_>) -> Result<usize> {
    Ok(match input.arbitrary::<u8>()? {
        part @ 0..=100 => part.into(),
        _ => 100,
    })
}

fn command(input: &mut Unstructured<'_>) -> Result<usize> {
    Ok(usize::from(input.arbitrary::<u8>()?) % COMMANDS.len())
}

fn milliseconds(input: &mut Unstructured<'_>) -> Result<u64> {
    let seconds = input.arbitrary::<u8>()?;
    Ok(match seconds {
        0..=199 => u64::from(seconds) * 500,
        200..=239 => u64::from(seconds - 199) * 60_000,
        240..=255 => u64::from(seconds - 239) * 3_600_000,
    })
}

/// Up to the next line end, which is part of it.
fn line(input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let most = input.len().min(LONGEST_LINE);
    let ahead = input.peek_bytes(most).unwrap_or_default();
    let end = ahead.iter().position(|octet| *octet == b'\n');
    Ok(input.bytes(end.map_or(most, |end| end + 1))?.to_vec())
}

/// The octets that are read as this operation, or as a similar one.
#[must_use]
pub fn encode(op: &Op) -> Vec<u8> {
    let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
    let size = |octets: usize| u8::try_from(octets).unwrap_or(u8::MAX);
    match op {
        Op::Say(line, tag, percent) => vec![0, size(*line), small(*tag), size(*percent)],
        Op::Octets(octets, tag, percent) => {
            [&[40, small(*tag), size(*percent)], octets.as_slice()].concat()
        }
        Op::Send(which, None) => vec![100, size(*which)],
        Op::Send(which, Some(span)) => vec![150, size(*which), span_octet(*span)],
        Op::Cancel(number) => vec![160, small(*number)],
        Op::Done(number) => vec![166, small(*number)],
        Op::Answer(number, gives_up) => vec![170, small(*number), u8::from(*gives_up)],
        Op::Supply(number, octets) => vec![174, small(*number), size(*octets)],
        Op::Upgraded => vec![182],
        Op::Pass(span) => vec![186, span_octet(*span)],
        Op::Write(octets @ 0..=255) => vec![194, size(*octets)],
        Op::Write(_) => vec![210],
        Op::PollOne => vec![218],
        Op::Drain => vec![226],
        Op::Eof => vec![250],
        Op::Fail => vec![252],
        Op::Close => vec![254],
    }
}

fn span_octet(milliseconds: u64) -> u8 {
    let octet = match milliseconds {
        0..100_000 => milliseconds / 500,
        100_000..2_460_000 => 199 + milliseconds / 60_000,
        _ => 239 + (milliseconds / 3_600_000).clamp(1, 16),
    };
    u8::try_from(octet).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_read_back() {
        let ops = [
            Op::Octets(b"* 5 EXISTS\r\n".to_vec(), 3, 100),
            Op::Say(2, 1, 50),
            Op::Send(7, None),
            Op::Send(7, Some(30_000)),
            Op::Cancel(1),
            Op::Done(2),
            Op::Answer(3, true),
            Op::Supply(4, 200),
            Op::Upgraded,
            Op::Pass(500),
            Op::Pass(28 * 60_000),
            Op::Pass(2 * 3_600_000),
            Op::Write(3),
            Op::Write(usize::MAX),
            Op::PollOne,
            Op::Drain,
            Op::Eof,
            Op::Fail,
            Op::Close,
        ];
        let octets: Vec<u8> = ops.iter().flat_map(encode).collect();
        let read = operations(Unstructured::new(&octets));
        assert_eq!(format!("{read:?}"), format!("{ops:?}"));
    }
}
