use std::future::Future;
use std::pin::Pin;

use http::request::Parts;

use super::{CallbackError, Callbacks, JwtEvent, SessionEvent, same_site};
use crate::auth::Auth;
use crate::session::{ServerSession, User};
use crate::token::Token;

type Calling<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What an [`Auth`] asks of any [`Callbacks`], in a form that can be a trait object.
pub(crate) trait ErasedCallbacks: Send + Sync {
    fn jwt<'a>(
        &'a self,
        token: Token,
        event: JwtEvent<'a>,
    ) -> Calling<'a, Result<Option<Token>, CallbackError>>;
    fn session<'a>(
        &'a self,
        session: ServerSession,
        event: SessionEvent<'a>,
    ) -> Calling<'a, Result<ServerSession, CallbackError>>;
    fn authorized<'a>(&'a self, request: &'a Parts, token: Option<&'a Token>) -> Calling<'a, bool>;
    fn redirect<'a>(&'a self, url: &'a str, base_url: &'a str) -> Calling<'a, String>;
    fn signed_in<'a>(&'a self, user: &'a User) -> Calling<'a, ()>;
    fn signed_out<'a>(&'a self, user_id: &'a str) -> Calling<'a, ()>;
}

impl<T: Callbacks> ErasedCallbacks for T {
    fn jwt<'a>(
        &'a self,
        token: Token,
        event: JwtEvent<'a>,
    ) -> Calling<'a, Result<Option<Token>, CallbackError>> {
        Box::pin(Callbacks::jwt(self, token, event))
    }

    fn session<'a>(
        &'a self,
        session: ServerSession,
        event: SessionEvent<'a>,
    ) -> Calling<'a, Result<ServerSession, CallbackError>> {
        Box::pin(Callbacks::session(self, session, event))
    }

    fn authorized<'a>(&'a self, request: &'a Parts, token: Option<&'a Token>) -> Calling<'a, bool> {
        Box::pin(Callbacks::authorized(self, request, token))
    }

    fn redirect<'a>(&'a self, url: &'a str, base_url: &'a str) -> Calling<'a, String> {
        Box::pin(Callbacks::redirect(self, url, base_url))
    }

    fn signed_in<'a>(&'a self, user: &'a User) -> Calling<'a, ()> {
        Box::pin(Callbacks::signed_in(self, user))
    }

    fn signed_out<'a>(&'a self, user_id: &'a str) -> Calling<'a, ()> {
        Box::pin(Callbacks::signed_out(self, user_id))
    }
}

impl Auth {
    /// Whether the application lets a request pass.
    pub(crate) async fn authorized(&self, request: &Parts, token: Option<&Token>) -> bool {
        match &self.runtime().callbacks {
            Some(callbacks) => callbacks.authorized(request, token).await,
            None => token.is_some(),
        }
    }

    /// Where a visitor goes on to who asked for `url`.
    pub(crate) async fn goes_on_to(&self, url: &str, base_url: &str) -> String {
        match &self.runtime().callbacks {
            Some(callbacks) => callbacks.redirect(url, base_url).await,
            None => same_site(url, base_url),
        }
    }

    pub(in crate::session) async fn tell_signed_in(&self, user: &User) {
        if let Some(callbacks) = &self.runtime().callbacks {
            callbacks.signed_in(user).await;
        }
    }

    pub(in crate::session) async fn tell_signed_out(&self, user_id: &str) {
        if let Some(callbacks) = &self.runtime().callbacks {
            callbacks.signed_out(user_id).await;
        }
    }
}
