//! The order in which the addresses of a host are tried, and the delay between attempts (RFC 8305, "Happy Eyeballs").

use std::net::SocketAddr;
use std::time::Duration;

/// How long an attempt has before the next one begins beside it (RFC 8305 section 5, "Connection Attempt Delay").
pub const CONNECTION_ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Puts the addresses in order. The families alternate, beginning with that of the first address, since a broken route breaks all
/// addresses of a family (RFC 8305 section 4). Otherwise the system's order is kept (RFC 6724).
#[must_use]
pub fn interleaved(addresses: impl IntoIterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let addresses: Vec<_> = addresses.into_iter().collect();
    let six_first = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == six_first);
    let mut second = second.into_iter();
    let mut turns: Vec<_> = first
        .into_iter()
        .flat_map(|address| [Some(address), second.next()])
        .flatten()
        .collect();
    turns.extend(second);
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        let six = |host| SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, host], 143));
        let four = |host| SocketAddr::from(([127, 0, 0, host], 143));
        let told = [six(1), six(2), six(3), four(1)];
        assert_eq!(interleaved(told), [six(1), four(1), six(2), six(3)]);
        let told = [four(1), six(1), six(2)];
        assert_eq!(interleaved(told), [four(1), six(1), six(2)]);
        assert_eq!(interleaved([]), []);
    }
}
