//! Sets of octets, as tables.

/// The octets that are in a set.
pub(crate) const fn set_of(mut octets: &[u8]) -> [bool; 256] {
    let mut set = [false; 256];
    while let [octet, rest @ ..] = octets {
        set[*octet as usize] = true;
        octets = rest;
    }
    set
}

/// Where the first octet of a set is. It looks at eight at a time, since the compiler writes that loop out: flags are short.
#[inline]
pub(crate) fn first_of(set: &[bool; 256], octets: &[u8]) -> Option<usize> {
    let is_in = |octet: &u8| set[usize::from(*octet)];
    let mut rest = octets;
    while let Some((eight, after)) = rest.split_first_chunk::<8>() {
        if let Some(at) = eight.iter().position(is_in) {
            return Some(octets.len() - rest.len() + at);
        }
        rest = after;
    }
    let at = rest.iter().position(is_in)?;
    Some(octets.len() - rest.len() + at)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::{first_of, set_of};

    #[test]
    fn octets_of_a_set_are_found_at_every_place() {
        for len in 0..20 {
            let mut octets = vec![b'x'; len];
            assert_eq!(first_of(&set_of(b" )"), &octets), None);
            for at in (0..len).rev() {
                octets[at] = b')';
                assert_eq!(first_of(&set_of(b" )"), &octets), Some(at));
            }
        }
    }
}
