//! Where an argument stands decides which names it may have.

use proc_macro2::{Ident, TokenTree};

use crate::diag::{Report, brief, nearest};
use crate::keys::{self, KEYS, Key, Kind, Macro, Rule, Setting};

/// The list an argument stands in: the macro's own, or a group of rules inside it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) within: Macro,
    in_group: bool,
}

impl Place {
    pub(super) fn top(within: Macro) -> Self {
        Self {
            within,
            in_group: false,
        }
    }

    pub(super) fn inside_group(self) -> Self {
        Self {
            in_group: true,
            ..self
        }
    }

    /// Finds the key of this name, or says what to write instead.
    pub(super) fn key(self, name: &Ident, argument: &[TokenTree]) -> Result<&'static Key, Report> {
        let word = name.to_string();
        match Key::named(&word) {
            Some(key) if key.accepted_by.contains(&self.within) => Ok(key),
            Some(key) => Err(self.misplaced(name, key, argument)),
            None if keys::is_secret(&word) => Err(secret(argument)),
            None => Err(self.unknown(name, argument)),
        }
    }

    /// The names accepted here, for a note.
    pub(super) fn accepted(self) -> String {
        let names: Vec<_> = self.keys().map(|key| format!("`{}`", key.name)).collect();
        format!("accepted: {}", names.join(", "))
    }

    fn keys(self) -> impl Iterator<Item = &'static Key> {
        KEYS.iter()
            .filter(move |key| key.accepted_by.contains(&self.within))
            .filter(move |key| !self.in_group || matches!(key.kind, Kind::Rule(_)))
    }

    fn misplaced(self, name: &Ident, key: &Key, argument: &[TokenTree]) -> Report {
        let asked = brief(&argument.iter().cloned().collect());
        let asked = asked.unwrap_or_else(|| key.example.to_owned());
        match (self.within, key.kind) {
            (Macro::Protected, Kind::Rule(_)) => {
                Report::new(name, format!("`{name}` belongs in `#[authorized(..)]`"))
                    .help(format!("write `#[authorized({asked})]`"))
            }
            (Macro::Public, Kind::Rule(_)) => {
                Report::new(name, format!("`{name}` has no effect on a public handler")).help(
                    format!("to guard the handler write `#[authorized({asked})]`"),
                )
            }
            (Macro::Public, Kind::Setting(_)) => {
                Report::new(name, format!("`{name}` has no effect on a public handler"))
                    .help(format!("remove it, or write `#[protected({asked})]`"))
            }
            (_, Kind::Setting(Setting::State)) => {
                Report::new(name, format!("`{name}` has no effect in `guard!`"))
                    .help("remove it: there is no handler to check")
            }
            (_, kind) => {
                Report::new(name, format!("`{name}` belongs in `#[public(..)]`")).help(match kind {
                    Kind::Setting(Setting::CrossSite) => {
                        "remove it: a guarded handler is never called by other sites' pages"
                    }
                    Kind::Setting(Setting::Overrides) => {
                        "remove it: a handler's own rules are added to those around it"
                    }
                    Kind::Setting(_) | Kind::Rule(_) => {
                        "remove it: a guarded handler needs no reason"
                    }
                })
            }
        }
    }

    fn unknown(self, name: &Ident, argument: &[TokenTree]) -> Report {
        let word = name.to_string();
        let report = Report::new(name, format!("unknown argument `{word}`"));
        if let Some(help) = keys::mistaken(&word) {
            return report.help(help);
        }
        if let Some(near) = nearest(&word, self.keys().map(|key| key.name)) {
            return report.help(format!("an argument with a similar name exists: `{near}`"));
        }
        match argument {
            [_] if self.keys().any(|key| key.kind == Kind::Rule(Rule::Role)) => {
                report.help(format!(r#"to require a role write `role = "{word}"`"#))
            }
            _ => report.note(self.accepted()),
        }
    }
}

/// The value is the danger here, not the name.
fn secret(argument: &[TokenTree]) -> Report {
    let culprit = argument.last();
    Report::new(culprit, "keys do not belong in source code")
        .help("remove it, and set the environment variable `AUTH_SECRET`")
}
