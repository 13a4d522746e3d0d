//! Numbers that stand for texts: the compiler compares them at once, where it takes its time over every letter.

use proc_macro2::Literal;

/// What Cargo says of the crate that is compiled. A library and a program of one name differ in the last.
const VARIABLES: [&str; 4] = [
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION",
    "CARGO_CRATE_NAME",
    "CARGO_BIN_NAME",
];

/// The same for everything in one crate, and another in every other.
pub(crate) fn crate_key() -> Literal {
    let values = VARIABLES.map(|variable| std::env::var(variable).unwrap_or_default());
    Literal::u64_unsuffixed(fingerprint(&values.join("\0")))
}

/// The hash of a text (FNV-1a, 64 bits).
pub(crate) fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
