//! Tokens of all kinds in requests of all kinds: what the real `getToken` says of each, and what we say.

mod bearer;
mod claims;
mod cookies;
mod forged;
mod secrets;
mod times;

use std::collections::BTreeSet;

use http::StatusCode;
use portcullis::get_token_with;
use portcullis_tests::nextauth::{Headers, Site, Version};
use serde_json::{Map, Value, json};

use crate::app::App;

/// A request, and whom it comes from.
struct Case {
    name: &'static str,
    version: Option<Version>,
    verdict: Verdict,
    request: fn(&Site) -> Headers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Both sides see the same user.
    Accepted,
    /// Both sides see nobody.
    Refused,
    /// Only the other side sees a user. `docs/authjs.md` says why.
    StricterHere,
    /// Only we see a user. `docs/authjs.md` says why.
    KinderHere,
}

/// What `withAuth` says of these is not what `getToken` says behind it: Next.js has two ways of reading
/// cookies. Of two cookies of one name it takes the last, and `getToken` the first.
const UNLIKE_IN_MIDDLEWARE: [&str; 5] = [
    "two cookies of one name, the good one first",
    "two cookies of one name, the good one last",
    "spaces around the equals sign",
    "a token in quotes",
    "a token and a letter that is no base64url",
];

use Verdict::{Accepted, KinderHere, Refused, StricterHere};

/// A case of both versions.
const fn case(name: &'static str, verdict: Verdict, request: fn(&Site) -> Headers) -> Case {
    Case {
        name,
        version: None,
        verdict,
        request,
    }
}

impl Case {
    const fn of(self, version: Version) -> Self {
        Self {
            version: Some(version),
            ..self
        }
    }

    fn is_for(&self, site: &Site) -> bool {
        self.version.is_none_or(|version| version == site.version)
    }

    /// What is not as it should be.
    async fn mistake(&self, site: &Site, app: &App) -> Option<String> {
        let headers = (self.request)(site);
        let there = site.get_token(&headers);
        let here = app.get("/me", &headers).await;
        let is_known_here = match here.status {
            StatusCode::OK => true,
            StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST => false,
            status => return Some(self.told(site, "an answer", &json!(status.as_u16()))),
        };
        let found = match (is_known_here, there.is_object()) {
            (true, true) => Accepted,
            (false, false) => Refused,
            (false, true) => StricterHere,
            (true, false) => KinderHere,
        };
        if found != self.verdict {
            return Some(self.told(site, &format!("{found:?}"), &there));
        }
        let without = get_token_with(&headers, app.auth.token_options()).expect("usable options");
        if without.is_some() != is_known_here {
            return Some(self.told(site, "another answer without an `Auth`", &json!(without)));
        }
        if found == Accepted {
            let mut claims = json!(app.auth.get_token(&headers).await.expect("no store"));
            // A token that does not say when it ends does so here.
            if let Value::Object(claims) = &mut claims
                && there.get("exp").is_none()
            {
                claims.remove("exp");
            }
            if claims != there {
                return Some(self.told(site, "other claims", &json!([claims, there])));
            }
            let session: Value = serde_json::from_str(&here.body).expect("JSON");
            let users = [&session["user"], &user_of(&there)];
            if users[0] != users[1] {
                return Some(self.told(site, "another user", &json!(users)));
            }
        }
        match headers.iter().all(|(name, _)| *name == "cookie") {
            true => self.mistake_in_session(site, app, &headers, &there).await,
            false => None,
        }
    }

    /// What else asks who it is, and only looks at cookies.
    async fn mistake_in_session(
        &self,
        site: &Site,
        app: &App,
        headers: &Headers,
        there: &Value,
    ) -> Option<String> {
        let session = site.ask("session", json!({"headers": headers}));
        if session["body"]["token"].is_object() != there.is_object() {
            return Some(self.told(site, "another session", &session));
        }
        let url = format!("{}/dashboard", site.origin);
        let page = site.ask("middleware", json!({"url": url, "headers": headers}));
        let is_alike = page["seen"].is_object() == there.is_object();
        let is_unlike = site.version == Version::V4 && UNLIKE_IN_MIDDLEWARE.contains(&self.name);
        if is_alike == is_unlike {
            return Some(self.told(site, "another answer in middleware", &page));
        }
        if self.verdict == Accepted {
            let own = app.auth.get_server_session(headers).await;
            let own = json!(own.expect("no store"));
            if own["user"] != session["body"]["user"] {
                return Some(self.told(site, "another user shown", &json!([own, session])));
            }
        }
        None
    }

    fn told(&self, site: &Site, what: &str, said: &Value) -> String {
        let said: String = said.to_string().chars().take(400).collect();
        let Self { name, .. } = self;
        format!(
            "{name} ({:?}, {}): {what}: {said}",
            site.version, site.origin
        )
    }
}

/// Checks the cases on every application that they are for.
async fn check(cases: &[Case]) {
    let mut mistakes = Vec::new();
    for site in Site::all() {
        let app = App::of(&site);
        for case in cases.iter().filter(|case| case.is_for(&site)) {
            mistakes.extend(case.mistake(&site, &app).await);
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

fn all() -> impl Iterator<Item = Case> {
    [
        bearer::cases(),
        claims::cases(),
        cookies::cases(),
        forged::cases(),
        secrets::cases(),
        times::cases(),
    ]
    .into_iter()
    .flatten()
}

#[test]
fn the_documentation_has_every_difference_and_no_other() {
    let documentation = include_str!("../../../docs/authjs.md");
    let (_, section) = documentation
        .split_once("## Tokens and cookies")
        .expect("the section");
    let section = section.split("\n## ").next().expect("a section");
    let rows = section.lines().filter_map(|line| {
        let (row, why) = line.strip_prefix("| ")?.rsplit_once(" | ")?;
        let is_row = row.ends_with(" | refused") || row.ends_with(" | accepted");
        assert!(!is_row || why.len() > " |".len(), "no reason: {line}");
        is_row.then(|| row.to_owned())
    });
    let documented: BTreeSet<_> = rows.collect();
    let differences = all().filter_map(|case| match case.verdict {
        StricterHere => Some(format!("{} | refused", case.name)),
        KinderHere => Some(format!("{} | accepted", case.name)),
        Accepted | Refused => None,
    });
    let differences: BTreeSet<_> = differences.collect();
    assert_eq!(documented, differences);
}

#[test]
fn every_case_is_there_once() {
    let mut names = BTreeSet::new();
    for case in all() {
        let name = (case.name, case.version.map(Version::name));
        assert!(names.insert(name), "{name:?}");
    }
}

#[test]
fn sixty_tokens_and_more_are_compared() {
    for site in Site::all() {
        let count = all().filter(|case| case.is_for(&site)).count();
        assert!(count >= 60, "{count}");
    }
}

/// The user that a session of ours shows for these claims.
fn user_of(claims: &Value) -> Value {
    const OF_THE_TOKEN: [&str; 9] = [
        "sub",
        "iat",
        "exp",
        "nbf",
        "jti",
        "auth_time",
        "acr",
        "portcullis",
        "id",
    ];
    const RENAMED: [&str; 4] = ["name", "email", "picture", "image"];
    let claims = claims.as_object().expect("claims");
    let mut user = Map::new();
    for (name, claim) in claims {
        let name = name.as_str();
        if !OF_THE_TOKEN.contains(&name) && !RENAMED.contains(&name) {
            user.insert(name.to_owned(), claim.clone());
        }
    }
    for (theirs, ours) in [
        ("sub", "id"),
        ("name", "name"),
        ("email", "email"),
        ("picture", "image"),
    ] {
        if let Some(Value::String(text)) = claims.get(theirs) {
            user.insert(ours.to_owned(), text.as_str().into());
        }
    }
    for (ours, theirs) in [
        ("roles", &["roles", "role"][..]),
        ("permissions", &["permissions"]),
        ("scopes", &["scope", "scopes"]),
    ] {
        let claims = theirs.iter().filter_map(|name| claims.get(*name));
        let granted: Vec<_> = claims.flat_map(|claim| texts_of(claim, ours)).collect();
        user.remove(ours);
        if !granted.is_empty() {
            user.insert(ours.to_owned(), granted.into());
        }
    }
    Value::Object(user)
}

fn texts_of(claim: &Value, of: &str) -> Vec<String> {
    match claim {
        Value::String(text) if of == "scopes" => text.split(' ').map(str::to_owned).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => {
            let texts = list.iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}
