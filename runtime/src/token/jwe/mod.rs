//! Encrypted tokens in compact serialisation (RFC 7516 section 3.1), with a key that both sides have
//! (`dir`, RFC 7518 section 4.5) and nothing else: no key is ever taken from a token.

mod content;

use std::fmt;

use aws_lc_rs::digest;
use aws_lc_rs::error::Unspecified;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use zeroize::Zeroizing;

pub(crate) use self::content::Encryption;
use self::content::{Cipher, Sealed};

/// What no header of ours comes near to.
const LONGEST_HEADER: usize = 1024;

/// A content encryption key, with the headers of the tokens that it makes.
pub(crate) struct ContentKey {
    cipher: Cipher,
    /// The key's thumbprint (RFC 7638).
    kid: String,
    /// The first segment of the tokens that this key makes.
    header: String,
}

/// A token that no key of ours opens. Whatever is wrong with it looks the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotOpened;

impl ContentKey {
    /// A key, and whether its tokens name it.
    ///
    /// # Errors
    /// If the key has not the length that the encryption asks for.
    pub(crate) fn new(
        encryption: Encryption,
        key: &[u8],
        named: bool,
    ) -> Result<Self, Unspecified> {
        let kid = thumbprint(encryption, key);
        let enc = encryption.name();
        let header = match named {
            true => format!(r#"{{"alg":"dir","enc":"{enc}","kid":"{kid}"}}"#),
            false => format!(r#"{{"alg":"dir","enc":"{enc}"}}"#),
        };
        Ok(Self {
            cipher: Cipher::new(encryption, key)?,
            kid,
            header: URL_SAFE_NO_PAD.encode(header),
        })
    }

    /// A token with that content; `None` if there is no randomness for it.
    pub(crate) fn seal(&self, plaintext: &[u8]) -> Option<String> {
        let sealed = self.cipher.seal(plaintext, self.header.as_bytes()).ok()?;
        let Self { header, .. } = self;
        let [iv, ciphertext, tag] =
            [sealed.iv, sealed.ciphertext, sealed.tag].map(|part| URL_SAFE_NO_PAD.encode(part));
        Some(format!("{header}..{iv}.{ciphertext}.{tag}"))
    }
}

/// The content of a token that one of the keys opens.
pub(crate) fn open(token: &str, keys: &[ContentKey]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let mut segments = token.splitn(6, '.');
    let mut next = || segments.next().ok_or(NotOpened);
    // With `dir` there is no encrypted key (RFC 7516 section 5.2, step 10).
    let (header, "", iv, ciphertext, tag, None) =
        (next()?, next()?, next()?, next()?, next()?, segments.next())
    else {
        return Err(NotOpened);
    };
    let candidates = Candidates::of(header, keys)?;
    let [iv, ciphertext, tag] = [iv, ciphertext, tag].map(|part| URL_SAFE_NO_PAD.decode(part));
    let (Ok(iv), Ok(ciphertext), Ok(tag)) = (iv, ciphertext, tag) else {
        return Err(NotOpened);
    };
    let opened = candidates.among(keys).find_map(|key| {
        let sealed = Sealed {
            iv: iv.clone(),
            ciphertext: ciphertext.clone(),
            tag: tag.clone(),
        };
        key.cipher.open(sealed, header.as_bytes()).ok()
    });
    opened.ok_or(NotOpened)
}

/// The keys that a token may be made with.
enum Candidates<'a> {
    /// The header says which, word for word as we would.
    Made(&'a str),
    Named(Encryption, String),
    /// The header names none.
    Any(Encryption),
}

/// Every member that a header may have: `zip`, `crit`, `jwk` and all others are refused, and so is a
/// member that is there twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    enc: String,
    kid: Option<String>,
    typ: Option<String>,
}

impl<'a> Candidates<'a> {
    fn of(header: &'a str, keys: &[ContentKey]) -> Result<Self, NotOpened> {
        if keys.iter().any(|key| key.header == header) {
            return Ok(Self::Made(header));
        }
        if header.len() > LONGEST_HEADER {
            return Err(NotOpened);
        }
        let text = URL_SAFE_NO_PAD.decode(header).map_err(|_| NotOpened)?;
        let header: Header = serde_json::from_slice(&text).map_err(|_| NotOpened)?;
        let is_encrypted_jwt = |typ: &str| typ.eq_ignore_ascii_case("JWT");
        if header.alg != "dir" || !header.typ.as_deref().is_none_or(is_encrypted_jwt) {
            return Err(NotOpened);
        }
        let encryption = [Encryption::A256Gcm, Encryption::A256CbcHs512]
            .into_iter()
            .find(|encryption| encryption.name() == header.enc)
            .ok_or(NotOpened)?;
        Ok(match header.kid {
            Some(kid) => Self::Named(encryption, kid),
            None => Self::Any(encryption),
        })
    }

    fn among<'k>(&self, keys: &'k [ContentKey]) -> impl Iterator<Item = &'k ContentKey> {
        keys.iter().filter(move |key| match self {
            Self::Made(header) => key.header == *header,
            Self::Named(encryption, kid) => {
                key.cipher.encryption() == *encryption && key.kid == *kid
            }
            Self::Any(encryption) => key.cipher.encryption() == *encryption,
        })
    }
}

/// What `jose` names a key by: the thumbprint of it as a JSON Web Key, by the hash that is as long as the
/// key.
fn thumbprint(encryption: Encryption, key: &[u8]) -> String {
    let hash = match encryption {
        Encryption::A256Gcm => &digest::SHA256,
        Encryption::A256CbcHs512 => &digest::SHA512,
    };
    let key = Zeroizing::new(URL_SAFE_NO_PAD.encode(key));
    let jwk = Zeroizing::new(format!(r#"{{"k":"{}","kty":"oct"}}"#, *key));
    URL_SAFE_NO_PAD.encode(digest::digest(hash, jwk.as_bytes()))
}

impl fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentKey")
            .field("encryption", &self.cipher.encryption())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
