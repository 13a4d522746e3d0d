//! From what somebody posted to who they are.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::counts::millis;
use super::credentials::{Authorize, Broken};
use super::fields::Fields;
use super::identifier::canonical;
use super::slowing::Throttle;
use super::{
    Authenticated, Credentials, CredentialsField, CredentialsInput, CredentialsVerdict,
    TrustedProxies,
};
use crate::auth::Auth;
use crate::config::ConfigMistake;

/// [`Credentials`] as they were checked.
pub(crate) struct CredentialsProvider {
    pub(crate) id: String,
    /// What visitors know it by.
    pub(crate) name: String,
    fields: Fields,
    deadline: Duration,
    throttle: Throttle,
    authorize: Authorize,
    /// Whether the log knows that addresses are missing.
    has_missed_address: AtomicBool,
}

impl CredentialsProvider {
    pub(crate) fn new(mut credentials: Credentials) -> Result<Self, Vec<ConfigMistake>> {
        let mut mistakes = Vec::new();
        let fields = credentials.checked_fields();
        let Credentials {
            id,
            name,
            slowing,
            deadline,
            authorize,
            ..
        } = credentials;
        let is_usable = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if !(1..=64).contains(&id.len()) || !id.bytes().all(is_usable) {
            mistakes.push(ConfigMistake::ProviderIdInvalid { value: id.clone() });
        }
        let throttle = Throttle::new(slowing).map_err(|mistake| mistakes.push(mistake));
        let fields = fields.map_err(|found| mistakes.extend(found));
        match (throttle, fields) {
            (Ok(throttle), Ok(fields)) if mistakes.is_empty() => Ok(Self {
                id,
                name,
                fields,
                deadline,
                throttle,
                authorize,
                has_missed_address: AtomicBool::new(false),
            }),
            _ => Err(mistakes),
        }
    }

    /// What the sign-in page asks for.
    pub(crate) fn fields(&self) -> &[CredentialsField] {
        &self.fields.all
    }

    async fn authenticate(
        &self,
        input: CredentialsInput,
        proxies: &TrustedProxies,
        now: SystemTime,
    ) -> Authenticated {
        let peer = input.peer();
        let peer = peer.map(|connected| proxies.visitor(connected, input.headers()));
        if peer.is_none() {
            self.miss_address();
        }
        let posted = self.fields.identifier.as_deref();
        let posted = posted.map(|field| input.get(field).unwrap_or(""));
        let identifier = posted.map(canonical);
        // What is too long for a name is nobody's.
        let is_too_long = identifier == Some(None);
        let identifier = identifier.flatten();
        let counted = posted.map(|_| identifier.as_deref().unwrap_or(""));
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let attempt = match self.throttle.admit(counted, peer, millis(now)) {
            Ok(attempt) => attempt,
            Err(retry_after) => {
                tracing::warn!(
                    target: "portcullis::security",
                    code = "sign_in_slowed",
                    peer = peer.map(tracing::field::display),
                    retry_after = retry_after.as_secs(),
                    "an attempt to sign in came too soon after failures"
                );
                return Authenticated::TooMany { retry_after };
            }
        };
        let asked = match is_too_long {
            true => Ok(CredentialsVerdict::rejected()),
            false => self.ask(input.identified(identifier, peer)).await,
        };
        match asked {
            Ok(CredentialsVerdict(Ok(user))) => {
                self.throttle.succeeded(&attempt);
                Authenticated::User(user)
            }
            Ok(CredentialsVerdict(Err(code))) => {
                tracing::info!(
                    target: "portcullis::security",
                    code = "sign_in_rejected",
                    peer = peer.map(tracing::field::display),
                    "an attempt to sign in was rejected"
                );
                Authenticated::Rejected { code }
            }
            Err(error) => {
                self.throttle.broke_off(&attempt);
                tracing::error!(
                    target: "portcullis::credentials",
                    %error,
                    source = ?error.source(),
                    "credentials cannot be checked"
                );
                Authenticated::Failed
            }
        }
    }

    async fn ask(&self, input: CredentialsInput) -> Result<CredentialsVerdict, Broken> {
        tokio::time::timeout(self.deadline, (self.authorize)(input))
            .await
            .unwrap_or_else(|_| Err("`authorize` did not answer in time".into()))
    }

    fn miss_address(&self) {
        if !self.has_missed_address.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "portcullis::security",
                code = "peer_address_missing",
                "the server does not tell where requests come from, so those who guess passwords are not slowed by \
                 their addresses: serve the application with `into_make_service_with_connect_info::<SocketAddr>()`"
            );
        }
    }
}

impl Auth {
    /// Finds out who somebody is by what they posted, with the [`Credentials`] of this configuration: what the
    /// endpoints do before they [sign in](Self::sign_in), for an application with a sign-in page of its own.
    /// Whoever guesses is slowed, here and there together; see [`Slowing`](crate::Slowing).
    ///
    /// ```
    /// # use axum::extract::{Form, State};
    /// # use axum::response::{IntoResponse, Redirect, Response};
    /// # use http::{StatusCode, header::RETRY_AFTER, request::Parts};
    /// # use portcullis::{Auth, AuthError, Authenticated, CredentialsInput, public};
    /// #[public(reason = "whoever signs in is not signed in yet")]
    /// async fn sign_in(
    ///     State(auth): State<Auth>,
    ///     head: Parts,
    ///     Form(form): Form<Vec<(String, String)>>,
    /// ) -> Result<Response, AuthError> {
    ///     Ok(match auth.authenticate(CredentialsInput::new(form, &head)).await {
    ///         Authenticated::User(user) => (auth.sign_in(user).await?, Redirect::to("/")).into_response(),
    ///         Authenticated::Rejected { .. } => Redirect::to("/sign-in?mistake").into_response(),
    ///         Authenticated::TooMany { retry_after } => {
    ///             let retry_after = [(RETRY_AFTER, retry_after.as_secs().to_string())];
    ///             (StatusCode::TOO_MANY_REQUESTS, retry_after).into_response()
    ///         }
    ///         _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    ///     })
    /// }
    /// ```
    pub async fn authenticate(&self, input: CredentialsInput) -> Authenticated {
        let runtime = self.runtime();
        let Some(provider) = &runtime.credentials else {
            tracing::error!(
                target: "portcullis::credentials",
                "no credentials are configured: call `AuthBuilder::credentials`"
            );
            return Authenticated::Failed;
        };
        let (proxies, now) = (&runtime.trusted_proxies, runtime.clock.now());
        provider.authenticate(input, proxies, now).await
    }
}
