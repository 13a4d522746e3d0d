//! What visitors sign in and out by.

mod providers;

pub use self::providers::{
    Authenticated, Credentials, CredentialsField, CredentialsInput, CredentialsVerdict, FieldKind,
    Slowing,
};
pub(crate) use self::providers::{CredentialsProvider, TrustedProxies};
