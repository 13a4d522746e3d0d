use serde::Deserialize;
use serde_json::{Map, Value};

/// Where a token says what its user may do: paths of member names.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClaimMapping {
    pub(crate) roles: Option<Vec<String>>,
    pub(crate) permissions: Option<Vec<String>>,
    pub(crate) scopes: Option<Vec<String>>,
}

/// What a user is granted: the members that decisions are made on.
#[derive(Default, Deserialize)]
pub(crate) struct Grants {
    #[serde(default)]
    pub(crate) roles: Vec<String>,
    #[serde(default)]
    pub(crate) permissions: Vec<String>,
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
}

impl Grants {
    /// By the names that our users have for them.
    #[cfg(feature = "proxy")]
    pub(crate) fn members(&self) -> [(&'static str, &[String]); 3] {
        [
            (Grant::Roles.member(), &self.roles),
            (Grant::Permissions.member(), &self.permissions),
            (Grant::Scopes.member(), &self.scopes),
        ]
    }
}

/// One of the things that a user may be granted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Grant {
    Roles,
    Permissions,
    Scopes,
}

pub(super) const GRANTS: [Grant; 3] = [Grant::Roles, Grant::Permissions, Grant::Scopes];

impl Grant {
    /// The member that a user has for it.
    pub(super) const fn member(self) -> &'static str {
        match self {
            Self::Roles => "roles",
            Self::Permissions => "permissions",
            Self::Scopes => "scopes",
        }
    }

    /// The claims that are looked at unless one is configured; the first is the one that is written.
    const fn usual_claims(self) -> &'static [&'static str] {
        match self {
            Self::Roles => &["roles", "role"],
            Self::Permissions => &["permissions"],
            // RFC 8693 section 4.2.
            Self::Scopes => &["scope", "scopes"],
        }
    }

    /// What a claim grants: a list of texts, or one text; scopes are separated by spaces.
    fn read(self, claim: &Value) -> Vec<String> {
        match (self, claim) {
            (Self::Scopes, Value::String(text)) => text.split(' ').map(str::to_owned).collect(),
            (_, Value::String(text)) => vec![text.clone()],
            (_, Value::Array(list)) => {
                let texts = list.iter().filter_map(Value::as_str);
                texts.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A claim that grants this, in the shape of the one that it takes the place of.
    fn write(self, granted: &[String], before: Option<&Value>) -> Value {
        match (self, before, granted) {
            (Self::Scopes, None | Some(Value::String(_)), granted) => granted.join(" ").into(),
            (_, Some(Value::String(_)), [only]) => only.clone().into(),
            (_, _, granted) => granted.to_vec().into(),
        }
    }
}

impl ClaimMapping {
    fn path(&self, grant: Grant) -> Option<&[String]> {
        let path = match grant {
            Grant::Roles => &self.roles,
            Grant::Permissions => &self.permissions,
            Grant::Scopes => &self.scopes,
        };
        path.as_deref()
    }

    /// What the claims grant.
    pub(super) fn read(&self, grant: Grant, claims: &Map<String, Value>) -> Vec<String> {
        match self.path(grant) {
            Some(path) => at(claims, path).map_or_else(Vec::new, |claim| grant.read(claim)),
            None => {
                let claims = grant
                    .usual_claims()
                    .iter()
                    .filter_map(|name| claims.get(*name));
                claims.flat_map(|claim| grant.read(claim)).collect()
            }
        }
    }

    /// What a session of Auth.js grants, by the names that our users have for it: the paths that are
    /// configured begin at the session, the usual claims are looked for in its user, and beside it.
    #[cfg(feature = "proxy")]
    pub(crate) fn granted_by(
        &self,
        user: &Map<String, Value>,
        session: &Map<String, Value>,
    ) -> Grants {
        let granted = |grant| {
            let mut granted = self.read(grant, session);
            if self.path(grant).is_none() {
                granted.extend(self.read(grant, user));
            }
            granted
        };
        Grants {
            roles: granted(Grant::Roles),
            permissions: granted(Grant::Permissions),
            scopes: granted(Grant::Scopes),
        }
    }

    /// Lets the claims grant this, and nothing else.
    pub(super) fn write(&self, grant: Grant, granted: &[String], claims: &mut Map<String, Value>) {
        if let Some(path) = self.path(grant) {
            let value = grant.write(granted, at(claims, path));
            put(claims, path, value);
            return;
        }
        let usual = grant.usual_claims();
        let there = usual
            .iter()
            .find_map(|name| Some((*name, claims.get(*name)?.clone())));
        for name in usual {
            claims.remove(*name);
        }
        let (name, before) = match &there {
            Some((name, before)) => (Some(*name), Some(before)),
            None => (usual.first().copied(), None),
        };
        if let Some(name) = name
            && !granted.is_empty()
        {
            let value = grant.write(granted, before);
            claims.insert(name.to_owned(), value);
        }
    }

    /// Whether the top-level claim of that name is one that this grant is read from.
    pub(super) fn is_read_from(&self, grant: Grant, name: &str) -> bool {
        match self.path(grant) {
            Some([only]) => only == name,
            Some(_) => false,
            None => grant.usual_claims().contains(&name),
        }
    }
}

fn at<'a>(claims: &'a Map<String, Value>, path: &[String]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(claims.get(first)?, |claim, name| claim.get(name))
}

fn put(claims: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [name] => {
            claims.insert(name.clone(), value);
        }
        [name, rest @ ..] => {
            let claim = claims.entry(name.as_str()).or_insert(Value::Null);
            if !claim.is_object() {
                *claim = Value::Object(Map::new());
            }
            if let Value::Object(members) = claim {
                put(members, rest, value);
            }
        }
    }
}
