//! Passwords as Argon2id hashes (RFC 9106), for [`Credentials`](crate::Credentials) and for an
//! application's own sign-in page.
//!
//! ```
//! use portcullis::password;
//!
//! # async fn example() -> Result<(), password::PasswordError> {
//! let hash = password::hash("correct horse battery staple").await?;
//! assert!(password::verify("correct horse battery staple", Some(&hash)).await?);
//! assert!(!password::verify("battery staple", Some(&hash)).await?);
//! assert!(!password::verify("whoever asks", None).await?);
//! # Ok(())
//! # }
//! ```
//!
//! A hash takes 19 MiB and some 20 milliseconds of one core. At most [`AT_ONCE`] are made at a time, on
//! threads where that may take its time: a flood of sign-ins waits for its turn and never takes more
//! than 76 MiB.

use std::error::Error;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

/// How long a password may be, in bytes: 1,024.
pub const LONGEST: usize = 1024;

/// How many passwords are hashed or verified at a time in this process: 4.
pub const AT_ONCE: usize = 4;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Stands in for the hash of an account that does not exist. It has the parameters of [`hash`] and
/// random bytes, so nobody knows a password for it, and it opens nothing if somebody does.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$TNXHwT/VCPmhQgVZdmz2WA\
                     $w3CaiL/6YUFjbbRwSPGQQimV9OpGUiGqnpxCS5R5EDE";

/// Why a password could not be hashed or verified. It shows neither passwords nor hashes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// A password to hash has more than [`LONGEST`] bytes.
    #[error("the password has more than {LONGEST} bytes")]
    TooLong,
    /// What is stored is no Argon2 hash in the PHC format.
    #[error("the stored hash is not one of Argon2 in the PHC format")]
    HashUnreadable(#[source] Box<dyn Error + Send + Sync>),
    /// The machine has no memory, threads or randomness left.
    #[error("the password could not be worked on")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

/// Hashes a new password for the application to keep: Argon2id with 19 MiB, two passes and one lane, as
/// OWASP's Password Storage Cheat Sheet recommends, and a random salt, as a string in the PHC format
/// (`$argon2id$v=19$..`).
///
/// The password is taken byte for byte: neither trimmed nor normalised. How long it must be at least
/// is the application's to say.
///
/// # Errors
/// [`PasswordError::TooLong`], and [`PasswordError::Unavailable`] if the machine is at its end.
pub async fn hash(password: &str) -> Result<String, PasswordError> {
    if password.len() > LONGEST {
        return Err(PasswordError::TooLong);
    }
    let password = Zeroizing::new(password.to_owned());
    in_turn(move || {
        let hash = Argon2::default().hash_password(password.as_bytes());
        Ok(hash.map_err(unavailable)?.to_string())
    })
    .await
}

/// Whether `password` is the one that `hash` was made of. Where there is no hash, since there is no such
/// account, the answer is no and takes the same work, so that nobody can tell by the clock which accounts
/// exist. That holds for hashes made by [`hash`]; others, such as those that an application brings along
/// from Node, are verified with the parameters they name and take as long as those say.
///
/// A password of more than [`LONGEST`] bytes is never the right one.
///
/// # Errors
/// [`PasswordError::HashUnreadable`] and [`PasswordError::Unavailable`]: nothing was found out about the
/// password then.
pub async fn verify(password: &str, hash: Option<&str>) -> Result<bool, PasswordError> {
    let password = Zeroizing::new(password.to_owned());
    let hash = hash.map(|hash| Zeroizing::new(hash.to_owned()));
    in_turn(move || {
        let hash = hash.as_ref().map(|hash| hash.as_str());
        matches(&password, hash, |password, hash| {
            Argon2::default().verify_password(password, hash)
        })
    })
    .await
}

/// Asks `work` exactly once if the hash is readable, whatever the answer is going to be.
fn matches(
    password: &str,
    stored: Option<&str>,
    work: impl FnOnce(&[u8], &PasswordHash) -> password_hash::Result<()>,
) -> Result<bool, PasswordError> {
    let hash = PasswordHash::new(stored.unwrap_or(DECOY)).map_err(unreadable)?;
    if hash.salt.is_none() || hash.hash.is_none() {
        return Err(unreadable(password_hash::Error::EncodingInvalid));
    }
    let password = password.as_bytes();
    let start = password.get(..LONGEST).unwrap_or(password);
    match work(start, &hash) {
        Ok(()) => Ok(stored.is_some() && start.len() == password.len()),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error @ (password_hash::Error::OutOfMemory | password_hash::Error::Internal)) => {
            Err(unavailable(error))
        }
        Err(error) => Err(unreadable(error)),
    }
}

async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
) -> Result<T, PasswordError> {
    let turn = TURNS.acquire().await.map_err(unavailable)?;
    let done = spawn_blocking(move || {
        let result = work();
        drop(turn);
        result
    });
    done.await.map_err(unavailable)?
}

fn unavailable(error: impl Error + Send + Sync + 'static) -> PasswordError {
    PasswordError::Unavailable(Box::new(error))
}

fn unreadable(error: impl Error + Send + Sync + 'static) -> PasswordError {
    PasswordError::HashUnreadable(Box::new(error))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// What `matches` asked to be verified: how many bytes, under which parameters.
    fn asked(password: &str, stored: Option<&str>) -> (Vec<(usize, String)>, Option<bool>) {
        let asked = RefCell::new(Vec::new());
        let answer = matches(password, stored, |password, hash| {
            let shape = (&hash.algorithm, hash.version, &hash.params);
            let lengths = (
                hash.salt.as_ref().map(|salt| salt.len()),
                hash.hash.as_ref().map(|hash| hash.len()),
            );
            asked
                .borrow_mut()
                .push((password.len(), format!("{shape:?} {lengths:?}")));
            Ok(())
        });
        (asked.into_inner(), answer.ok())
    }

    #[tokio::test]
    async fn who_does_not_exist_costs_as_much_work() {
        let hash = hash("open sesame").await.unwrap();
        let (for_somebody, known) = asked("a guess", Some(&hash));
        let (for_nobody, unknown) = asked("a guess", None);
        assert_eq!(for_somebody, for_nobody);
        assert_eq!(for_nobody.len(), 1);
        assert_eq!((known, unknown), (Some(true), Some(false)));
    }

    #[tokio::test]
    async fn a_password_beyond_all_bounds_costs_no_more_and_is_wrong() {
        let hash = hash(&"a".repeat(LONGEST)).await.unwrap();
        for (length, right) in [(LONGEST, true), (LONGEST + 1, false), (1 << 20, false)] {
            let (work, answer) = asked(&"a".repeat(length), Some(&hash));
            assert_eq!(work.len(), 1);
            assert_eq!(work.first().map(|(bytes, _)| *bytes), Some(LONGEST));
            assert_eq!(answer, Some(right), "{length}");
        }
    }

    #[test]
    fn what_is_no_hash_is_an_error() {
        for stored in [
            "",
            "hunter2",
            "$argon2id$v=19$m=19456,t=2,p=1",
            "$argon2id$v=19$m=19456,t=2,p=1$P8Epa3wyZSQHXz29M6mu6g",
            "$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        ] {
            let answer = matches("hunter2", Some(stored), |password, hash| {
                Argon2::default().verify_password(password, hash)
            });
            let error = answer.expect_err(stored);
            assert!(
                matches!(error, PasswordError::HashUnreadable(_)),
                "{stored}"
            );
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }
}
