//! Our answers.

use std::net::SocketAddr;

use axum::response::IntoResponse;
use http::header::SET_COOKIE;
use portcullis::{Auth, MemoryStore, Pages, Router};
use portcullis_tests::application::{ada, application};

use super::real::{Server, Setup};

/// The same application in Rust, on a port of its own.
#[derive(Debug)]
pub struct Ours {
    auth: Auth,
    port: u16,
}

impl Ours {
    pub async fn start(setup: Setup) -> Self {
        let mut builder = application(setup.version, setup.origin);
        if setup.own_pages {
            let pages = Pages::new().sign_in("/login").sign_out("/logout");
            builder = builder.pages(pages.error("/oops").verify_request("/mail"));
        }
        if setup.database {
            builder = builder.store(MemoryStore::new());
        }
        let auth = builder.build().expect("a sound configuration");
        let app: Router = Router::new().merge(auth.router());
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let service = app
            .into_axum()
            .into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async { axum::serve(listener, service).await });
        Self { auth, port }
    }
}

impl Server for Ours {
    fn port(&self) -> u16 {
        self.port
    }

    async fn new_session(&self) -> String {
        let signed_in = self.auth.sign_in(ada()).await.expect("a session");
        let answer = (signed_in, ()).into_response();
        let cookie = answer.headers()[SET_COOKIE].to_str().expect("a text");
        let (pair, _) = cookie.split_once(';').expect("attributes");
        let (_, token) = pair.split_once('=').expect("a value");
        token.to_owned()
    }
}
