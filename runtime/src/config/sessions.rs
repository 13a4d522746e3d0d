//! Where sessions live, by the settings.

use std::sync::Arc;

use super::error::Mistakes;
use super::{AuthBuilder, ConfigMistake, Origin, Profile, Secret, base_path};
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

/// What is known by then of where the application is.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) origin: Option<&'a Origin>,
    pub(super) base_path: Option<&'a str>,
    pub(super) cookie: Option<&'a CookieSettings>,
}

impl AuthBuilder {
    /// `None` if there is a mistake.
    pub(super) fn checked_sessions(
        &mut self,
        mistakes: &mut Mistakes,
        place: Place<'_>,
    ) -> Option<Sessions> {
        if self.is_unconfigured {
            return Some(Sessions {
                strategy: Strategy::Elsewhere(Elsewhere::Unconfigured),
                secrets: Arc::new([]),
                csrf: None,
            });
        }
        #[cfg(feature = "proxy")]
        if let Some(options) = self.upstream.take() {
            return self.checked_upstream(&options, mistakes, place);
        }
        if self.codec.is_some() && self.store.is_some() {
            mistakes.push(ConfigMistake::CodecUnused);
        }
        let secrets: Arc<[_]> = self.checked_secrets(mistakes)?.into();
        let csrf = mistakes.keep(CsrfKey::new(self.profile, &secrets));
        let salt = Salt::Session(place.cookie?.name());
        let tokens = mistakes.keep(self.checked_tokens(&secrets, salt))?;
        let strategy = match self.store.take() {
            Some(store) => Strategy::Database {
                store,
                deadline: self.store_deadline,
            },
            None => Strategy::Jwt {
                tokens: Box::new(tokens),
                revoked: Revoked::new(self.effective_leeway()),
            },
        };
        Some(Sessions {
            strategy,
            secrets,
            csrf: Some(csrf?),
        })
    }

    /// An upstream's sessions need no secret. With one, their tokens can be read here as well.
    #[cfg(feature = "proxy")]
    fn checked_upstream(
        &mut self,
        options: &ProxyOptions,
        mistakes: &mut Mistakes,
        place: Place<'_>,
    ) -> Option<Sessions> {
        let unused = [
            ("store", self.store.is_some()),
            ("credentials", self.credentials.is_some()),
        ];
        for (setting, is_set) in unused {
            if is_set {
                mistakes.push(ConfigMistake::UnusedWithUpstream { setting });
            }
        }
        // Without a path of ours they are checked all the same.
        let base_path = place.base_path.unwrap_or(base_path::DEFAULT);
        let checked = options.checked(base_path, mistakes);
        let has_secret = self.secret.is_some() || !self.secrets_of_environment().is_empty();
        let secrets: Arc<[_]> = match has_secret && options.has_tokens() {
            true => self.checked_secrets(mistakes)?.into(),
            false => Arc::new([]),
        };
        let salt = Salt::Session(place.cookie?.name());
        let tokens =
            (!secrets.is_empty()).then(|| mistakes.keep(self.checked_tokens(&secrets, salt)));
        let upstream = Upstream::new(
            checked?,
            place.origin?,
            self.claims.clone(),
            tokens.flatten(),
        );
        let upstream = Box::new(mistakes.keep(upstream)?);
        Some(Sessions {
            strategy: Strategy::Elsewhere(Elsewhere::Upstream(upstream)),
            secrets,
            csrf: None,
        })
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
