/// Bytes as hexadecimal digits in lower case.
#[cfg(feature = "redis")]
pub(super) fn encode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The 32 bytes that such digits stand for.
pub(super) fn decode(digits: &str) -> Option<[u8; 32]> {
    let is_lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if digits.len() != 64 || !digits.bytes().all(is_lower_hex) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, start) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(start..start + 2)?, 16).ok()?;
    }
    Some(bytes)
}
