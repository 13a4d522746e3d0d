//! Which crate the macros run in.

use proc_macro2::Literal;

/// What Cargo says of the crate that is compiled. A library and a program of one name differ in the last.
const VARIABLES: [&str; 4] = [
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION",
    "CARGO_CRATE_NAME",
    "CARGO_BIN_NAME",
];

/// The same for everything in one crate, and another in every other (FNV-1a, 64 bits).
pub(crate) fn crate_key() -> Literal {
    let values = VARIABLES.map(|variable| std::env::var(variable).unwrap_or_default());
    let key = values
        .join("\0")
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    Literal::u64_unsuffixed(key)
}
