use std::panic::Location;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::words;
use crate::global::BY_GLOBAL;
use crate::guard::{Access, Declaration};
use crate::layer::RequireLayer;

/// How the rule of a plain router begins.
const UNDECLARED: &str = "undeclared: ";

/// One entry of an [`AccessMatrix`](super::AccessMatrix).
///
/// Serialized it has the members `methods`, `path`, `rule`, `options` (an array of strings),
/// `reason` and `handler` (where there is one), `file` and `line`.
#[derive(Debug, Clone)]
pub struct MatrixEntry {
    pub(super) methods: String,
    pub(super) path: String,
    pub(super) kind: Kind,
    /// Whether what is configured for the process decides.
    pub(super) is_global: bool,
    /// The layers that ask every request before.
    pub(super) behind: Vec<RequireLayer>,
}

/// What answers.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Route(&'static Declaration),
    Service(&'static Declaration),
    Fallback(&'static Declaration),
    FallbackService(&'static Declaration),
    /// A layer around what was added before it.
    Layer(RequireLayer),
    /// A plain axum router: what is in it nobody knows.
    Undeclared {
        reason: &'static str,
        location: &'static Location<'static>,
    },
}

impl MatrixEntry {
    /// The methods, such as `GET` or `GET, POST`; `*` for every method that has no entry of its own
    /// at that path, `other methods` for what `method_not_allowed_fallback` answers. For a
    /// [`RequireLayer`] it is `layer`, or `route layer` if fallbacks are not behind it.
    pub fn methods(&self) -> &str {
        &self.methods
    }

    /// The full path, such as `/posts/{id}`; it ends in `*` for a fallback, for what a service or a plain
    /// router answers, and for a layer.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Who may pass, in words: `role admin or policy owns_post`, `public: landing page`,
    /// `undeclared: health check`.
    pub fn rule(&self) -> String {
        match self.access() {
            None => format!("{UNDECLARED}{}", self.reason().unwrap_or_default()),
            Some(Access::Public { reason, .. }) => format!("public: {reason}"),
            Some(Access::Guarded { requirement, .. }) => requirement.to_string(),
        }
    }

    /// What else holds, in words: only what differs from the default, such as `redirect`,
    /// `fresh 15m` or `from any site`, what a layer skips, and `by Auth::global()` where
    /// [`Auth::global`](crate::Auth::global) decides.
    pub fn options(&self) -> Vec<String> {
        let mut words = match self.access() {
            None => Vec::new(),
            Some(Access::Public { cross_site, .. }) => words::of_public(*cross_site),
            Some(Access::Guarded { options, .. }) => words::of_guarded(options),
        };
        if let Kind::Layer(layer) = &self.kind {
            words.extend(layer.in_words());
        }
        if self.is_global {
            words.push(BY_GLOBAL.to_owned());
        }
        words
    }

    /// Why everybody may pass, or why nobody knows who may; none for what is guarded.
    pub fn reason(&self) -> Option<&'static str> {
        match (&self.kind, self.access()) {
            (Kind::Undeclared { reason, .. }, _) | (_, Some(Access::Public { reason, .. })) => {
                Some(reason)
            }
            (_, None | Some(Access::Guarded { .. })) => None,
        }
    }

    /// The path of the handler function; none for services, plain routers and layers.
    pub fn handler(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Route(declaration) | Kind::Fallback(declaration) => Some(declaration.handler),
            Kind::Service(_)
            | Kind::FallbackService(_)
            | Kind::Layer(_)
            | Kind::Undeclared { .. } => None,
        }
    }

    /// Where the name of the handler stands in the source, the guard of a service or layer, or the call
    /// that added a public service or a plain router, or made a layer without a guard.
    pub fn location(&self) -> &'static Location<'static> {
        match &self.kind {
            Kind::Undeclared { location, .. } => location,
            Kind::Layer(layer) => layer.declaration().location,
            Kind::Route(declaration)
            | Kind::Service(declaration)
            | Kind::Fallback(declaration)
            | Kind::FallbackService(declaration) => declaration.location,
        }
    }

    pub(crate) fn declared(&self) -> Option<&'static Declaration> {
        match &self.kind {
            Kind::Route(declaration)
            | Kind::Service(declaration)
            | Kind::Fallback(declaration)
            | Kind::FallbackService(declaration) => Some(declaration),
            Kind::Layer(layer) => Some(layer.declaration()),
            Kind::Undeclared { .. } => None,
        }
    }

    /// The layer that this entry is.
    pub(crate) fn layer(&self) -> Option<&RequireLayer> {
        match &self.kind {
            Kind::Layer(layer) => Some(layer),
            _ => None,
        }
    }

    /// Whether it answers what no route matches.
    pub(super) fn is_fallback(&self) -> bool {
        match self.kind {
            Kind::Fallback(_) => self.methods == "*",
            Kind::FallbackService(_) => true,
            _ => false,
        }
    }

    /// The layers that ask every request to it before, the innermost first.
    #[cfg(feature = "utoipa")]
    pub(crate) fn layers(&self) -> &[RequireLayer] {
        &self.behind
    }

    /// Whether that layer does.
    pub(crate) fn is_behind(&self, layer: &RequireLayer) -> bool {
        self.behind.iter().any(|around| around.is(layer))
    }

    #[cfg(feature = "utoipa")]
    pub(crate) fn is_route(&self) -> bool {
        matches!(self.kind, Kind::Route(_))
    }

    /// The path of a service: it answers that and everything below.
    #[cfg(feature = "utoipa")]
    pub(crate) fn service_prefix(&self) -> Option<&str> {
        match self.kind {
            Kind::Service(_) | Kind::FallbackService(_) => self.path.strip_suffix("/*"),
            _ => None,
        }
    }

    fn access(&self) -> Option<&'static Access> {
        self.declared().map(|declaration| &declaration.access)
    }

    /// What is committed of it.
    pub(super) fn row(&self) -> Row {
        Row {
            methods: one_line(&self.methods),
            path: one_line(&self.path),
            access: one_line(&self.rule()),
            options: one_line(&self.options().join(", ")),
            handler: one_line(self.handler().unwrap_or_default()),
            file: one_line(&words::file(self.location().file())),
        }
    }
}

impl Serialize for MatrixEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entry = serializer.serialize_struct("MatrixEntry", 8)?;
        entry.serialize_field("methods", &self.methods)?;
        entry.serialize_field("path", &self.path)?;
        entry.serialize_field("rule", &self.rule())?;
        entry.serialize_field("options", &self.options())?;
        match self.reason() {
            Some(reason) => entry.serialize_field("reason", reason)?,
            None => entry.skip_field("reason")?,
        }
        match self.handler() {
            Some(handler) => entry.serialize_field("handler", handler)?,
            None => entry.skip_field("handler")?,
        }
        entry.serialize_field("file", &words::file(self.location().file()))?;
        entry.serialize_field("line", &self.location().line())?;
        entry.end()
    }
}

/// An entry as it is committed: one line of text a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) methods: String,
    pub(super) path: String,
    pub(super) access: String,
    pub(super) options: String,
    pub(super) handler: String,
    pub(super) file: String,
}

impl Row {
    pub(super) fn is_undeclared(&self) -> bool {
        self.access.starts_with(UNDECLARED)
    }

    /// `role admin (fresh 15m, audit)`.
    pub(super) fn access_with_options(&self) -> String {
        if self.options.is_empty() {
            self.access.clone()
        } else {
            format!("{} ({})", self.access, self.options)
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
