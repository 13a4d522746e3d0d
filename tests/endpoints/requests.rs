//! What both servers are asked.

mod others;
mod sessions;
mod signing_in;

use super::held::Held;

/// Stands for the CSRF token that the visitor holds.
pub const CSRF: &str = "<csrf>";

/// A body.
#[derive(Clone, Debug)]
pub enum Sent {
    Nothing,
    Form(Vec<(&'static str, &'static str)>),
    Json(&'static str),
    Text(&'static str),
}

/// A request, below the address of the endpoints.
#[derive(Clone, Debug)]
pub struct Asked {
    pub name: &'static str,
    pub method: &'static str,
    pub path: &'static str,
    pub holds: Vec<Held>,
    pub bearer: bool,
    pub sent: Sent,
    /// Sent as `next-auth/react` does, which wants JSON in the place of a redirect.
    pub by_script: bool,
}

impl Asked {
    fn new(method: &'static str, name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            method,
            path,
            holds: Vec::new(),
            bearer: false,
            sent: Sent::Nothing,
            by_script: false,
        }
    }

    fn with(mut self, held: impl IntoIterator<Item = Held>) -> Self {
        self.holds.extend(held);
        self
    }

    fn form<const N: usize>(mut self, fields: [(&'static str, &'static str); N]) -> Self {
        self.sent = Sent::Form(fields.to_vec());
        self
    }

    /// A form with the CSRF token that the visitor holds.
    fn signed_form<const N: usize>(self, fields: [(&'static str, &'static str); N]) -> Self {
        let mut asked = self.with([Held::Csrf]).form(fields);
        if let Sent::Form(fields) = &mut asked.sent {
            fields.insert(0, ("csrfToken", CSRF));
        }
        asked
    }

    fn json(mut self, body: &'static str) -> Self {
        self.sent = Sent::Json(body);
        self
    }

    fn text(mut self, body: &'static str) -> Self {
        self.sent = Sent::Text(body);
        self
    }

    fn by_script(mut self) -> Self {
        self.by_script = true;
        self
    }

    fn bearer(mut self) -> Self {
        self.bearer = true;
        self
    }
}

fn get(name: &'static str, path: &'static str) -> Asked {
    Asked::new("GET", name, path)
}

fn post(name: &'static str, path: &'static str) -> Asked {
    Asked::new("POST", name, path)
}

/// Every row of the endpoints that a server with only a password can be asked.
pub fn all() -> Vec<Asked> {
    [
        sessions::session(),
        sessions::updates(),
        sessions::csrf(),
        signing_in::sign_in(),
        signing_in::credentials(),
        signing_in::callback_urls(),
        others::sign_out(),
        others::errors(),
        others::others(),
    ]
    .concat()
}

/// Those about sessions that the server keeps. It has none of those that the real package makes.
pub fn of_kept_sessions() -> Vec<Asked> {
    let is_ours = |asked: &Asked| {
        !asked
            .holds
            .iter()
            .any(|held| matches!(held, Held::Expired | Held::OtherSecret | Held::Large))
    };
    let asked = [sessions::session(), others::sign_out()].concat();
    asked.into_iter().filter(is_ours).collect()
}
