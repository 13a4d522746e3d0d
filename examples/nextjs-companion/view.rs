//! The layout that all pages share, and the pages of the other side as well.

use std::sync::Arc;

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Where both sides are.
#[derive(Clone)]
pub(crate) struct Sides {
    axum: Arc<str>,
    node: Arc<str>,
}

impl Sides {
    pub(crate) fn new(axum: impl Into<Arc<str>>, node: impl Into<Arc<str>>) -> Self {
        Self {
            axum: axum.into(),
            node: node.into(),
        }
    }

    /// The page of the Node.js program.
    pub(crate) fn node_page(&self) -> String {
        format!("{}/", self.node)
    }

    /// The sign-in page of Auth.js, with the way back to here.
    pub(crate) fn node_sign_in(&self) -> String {
        format!("{}/api/auth/signin?callbackUrl={}/", self.node, self.axum)
    }
}

pub(crate) fn page(sides: &Sides, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "axum · Companion" }
                link rel="icon" href="data:,";
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                header {
                    span .brand { "One sign-in" }
                    nav {
                        a href=(sides.node_page()) { "Auth.js" }
                        a aria-current="page" href="/" { "axum" }
                    }
                }
                main { (content) }
            }
        }
    }
}
