//! The few colours there are, and amounts as people read them.

use std::fmt;
use std::time::Duration;

use anstyle::{AnsiColor, Color, Style};

pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
pub const GOOD: Style = colour(AnsiColor::Green).bold();
pub const BAD: Style = colour(AnsiColor::Red).bold();
pub const DOUBT: Style = colour(AnsiColor::Yellow).bold();

// The colours of commands. Those of outcomes are not among them.
const LIVES: [Style; 6] = [
    colour(AnsiColor::Cyan),
    colour(AnsiColor::Magenta),
    colour(AnsiColor::Blue),
    colour(AnsiColor::BrightCyan),
    colour(AnsiColor::BrightMagenta),
    colour(AnsiColor::BrightBlue),
];

const fn colour(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(colour)))
}

/// The colour of the nth command: neighbours differ.
pub const fn life(number: usize) -> Style {
    LIVES[number % LIVES.len()]
}

/// Text in a style.
pub struct Styled<T>(pub Style, pub T);

impl<T: fmt::Display> fmt::Display for Styled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(style, text) = self;
        write!(f, "{style}{text}{style:#}")
    }
}

/// `12.3 MiB`
pub fn octets(octets: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if octets < 1024 {
        return format!("{octets} octets");
    }
    let mut scaled = octets as f64 / 1024.0;
    let mut unit = 0;
    while scaled >= 1023.95 && unit + 1 < UNITS.len() {
        scaled /= 1024.0;
        unit += 1;
    }
    format!("{scaled:.1} {}", UNITS[unit])
}

/// `0.123 s`
pub fn seconds(span: Duration) -> String {
    format!("{:.3} s", span.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        assert_eq!(octets(0), "0 octets");
        assert_eq!(octets(1536), "1.5 KiB");
        assert_eq!(octets((1 << 20) - 1), "1.0 MiB");
        assert_eq!(octets(64 << 20), "64.0 MiB");
        assert_eq!(octets(u64::MAX), "16384.0 PiB");
        assert_eq!(seconds(Duration::from_micros(1_234_567)), "1.235 s");
    }
}
