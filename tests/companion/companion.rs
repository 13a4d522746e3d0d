//! The example as people run it.

use portcullis_tests::running::Running;

pub(crate) const EXAMPLE: &str = "nextjs-companion";

/// Which Auth.js is beside the API.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Beside {
    AuthJsV5,
    NextAuthV4,
}

pub(crate) const BOTH: [Beside; 2] = [Beside::AuthJsV5, Beside::NextAuthV4];

/// Both sides, which end when this is dropped.
pub(crate) struct Companion {
    pub(crate) axum: String,
    pub(crate) node: String,
    pub(crate) running: Running,
}

impl Companion {
    pub(crate) fn start(beside: Beside) -> Self {
        Self::start_with(beside, &[("PORT", "0"), ("NODE_PORT", "0")])
    }

    pub(crate) fn start_with(beside: Beside, environment: &[(&str, &str)]) -> Self {
        let (arguments, name) = match beside {
            Beside::AuthJsV5 => (&[][..], "Auth.js 5"),
            Beside::NextAuthV4 => (&["--v4"][..], "NextAuth.js 4"),
        };
        let running = Running::start(EXAMPLE, arguments, environment);
        Self {
            axum: running.told("axum listening on "),
            node: running.told(&format!("{name} listening on ")),
            running,
        }
    }

    /// An address of the API.
    pub(crate) fn axum(&self, path: &str) -> String {
        format!("{}{path}", self.axum)
    }

    /// An address of the program with Auth.js.
    pub(crate) fn node(&self, path: &str) -> String {
        format!("{}{path}", self.node)
    }
}
