//! Options as an attribute would have them: what the access matrix and the log say alike.

/// A number of seconds in the largest unit that fits: `15m`, `90s`.
pub(crate) fn duration(seconds: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(24 * 60 * 60, "d"), (60 * 60, "h"), (60, "m")];
    let fits = |(length, _): &(u64, &str)| seconds > 0 && seconds.is_multiple_of(*length);
    match UNITS.into_iter().find(fits) {
        Some((length, unit)) => format!("{}{unit}", seconds / length),
        None => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_told_in_the_unit_it_was_written_in() {
        for (seconds, expected) in [
            (0, "0s"),
            (59, "59s"),
            (90, "90s"),
            (900, "15m"),
            (5400, "90m"),
            (86_400, "1d"),
            (90_000, "25h"),
        ] {
            assert_eq!(duration(seconds), expected);
        }
    }
}
