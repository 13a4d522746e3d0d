//! What is said differently to different databases.

use super::AuthjsTimestamp;

/// Where the databases differ.
pub(super) trait Dialect {
    /// The name of the database, for people.
    const NAME: &'static str;
    /// Whether tables are in schemas.
    const HAS_SCHEMAS: bool;
    /// Whether there is a type for UUIDs.
    const HAS_UUIDS: bool;

    /// How moments of that kind are read and written, if the database has them.
    fn moments(timestamps: AuthjsTimestamp) -> Option<Moments>;

    /// A column as a value that can be read whatever its type is.
    fn any(column: &str) -> String;

    /// Whether a column is among the rows of a query that are about to be deleted, asked once.
    fn is_among(column: &str, query: &str) -> String;
}

/// Moments in SQL, where a parameter is whole seconds since the Unix epoch.
pub(super) struct Moments {
    /// The whole seconds of a column.
    pub(super) seconds: fn(&str) -> String,
    /// The moment of a parameter.
    pub(super) moment: fn(&str) -> String,
    /// Whether a column is the moment of a parameter or before it, in a way that an index helps with.
    pub(super) is_due: fn(&str, &str) -> String,
    /// The present.
    pub(super) now: &'static str,
}

/// Every parameter says its type, so that none is guessed from the column beside it.
pub(super) fn text(value: &str) -> String {
    format!("CAST({value} AS text)")
}

pub(super) fn integer(value: &str) -> String {
    format!("CAST({value} AS bigint)")
}

pub(super) fn uuid<D: Dialect>(value: &str) -> String {
    match D::HAS_UUIDS {
        true => format!("CAST({} AS uuid)", text(value)),
        false => text(value),
    }
}
