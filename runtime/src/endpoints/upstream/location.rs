//! Where an answer of the upstream may lead.

#[cfg(test)]
mod tests;

use http::HeaderValue;
use url::{Position, Url};

use crate::auth::Runtime;
use crate::config::Origin;
use crate::endpoints::routes::Route;
use crate::session::Upstream;

/// The places that a visitor may be sent to.
pub(super) struct Destinations<'a> {
    ours: Place<'a>,
    /// Our origin, as the visitor spells it.
    visited: &'a str,
    theirs: Place<'a>,
    providers: &'a [Origin],
}

/// An origin, and where the endpoints are there.
struct Place<'a> {
    origin: &'a Origin,
    base_path: &'a str,
}

/// An address that leads to none of them. What it shows is fit for a log.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Astray {
    #[error("its `Location` is no plain address")]
    Unreadable,
    #[error(
        "its `Location` leads to {0}, which is neither our origin, an auth path of the upstream nor a `provider_origin`"
    )]
    Elsewhere(String),
}

impl<'a> Destinations<'a> {
    pub(super) fn new(runtime: &'a Runtime, visited: &'a str, upstream: &'a Upstream) -> Self {
        let address = upstream.address();
        Self {
            ours: Place {
                origin: &runtime.origin,
                base_path: &runtime.base_path,
            },
            visited,
            theirs: Place {
                origin: &address.origin,
                base_path: &address.base_path,
            },
            providers: upstream.provider_origins(),
        }
    }

    /// What a `Location` means to a visitor who asked for the path `here` of our origin. It is written anew,
    /// as the whole address that a browser would read in it.
    pub(super) fn leading_to(
        &self,
        location: &HeaderValue,
        here: &str,
    ) -> Result<HeaderValue, Astray> {
        let location = location.to_str().map_err(|_| Astray::Unreadable)?;
        let address = self.address(location, here)?;
        HeaderValue::try_from(address).map_err(|_| Astray::Unreadable)
    }

    fn address(&self, location: &str, here: &str) -> Result<String, Astray> {
        let is_hidden = |character: char| character.is_control() || character == '\\';
        let here = Url::parse(self.visited).and_then(|visited| visited.join(here));
        let url = here.and_then(|here| here.join(location));
        let url = url.map_err(|_| Astray::Unreadable)?;
        let names_somebody = !url.username().is_empty() || url.password().is_some();
        // The origin of a `blob:` is that of another address within it.
        let is_of_a_page = ["http", "https"].contains(&url.scheme());
        if location.contains(is_hidden) || names_somebody || !is_of_a_page {
            return Err(Astray::Unreadable);
        }
        let origin = url.origin().ascii_serialization();
        let is = |known: &Origin| known.is(origin.as_bytes());
        if is(self.ours.origin) {
            let path = self.ours(url.path());
            return Ok(self.here(path, &url));
        }
        if is(self.theirs.origin)
            && let Some(below) = self.theirs.below(url.path())
        {
            return Ok(self.here(Some(below), &url));
        }
        match self.providers.iter().any(is) {
            true => Ok(url.into()),
            false => Err(Astray::Elsewhere(origin)),
        }
    }

    /// What follows our base path, where an upstream that knows its own alone names one of its endpoints by
    /// it.
    fn ours<'b>(&self, path: &'b str) -> Option<&'b str> {
        let below = self.theirs.below(path)?;
        let is_named_by_us = self.ours.below(path).and_then(Route::read).is_some();
        (Route::read(below).is_some() && !is_named_by_us).then_some(below)
    }

    /// An address at our origin: below the base path, or with the path that it has.
    fn here(&self, below: Option<&str>, url: &Url) -> String {
        let visited = self.visited;
        let rest = &url[Position::AfterPath..];
        match below {
            Some(below) => format!("{visited}{}{below}{rest}", self.ours.base_path),
            None => format!("{visited}{}{rest}", url.path()),
        }
    }
}

impl Place<'_> {
    /// What follows the base path.
    fn below<'b>(&self, path: &'b str) -> Option<&'b str> {
        let below = path.strip_prefix(self.base_path)?;
        (below.is_empty() || below.starts_with('/')).then_some(below)
    }
}
