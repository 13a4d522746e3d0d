use crate::store::StoreError;

/// Why a session could not be begun or ended.
///
/// As a response it is 503 when the store did not answer, 401 when the session has ended meanwhile, 403
/// when a callback declined, else 500; the log has the reason. In a [`Router`](crate::Router) and under a
/// [`SessionLayer`](crate::SessionLayer) it is worded as every other refusal, for people and for
/// programs, else it is a problem document (RFC 9457).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The store could not be asked, or not in time.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The user has no id, so nobody could tell the session from another's.
    #[error("a user without an id cannot be signed in")]
    UserIdEmpty,
    /// A member of the application's own bears the name of one that decisions are made on.
    #[error("a user's own member cannot be called `{0}`")]
    ReservedMember(&'static str),
    /// A session cannot become another user's: sign that user in.
    #[error("a session cannot be given to another user")]
    OtherUser,
    /// The session that was to change has ended.
    #[error("the session has ended")]
    SessionEnded,
    /// [`Callbacks::jwt`](crate::Callbacks::jwt) let no session begin.
    #[error("the callback jwt let no session begin")]
    Declined,
    /// [`Callbacks::jwt`](crate::Callbacks::jwt) failed; the log has the type of its error.
    #[error("the callback jwt failed")]
    Callback,
    /// There is no store, so nobody knows which sessions there are.
    #[error("sessions are signed tokens: without a store nobody knows which there are")]
    NoStore,
    /// The sessions are an upstream's: whoever signs in or out does it there, by the routes of
    /// [`Auth::router`](crate::Auth::router).
    #[cfg(feature = "proxy")]
    #[error("sessions are begun, changed and ended by the upstream")]
    Upstream,
    /// The process-wide runtime is not configured (yet).
    #[error("`configure_auth_runtime` has not been called")]
    Unconfigured,
    /// The user does not fit into eight chunks of the 4096 bytes that browsers keep of a cookie.
    #[error("the session does not fit into cookies; sign in a smaller user or configure a store")]
    SessionTooLarge,
    /// The user cannot be written as JSON.
    #[error("the user cannot be written as JSON")]
    UserNotJson,
    /// The [`TokenCodec`](crate::TokenCodec) made no token, or one that no cookie can hold.
    #[error("the codec made no token that a cookie can hold")]
    Codec,
    /// The operating system has no randomness to give.
    #[error("no randomness for a session id")]
    NoRandomness,
}
