//! Passwords are kept as Argon2id hashes and checked on threads where that may take its time.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use tokio::sync::{AcquireError, Semaphore};
use tokio::task::{JoinError, spawn_blocking};

/// Each hash takes 19 MiB for a moment: a flood of sign-ins waits instead of filling the memory.
static TURNS: Semaphore = Semaphore::const_new(4);

#[derive(Clone)]
pub(crate) struct Passwords {
    /// Stands in for the hash of an account that does not exist.
    decoy: Arc<str>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordError {
    #[error(transparent)]
    Hash(#[from] password_hash::Error),
    #[error(transparent)]
    Thread(#[from] JoinError),
    #[error(transparent)]
    Turn(#[from] AcquireError),
}

impl Passwords {
    pub(crate) async fn new() -> Result<Self, PasswordError> {
        let decoy = in_turn(|| hash("decoy")).await?.into();
        Ok(Self { decoy })
    }

    pub(crate) async fn hash(&self, password: impl Into<String>) -> Result<String, PasswordError> {
        let password = password.into();
        in_turn(move || hash(&password)).await
    }

    /// Whether `password` is the one behind `hash`. Where there is no hash the answer is no, and
    /// takes as long to come: nobody can tell by the clock which accounts exist.
    pub(crate) async fn matches(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, PasswordError> {
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.as_ref().to_owned());
        let matches = in_turn(move || verify(&password, &hash)).await?;
        Ok(exists && matches)
    }
}

fn hash(password: &str) -> Result<String, password_hash::Error> {
    let hash = Argon2::default().hash_password(password.as_bytes())?;
    Ok(hash.to_string())
}

fn verify(password: &str, hash: &str) -> Result<bool, password_hash::Error> {
    match Argon2::default().verify_password(password.as_bytes(), hash) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, password_hash::Error> + Send + 'static,
) -> Result<T, PasswordError> {
    let turn = TURNS.acquire().await?;
    let done = spawn_blocking(move || {
        let result = work();
        drop(turn);
        result
    });
    Ok(done.await??)
}
