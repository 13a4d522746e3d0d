//! What stands in an access matrix besides the rule.

use crate::credential::Source;
use crate::denial::{OnAnonymous, OnDenied};
use crate::guard::{Options, duration};

pub(super) fn of_public(cross_site: bool) -> Vec<String> {
    let words = cross_site.then(|| "from any site".to_owned());
    words.into_iter().collect()
}

pub(super) fn of_guarded(options: &Options) -> Vec<String> {
    // Every field is named, so that a new option cannot be left out.
    let Options {
        on_anonymous,
        on_denied,
        fresh,
        acr,
        via,
        live,
        audit,
        pages,
    } = options;
    let redirect = match on_anonymous {
        OnAnonymous::Refuse => None,
        OnAnonymous::SignInPage => Some("redirect".to_owned()),
        OnAnonymous::RedirectTo(page) => Some(format!("redirect {page}")),
    };
    let deny = match on_denied {
        OnDenied::Forbid => None,
        OnDenied::Hide => Some("deny = not_found".to_owned()),
    };
    let words = [
        redirect,
        deny,
        fresh.map(|seconds| format!("fresh {}", duration(seconds))),
        acr.map(|acr| format!("acr {acr}")),
        (!via.is_empty()).then(|| format!("via {}", credentials(via))),
        live.then(|| "live".to_owned()),
        audit.then(|| "audit".to_owned()),
    ];
    let pages = pages.iter().flat_map(|pages| pages.in_words());
    words.into_iter().flatten().chain(pages).collect()
}

fn credentials(via: &[Source]) -> String {
    let names = via.iter().map(|source| source.name());
    names.collect::<Vec<_>>().join(" then ")
}

/// A file as every machine calls it. What cargo names from the root of the file system belongs to
/// a package elsewhere, so what is above its `src` says nothing.
pub(super) fn file(path: &str) -> String {
    let path = path.replace('\\', "/");
    let is_elsewhere = path.starts_with('/') || path.get(1..3) == Some(":/");
    match path.rfind("/src/") {
        Some(source) if is_elsewhere => path.get(source + 1..).unwrap_or_default().to_owned(),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_the_same_on_every_machine() {
        for (path, expected) in [
            ("examples/app.rs", "examples/app.rs"),
            ("examples\\app.rs", "examples/app.rs"),
            (
                "/home/ada/.cargo/registry/src/index-1/posts-0.1.0/src/edit.rs",
                "src/edit.rs",
            ),
            ("C:\\cargo\\posts-0.1.0\\src\\edit.rs", "src/edit.rs"),
            ("app/src/main.rs", "app/src/main.rs"),
        ] {
            assert_eq!(file(path), expected);
        }
    }
}
