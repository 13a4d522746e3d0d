//! Content encryption with keys that both sides have (RFC 7518 sections 5.2.5 and 5.3).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{hmac, rand};
use zeroize::Zeroizing;

/// How the content of a token is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// AES-256 in Galois/Counter Mode.
    A256Gcm,
    /// AES-256 in cipher block chaining mode, with HMAC-SHA-512.
    A256CbcHs512,
}

impl Encryption {
    /// As the header names it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::A256Gcm => "A256GCM",
            Self::A256CbcHs512 => "A256CBC-HS512",
        }
    }

    /// How many bytes a key has.
    pub(crate) const fn key_length(self) -> usize {
        match self {
            Self::A256Gcm => 32,
            Self::A256CbcHs512 => 64,
        }
    }
}

/// Half of the HMAC (RFC 7518 section 5.2.2.1).
const CBC_TAG: usize = 32;
const CBC_IV: usize = 16;
const GCM_IV: usize = 12;

/// A key, ready for use.
pub(super) enum Cipher {
    Gcm(Box<LessSafeKey>),
    CbcHs512(Box<CbcHs512>),
}

pub(super) struct CbcHs512 {
    mac: hmac::Key,
    encrypting: PaddedBlockEncryptingKey,
    decrypting: PaddedBlockDecryptingKey,
}

/// What a token consists of, but for its header.
pub(super) struct Sealed {
    pub(super) iv: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

impl Cipher {
    /// # Errors
    /// If the key has not the length that the encryption asks for.
    pub(super) fn new(encryption: Encryption, key: &[u8]) -> Result<Self, Unspecified> {
        match encryption {
            Encryption::A256Gcm => {
                let key = UnboundKey::new(&AES_256_GCM, key)?;
                Ok(Self::Gcm(Box::new(LessSafeKey::new(key))))
            }
            Encryption::A256CbcHs512 => {
                let (mac, key) = key.split_first_chunk::<32>().ok_or(Unspecified)?;
                let unbound = || UnboundCipherKey::new(&AES_256, key);
                Ok(Self::CbcHs512(Box::new(CbcHs512 {
                    mac: hmac::Key::new(hmac::HMAC_SHA512, mac),
                    encrypting: PaddedBlockEncryptingKey::cbc_pkcs7(unbound()?)?,
                    decrypting: PaddedBlockDecryptingKey::cbc_pkcs7(unbound()?)?,
                })))
            }
        }
    }

    pub(super) fn encryption(&self) -> Encryption {
        match self {
            Self::Gcm(_) => Encryption::A256Gcm,
            Self::CbcHs512(_) => Encryption::A256CbcHs512,
        }
    }

    /// Encrypts `plaintext` under a random initialisation vector.
    pub(super) fn seal(&self, plaintext: &[u8], header: &[u8]) -> Result<Sealed, Unspecified> {
        let mut ciphertext = plaintext.to_vec();
        match self {
            Self::Gcm(key) => {
                let mut iv = [0; GCM_IV];
                rand::fill(&mut iv)?;
                let nonce = Nonce::assume_unique_for_key(iv);
                let tag =
                    key.seal_in_place_separate_tag(nonce, Aad::from(header), &mut ciphertext)?;
                Ok(Sealed {
                    iv: iv.to_vec(),
                    ciphertext,
                    tag: tag.as_ref().to_vec(),
                })
            }
            Self::CbcHs512(key) => {
                let mut iv = [0; CBC_IV];
                rand::fill(&mut iv)?;
                let context = EncryptionContext::Iv128(FixedLength::from(iv));
                key.encrypting.less_safe_encrypt(&mut ciphertext, context)?;
                let tag = authenticated(&key.mac, header, &iv, &ciphertext);
                let tag = tag.as_ref().get(..CBC_TAG).ok_or(Unspecified)?;
                Ok(Sealed {
                    iv: iv.to_vec(),
                    tag: tag.to_vec(),
                    ciphertext,
                })
            }
        }
    }

    /// Checks the tag, and only then decrypts. There is one error for whatever is wrong (RFC 7516
    /// section 11.5).
    pub(super) fn open(
        &self,
        sealed: Sealed,
        header: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
        let Sealed {
            iv,
            mut ciphertext,
            tag,
        } = sealed;
        match self {
            Self::Gcm(key) => {
                // A tag of another length moves the border between it and the ciphertext.
                if tag.len() != AES_256_GCM.tag_len() {
                    return Err(Unspecified);
                }
                let nonce = Nonce::try_assume_unique_for_key(&iv)?;
                ciphertext.extend_from_slice(&tag);
                let length = key
                    .open_in_place(nonce, Aad::from(header), &mut ciphertext)?
                    .len();
                ciphertext.truncate(length);
            }
            Self::CbcHs512(key) => {
                let iv: [u8; CBC_IV] = iv.try_into().map_err(|_| Unspecified)?;
                let expected = authenticated(&key.mac, header, &iv, &ciphertext);
                let expected = expected.as_ref().get(..CBC_TAG).ok_or(Unspecified)?;
                verify_slices_are_equal(expected, &tag)?;
                let context = DecryptionContext::Iv128(FixedLength::from(iv));
                let length = key.decrypting.decrypt(&mut ciphertext, context)?.len();
                ciphertext.truncate(length);
            }
        }
        Ok(Zeroizing::new(ciphertext))
    }
}

/// RFC 7518 section 5.2.2.1, step 5.
fn authenticated(mac: &hmac::Key, header: &[u8], iv: &[u8], ciphertext: &[u8]) -> hmac::Tag {
    let bits = u64::try_from(header.len())
        .unwrap_or(u64::MAX)
        .saturating_mul(8);
    let mut context = hmac::Context::with_key(mac);
    for part in [header, iv, ciphertext, &bits.to_be_bytes()] {
        context.update(part);
    }
    context.sign()
}
