//! The same application, guarded in different ways.

/// A way of guarding handlers.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    dependencies: &'static str,
    head: &'static str,
    attribute: &'static str,
    /// The first argument of each handler, where guarding takes one.
    argument: &'static str,
    routes: &'static str,
}

const OURS: &str = r#"portcullis = { path = "ROOT/runtime" }"#;

pub(crate) const PROGRAMS: &[Program] = &[
    Program {
        name: "bare",
        title: "a hand-written extractor",
        dependencies: "",
        head: "
use axum::{Router, routing::get};
pub struct Admin;
impl axum::extract::FromRequestParts<AppState> for Admin {
    type Rejection = axum::http::StatusCode;
    async fn from_request_parts(_: &mut axum::http::request::Parts, _: &AppState) -> Result<Self, Self::Rejection> { Ok(Self) }
}
#[derive(Clone)] pub struct AppState;
",
        attribute: "",
        argument: "_: Admin, ",
        routes: "Router::new()",
    },
    Program {
        name: "portcullis_protected",
        title: "`#[protected]`",
        dependencies: OURS,
        head: "
use portcullis::{Auth, Router, protected, routing::get};
pub type AppState = Auth;
",
        attribute: "#[protected]",
        argument: "",
        routes: "Router::new()",
    },
    Program {
        name: "portcullis_authorized",
        title: "`#[authorized(role = \"admin\")]` with a vocabulary",
        dependencies: OURS,
        head: "
use portcullis::{Auth, Router, authorized, routing::get};
pub type AppState = Auth;
#[derive(portcullis::Roles)] pub enum Role { Admin, Editor }
portcullis::vocabulary! { roles: Role }
",
        attribute: "#[authorized(role = \"admin\")]",
        argument: "",
        routes: "Router::new()",
    },
    Program {
        name: "debug_handler",
        title: "a hand-written extractor and `#[axum::debug_handler]`",
        dependencies: "",
        head: "
use axum::{Router, routing::get};
pub struct Admin;
impl axum::extract::FromRequestParts<AppState> for Admin {
    type Rejection = axum::http::StatusCode;
    async fn from_request_parts(_: &mut axum::http::request::Parts, _: &AppState) -> Result<Self, Self::Rejection> { Ok(Self) }
}
#[derive(Clone)] pub struct AppState;
",
        attribute: "#[axum::debug_handler(state = AppState)]",
        argument: "_: Admin, ",
        routes: "Router::new()",
    },
    Program {
        name: "protect_axum",
        title: "`protect-axum`'s `#[protect]`",
        dependencies: r#"protect-axum = "=0.2.0""#,
        head: "
use axum::{Router, routing::get};
use protect_axum::protect;
#[derive(Clone)] pub struct AppState;
",
        attribute: "#[protect(\"admin\")]",
        argument: "",
        routes: "Router::new()",
    },
];

impl Program {
    pub(crate) fn manifest(&self, root: &str) -> String {
        format!(
            r#"[package]
name = "{}"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
axum = {{ version = "0.8.9", features = ["macros"] }}
serde = {{ version = "1", features = ["derive"] }}
{}
"#,
            self.name,
            self.dependencies.replace("ROOT", root)
        )
    }

    /// The program with that many handlers, one of them changed by `edit`.
    pub(crate) fn source(&self, handlers: usize, edit: usize) -> String {
        let Self {
            head,
            attribute,
            argument,
            routes,
            ..
        } = self;
        let mut source = format!(
            "#![allow(dead_code)]{head}
use axum::extract::{{Path, Query, State}};
use axum::Json;
#[derive(serde::Deserialize)] pub struct Page {{ number: u32 }}
"
        );
        let mut table = String::new();
        for index in 0..handlers {
            let edited = if index == handlers / 2 { edit } else { 0 };
            source.push_str(&format!(
                "{attribute}
async fn handler_{index}({argument}State(_state): State<AppState>, Path(id): Path<u32>, Query(page): Query<Page>) -> Json<u32> {{
    let sum = id + page.number + {edited};
    Json(sum)
}}
"
            ));
            table.push_str(&format!(
                "        .route(\"/{index}/{{id}}\", get(handler_{index}))\n"
            ));
        }
        source.push_str(&format!(
            "pub fn routes() -> Router<AppState> {{\n    {routes}\n{table}}}\nfn main() {{ let _ = routes(); }}\n"
        ));
        source
    }
}
