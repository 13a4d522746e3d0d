/// What is wrong with a description of tables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthjsTablesError {
    /// The name of a table or a column is empty or has a NUL character.
    #[error("the name of a table or a column is empty or has a NUL character")]
    NameInvalid,
    /// A column of the application's own is called like a member that every user has.
    #[error("`user_column(\"{0}\")`: every user has a member of that name already")]
    MemberReserved(String),
    /// The database does not have what the tables are said to have.
    #[error("{database} has no {setting}")]
    Unsupported {
        /// Which database.
        database: &'static str,
        /// What it does not have.
        setting: &'static str,
    },
}
