//! What the environment says of other servers.

use std::io::ErrorKind;
use std::net::TcpListener;

use portcullis_tests::alone::alone_with;
use portcullis_tests::get;

use crate::app::{App, session};
use crate::faults::certified;
use crate::routes::Site;
use crate::upstream::Upstream;

#[test]
fn no_proxy_of_the_environment_sees_a_credential() {
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", proxy.local_addr().expect("bound"));
    let names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    let lower = names.map(str::to_lowercase);
    let names = names.into_iter().chain(lower.iter().map(String::as_str));
    let mut variables: Vec<_> = names.map(|name| (name, &*address)).collect();
    // No exceptions from that.
    variables.extend([("NO_PROXY", ""), ("no_proxy", "")]);
    alone_with(
        &variables,
        "environment::no_proxy_of_the_environment_sees_a_credential",
        async || {
            let plain = Upstream::with_session(session());
            let app = App::new(plain.options());
            assert_eq!(app.visit("/me").await.status, 200);
            let (tls, authority) = certified("127.0.0.1");
            let app = App::new(tls.options().root_certificate(authority));
            assert_eq!(app.visit("/me").await.status, 200);
            let site = Site::that_says(200);
            assert_eq!(site.send(get("/api/auth/signin")).await.status, 200);
            let counts = [&plain, &tls, &site.upstream].map(Upstream::count);
            assert_eq!(counts, [1; 3]);
        },
    );
    proxy.set_nonblocking(true).expect("an option");
    let visit = proxy.accept().map(|(_, visitor)| visitor);
    let nobody = visit.expect_err("nobody comes");
    assert_eq!(nobody.kind(), ErrorKind::WouldBlock);
}
