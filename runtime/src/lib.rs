#![doc = include_str!("../README.md")]

mod auth;
mod clock;
mod config;
mod credential;
pub mod dangerous;
mod denial;
mod endpoints;
mod extract;
#[cfg(any(feature = "cache", feature = "proxy"))]
mod flights;
mod global;
mod guard;
mod layer;
#[cfg(feature = "utoipa")]
mod openapi;
#[cfg(feature = "password")]
pub mod password;
#[cfg(feature = "testing")]
mod probe;
pub mod routing;
mod server;
mod session;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod token;

pub use portcullis_macros::{
    Permissions, Roles, authorized, guard, helper, policy, protected, public, vocabulary,
};

pub use self::auth::Auth;
pub use self::clock::{Clock, SystemClock};
pub use self::config::{AuthBuilder, ConfigError, ConfigMistake, OnStoreError, Profile};
pub use self::denial::{Pages, Refusal, RefusalBody, Refused, ReturnTo};
pub use self::endpoints::{
    Authenticated, Credentials, CredentialsField, CredentialsInput, CredentialsVerdict, FieldKind,
    ProxyHeader, Slowing,
};
pub use self::extract::Degraded;
#[cfg(feature = "proxy")]
pub use self::global::configure_auth_proxy_runtime;
pub use self::global::{
    configure_auth_runtime, get_server_session, get_server_session_or_none, get_token,
};
pub use self::guard::{
    Decision, DecisionSink, Guard, GuardExpression, GuardOf, PermissionSet, Policy, ProvidesAuth,
    RoleSet, UnknownName,
};
pub use self::layer::{RequireLayer, RequireService, SessionLayer, SessionService};
pub use self::routing::Router;
pub use self::server::{
    ForwardError, Forwarding, HeadersInput, OutgoingRequest, RawToken, SessionCookies,
    TokenOptions, UnverifiedRawToken, get_raw_token_with, get_token_with,
};
pub use self::session::{
    ActiveSession, AuthError, CallbackError, Callbacks, JwtEvent, Pruning, ServerSession,
    ServerSessionError, Session, SessionEvent, SessionName, SignIn, SignedIn, SignedOut, Untrusted,
    Updated, User,
};
#[cfg(feature = "proxy")]
pub use self::session::{ProxyOptions, UpstreamStrategy};
#[cfg(feature = "postgres")]
pub use self::store::AuthjsPostgresStore;
#[cfg(all(feature = "cache", feature = "postgres"))]
pub use self::store::PostgresChannel;
#[cfg(feature = "postgres")]
pub use self::store::PostgresStore;
#[cfg(all(feature = "cache", feature = "redis"))]
pub use self::store::RedisChannel;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use self::store::{
    AuthjsColumn, AuthjsId, AuthjsSessionId, AuthjsTables, AuthjsTablesError, AuthjsTimestamp,
    AuthjsValue,
};
#[cfg(feature = "redis")]
pub use self::store::{AuthjsRedisStore, RedisStore};
#[cfg(feature = "sqlite")]
pub use self::store::{AuthjsSqliteStore, SqliteStore};
#[cfg(feature = "cache")]
pub use self::store::{CachedStore, Invalidation, InvalidationChannel};
pub use self::store::{
    KeyFormat, MemoryStore, SessionKey, SessionStore, StoreError, StoredSession,
};
pub use self::token::{CodecContext, CodecError, Token, TokenCodec};

/// What the attributes write. Not for use by hand, and free to change with every version.
#[doc(hidden)]
pub mod __private {
    pub use serde;

    pub use crate::credential::Source;
    pub use crate::denial::{OnAnonymous, OnDenied, safe_redirect};
    pub use crate::guard::{
        Access, AlsoRequest, Answer, ClaimTest, CrateKey, Cx, Declaration, Declares, Enforce,
        Identity, IdentityOnly, IntoAnswer, Literal, Lookup, Nobody, Options, PermissionRule,
        PermissionTable, Policy, PolicyArgument, Requirement, RoleRule, RoleTable, Rule,
        Undeclared, Vocabulary, ask_policy, closure, declared_permission, declared_role,
        grants_are_declared, permission, permission_at, role, role_at,
    };
    pub use crate::routing::{assert_access_matrix, handler_for};

    /// What an editor completes the names of arguments from.
    pub mod arguments {
        portcullis_macros::arguments!();
    }

    /// What `guard!(..)` evaluates to.
    #[must_use]
    pub const fn guard_expression<R: Rule>() -> crate::GuardExpression<R> {
        crate::GuardExpression::new()
    }
}
