//! Tokens that are read without an `Auth`.

use http::HeaderMap;
use portcullis::{
    CodecContext, CodecError, ConfigMistake, MemoryStore, Profile, Token, TokenCodec, TokenOptions,
    get_raw_token_with, get_token_with,
};
use portcullis_tests::{FakeClock, SECRET};
use serde_json::{Map, Value, json};

use super::{DAY, PROFILES, ada, made, name_of, signed_in};

const OTHER: &str = "c1f0e2d3b4a5968778695a4b3c2d1e0fc1f0";

fn options(profile: Profile, clock: &FakeClock) -> TokenOptions {
    let options = TokenOptions::new().profile(profile).clock(clock.clone());
    options.environment(|_| None)
}

fn sub(token: Option<Token>) -> Option<String> {
    token.map(|token| token.sub().to_owned())
}

#[tokio::test]
async fn tokens_of_each_profile_are_read_without_an_auth() {
    for profile in PROFILES {
        for (origin, secure) in [
            ("https://app.example", true),
            ("http://localhost:3000", false),
        ] {
            let (auth, clock) =
                made(|builder| builder.profile(profile).origin(origin).max_age(DAY));
            let cookie = signed_in(&auth, ada()).await;
            let headers = [("cookie", &cookie)];
            let read =
                |options: TokenOptions| sub(get_token_with(&headers, options).expect("usable"));
            let options = || options(profile, &clock);
            let seven = Some("7".to_owned());
            assert_eq!(
                read(options().secret(SECRET).secure(secure)),
                seven,
                "{profile:?}"
            );
            assert_eq!(read(options().secret(SECRET).secure(!secure)), None);
            assert_eq!(read(options().secret(OTHER).secure(secure)), None);
            assert_eq!(
                read(
                    options()
                        .secret(OTHER)
                        .previous_secrets([SECRET])
                        .secure(secure)
                ),
                seven
            );
            assert_eq!(
                read(options().secret(SECRET).cookie_name(name_of(&cookie))),
                seven
            );
            let salted = || options().secret(SECRET).secure(secure).salt("authjs.state");
            assert_eq!(read(salted()), None, "another purpose has another key");
            for other in PROFILES.into_iter().filter(|other| *other != profile) {
                let name = name_of(&cookie);
                assert_eq!(
                    read(options().profile(other).secret(SECRET).cookie_name(name)),
                    None
                );
            }
            clock.advance(2 * DAY);
            assert_eq!(
                read(options().secret(SECRET).secure(secure)),
                None,
                "expired"
            );
        }
    }
}

#[tokio::test]
async fn the_environment_says_what_is_not_said() {
    for (profile, secret, url) in [
        (Profile::AuthJsV5, "AUTH_SECRET", "AUTH_URL"),
        (Profile::AuthJsV5, "NEXTAUTH_SECRET", "NEXTAUTH_URL"),
        (Profile::NextAuthV4, "NEXTAUTH_SECRET", "NEXTAUTH_URL"),
        (Profile::Native, "AUTH_SECRET", "AUTH_URL"),
    ] {
        for origin in ["https://app.example", "http://localhost:3000"] {
            let (auth, clock) = made(|builder| builder.profile(profile).origin(origin));
            let cookie = signed_in(&auth, ada()).await;
            let options = options(profile, &clock).environment(move |name| match name {
                name if name == secret => Some(SECRET.to_owned()),
                name if name == url => Some(origin.to_owned()),
                _ => None,
            });
            let token = get_token_with(&[("cookie", cookie)], options).expect("usable");
            assert_eq!(sub(token).as_deref(), Some("7"), "{profile:?} {origin}");
        }
    }
}

#[test]
fn what_is_missing_is_a_mistake_with_and_without_a_token() {
    let clock = FakeClock::default();
    for profile in PROFILES {
        for headers in [&[][..], &[("cookie", "session=x")]] {
            let mistakes = |options| match get_token_with(headers, options) {
                Ok(_) => Vec::new(),
                Err(error) => error.mistakes().to_vec(),
            };
            let options = || options(profile, &clock);
            assert_eq!(
                mistakes(options()),
                [ConfigMistake::SecretMissing, ConfigMistake::SecureUnknown]
            );
            assert_eq!(
                mistakes(options().secret(SECRET)),
                [ConfigMistake::SecureUnknown]
            );
            assert_eq!(
                mistakes(options().secure(true)),
                [ConfigMistake::SecretMissing]
            );
            assert_eq!(mistakes(options().secret(SECRET).secure(true)), []);
            for name in ["", "a b", "a=b", "a;b"] {
                let named = options().secret(SECRET).cookie_name(name);
                assert_eq!(mistakes(named).len(), 1, "{name:?}");
            }
            assert_eq!(mistakes(options().secret("short").secure(true)).len(), 1);
            assert_eq!(
                mistakes(options().secret(SECRET).secure(true).leeway(DAY)).len(),
                1
            );
            let shown = format!("{:?}", options().secret(SECRET));
            assert!(!shown.contains(SECRET));
        }
    }
}

#[tokio::test]
async fn an_auth_gives_its_own_options() {
    for profile in PROFILES {
        let (auth, _) = made(|builder| {
            builder
                .profile(profile)
                .origin("https://app.example")
                .cookie_name("door")
                .secret(OTHER)
                .previous_secrets([SECRET])
                .roles_claim(["realm", "roles"])
        });
        let cookie = signed_in(&auth, ada()).await;
        let headers = [("cookie", &cookie)];
        let token = get_token_with(&headers, auth.token_options()).expect("usable");
        let token = token.expect("there");
        assert_eq!(
            token.get("realm"),
            Some(&json!({"roles": ["editor"]})),
            "{profile:?}"
        );
        let same = auth
            .get_token(&headers)
            .await
            .expect("known")
            .expect("there");
        assert_eq!(token.claims(), same.claims());
        let elsewhere = [("cookie", cookie.replace("door", "gate"))];
        let options = || {
            let options = auth.token_options().cookie_name(name_of(&elsewhere[0].1));
            match profile {
                // Sessions have one key there, whatever their cookie is called.
                Profile::NextAuthV4 => options,
                _ => options.salt(name_of(&cookie)),
            }
        };
        let token = get_token_with(&elsewhere, options()).expect("usable");
        assert_eq!(sub(token).as_deref(), Some("7"));
        let raw = get_raw_token_with(&elsewhere, options()).expect("usable");
        let raw = raw.expect("there").expose_unverified().to_owned();
        assert_eq!(
            Some(raw.as_str()),
            cookie.split_once('=').map(|(_, token)| token)
        );
    }
    let (auth, _) = made(|builder| builder.store(MemoryStore::new()));
    let cookie = signed_in(&auth, ada()).await;
    let token = get_token_with(&[("cookie", cookie)], auth.token_options()).expect("usable");
    assert!(token.is_none(), "an id is no token");
}

/// Takes the text itself for the user.
struct Plain;

impl TokenCodec for Plain {
    fn encode(&self, _: &Map<String, Value>, _: &CodecContext<'_>) -> Result<String, CodecError> {
        Err(CodecError::new())
    }

    fn decode(
        &self,
        token: &str,
        context: &CodecContext<'_>,
    ) -> Result<Map<String, Value>, CodecError> {
        let claims = json!({"sub": token, "exp": u64::MAX, "salt": context.salt()});
        claims.as_object().cloned().ok_or(CodecError::new())
    }
}

#[test]
fn a_codec_may_be_given_with_the_call() {
    let clock = FakeClock::default();
    let options = || {
        options(Profile::AuthJsV5, &clock)
            .secret(SECRET)
            .secure(true)
            .codec(Plain)
    };
    let headers = [("cookie", "__Secure-authjs.session-token=ada")];
    for (options, salt) in [
        (options(), "__Secure-authjs.session-token"),
        (options().salt("door"), "door"),
    ] {
        let token = get_token_with(&headers, options)
            .expect("usable")
            .expect("there");
        assert_eq!(
            (token.sub(), token.get("salt")),
            ("ada", Some(&json!(salt)))
        );
        assert!(token.expires().is_some());
    }
    let token = get_token_with(&HeaderMap::new(), options()).expect("usable");
    assert!(token.is_none());
    let bearer = [("authorization", "Bearer ada")];
    let token = get_token_with(&bearer, options()).expect("usable");
    assert_eq!(sub(token).as_deref(), Some("ada"));
}
