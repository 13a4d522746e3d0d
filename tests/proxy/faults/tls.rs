//! An upstream that speaks TLS.

use std::sync::Arc;
use std::time::Duration;

use portcullis::{Auth, ConfigMistake, ProxyOptions};
use portcullis_tests::ORIGIN;
use portcullis_tests::alone::alone_with;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::{is_out_of_order, is_unavailable};
use crate::app::{App, session};
use crate::upstream::{Reply, Upstream};

/// A server with a certificate for that name, and the authority that gave it, in PEM.
pub fn certified(name: &str) -> (Upstream, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, key).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new([name.to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, &authority).expect("a certificate");
    let provider = Arc::new(default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .expect("a usable certificate");
    let tls = TlsAcceptor::from(Arc::new(config));
    let upstream = Upstream::tls(tls, |_| Reply::json(&session()));
    (upstream, authority.pem())
}

const UNTRUSTED: &str = "no TLS connection to the upstream that can be trusted";

#[tokio::test]
async fn a_certificate_that_nobody_trusts_is_503() {
    let (upstream, _) = certified("127.0.0.1");
    let (_, another) = certified("127.0.0.1");
    let reason = UNTRUSTED;
    is_out_of_order(upstream.options(), reason).await;
    let options = upstream.options().root_certificate(another);
    is_unavailable(&App::new(options).visit("/me").await, "another authority");
    assert_eq!(upstream.count(), 0, "no credential was sent");
}

#[tokio::test]
async fn a_certificate_of_a_listed_authority_is_trusted() {
    let (upstream, authority) = certified("127.0.0.1");
    let app = App::new(upstream.options().root_certificate(authority));
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!((upstream.count(), upstream.connections()), (2, 1));
}

#[tokio::test]
async fn a_certificate_for_another_name_is_503() {
    let (upstream, authority) = certified("auth.example");
    let options = upstream.options().root_certificate(authority);
    is_out_of_order(options, UNTRUSTED).await;
    assert_eq!(upstream.count(), 0, "no credential was sent");
}

#[tokio::test]
async fn a_server_without_tls_is_503() {
    let upstream = Upstream::with_session(session());
    let url = upstream.url().replace("http:", "https:");
    let options = ProxyOptions::new(url).timeout(Duration::from_secs(60));
    is_out_of_order(options, "could not be reached").await;
    assert_eq!(upstream.count(), 0);
}

#[tokio::test]
async fn a_server_that_answers_without_tls_is_503() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("https://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
            if stream.write_all(answer).await.is_err() {
                continue;
            }
            // Closed at once, what was not read would break off the answer.
            let mut hello = [0; 4096];
            while let Ok(1..) = stream.read(&mut hello).await {}
        }
    });
    let options = ProxyOptions::new(url).timeout(Duration::from_secs(60));
    is_out_of_order(options, UNTRUSTED).await;
}

#[test]
fn a_machine_that_trusts_nobody_is_told_so_where_somebody_must_be_trusted() {
    let nobody = [("SSL_CERT_FILE", "/nowhere"), ("SSL_CERT_DIR", "/nowhere")];
    let name =
        "faults::tls::a_machine_that_trusts_nobody_is_told_so_where_somebody_must_be_trusted";
    alone_with(&nobody, name, async || {
        let plain = Upstream::with_session(session());
        assert_eq!(App::new(plain.options()).visit("/me").await.status, 200);
        let (upstream, authority) = certified("127.0.0.1");
        let app = App::new(upstream.options().root_certificate(authority));
        assert_eq!(app.visit("/me").await.status, 200);
        let built = Auth::proxy(upstream.options()).origin(ORIGIN).build();
        let mistakes = built.expect_err("nobody to trust");
        assert_eq!(mistakes.mistakes(), [ConfigMistake::NoAuthorities]);
        let said = mistakes.to_string();
        assert!(said.contains("install `ca-certificates`"), "{said}");
    });
}
