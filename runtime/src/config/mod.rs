//! From settings to an [`Auth`](crate::Auth): everything is checked at once, nothing is guessed
//! per request.

pub(crate) mod base_path;
mod build;
mod builder;
mod error;
mod origin;
mod profile;
mod published;
mod reader;
mod secret;
mod secrets;
mod sessions;

pub use self::builder::{AuthBuilder, OnStoreError};
#[cfg(feature = "proxy")]
pub(crate) use self::error::Mistakes;
pub use self::error::{ConfigError, ConfigMistake};
pub(crate) use self::origin::{Origin, TransportSecurity};
pub use self::profile::Profile;
pub(crate) use self::reader::TokenReader;
pub(crate) use self::secret::Secret;
