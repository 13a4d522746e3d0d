//! From settings to an [`Auth`](crate::Auth): everything is checked at once, nothing is guessed
//! per request.

mod base_path;
mod build;
mod builder;
mod error;
mod origin;
mod profile;
mod published;
mod reader;
mod secret;
mod secrets;

pub use self::builder::{AuthBuilder, OnStoreError};
pub use self::error::{ConfigError, ConfigMistake};
pub(crate) use self::origin::{Origin, TransportSecurity};
pub use self::profile::Profile;
pub(crate) use self::reader::TokenReader;
pub(crate) use self::secret::Secret;
