//! Sessions in the tables of Auth.js.

mod dialect;
mod error;
mod names;
#[cfg(feature = "postgres")]
mod postgres;
mod row;
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod tables;
mod values;

pub use self::error::AuthjsTablesError;
#[cfg(feature = "postgres")]
pub use self::postgres::AuthjsPostgresStore;
#[cfg(feature = "sqlite")]
pub use self::sqlite::AuthjsSqliteStore;
pub use self::tables::AuthjsTables;
pub use self::values::{AuthjsColumn, AuthjsId, AuthjsSessionId, AuthjsTimestamp, AuthjsValue};
