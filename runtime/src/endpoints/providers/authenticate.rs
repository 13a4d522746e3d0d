//! From what somebody posted to who they are.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::counts::millis;
use super::credentials::{Authorize, Broken};
use super::fields::Fields;
use super::identifier::canonical;
use super::peer::is_near;
use super::throttle::Throttle;
use super::{
    Authenticated, Credentials, CredentialsField, CredentialsInput, CredentialsVerdict,
    TrustedProxies, is_provider_id,
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
    notices: Notices,
}

/// Whom somebody claims to be.
enum Claim {
    Name(String),
    TooLong,
    Missing,
}

/// What the log knows already: it is told once.
#[derive(Default)]
struct Notices {
    address_missing: AtomicBool,
    proxy_unnamed: AtomicBool,
    identifier_missing: AtomicBool,
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
        if !is_provider_id(&id) {
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
                notices: Notices::default(),
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
        mut input: CredentialsInput,
        proxies: &TrustedProxies,
        device: Option<&str>,
        now: SystemTime,
    ) -> Authenticated {
        let peer = input.peer();
        let peer = peer.map(|connected| proxies.visitor(connected, input.headers()));
        let told_apart = peer.filter(|_| self.tells_apart(&input, proxies));
        if peer.is_none() && is_news(&self.notices.address_missing) {
            tracing::warn!(
                target: "portcullis::security",
                code = "peer_address_missing",
                "the server does not tell where requests come from, so those who guess passwords are not slowed by \
                 their addresses: serve the application with `into_make_service_with_connect_info::<SocketAddr>()`"
            );
        }
        // What is too long for a name is nobody's.
        let (identifier, is_too_long) = match self.claimed(&mut input) {
            Claim::Name(name) => (Some(name), false),
            Claim::TooLong => (None, true),
            Claim::Missing => (None, false),
        };
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let attempt =
            match self
                .throttle
                .admit(identifier.as_deref(), told_apart, device, millis(now))
            {
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

    /// Whom somebody claims to be, by the first of the fields that say so; the others are left out, for
    /// what they say is not counted.
    fn claimed(&self, input: &mut CredentialsInput) -> Claim {
        let fields = &self.fields.identifiers;
        let found = fields.iter().find_map(|field| {
            let name = canonical(input.get(field)?);
            (name.as_deref() != Some("")).then_some((field, name))
        });
        match found {
            Some((field, name)) => {
                let others = fields.iter().filter(|other| *other != field);
                others.for_each(|other| input.leave_out(other));
                name.map_or(Claim::TooLong, Claim::Name)
            }
            None if fields.is_empty() => Claim::Missing,
            None => {
                if is_news(&self.notices.identifier_missing) {
                    tracing::warn!(
                        target: "portcullis::security",
                        code = "identifier_missing",
                        expected = ?fields,
                        "a form does not say whom somebody claims to be, so only addresses are slowed: name the field \
                         that does with `Credentials::identifier`"
                    );
                }
                Claim::Missing
            }
        }
    }

    /// Whether the visitor's address is not everybody's.
    fn tells_apart(&self, input: &CredentialsInput, proxies: &TrustedProxies) -> bool {
        let Some(connected) = input.peer() else {
            return false;
        };
        let is_unnamed = proxies.may_lack(connected, input.headers());
        if is_unnamed && is_news(&self.notices.proxy_unnamed) {
            tracing::warn!(
                target: "portcullis::security",
                code = "proxy_unnamed",
                peer = %connected,
                "somebody tells for whom they forward a request and is not believed: if that is a proxy of yours, name \
                 it with `AuthBuilder::trusted_proxies`, or its visitors are not told apart"
            );
        }
        !(is_unnamed && is_near(connected))
    }
}

fn is_news(notice: &AtomicBool) -> bool {
    !notice.swap(true, Ordering::Relaxed)
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
        // Nobody else knows the token of a browser, so it is a mark of one that signed in before.
        let cookie = runtime.companions.csrf.sent(input.headers());
        let device = cookie.as_deref().zip(runtime.csrf.as_ref());
        let device = device.and_then(|(cookie, csrf)| csrf.token_in(cookie));
        provider.authenticate(input, proxies, device, now).await
    }
}
