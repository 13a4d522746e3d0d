use std::time::Duration;

use super::base_path;
use super::error::Mistakes;
use super::sessions::{Place, Sessions};
use super::{AuthBuilder, ConfigError, ConfigMistake, Origin, Profile, TransportSecurity};
use crate::auth::{Auth, Runtime};
use crate::credential::{Companions, CookieSettings};
use crate::denial::Challenges;
use crate::endpoints::{CredentialsProvider, TrustedProxies};
use crate::session::Lifetime;

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A clock that is further off is broken, and a longer leeway would hide that.
const LONGEST_LEEWAY: Duration = Duration::from_secs(5 * 60);
/// RFC 6265bis section 5.5: browsers keep no cookie longer.
const LONGEST_COOKIE: Duration = Duration::from_secs(400 * 24 * 60 * 60);

impl AuthBuilder {
    /// Checks all settings.
    ///
    /// # Errors
    /// A [`ConfigError`] that lists every mistake.
    pub fn build(self) -> Result<Auth, ConfigError> {
        #[cfg(all(feature = "testing", not(debug_assertions)))]
        tracing::warn!(
            target: "portcullis::config",
            "the feature `testing` is on in an optimised build: it belongs under `[dev-dependencies]`"
        );
        self.runtime().map(Auth::new)
    }

    /// What an [`Auth`] knows that nothing was configured for: it lets nobody in.
    pub(crate) fn unconfigured() -> Result<Runtime, ConfigError> {
        let mut builder = Self::new().origin("https://unconfigured.invalid");
        builder.is_unconfigured = true;
        builder.runtime()
    }

    fn runtime(mut self) -> Result<Runtime, ConfigError> {
        let mut mistakes = Mistakes::default();
        let secrets = self.needed_secrets(&mut mistakes);
        let origin = self.checked_origin(&mut mistakes);
        let base_path = mistakes.keep(self.checked_base_path());
        let security = origin.as_ref().map(|origin| origin.security);
        // Without an origin the name is checked all the same.
        let security = security.unwrap_or(TransportSecurity::Https);
        let name = self.cookie_name.take();
        let name = name.as_deref().unwrap_or(self.profile.cookie_name());
        let style = self.profile.cookie_style();
        let cookie = mistakes.keep(CookieSettings::new(name, style, security));
        let place = Place {
            origin: origin.as_ref(),
            base_path: base_path.as_deref(),
            cookie: cookie.as_ref(),
        };
        let sessions = self.checked_sessions(&mut mistakes, secrets, place);
        let companions = Companions::new(self.profile.companion_names(name), style, security);
        let challenges = mistakes.keep(Challenges::new(
            &self.realm,
            self.resource_metadata.as_deref(),
        ));
        for mistake in self.pages.mistakes() {
            mistakes.push(mistake);
        }
        let trusted_origins = self.checked_trusted_origins(&mut mistakes);
        let trusted_proxies = self.checked_trusted_proxies(&mut mistakes);
        self.check_durations(&mut mistakes);
        let credentials = self.credentials.take().and_then(|credentials| {
            CredentialsProvider::new(credentials)
                .map_err(|found| found.into_iter().for_each(|mistake| mistakes.push(mistake)))
                .ok()
        });
        let lifetime = Lifetime {
            max_age: self.max_age,
            update_age: self.effective_update_age(),
            absolute: self.effective_absolute_max_age(),
        };
        let leeway = self.effective_leeway();
        match (
            sessions,
            origin,
            base_path,
            cookie,
            challenges,
            trusted_origins,
        ) {
            (
                Some(Sessions {
                    strategy,
                    secrets,
                    csrf,
                }),
                Some(origin),
                Some(base_path),
                Some(cookie),
                Some(challenges),
                Some(trusted_origins),
            ) if mistakes.is_empty() => {
                let pages = match credentials {
                    Some(_) => self
                        .pages
                        .with_built_in_sign_in(format!("{base_path}/signin")),
                    None => self.pages,
                };
                Ok(Runtime {
                    profile: self.profile,
                    secrets,
                    leeway,
                    claims: self.claims,
                    callbacks: self.callbacks,
                    origin,
                    base_path,
                    trusted_origins,
                    strict_origin: self.strict_origin,
                    cookie,
                    companions,
                    csrf,
                    challenges,
                    pages,
                    on_denied: self.on_denied,
                    lifetime,
                    acr_order: self.acr_order,
                    expose_requirements: self.expose_requirements,
                    decisions: self.decisions,
                    strategy,
                    load_user: self.load_user,
                    recheck: self.recheck,
                    store_deadline: self.store_deadline,
                    on_store_error: self.on_store_error,
                    credentials,
                    trusted_proxies,
                    clock: self.clock,
                })
            }
            _ => Err(mistakes.into_error()),
        }
    }

    fn checked_base_path(&self) -> Result<String, ConfigMistake> {
        if let Some(path) = &self.base_path {
            return base_path::checked("base_path", path);
        }
        let url = match (self.profile, &self.origin) {
            (Profile::AuthJsV5 | Profile::NextAuthV4, None) => {
                self.variable(self.profile.addresses())
            }
            (Profile::Native, _) | (_, Some(_)) => None,
        };
        url.and_then(|(name, url)| base_path::of_url(name, &url))
            .unwrap_or_else(|| Ok(base_path::DEFAULT.to_owned()))
    }

    fn variable<const N: usize>(&self, names: [&'static str; N]) -> Option<(&'static str, String)> {
        names
            .into_iter()
            .find_map(|name| (self.environment)(name).map(|value| (name, value)))
    }

    /// Whether the environment says where the application is reached.
    pub(super) fn knows_address(&self) -> bool {
        self.variable(self.profile.addresses()).is_some()
    }

    pub(super) fn checked_origin(&self, mistakes: &mut Mistakes) -> Option<Origin> {
        let parsed = match &self.origin {
            Some(origin) => Origin::parse("origin", origin, false),
            None => match self.variable(self.profile.addresses()) {
                Some((name, value)) => Origin::parse(name, &value, true),
                None if self.variable(["AUTH_TRUST_HOST"]).is_some() => {
                    Err(ConfigMistake::OriginFromRequests)
                }
                None => Err(ConfigMistake::OriginMissing),
            },
        };
        let origin = mistakes.keep(parsed)?;
        if origin.security == TransportSecurity::Insecure && !self.insecure_cookies {
            mistakes.push(ConfigMistake::OriginInsecure {
                value: origin.to_string(),
            });
        }
        Some(origin)
    }

    fn checked_trusted_origins(&self, mistakes: &mut Mistakes) -> Option<Vec<Origin>> {
        let origins: Vec<_> = self
            .trusted_origins
            .iter()
            .filter_map(|value| mistakes.keep(Origin::parse("trusted origin", value, false)))
            .collect();
        (origins.len() == self.trusted_origins.len()).then_some(origins)
    }

    fn checked_trusted_proxies(&self, mistakes: &mut Mistakes) -> TrustedProxies {
        TrustedProxies::parse(&self.trusted_proxies, self.proxy_header).unwrap_or_else(|unusable| {
            for value in unusable {
                let value = value.to_owned();
                mistakes.push(ConfigMistake::TrustedProxyInvalid { value });
            }
            TrustedProxies::default()
        })
    }

    /// As it was set, or the profile's.
    pub(super) fn effective_leeway(&self) -> Duration {
        self.leeway.unwrap_or(self.profile.leeway())
    }

    /// As it was set, or often enough for a session in use to go on.
    fn effective_update_age(&self) -> Duration {
        self.update_age
            .unwrap_or_else(|| DAY.min(self.max_age / 2).max(SECOND))
    }

    /// As it was set, or long enough not to be what ends a session that is used now and then.
    fn effective_absolute_max_age(&self) -> Duration {
        self.absolute_max_age
            .unwrap_or_else(|| self.max_age.max(90 * DAY))
    }

    fn check_durations(&self, mistakes: &mut Mistakes) {
        const MILLISECOND: Duration = Duration::from_millis(1);
        let update_age = self.effective_update_age();
        // Zero is no duration: it stands for each time.
        let shortest_update_age = if update_age.is_zero() {
            Duration::ZERO
        } else {
            SECOND
        };
        let deadline = self
            .credentials
            .as_ref()
            .map(|credentials| credentials.deadline);
        for (setting, duration, shortest) in [
            ("max_age", self.max_age, SECOND),
            ("update_age", update_age, shortest_update_age),
            (
                "absolute_max_age",
                self.effective_absolute_max_age(),
                SECOND,
            ),
            ("store_deadline", self.store_deadline, MILLISECOND),
            (
                "the deadline of credentials",
                deadline.unwrap_or(MILLISECOND),
                MILLISECOND,
            ),
        ] {
            if duration < shortest || duration > LONGEST_COOKIE {
                mistakes.push(ConfigMistake::DurationInvalid { setting, shortest });
            }
        }
        self.check_leeway(mistakes);
        if self.effective_update_age() >= self.max_age && self.max_age > SECOND {
            mistakes.push(ConfigMistake::UpdateAgeTooLong);
        }
        if self.effective_absolute_max_age() < self.max_age {
            mistakes.push(ConfigMistake::AbsoluteMaxAgeTooShort);
        }
    }

    pub(super) fn check_leeway(&self, mistakes: &mut Mistakes) {
        let leeway = self.effective_leeway();
        if leeway > LONGEST_LEEWAY || leeway.subsec_nanos() != 0 {
            mistakes.push(ConfigMistake::LeewayInvalid);
        }
    }
}
