//! Tokens as the guides of NextAuth sign them, by the package `jsonwebtoken`.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use portcullis::{CodecContext, CodecError, TokenCodec, User};
use portcullis_tests::SECRET;
use portcullis_tests::nextauth::{Headers, MAX_AGE, OLD_SECRET, Site, Version, text};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::jar::Jar;

struct Hs256;

impl TokenCodec for Hs256 {
    fn encode(
        &self,
        claims: &Map<String, Value>,
        context: &CodecContext<'_>,
    ) -> Result<String, CodecError> {
        let key = EncodingKey::from_secret(context.secret().as_bytes());
        Ok(encode(&Header::new(Algorithm::HS256), claims, &key)?)
    }

    fn decode(
        &self,
        token: &str,
        context: &CodecContext<'_>,
    ) -> Result<Map<String, Value>, CodecError> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let keys = context
            .secrets()
            .map(|secret| DecodingKey::from_secret(secret.as_bytes()));
        let mut decoded = keys.map(|key| decode::<Map<String, Value>>(token, &key, &validation));
        let token = decoded.find_map(Result::ok).ok_or_else(CodecError::new)?;
        Ok(token.claims)
    }
}

fn app(site: &Site) -> App {
    App::configured(site.builder().codec(Hs256))
}

fn signed(site: &Site, claims: Value, more: Value) -> Headers {
    let mut given = json!({"claims": claims, "secret": SECRET, "options": {"algorithm": "HS256"}});
    for (name, value) in more.as_object().expect("settings") {
        given[name] = value.clone();
    }
    site.cookie(&text(site.ask("sign", given)))
}

fn get_token(site: &Site, headers: &Headers) -> Value {
    site.ask("getToken", json!({"headers": headers, "signs": true}))
}

#[tokio::test]
async fn signed_tokens_of_theirs_count_here() {
    for site in Site::all() {
        let app = app(&site);
        let claims = json!({"roles": ["admin"], "name": "Zoë 🐘", "bulk": "x".repeat(6 * 1024)});
        let given = json!({"headers": [], "signs": true, "user": {"id": "42"}, "claims": claims});
        let there = site.ask("signIn", given);
        let mut jar = Jar::default();
        let lines = there["cookies"].as_array().expect("cookies").iter();
        jar.set(lines.filter_map(Value::as_str));
        assert_eq!(jar.session(&site).len(), 3, "{there}");
        let token = get_token(&site, &jar.headers());
        assert_eq!(
            (&token["sub"], &token["roles"]),
            (&json!("42"), &json!(["admin"]))
        );
        let here = app.auth.get_token(&jar.headers()).await.expect("no store");
        let here = here.expect("a token");
        for (name, claim) in token.as_object().expect("claims") {
            assert_eq!(here.get(name), Some(claim), "{name}");
        }
        assert_eq!(app.get("/admin", &jar.headers()).await.status, 200);
    }
}

#[tokio::test]
async fn signed_tokens_of_ours_count_there() {
    for site in Site::all() {
        let app = app(&site);
        let user = User::new("42").named("Zoë 🐘").with_roles(["admin"]);
        let answer = app.post_user("/sign-in", &Vec::new(), &user).await;
        let mut jar = Jar::default();
        jar.set(answer.cookies());
        let token = get_token(&site, &jar.headers());
        assert_eq!(
            (&token["sub"], &token["name"]),
            (&json!("42"), &json!("Zoë 🐘"))
        );
        assert_eq!(token["exp"], site.now() + MAX_AGE.as_secs());
        let session = site.ask("session", json!({"headers": jar.headers(), "signs": true}));
        assert_eq!(session["body"]["user"]["name"], "Zoë 🐘", "{session}");
        // What the other side has written again is still the same session.
        let lines = session["cookies"].as_array().expect("cookies").iter();
        jar.set(lines.filter_map(Value::as_str));
        assert_eq!(app.get("/admin", &jar.headers()).await.status, 200);
        let before = jar.headers();
        site.clock.advance(Duration::from_secs(2 * 24 * 60 * 60));
        jar.set(app.get("/me", &before).await.cookies());
        assert!(get_token(&site, &jar.headers()).is_object());
        app.post("/sign-out", &jar.headers()).await;
        for headers in [before, jar.headers()] {
            assert_eq!(app.get("/me", &headers).await.status, 401);
        }
    }
}

#[tokio::test]
async fn signed_tokens_are_judged_alike() {
    for site in Site::all() {
        let app = app(&site);
        let now = site.now();
        let ada = json!({"sub": "42", "name": "Ada"});
        let with = |name: &str, time: u64| {
            let mut claims = ada.clone();
            claims[name] = time.into();
            claims
        };
        let usual = signed(&site, ada.clone(), json!({}));
        let pair = usual[0].1.clone();
        let changed = |from: &str, to: &str| vec![("cookie", pair.replacen(from, to, 1))];
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
        let (start, _) = pair.split_once('.').expect("a header");
        let unsigned = pair.replacen(start, &format!("{}={none}", site.session_cookie()), 1);
        let unsigned = unsigned.rsplit_once('.').expect("a signature").0.to_owned();
        let cases = [
            ("usual", true, true, usual.clone()),
            (
                "in time",
                true,
                true,
                signed(&site, with("exp", now + 60), json!({})),
            ),
            (
                "expired",
                false,
                false,
                signed(&site, with("exp", now - 16), json!({})),
            ),
            // The leeway is ours to give; `verify` has none.
            (
                "just expired",
                false,
                true,
                signed(&site, with("exp", now - 14), json!({})),
            ),
            (
                "not yet",
                false,
                false,
                signed(&site, with("nbf", now + 60), json!({})),
            ),
            (
                "another secret",
                false,
                false,
                signed(&site, ada.clone(), json!({"secret": "x".repeat(32)})),
            ),
            (
                "the secret of yesterday",
                false,
                true,
                signed(&site, ada.clone(), json!({"secret": OLD_SECRET})),
            ),
            // `verify` takes whatever HMAC the token names.
            (
                "HS512",
                true,
                false,
                signed(
                    &site,
                    ada.clone(),
                    json!({"options": {"algorithm": "HS512"}}),
                ),
            ),
            (
                "no signature",
                false,
                false,
                vec![("cookie", format!("{unsigned}."))],
            ),
            ("another header", false, false, changed("=e", "=f")),
            ("another content", false, false, changed(".e", ".f")),
            (
                "no `sub`",
                true,
                false,
                signed(&site, json!({"name": "Ada"}), json!({})),
            ),
            (
                "an encrypted token",
                false,
                false,
                site.cookie(&site.mint(&ada)),
            ),
            (
                "issued long ago",
                true,
                false,
                signed(&site, with("iat", now - MAX_AGE.as_secs() - 15), json!({})),
            ),
            (
                "neither `exp` nor `iat`",
                true,
                false,
                signed(
                    &site,
                    ada.clone(),
                    json!({"options": {"noTimestamp": true}}),
                ),
            ),
        ];
        for (name, there, here, headers) in cases {
            assert_eq!(get_token(&site, &headers).is_object(), there, "{name}");
            let is_known = app.get("/me", &headers).await.status == 200;
            assert_eq!(is_known, here, "{name} {:?}", site.version);
        }
    }
}

#[tokio::test]
async fn a_codec_takes_the_place_of_the_profiles_own_tokens() {
    for version in Version::ALL {
        let site = Site::plain(version);
        let encrypted = site.cookie(&site.mint(&json!({"sub": "42"})));
        let signed = signed(&site, json!({"sub": "42"}), json!({}));
        let (with, without) = (app(&site), App::of(&site));
        for (headers, is_signed) in [(&encrypted, false), (&signed, true)] {
            let is_known = with.get("/me", headers).await.status == 200;
            assert_eq!(is_known, is_signed);
            let is_known = without.get("/me", headers).await.status == 200;
            assert_eq!(is_known, !is_signed);
        }
    }
}
