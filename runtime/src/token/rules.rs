use std::time::Duration;

use super::{ClaimMapping, InvalidToken, Payload, SessionClaims};
use crate::clock::Seconds;

/// What the claims of Auth.js mean, and when they count.
#[derive(Debug, Clone)]
pub(crate) struct ClaimRules {
    pub(crate) mapping: ClaimMapping,
    pub(crate) leeway: Duration,
    /// How long a token counts that does not say it itself.
    pub(crate) max_age: Duration,
}

impl ClaimRules {
    /// The session that the claims are about, if they are in their time at `now`.
    pub(super) fn admit(
        &self,
        payload: &Payload,
        now: Seconds,
    ) -> Result<SessionClaims, InvalidToken> {
        let read = payload.read(&self.mapping, self.max_age);
        let claims = read.ok_or(InvalidToken::Refused)?;
        if claims.nbf.is_some_and(|nbf| nbf > now.plus(self.leeway).0) {
            return Err(InvalidToken::Refused);
        }
        if !self.lasts(Seconds(claims.exp), now) {
            return Err(InvalidToken::Expired);
        }
        Ok(claims)
    }

    /// Whether a token that ends then still counts.
    pub(super) fn lasts(&self, exp: Seconds, now: Seconds) -> bool {
        now < exp.plus(self.leeway)
    }
}
