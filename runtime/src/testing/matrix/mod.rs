mod attempt;
mod connection;
mod course;
mod fixture;
mod report;
mod send;
mod target;

use std::collections::BTreeSet;
use std::fmt;

use http::Method;

use self::attempt::{Attempt, Member, attempts};
use self::course::Course;
pub use self::fixture::Fixture;
use self::fixture::{DEFAULT_PARAMETER, Path};
pub use self::report::{Finding, Report};
use self::send::Target;
use self::target::targets;
use crate::auth::Auth;
use crate::guard::{Declaration, Requirement};
use crate::layer::RequireLayer;
use crate::routing::{MatrixEntry, Router};
use crate::session::{AuthError, User};

/// Denial tests for every entry of a router's access matrix.
///
/// To each entry, with each of its methods, it sends requests of an anonymous visitor, of an expired
/// and of a tampered session, of each role, of a visitor without a role, and of a page of another
/// site; and where the declaration asks for more, of a session that is too old or too weak, or of
/// somebody else than the owner. Sessions are sent by cookie and by bearer token. To a layer they are sent
/// by way of everything behind it. What must come of
/// a request is read from the declaration. What did is counted, not guessed from the status: the
/// runtime notes the call of each handler and of each service.
///
/// Handlers run for those who may call them, so give the router a database of its own.
///
/// ```
/// use portcullis::routing::{get, put};
/// use portcullis::testing::{Fixture, matrix};
/// use portcullis::{Auth, Router, authorized, public};
///
/// #[public(reason = "the front page greets everybody")]
/// async fn home() {}
///
/// #[authorized(role = "editor")]
/// async fn publish(body: String) {}
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let auth = Auth::builder()
///     .secret("uiZ6rNFTFaIfgUHVpBXXlvCYZTPFSN8X0Pd7lK0ndjE=")
///     .origin("https://app.example")
///     .build()?;
/// let app: Router = Router::new()
///     .route("/", get(home))
///     .route("/posts/{id}", put(publish))
///     .with_state(auth.clone());
///
/// let report = matrix(&auth, app)
///     .fixture(|entry| match entry.path() {
///         "/posts/{id}" => Fixture::new().parameter("id", "42").body("text/plain", "News"),
///         _ => Fixture::new(),
///     })
///     .run()
///     .await;
/// report.assert();
/// # Ok(())
/// # }
/// ```
///
/// Handlers of WebSockets get their requests over a connection in memory. Handlers behind another
/// [`Auth`] than the given one, as it is where routers with states of their own are merged, get the
/// sessions of that one.
///
/// What it cannot see is reported as not reached or not probed: handlers whose extractors refuse what
/// the [`Fixture`] says, rules that nobody among its visitors meets, handlers that need the address of
/// the client, handlers of WebSockets that do not answer within five seconds, handlers behind a layer
/// that makes requests anew, layers where [`Callbacks::authorized`](crate::Callbacks::authorized) decides,
/// and plain routers.
pub fn matrix(auth: &Auth, router: Router) -> Matrix {
    Matrix {
        auth: auth.clone(),
        router,
        fixture: Box::new(|_| Fixture::new()),
        roles: None,
        visitors: Vec::new(),
    }
}

/// Denial tests that are about to run. Made by [`matrix`].
#[must_use = "nothing is sent until `run()`"]
pub struct Matrix {
    auth: Auth,
    router: Router,
    fixture: Box<dyn Fn(&MatrixEntry) -> Fixture + Send + Sync>,
    roles: Option<Vec<String>>,
    visitors: Vec<(String, User)>,
}

impl Matrix {
    /// Says what the requests to an entry carry; asked once for each. Default: [`Fixture::new`].
    pub fn fixture(
        mut self,
        fixture: impl Fn(&MatrixEntry) -> Fixture + Send + Sync + 'static,
    ) -> Self {
        self.fixture = Box::new(fixture);
        self
    }

    /// Sends these roles: of each a user with the id `1` and that role alone. Default: every role
    /// that a rule names, and every role of the vocabularies that the rules go by.
    pub fn roles<I>(mut self, roles: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.roles = Some(roles.into_iter().map(Into::into).collect());
        self
    }

    /// Sends another visitor as well, who the report calls `name`: somebody with the permissions,
    /// scopes, claims or the id that some rule asks for.
    pub fn visitor(mut self, name: impl Into<String>, user: impl Into<User>) -> Self {
        self.visitors.push((name.into(), user.into()));
        self
    }

    /// Sends everything, one request after the other.
    pub async fn run(self) -> Report {
        let mut report = Report::default();
        let users = self.users();
        for entry in self.router.access_matrix().entries() {
            report.entries += 1;
            match entry.declared() {
                Some(_) if is_anybodys_guess(entry) => report.unprobed.push(Finding::new(
                    &name(entry),
                    "`Callbacks::authorized` decides",
                )),
                Some(declaration) => self.probe(entry, declaration, &users, &mut report).await,
                None => report
                    .unprobed
                    .push(Finding::new(&name(entry), entry.rule())),
            }
        }
        report
    }

    async fn probe(
        &self,
        entry: &MatrixEntry,
        declaration: &'static Declaration,
        users: &[(String, User)],
        report: &mut Report,
    ) {
        let fixture = (self.fixture)(entry);
        let mut course = Course::new(name(entry), declaration);
        for (method, pattern) in targets(entry, self.router.access_matrix()) {
            let path = fixture.path(&pattern);
            let layer = entry.layer();
            if layer.is_some_and(|layer| layer.skips(method.as_str(), &path.text)) {
                continue;
            }
            let mut target = Target {
                router: &self.router,
                fixture: &fixture,
                method: &method,
                path: &path,
                is_web_socket: false,
            };
            report.requests += self.send_all(&target, users, &mut course).await;
            if method == Method::GET && course.may_need_upgrade() {
                target.is_web_socket = true;
                report.requests += self.send_all(&target, users, &mut course).await;
            }
        }
        course.finish(report);
    }

    /// Sends everybody, and says how many requests those were.
    async fn send_all(
        &self,
        target: &Target<'_>,
        users: &[(String, User)],
        course: &mut Course,
    ) -> usize {
        let declaration = course.declaration();
        let anonymous = Attempt::anonymous(declaration);
        let mut sent = target.send(&anonymous, course).await;
        // The first request has shown whose sessions count here.
        let auth = course.auth().unwrap_or(&self.auth).clone();
        match members(&auth, declaration, users, target.path).await {
            Ok(members) => {
                for attempt in attempts(&auth, declaration, &members, target.method) {
                    sent += target.send(&attempt, course).await;
                }
            }
            Err(error) => course.fail(&error),
        }
        sent
    }

    fn users(&self) -> Vec<(String, User)> {
        let user = User::new(DEFAULT_PARAMETER);
        let roles = self.roles.clone().unwrap_or_else(|| self.named_roles());
        let with_role = |role: String| {
            let user = user.clone().with_roles([role.as_str()]);
            (format!("role {role}"), user)
        };
        [("no role".to_owned(), user.clone())]
            .into_iter()
            .chain(roles.into_iter().map(with_role))
            .chain(self.visitors.iter().cloned())
            .collect()
    }

    fn named_roles(&self) -> Vec<String> {
        let entries = self.router.access_matrix().entries().iter();
        let requirements = entries.filter_map(|entry| entry.declared()?.requirement());
        let mut roles = BTreeSet::new();
        for part in requirements.flat_map(Requirement::all_parts) {
            match part {
                Requirement::Role(rule) => {
                    roles.insert(rule.name());
                    roles.extend(rule.declared());
                }
                Requirement::Permission(rule) => roles.extend(rule.declared_roles()),
                _ => {}
            }
        }
        roles.into_iter().map(str::to_owned).collect()
    }
}

impl fmt::Debug for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matrix")
            .field("router", &self.router)
            .finish_non_exhaustive()
    }
}

/// Everybody who is sent to the entry of that declaration.
async fn members(
    auth: &Auth,
    declaration: &'static Declaration,
    users: &[(String, User)],
    path: &Path,
) -> Result<Vec<Member>, AuthError> {
    let requirement = declaration.requirement();
    let has_owner = requirement.is_some_and(|requirement| !requirement.owners().is_empty());
    let other = has_owner.then(|| ("somebody else".to_owned(), User::new("somebody-else")));
    let mut members = Vec::new();
    for user in users.iter().cloned().chain(other) {
        members.push(Member::new(auth, user, declaration, &path.parameters).await?);
    }
    Ok(members)
}

/// Whether only the application knows who may pass.
fn is_anybodys_guess(entry: &MatrixEntry) -> bool {
    entry
        .layer()
        .is_some_and(RequireLayer::is_decided_by_callbacks)
}

/// The entry as reports call it.
fn name(entry: &MatrixEntry) -> String {
    format!("{} {}", entry.methods(), entry.path())
}
