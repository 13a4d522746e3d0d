use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap};
use serde_json::Value;

use super::*;

const VECTORS: &str =
    include_str!("../../../../tests/vectors/wycheproof/json_web_encryption_test.json");

fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap_or_default()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// The content encryption key of a token of another kind than ours: what only the tests unwrap.
fn unwrapped(header: &Value, wrapped: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let mut unwrapped = vec![0; wrapped.len()];
    if text(header, "alg") == "A256KW" {
        let key = AesKek::new(&AES_256, key).ok()?;
        return key
            .unwrap(wrapped, &mut unwrapped)
            .ok()
            .map(|key| key.to_vec());
    }
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(&bytes(text(header, "iv"))).ok()?;
    let mut sealed = [wrapped, &bytes(text(header, "tag"))].concat();
    let key = key.open_in_place(nonce, Aad::empty(), &mut sealed).ok()?;
    Some(key.to_vec())
}

#[test]
fn wycheproof_agrees_about_content_encryption() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap_or_default();
    let mut verdicts = (0, 0);
    for group in vectors["testGroups"].as_array().into_iter().flatten() {
        for test in group["tests"].as_array().into_iter().flatten() {
            let segments: Vec<_> = text(test, "jwe").split('.').collect();
            let [head, wrapped, iv, ciphertext, tag] = segments[..] else {
                continue;
            };
            let header: Value = serde_json::from_slice(&bytes(head)).unwrap_or_default();
            let encryption = match text(&header, "enc") {
                "A256GCM" => Encryption::A256Gcm,
                "A256CBC-HS512" => Encryption::A256CbcHs512,
                _ => continue,
            };
            if !["A256KW", "A256GCMKW"].contains(&text(&header, "alg")) {
                continue;
            }
            let wrapping = bytes(text(&group["private"], "k"));
            let opened = unwrapped(&header, &bytes(wrapped), &wrapping).and_then(|key| {
                let sealed = Sealed {
                    iv: bytes(iv),
                    ciphertext: bytes(ciphertext),
                    tag: bytes(tag),
                };
                Cipher::new(encryption, &key)
                    .ok()?
                    .open(sealed, head.as_bytes())
                    .ok()
            });
            let is_valid = text(test, "result") == "valid";
            assert_eq!(
                opened.is_some(),
                is_valid,
                "{} {}",
                test["tcId"],
                test["comment"]
            );
            if let Some(opened) = opened {
                assert_eq!(hex(&opened), text(test, "pt"), "{}", test["tcId"]);
                verdicts.0 += 1;
            } else {
                verdicts.1 += 1;
            }
        }
    }
    assert_eq!(verdicts, (6, 14), "the vectors were run");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn key(encryption: Encryption, byte: u8, named: bool) -> ContentKey {
    let key = vec![byte; encryption.key_length()];
    let Ok(key) = ContentKey::new(encryption, &key, named) else {
        unreachable!()
    };
    key
}

const BOTH: [Encryption; 2] = [Encryption::A256Gcm, Encryption::A256CbcHs512];

#[test]
fn what_one_key_seals_that_key_opens_and_no_other() {
    for encryption in BOTH {
        for named in [true, false] {
            let (ours, other) = (key(encryption, 1, named), key(encryption, 2, named));
            for length in [0, 1, 15, 16, 17, 20_000] {
                let content = vec![b'x'; length];
                let token = ours.seal(&content).unwrap_or_default();
                assert_ne!(token, ours.seal(&content).unwrap_or_default());
                assert_eq!(open(&token, &[]), Err(NotOpened));
                assert_eq!(open(&token, std::slice::from_ref(&other)), Err(NotOpened));
                let keys = [key(encryption, 2, named), key(encryption, 1, named)];
                assert_eq!(open(&token, &keys).as_deref(), Ok(&content));
            }
        }
    }
}

#[test]
fn every_changed_letter_is_refused() {
    for encryption in BOTH {
        let keys = [key(encryption, 1, true)];
        let [ours] = &keys;
        let token = ours.seal(br#"{"sub":"7"}"#).unwrap_or_default();
        for (index, letter) in token.char_indices() {
            for change in ['A', 'B', '.', '=', '\n'] {
                let mut changed = token.clone();
                changed.replace_range(index..=index, &change.to_string());
                assert_eq!(open(&changed, &keys).is_ok(), change == letter, "{changed}");
            }
        }
        for changed in [
            format!("{token}="),
            format!("{token}.{token}"),
            format!(".{token}"),
        ] {
            assert_eq!(open(&changed, &keys), Err(NotOpened));
        }
    }
}

/// A token whose header is what it says, and whose tag is right.
fn with_header(header: &str) -> String {
    let mut key = key(Encryption::A256Gcm, 1, false);
    key.header = URL_SAFE_NO_PAD.encode(header);
    key.seal(b"{}").unwrap_or_default()
}

#[test]
fn a_header_instructs_us_to_nothing() {
    let keys = [key(Encryption::A256Gcm, 1, true)];
    let kid = &keys[0].kid;
    for header in [
        r#"{"alg":"dir","enc":"A256GCM"}"#,
        r#"{"enc":"A256GCM", "alg":"dir"}"#,
        r#"{"alg":"dir","enc":"A256GCM","typ":"JWT"}"#,
        &format!(r#"{{"kid":"{kid}","alg":"dir","enc":"A256GCM"}}"#),
    ] {
        assert!(open(&with_header(header), &keys).is_ok(), "{header}");
    }
    for header in [
        r#"{"alg":"A256KW","enc":"A256GCM"}"#,
        r#"{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2c":1}"#,
        r#"{"alg":"none","enc":"A256GCM"}"#,
        r#"{"alg":"dir","enc":"A128GCM"}"#,
        r#"{"alg":"dir","enc":"A256CBC-HS512"}"#,
        r#"{"alg":"dir","enc":"A256GCM","zip":"DEF"}"#,
        r#"{"alg":"dir","enc":"A256GCM","crit":[]}"#,
        r#"{"alg":"dir","enc":"A256GCM","cty":"JWT"}"#,
        r#"{"alg":"dir","enc":"A256GCM","jwk":{}}"#,
        r#"{"alg":"dir","enc":"A256GCM","kid":"another"}"#,
        r#"{"alg":"dir","enc":"A256GCM","typ":"at+jwt"}"#,
        r#"{"alg":"dir","alg":"dir","enc":"A256GCM"}"#,
        r#"{"alg":["dir"],"enc":"A256GCM"}"#,
        r#"{"enc":"A256GCM"}"#,
        "[]",
        "",
        &format!(
            r#"{{"alg":"dir","enc":"A256GCM","kid":"{}"}}"#,
            "k".repeat(2000)
        ),
    ] {
        assert_eq!(
            open(&with_header(header), &keys),
            Err(NotOpened),
            "{header}"
        );
    }
}

#[test]
fn a_key_beside_a_direct_one_is_refused() {
    let keys = [key(Encryption::A256Gcm, 1, true)];
    let token = keys[0].seal(b"{}").unwrap_or_default();
    assert_eq!(
        open(&token.replacen("..", ".AAAA.", 1), &keys),
        Err(NotOpened)
    );
}
