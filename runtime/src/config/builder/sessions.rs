//! How sessions are kept, and how long.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::{AuthBuilder, OnStoreError};
#[cfg(feature = "proxy")]
use crate::session::ProxyOptions;
use crate::session::{Callbacks, Recheck, User, UserLoader};
use crate::store::SessionStore;

impl AuthBuilder {
    /// The name of the session cookie, without prefix and not ending like that of a chunk (`.0`).
    /// Default: the [`Profile`](crate::Profile)'s, which is `session` for our own. Browsers do not tell the ports of a host apart, so two applications on
    /// `localhost` need two names.
    pub fn cookie_name(mut self, name: impl Into<String>) -> Self {
        self.cookie_name = Some(name.into());
        self
    }

    /// How long a session lasts without use, in whole seconds; every refresh starts it anew.
    /// Default: 30 days.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    /// How old a session may grow before a request refreshes it, in whole seconds. A token of Auth.js is as
    /// old as its `iat`, and gets our [`max_age`](Self::max_age) then. `Duration::ZERO` refreshes
    /// it with every request that asks for it, as Auth.js does: each answer then has a new cookie, and
    /// each stored session is written each time.
    /// Default: 24 hours, or half of `max_age` if that is less.
    pub fn update_age(mut self, update_age: Duration) -> Self {
        self.update_age = Some(update_age);
        self
    }

    /// How long a session lasts at most since the user proved who they are, however much it is used, in
    /// whole seconds. A token that does not say when that was (`auth_time`), as those of Auth.js, counts from
    /// its `iat` at its first refresh here; one that was never refreshed here lasts as long as it says, and a
    /// stored session that does not say it has no such end. Default: 90 days, or `max_age` if that is more.
    pub fn absolute_max_age(mut self, absolute_max_age: Duration) -> Self {
        self.absolute_max_age = Some(absolute_max_age);
        self
    }

    /// Reads the user from the application's own database, for handlers that take `Session<U>` with the
    /// `U` that `load` gives; other types are read from the session, as they were signed in. It is asked
    /// at most once a request, and after the guard, which decides by what the session says.
    ///
    /// Nobody of that id is 401 and the end of the cookie, an error 503, and so is no answer within
    /// [`store_deadline`](Self::store_deadline).
    ///
    /// ```
    /// # use portcullis::Auth;
    /// # #[derive(Clone, serde::Deserialize)]
    /// # struct Account;
    /// # #[derive(Clone)]
    /// # struct Db;
    /// # impl Db {
    /// #     async fn account(&self, id: &str) -> Result<Option<Account>, std::io::Error> { Ok(None) }
    /// # }
    /// # let db = Db;
    /// let auth = Auth::builder().load_user(move |id: String| {
    ///     let db = db.clone();
    ///     async move { db.account(&id).await }
    /// });
    /// ```
    pub fn load_user<U, E, F, Fut>(mut self, load: F) -> Self
    where
        U: Clone + Send + Sync + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
        F: Fn(String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<U>, E>> + Send + 'static,
    {
        self.load_user = Some(UserLoader::new(load));
        self
    }

    /// Reads the user of a session anew if that was done longer than `max_staleness` ago, in whole seconds:
    /// a role that was taken away, and an account that was disabled, count for that long at most. The
    /// guard decides by what `read` gives. Nobody of that id is 401 and the end of the cookie, an error
    /// 503, and so is no answer within [`store_deadline`](Self::store_deadline).
    ///
    /// A signed token says when its user was last read, and a visitor's cookie gets a new token when that
    /// was done; one that Auth.js made does not say it and asks at once. A credential that is no cookie stays
    /// as old as it is, so each of its requests asks. A store keeps the user as signed in and does not say
    /// since when, so there every request asks, whatever the bound. Default: nobody is asked. Then a token
    /// counts until it expires or [`user_changed`](crate::Auth::user_changed) takes it back, and a stored
    /// session until it is changed or ended; the users of Auth.js's tables are read with each request in any
    /// case.
    ///
    /// ```
    /// # use portcullis::{Auth, User};
    /// # use std::time::Duration;
    /// # #[derive(Clone)]
    /// # struct Db;
    /// # impl Db {
    /// #     async fn user(&self, id: &str) -> Result<Option<User>, std::io::Error> { Ok(None) }
    /// # }
    /// # let db = Db;
    /// let auth = Auth::builder().recheck_user(Duration::from_secs(60), move |id: String| {
    ///     let db = db.clone();
    ///     async move { db.user(&id).await }
    /// });
    /// ```
    pub fn recheck_user<E, F, Fut>(mut self, max_staleness: Duration, read: F) -> Self
    where
        E: Into<Box<dyn Error + Send + Sync>>,
        F: Fn(String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<User>, E>> + Send + 'static,
    {
        self.recheck = Some(Recheck::new(max_staleness, read));
        self
    }

    /// Lets the application have its say while sessions are made and read: what Auth.js calls callbacks and
    /// events. Default: none.
    pub fn callbacks(mut self, callbacks: impl Callbacks) -> Self {
        self.callbacks = Some(Arc::new(callbacks));
        self
    }

    /// What public handlers that take `Option<Session>` get when the store, or the upstream, does not
    /// answer. Guarded handlers are refused with 503 in any case. Default: [`OnStoreError::Refuse`].
    pub fn on_store_error(mut self, on_store_error: OnStoreError) -> Self {
        self.on_store_error = on_store_error;
        self
    }

    /// How far the clock of another machine that signs session tokens may run ahead, in whole
    /// seconds, at most 5 minutes: a token whose `iat` or `nbf` (RFC 7519 sections 4.1.6 and 4.1.5)
    /// lies further in the future is refused. It never makes a token of ours last longer than its `exp`, but
    /// those of Auth.js and of a [`codec`](Self::codec), as it does over there.
    /// Default: 30 seconds, with the profiles of Auth.js 15 seconds.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = Some(leeway);
        self
    }

    /// Keeps sessions in `store` (the `database` strategy): the cookie carries a random id, and
    /// signing out ends the session everywhere at once. Without a store the session itself
    /// travels in the cookie as a signed token (the `jwt` strategy), in up to eight chunks if one
    /// cookie cannot hold it.
    pub fn store(mut self, store: impl SessionStore) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Asks an upstream about sessions; see [`Auth::proxy`](crate::Auth::proxy).
    #[cfg(feature = "proxy")]
    pub(crate) fn upstream(mut self, options: ProxyOptions) -> Self {
        self.upstream = Some(options);
        self
    }

    /// How long a call to the store may take; after that the answer is 503. Default: 1 second.
    pub fn store_deadline(mut self, deadline: Duration) -> Self {
        self.store_deadline = deadline;
        self
    }
}
