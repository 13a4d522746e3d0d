//! Where sessions live, by the settings.

use std::sync::Arc;

#[cfg(feature = "proxy")]
use super::base_path;
#[cfg(feature = "proxy")]
use super::builder::MAX_AGE;
use super::error::Mistakes;
use super::{AuthBuilder, ConfigMistake, Origin, Profile, Secret};
use crate::credential::CookieSettings;
use crate::session::{Elsewhere, Revoked, Strategy};
#[cfg(feature = "proxy")]
use crate::session::{ProxyOptions, Upstream};
use crate::token::{
    AuthjsTokens, ClaimRules, CsrfKey, CustomTokens, Dialect, NativeTokens, Salt, SessionTokens,
};

/// Where sessions live, and the secrets that belong to it.
pub(super) struct Sessions {
    pub(super) strategy: Strategy,
    pub(super) secrets: Arc<[Secret]>,
    pub(super) csrf: Option<CsrfKey>,
}

/// Who keeps the sessions.
enum Keeper {
    Here,
    #[cfg(feature = "proxy")]
    Upstream,
    Nobody,
}

/// What is known by then of where the application is.
#[cfg_attr(
    not(feature = "proxy"),
    expect(dead_code, reason = "an upstream has to know it")
)]
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) origin: Option<&'a Origin>,
    pub(super) base_path: Option<&'a str>,
    pub(super) cookie: Option<&'a CookieSettings>,
}

impl AuthBuilder {
    /// The secrets that are needed; `None` if there is a mistake.
    pub(super) fn needed_secrets(&mut self, mistakes: &mut Mistakes) -> Option<Arc<[Secret]>> {
        let is_needed = match self.keeper() {
            Keeper::Here => true,
            Keeper::Nobody => false,
            // With one, its tokens can be read here as well.
            #[cfg(feature = "proxy")]
            Keeper::Upstream => {
                self.upstream.as_ref().is_some_and(ProxyOptions::has_tokens)
                    && self.secret.is_some()
            }
        };
        match is_needed {
            true => self.checked_secrets(mistakes).map(Arc::from),
            false => Some(Arc::new([])),
        }
    }

    /// `None` if there is a mistake.
    pub(super) fn checked_sessions(
        &self,
        mistakes: &mut Mistakes,
        secrets: Option<Arc<[Secret]>>,
        place: Place<'_>,
    ) -> Option<Sessions> {
        self.check_unused(mistakes);
        #[cfg(feature = "proxy")]
        let upstream = self.upstream.as_ref().and_then(|options| {
            // Without a path of ours they are checked all the same.
            let base_path = place.base_path.unwrap_or(base_path::DEFAULT);
            options.checked(base_path, mistakes)
        });
        let secrets = secrets?;
        let salt = Salt::Session(place.cookie?.name());
        let tokens = (!secrets.is_empty())
            .then(|| mistakes.keep(self.checked_tokens(&secrets, salt)))
            .flatten();
        let (strategy, csrf) = match self.keeper() {
            Keeper::Nobody => (Strategy::Elsewhere(Elsewhere::Unconfigured), None),
            #[cfg(feature = "proxy")]
            Keeper::Upstream => {
                let claims = self.claims.clone();
                let upstream = Upstream::new(upstream?, place.origin?, claims, tokens);
                let upstream = mistakes.keep(upstream).map(Box::new)?;
                (Strategy::Elsewhere(Elsewhere::Upstream(upstream)), None)
            }
            Keeper::Here => {
                let csrf = mistakes.keep(CsrfKey::new(self.profile, &secrets))?;
                (self.kept_here(tokens?), Some(csrf))
            }
        };
        Some(Sessions {
            strategy,
            secrets,
            csrf,
        })
    }

    fn keeper(&self) -> Keeper {
        if self.is_unconfigured {
            return Keeper::Nobody;
        }
        #[cfg(feature = "proxy")]
        if self.upstream.is_some() {
            return Keeper::Upstream;
        }
        Keeper::Here
    }

    fn kept_here(&self, tokens: SessionTokens) -> Strategy {
        match &self.store {
            Some(store) => Strategy::Database {
                store: Arc::clone(store),
                deadline: self.store_deadline,
            },
            None => Strategy::Jwt {
                tokens: Box::new(tokens),
                revoked: Revoked::new(self.effective_leeway()),
            },
        }
    }

    fn check_unused(&self, mistakes: &mut Mistakes) {
        if self.codec.is_some() && self.store.is_some() {
            mistakes.push(ConfigMistake::CodecUnused);
        }
        #[cfg(feature = "proxy")]
        if self.upstream.is_some() {
            let unused = [
                ("store", self.store.is_some()),
                ("credentials", self.credentials.is_some()),
                ("max_age", self.max_age != MAX_AGE),
                ("update_age", self.update_age.is_some()),
                ("absolute_max_age", self.absolute_max_age.is_some()),
            ];
            for (setting, _) in unused.into_iter().filter(|(_, is_set)| *is_set) {
                mistakes.push(ConfigMistake::UnusedWithUpstream { setting });
            }
        }
    }

    pub(super) fn checked_tokens(
        &self,
        secrets: &Arc<[Secret]>,
        salt: Salt<'_>,
    ) -> Result<SessionTokens, ConfigMistake> {
        let leeway = self.effective_leeway();
        let rules = ClaimRules {
            mapping: self.claims.clone(),
            leeway,
            max_age: self.max_age,
        };
        if let Some(codec) = &self.codec {
            return Ok(SessionTokens::Custom(CustomTokens {
                codec: Arc::clone(codec),
                secrets: Arc::clone(secrets),
                salt: salt.name().to_owned(),
                rules,
            }));
        }
        let dialect = match self.profile {
            Profile::Native => {
                let tokens = NativeTokens::new(secrets, salt.name(), leeway)?;
                return Ok(SessionTokens::Native(tokens));
            }
            Profile::AuthJsV5 => Dialect::AuthJsV5,
            Profile::NextAuthV4 => Dialect::NextAuthV4,
        };
        let tokens = AuthjsTokens::new(dialect, secrets, salt, rules)?;
        Ok(SessionTokens::Authjs(tokens))
    }
}
