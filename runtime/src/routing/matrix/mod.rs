mod committed;
mod difference;
mod entry;
mod markdown;
mod words;

use std::fmt;
use std::panic::Location;

use serde::Serialize;

pub use self::committed::assert_access_matrix;
pub use self::entry::MatrixEntry;
use self::entry::{Kind, Row};
use crate::guard::Declaration;
use crate::layer::RequireLayer;

/// Which route needs what: every entry of a [`Router`](crate::Router), in the order of its making.
///
/// Its `Display` is a table for terminals and logs, [`to_markdown`](Self::to_markdown) is one to
/// commit, and `Serialize` gives an array of [entries](MatrixEntry).
///
/// ```
/// use portcullis::{Auth, Router, authorized, public, routing::get};
///
/// #[public(reason = "landing page")]
/// async fn home() {}
///
/// #[authorized(role = "admin", fresh = "15m")]
/// async fn users() {}
///
/// let app: Router<Auth> = Router::new().route("/", get(home)).route("/users", get(users));
/// let [home, users] = app.access_matrix().entries() else { unreachable!() };
/// assert_eq!((home.methods(), home.path()), ("GET", "/"));
/// assert_eq!(home.rule(), "public: landing page");
/// assert_eq!(users.rule(), "role admin");
/// assert_eq!(users.options(), ["fresh 15m"]);
/// ```
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub struct AccessMatrix {
    entries: Vec<MatrixEntry>,
}

impl AccessMatrix {
    /// The entries.
    pub fn entries(&self) -> &[MatrixEntry] {
        &self.entries
    }

    /// Itself, so that [`assert_access_matrix!`](crate::assert_access_matrix!) takes a matrix
    /// where it takes a router.
    #[must_use]
    pub fn access_matrix(&self) -> &Self {
        self
    }

    /// The whole matrix as a Markdown document, fit to be committed: without line numbers, which
    /// change with every edit, and one line an entry.
    ///
    /// ```
    /// use portcullis::{Auth, Router, protected, routing::get};
    ///
    /// #[protected(redirect)]
    /// async fn dashboard() {}
    ///
    /// let app: Router<Auth> = Router::new().route("/dashboard", get(dashboard));
    /// let markdown = app.access_matrix().to_markdown();
    /// assert!(markdown.contains("| GET | /dashboard | any signed-in user | redirect |"));
    /// ```
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::write(&self.rows())
    }

    fn rows(&self) -> Vec<Row> {
        self.entries.iter().map(MatrixEntry::row).collect()
    }

    pub(super) fn declare_route(
        &mut self,
        methods: String,
        path: &str,
        declaration: &'static Declaration,
    ) {
        self.add(methods, path, Kind::Route(declaration));
    }

    /// Notes a service that answers everything below `path`, and `path` itself.
    pub(super) fn declare_service(&mut self, path: &str, declaration: &'static Declaration) {
        let everything = format!("{}/*", path.trim_end_matches('/'));
        let kind = match path {
            "/" => Kind::FallbackService(declaration),
            _ => Kind::Service(declaration),
        };
        self.add("*".to_owned(), &everything, kind);
    }

    pub(super) fn declare_fallback(&mut self, methods: &str, declaration: &'static Declaration) {
        self.add(methods.to_owned(), "*", Kind::Fallback(declaration));
    }

    #[track_caller]
    pub(super) fn declare_unknown(&mut self, reason: &'static str) {
        let location = Location::caller();
        self.add("*".to_owned(), "*", Kind::Undeclared { reason, location });
    }

    /// Notes a layer around all entries so far.
    pub(super) fn declare_layer(&mut self, layer: &RequireLayer) {
        for entry in &mut self.entries {
            entry.behind.push(layer.clone());
        }
        self.add("layer".to_owned(), "*", Kind::Layer(layer.clone()));
    }

    /// Notes a layer around all entries so far, except the fallbacks.
    pub(super) fn declare_route_layer(&mut self, layer: &RequireLayer) {
        for entry in &mut self.entries {
            if !entry.is_fallback() {
                entry.behind.push(layer.clone());
            }
        }
        self.add("route layer".to_owned(), "*", Kind::Layer(layer.clone()));
    }

    /// Says that what is configured for the process decides about the entries so far.
    pub(super) fn decide_globally(&mut self) {
        for entry in &mut self.entries {
            entry.is_global |= matches!(
                entry.kind,
                Kind::Route(_) | Kind::Service(_) | Kind::Fallback(_) | Kind::FallbackService(_)
            );
        }
    }

    fn add(&mut self, methods: String, path: &str, kind: Kind) {
        let path = path.to_owned();
        self.entries.push(MatrixEntry {
            methods,
            path,
            kind,
            is_global: false,
            behind: Vec::new(),
        });
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }

    /// Takes over the entries of a router that is nested at `prefix`, with the paths that axum
    /// gives them.
    pub(super) fn nest(&mut self, prefix: &str, other: Self) {
        self.entries.extend(other.entries.into_iter().map(|entry| {
            let path = match entry.path.as_str() {
                "/" => prefix.to_owned(),
                path if path.starts_with('/') => format!("{}{path}", prefix.trim_end_matches('/')),
                path => format!("{}/{path}", prefix.trim_end_matches('/')),
            };
            MatrixEntry { path, ..entry }
        }));
    }
}

/// A line an entry: methods, path, who may pass, where to read it, and the handler.
impl fmt::Display for AccessMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.rows();
        let width =
            |column: fn(&Row) -> &str| rows.iter().map(|row| column(row).chars().count()).max();
        let methods = width(|row| &row.methods).unwrap_or(0);
        let path = width(|row| &row.path).unwrap_or(0);
        let access: Vec<_> = rows.iter().map(Row::access_with_options).collect();
        let access_width = access.iter().map(|access| access.chars().count()).max();
        let access_width = access_width.unwrap_or(0);
        for ((row, access), entry) in rows.iter().zip(access).zip(&self.entries) {
            write!(
                f,
                "{:methods$}  {:path$}  {access:access_width$}  {}:{}",
                row.methods,
                row.path,
                row.file,
                entry.location().line(),
            )?;
            match entry.handler() {
                Some(handler) => writeln!(f, "  {handler}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}
