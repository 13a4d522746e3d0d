//! OpenAPI documents that say what the guards ask for.

mod rules;

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{Components, ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Schema};

use self::rules::{alternatives, guard, in_words, rules, via};
use crate::auth::Auth;
use crate::credential::Source;
use crate::denial::OnDenied;
use crate::guard::{Access, Declaration, Requirement};
use crate::routing::{AccessMatrix, MatrixEntry};
use crate::session::Strategy;

const SESSION: &str = "session";
const BEARER: &str = "bearer";
const REFUSAL: &str = "Refusal";
const PROBLEM: &str = "application/problem+json";

impl AccessMatrix {
    /// Writes into an OpenAPI document what the guards ask for.
    ///
    /// Every operation that has an entry here, at its full path, gets
    /// - its `security`: the session cookie (the scheme `session`) and the bearer token (`bearer`), as
    ///   far as its `via` lets them count, with the scopes that every way through its rule needs; a
    ///   public operation asks for nothing, unless it documents something itself,
    /// - the refusals 400, 401, 403, 404 and 503 that its guard may answer, where it documents none of
    ///   that status itself,
    /// - its rule in words as the extension `x-required`, so whoever reads the document reads it.
    ///
    /// What a [`RequireLayer`](crate::RequireLayer) around it asks is part of that.
    ///
    /// What arguments refuse is not known here, for a handler may name their types as it likes: 401 and
    /// 503 of a public handler that takes an `Option<Session>` are for its operation to document.
    ///
    /// Schemes and schemas of the same names that the document has already are left as they are, and
    /// so are operations without an entry. `auth` knows the name of the cookie and whether a store
    /// is asked.
    ///
    /// ```
    /// use portcullis::{Auth, Router, authorized, routing::get};
    /// use utoipa::OpenApi;
    ///
    /// #[authorized(role = "admin")]
    /// #[utoipa::path(get, path = "/users", responses((status = 200, body = [String])))]
    /// async fn users() {}
    ///
    /// #[derive(OpenApi)]
    /// #[openapi(paths(users))]
    /// struct Api;
    ///
    /// let auth = Auth::builder()
    ///     .secret("uiZ6rNFTFaIfgUHVpBXXlvCYZTPFSN8X0Pd7lK0ndjE=")
    ///     .origin("https://app.example")
    ///     .build()?;
    /// let app: Router<Auth> = Router::new().route("/users", get(users));
    /// let mut document = Api::openapi();
    /// app.access_matrix().secure(&mut document, &auth);
    ///
    /// let document = serde_json::to_value(&document)?;
    /// let users = &document["paths"]["/users"]["get"];
    /// assert_eq!(users["x-required"], "role admin");
    /// assert_eq!(users["security"], serde_json::json!([{ "bearer": [] }, { "session": [] }]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn secure(&self, document: &mut OpenApi, auth: &Auth) {
        let runtime = auth.runtime();
        let is_local = matches!(runtime.strategy, Strategy::Jwt { .. });
        let asks_for_users = runtime.load_user.is_some() || runtime.recheck.is_some();
        let may_be_down = !is_local || asks_for_users;
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in operations(item) {
                if let Some(entry) = answering(self, method, path) {
                    secure(operation, method, &rules(entry, method, path), may_be_down);
                }
            }
        }
        let components = document.components.get_or_insert_default();
        describe(components, auth);
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&str, &mut Operation)> {
    let fixed = [
        ("GET", &mut item.get),
        ("HEAD", &mut item.head),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
        ("OPTIONS", &mut item.options),
        ("TRACE", &mut item.trace),
        ("QUERY", &mut item.query),
    ];
    let fixed = fixed
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)));
    let additional = item.additional_operations.iter_mut();
    fixed.chain(additional.map(|(method, operation)| (method.as_str(), operation)))
}

/// The entry that answers an operation: its route, else the nearest service above it.
fn answering<'a>(matrix: &'a AccessMatrix, method: &str, path: &str) -> Option<&'a MatrixEntry> {
    let path = shape(path);
    let routes: Vec<_> = matrix
        .entries()
        .iter()
        .filter(|entry| entry.is_route() && shape(entry.path()) == path)
        .collect();
    if routes.is_empty() {
        return service_above(matrix, &path);
    }
    let of = |method: &str| {
        let has = |entry: &&&MatrixEntry| entry.methods().split(", ").any(|name| name == method);
        routes.iter().find(has).copied()
    };
    let instead = (method == "HEAD").then_some("GET");
    of(method)
        .or_else(|| instead.and_then(of))
        .or_else(|| of("*"))
}

fn service_above<'a>(matrix: &'a AccessMatrix, path: &str) -> Option<&'a MatrixEntry> {
    let above = matrix.entries().iter().filter_map(|entry| {
        let prefix = shape(entry.service_prefix()?);
        let below = path.strip_prefix(&prefix)?;
        (below.is_empty() || below.starts_with('/')).then_some((prefix.len(), entry))
    });
    above
        .max_by_key(|(length, _)| *length)
        .map(|(_, entry)| entry)
}

/// A path without the names of its parameters: OpenAPI writes `{rest}` for axum's `{*rest}`.
fn shape(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    let mut is_name = false;
    for character in path.chars() {
        is_name = is_name && character != '}';
        if !is_name {
            shape.push(character);
        }
        is_name = is_name || character == '{';
    }
    shape
}

fn secure(
    operation: &mut Operation,
    method: &str,
    rules: &[&'static Declaration],
    may_be_down: bool,
) {
    let is_open = rules.iter().all(
        |declaration| matches!(declaration.access, Access::Public { cross_site, .. } if cross_site),
    );
    if !is_open && can_do_harm(method) {
        refuse(operation, 403);
    }
    let guards: Vec<_> = rules.iter().filter_map(|rule| guard(rule)).collect();
    if guards.is_empty() {
        operation.security.get_or_insert_default();
        return;
    }
    let security = alternatives(&guards);
    operation.security = Some(security);
    refuse(operation, 401);
    if may_be_down {
        refuse(operation, 503);
    }
    for (requirement, options) in &guards {
        if via(options).contains(&Source::Bearer) {
            refuse(operation, 400);
        }
        let is_hidden = options.on_denied == OnDenied::Hide;
        let can_be_denied = !matches!(requirement, Requirement::SignedIn);
        let has_step_up = options.fresh.is_some() || options.acr.is_some();
        if can_be_denied && is_hidden {
            refuse(operation, 404);
        }
        if can_be_denied && !is_hidden || has_step_up {
            refuse(operation, 403);
        }
    }
    let extensions = operation.extensions.get_or_insert_default();
    extensions.insert("x-required".to_owned(), in_words(&guards).into());
}

/// Whether the cross-site check looks at requests of this method.
fn can_do_harm(method: &str) -> bool {
    !["GET", "HEAD", "OPTIONS", "TRACE"].contains(&method)
}

/// Adds a refusal, unless the operation documents that status itself.
fn refuse(operation: &mut Operation, status: u16) {
    let description = match status {
        400 => "The Authorization header is not usable.",
        401 => "Nobody is signed in, or not as this needs it.",
        403 => "This request may not do this.",
        404 => "There is nothing here, or nothing for this user.",
        _ => "Sessions cannot be checked just now.",
    };
    let responses = &mut operation.responses.responses;
    responses.entry(status.to_string()).or_insert_with(|| {
        let mut response = Response::new(description);
        // What is hidden gets the application's own answer.
        if status != 404 {
            let content = Content::new(Some(Ref::from_schema_name(REFUSAL)));
            response.content.insert(PROBLEM.to_owned(), content.into());
        }
        response.into()
    });
}

/// The schemes and the schema that operations refer to.
fn describe(components: &mut Components, auth: &Auth) {
    let cookie = ApiKeyValue::with_description(auth.runtime().cookie.name(), "The session.");
    let session = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    for (name, scheme) in [(SESSION, session), (BEARER, bearer)] {
        let schemes = &mut components.security_schemes;
        schemes.entry(name.to_owned()).or_insert(RefOr::T(scheme));
    }
    let schemas = &mut components.schemas;
    schemas.entry(REFUSAL.to_owned()).or_insert_with(refusal);
}

/// A problem document (RFC 9457) as refusals have it.
fn refusal() -> RefOr<Schema> {
    let member = |kind| ObjectBuilder::new().schema_type(kind);
    let code = member(Type::String).description(Some("The stable name of the reason."));
    ObjectBuilder::new()
        .description(Some("Why a request was refused (RFC 9457)."))
        .property("type", member(Type::String))
        .property("title", member(Type::String))
        .property("status", member(Type::Integer))
        .property("code", code)
        .property("detail", member(Type::String))
        .property("instance", member(Type::String))
        .required("type")
        .required("title")
        .required("status")
        .required("code")
        .required("detail")
        .into()
}
