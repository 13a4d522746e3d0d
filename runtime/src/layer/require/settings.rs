//! What else a layer does, or leaves alone.

use std::future::Future;
use std::sync::Arc;

use http::request::Parts;

use super::{RequireLayer, kept, skips};
use crate::config::ConfigMistake;
use crate::denial::{OnAnonymous, Pages};
use crate::guard::{Access, Authorized, Options};
use crate::token::Token;

impl RequireLayer {
    /// Asks that function as well, once the rule is met: a plain yes or no. It sees the head of the request and
    /// what the session says. On `false` the answer is that to a rule that is not met. Several are asked in
    /// their order until one says no. Nobody is let in without a token then, whatever
    /// [`Callbacks::authorized`](crate::Callbacks::authorized) says.
    ///
    /// ```
    /// # use axum::http::request::Parts;
    /// # use portcullis::{Auth, RequireLayer, Token};
    /// async fn is_colleague(_head: Parts, token: Token) -> bool {
    ///     token.email().is_some_and(|email| email.ends_with("@example.org"))
    /// }
    ///
    /// # fn layer(auth: Auth) -> RequireLayer {
    /// auth.require_session().authorized(is_colleague)
    /// # }
    /// ```
    #[must_use]
    pub fn authorized<F, Fut>(mut self, authorized: F) -> Self
    where
        F: Fn(Parts, Token) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = bool> + Send + 'static,
    {
        let asked: Authorized = Arc::new(move |head, token| Box::pin(authorized(head, token)));
        Arc::make_mut(&mut self.0).authorized.push(asked);
        self
    }

    /// Answers page visits of who is not signed in with 401 as well. Default: they are sent to the
    /// sign-in page.
    #[must_use]
    pub fn without_redirect(self) -> Self {
        self.with_options(|options| options.on_anonymous = OnAnonymous::Refuse)
    }

    /// Sends visitors to these pages, and where they say nothing to those of the [`Auth`](crate::Auth): with
    /// [`Auth::global`](crate::Auth::global), of what is configured for the process when this is called.
    ///
    /// # Panics
    /// If one of them is no page of this site.
    #[must_use]
    #[track_caller]
    pub fn pages(self, pages: Pages) -> Self {
        if let Some(mistake) = pages.mistakes().first() {
            mistaken(mistake);
        }
        let pages = &*Box::leak(Box::new(pages.or(&self.0.auth.runtime().pages)));
        self.with_options(|options| options.pages = Some(pages))
    }

    /// Lets everybody come to that path and to everything below it: `/public` and `/public/a.css`, but
    /// not `/publicity`.
    ///
    /// # Panics
    /// If it is `/`, which is everything, or not a path as clients send it: with a `/` at its beginning
    /// and none at its end, percent-encoded, and without `.` and empty segments.
    #[must_use]
    #[track_caller]
    pub fn skip(mut self, path: &str) -> Self {
        assert!(
            path != "/",
            "to skip `/` and everything below it is to guard nothing: write `.skip_exact(\"/\")`, or no \
             layer"
        );
        assert!(
            skips::is_plain(path) && !path.ends_with('/'),
            "`{path}` is no path to skip: write it as clients send it, such as `/public`"
        );
        Arc::make_mut(&mut self.0).skips.add_below(path);
        self
    }

    /// Lets everybody come to that path, and to nothing below it.
    ///
    /// # Panics
    /// If it is not a path as clients send it: with a `/` at its beginning, percent-encoded, and without
    /// `.` and empty segments.
    #[must_use]
    #[track_caller]
    pub fn skip_exact(mut self, path: &str) -> Self {
        assert!(
            skips::is_plain(path),
            "`{path}` is no path to skip: write it as clients send it, such as `/robots.txt`"
        );
        Arc::make_mut(&mut self.0).skips.add_exact(path);
        self
    }

    fn with_options(mut self, change: impl FnOnce(&mut Options)) -> Self {
        let required = Arc::make_mut(&mut self.0);
        let mut declaration = required.declaration.clone();
        if let Access::Guarded { options, .. } = &mut declaration.access {
            change(options);
        }
        required.declaration = kept(declaration);
        self
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "as for routes that cannot work")]
fn mistaken(mistake: &ConfigMistake) -> ! {
    panic!("{mistake}")
}
