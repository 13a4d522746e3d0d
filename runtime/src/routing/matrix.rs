use std::fmt;
use std::panic::Location;

use crate::denial::OnDenied;
use crate::guard::{Access, Declaration};

/// Which route needs what: every entry of a [`Router`](crate::Router), in the order of its making.
///
/// Its `Display` is a table.
#[derive(Debug, Clone, Default)]
pub struct AccessMatrix {
    entries: Vec<MatrixEntry>,
}

/// One entry of an [`AccessMatrix`].
#[derive(Debug, Clone)]
pub struct MatrixEntry {
    methods: String,
    path: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Declared(&'static Declaration),
    /// A plain axum router: what is in it nobody knows.
    Undeclared {
        reason: &'static str,
    },
}

impl AccessMatrix {
    /// The entries.
    pub fn entries(&self) -> &[MatrixEntry] {
        &self.entries
    }

    pub(super) fn declare(
        &mut self,
        methods: String,
        path: &str,
        declaration: &'static Declaration,
    ) {
        self.entries.push(MatrixEntry {
            methods,
            path: path.to_owned(),
            kind: Kind::Declared(declaration),
        });
    }

    pub(super) fn declare_unknown(&mut self, reason: &'static str) {
        let (methods, path) = ("*".to_owned(), "*".to_owned());
        self.entries.push(MatrixEntry {
            methods,
            path,
            kind: Kind::Undeclared { reason },
        });
    }

    /// Whether a handler answers as if it were not there.
    pub(super) fn hides_something(&self) -> bool {
        let mut declared = self.entries.iter().filter_map(MatrixEntry::declared);
        declared.any(|declaration| declaration.options().on_denied == OnDenied::Hide)
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

impl MatrixEntry {
    /// The methods, such as `GET`; `*` for every method.
    pub fn methods(&self) -> &str {
        &self.methods
    }

    /// The full path, such as `/posts/{id}`; it ends in `*` for a fallback and for what a service
    /// or a plain router answers.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Who may pass, in words.
    pub fn rule(&self) -> String {
        match self.kind {
            Kind::Undeclared { reason } => format!("undeclared: {reason}"),
            Kind::Declared(declaration) => match &declaration.access {
                Access::Public { reason, cross_site } => {
                    let from = if *cross_site { " from any site" } else { "" };
                    format!("public{from}: {reason}")
                }
                Access::Guarded { requirement, .. } => requirement.to_string(),
            },
        }
    }

    /// The path of the handler function; none for services and plain routers.
    pub fn handler(&self) -> Option<&'static str> {
        let handler = self.declared()?.handler;
        (!handler.is_empty()).then_some(handler)
    }

    /// Where the handler, or the service's entry, stands in the source; nowhere for plain routers.
    pub fn location(&self) -> Option<&'static Location<'static>> {
        self.declared().map(|declaration| declaration.location)
    }

    pub(super) fn declared(&self) -> Option<&'static Declaration> {
        match self.kind {
            Kind::Declared(declaration) => Some(declaration),
            Kind::Undeclared { .. } => None,
        }
    }
}

impl fmt::Display for AccessMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: fn(&MatrixEntry) -> &str| {
            self.entries.iter().map(|entry| column(entry).len()).max()
        };
        let methods = width(MatrixEntry::methods).unwrap_or(0);
        let path = width(MatrixEntry::path).unwrap_or(0);
        for entry in &self.entries {
            writeln!(
                f,
                "{:methods$}  {:path$}  {}",
                entry.methods,
                entry.path,
                entry.rule()
            )?;
        }
        Ok(())
    }
}
