use std::sync::{Arc, Mutex};

use http::StatusCode;
use portcullis::{CallbackError, Callbacks, JwtEvent, Profile, Token, User};

use super::site::{self, Site, location, url};

const PROFILES: [Profile; 3] = [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4];

/// Sends everybody where they want, and remembers who came and went.
#[derive(Debug, Clone, Default)]
struct Doorman(Arc<Mutex<Vec<String>>>);

impl Doorman {
    fn note(&self, what: String) {
        self.0.lock().expect("nobody panicked").push(what);
    }

    fn seen(&self) -> Vec<String> {
        self.0.lock().expect("nobody panicked").clone()
    }
}

impl Callbacks for Doorman {
    async fn redirect(&self, url: &str, _: &str) -> String {
        url.to_owned()
    }

    async fn signed_in(&self, user: &User) {
        self.note(format!("{} came", user.id));
    }

    async fn signed_out(&self, user_id: &str) {
        self.note(format!("{user_id} went"));
    }
}

#[tokio::test]
async fn the_application_hears_who_comes_and_goes() {
    for profile in PROFILES {
        let doorman = Doorman::default();
        let site = Site::configured(profile, |builder| builder.callbacks(doorman.clone()));
        let mut visitor = site.visitor();
        visitor.sign_in("ada", "wrong").await;
        visitor.sign_in("ada", "secret").await;
        let token = visitor.csrf().await;
        let fields = [("csrfToken", &*token)];
        visitor.post("/api/auth/signout", &fields).await;
        visitor.post("/api/auth/signout", &fields).await;
        assert_eq!(doorman.seen(), ["7 came", "7 went"]);
    }
}

#[tokio::test]
async fn the_application_says_where_visitors_go() {
    for profile in PROFILES {
        let doorman = Doorman::default();
        let site = Site::configured(profile, |builder| builder.callbacks(doorman));
        for (asked, expected) in [
            ("https://www.example/a", "https://www.example/a"),
            ("/a", "/a"),
            ("http://www.example/a", "http://www.example/a"),
            ("app://callback", ""),
            ("blob:http://localhost:3000/x", ""),
            ("ftp://www.example/a", ""),
            ("javascript:alert(1)", ""),
            ("//www.example", ""),
        ] {
            let mut visitor = site.visitor();
            let token = visitor.csrf().await;
            let fields = [("csrfToken", &*token), ("callbackUrl", asked)];
            let answer = visitor.post("/api/auth/signout", &fields).await;
            assert_eq!(location(&answer), expected, "{asked}");
        }
        let page = "/api/auth/signin?callbackUrl=https://www.example/a";
        let page = site.visitor().get(page).await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.ends_with("form-action 'self' https://www.example"),
            "{policy}"
        );
    }
}

/// Lets nobody in, or cannot say.
struct Bouncer {
    is_broken: bool,
}

impl Callbacks for Bouncer {
    async fn jwt(&self, token: Token, event: JwtEvent<'_>) -> Result<Option<Token>, CallbackError> {
        match (self.is_broken, event) {
            (true, _) => Err(CallbackError::new()),
            (false, JwtEvent::SignIn { .. }) => Ok(None),
            (false, _) => Ok(Some(token)),
        }
    }
}

#[tokio::test]
async fn whom_the_application_turns_away_is_not_signed_in() {
    for profile in PROFILES {
        for (is_broken, status, error) in [
            (false, StatusCode::FORBIDDEN, "AccessDenied"),
            (true, StatusCode::INTERNAL_SERVER_ERROR, "Configuration"),
        ] {
            let site =
                Site::configured(profile, |builder| builder.callbacks(Bouncer { is_broken }));
            let mut visitor = site.visitor();
            let answer = visitor.sign_in("ada", "secret").await;
            assert_eq!(answer.status, status);
            assert_eq!(url(&answer), format!("/api/auth/error?error={error}"));
            assert_eq!(visitor.who().await, "");
        }
    }
}

#[tokio::test]
async fn a_callback_that_fails_signs_nobody_out() {
    for profile in PROFILES {
        let mut visitor = Site::new(profile).visitor();
        visitor.sign_in("ada", "secret").await;
        let broken = Site::configured(profile, |builder| {
            builder.callbacks(Bouncer { is_broken: true })
        });
        let mut there = broken.visitor();
        there.cookies = visitor.cookies.clone();
        let answer = there.get("/api/auth/session").await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(there.cookies, visitor.cookies);
        let told = visitor.get("/api/auth/session").await;
        assert_eq!(site::json(&told)["user"]["name"], "Ada");
    }
}
