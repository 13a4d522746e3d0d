//! What types cannot show is checked when a router gets its state, not on the first request.

use super::{AccessMatrix, MatrixEntry};
use crate::auth::Auth;
use crate::session::Strategy;

/// The first rule that no request could ever meet as it is routed and configured.
pub(super) fn mistake(matrix: &AccessMatrix, auth: &Auth) -> Option<String> {
    matrix.entries().iter().find_map(|entry| {
        let declaration = entry.declared()?;
        let (methods, path) = (entry.methods(), entry.path());
        let handler = match declaration.handler {
            "" => "the guard",
            handler => handler,
        };
        let owners = declaration.requirement().map(|rule| rule.owners());
        let absent = owners
            .into_iter()
            .flatten()
            .find(|parameter| !is_there(entry, matrix, parameter));
        if let Some(parameter) = absent {
            return Some(format!(
                "`{handler}` asks for `owner = \"{parameter}\"`, but the path of `{methods} {path}` has no \
                 `{{{parameter}}}` (a router is nested before it gets its state)"
            ));
        }
        // What is configured for the process may not be there yet, and may change.
        let is_signed =
            !auth.is_global() && matches!(auth.runtime().strategy, Strategy::Jwt { .. });
        (declaration.options().live && is_signed).then(|| {
            format!(
                "`{handler}` at `{methods} {path}` is `live`, but there is no store to read its session \
                 from: configure `Auth::builder().store(..)`"
            )
        })
    })
}

/// Whether the requests to an entry have that parameter: for a layer, those to anything within.
fn is_there(entry: &MatrixEntry, matrix: &AccessMatrix, parameter: &str) -> bool {
    match entry.layer() {
        None => has_parameter(entry.path(), parameter),
        Some(layer) => {
            let mut within = matrix.entries().iter();
            within.any(|entry| entry.is_behind(layer) && has_parameter(entry.path(), parameter))
        }
    }
}

/// Whether a path of axum's has that parameter, `{name}` or `{*name}`.
fn has_parameter(path: &str, name: &str) -> bool {
    path.split('/').any(|segment| {
        let parameter = segment
            .split_once('{')
            .and_then(|(_, rest)| rest.split_once('}'))
            .map(|(parameter, _)| parameter.trim_start_matches('*'));
        parameter == Some(name)
    })
}
