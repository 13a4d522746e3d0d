//! Where upstreams and providers are.

use portcullis::ProxyOptions;

use super::{URL, blank, mistakes, said};

#[test]
fn an_upstream_is_https_or_on_this_machine() {
    for usable in [
        URL,
        "https://auth.example/",
        "https://auth.example:8443",
        "https://192.0.2.1",
        "https://[2001:db8::1]:8443",
        "http://localhost:3000",
        "http://127.0.0.1:3000/",
        "http://[::1]:3000",
        " https://auth.example ",
        "HTTPS://Auth.Example",
    ] {
        assert_eq!(mistakes(blank(ProxyOptions::new(usable))), [], "{usable}");
    }
    for insecure in [
        "http://auth.example",
        "http://10.0.0.1:3000",
        "http://localhost.example",
        "http://127.9.9.9",
    ] {
        let said = said(ProxyOptions::new(insecure));
        assert_eq!(
            said,
            format!(
                "upstream `{insecure}` is not https: the credentials of visitors would travel in clear; use https, \
                 or an address of this machine (`localhost`, `127.0.0.1` or `[::1]`)"
            )
        );
    }
}

#[test]
fn an_upstream_is_an_origin() {
    for wrong in [
        "",
        "auth.example",
        "//auth.example",
        "ftp://auth.example",
        "https://",
        "https://auth.example?x=1",
        "https://auth.example/?x=1",
        "https://auth.example#x",
        "https://auth.example:99999",
        "https://auth example",
        "https://auth.example\r\nx: y",
    ] {
        let said = said(ProxyOptions::new(wrong));
        assert!(said.starts_with("upstream `"), "{said}");
        assert!(
            said.ends_with("` is not an origin such as `https://app.example`"),
            "{said}"
        );
    }
    for long in ["https://auth.example/api/auth", "https://auth.example//"] {
        assert_eq!(
            said(ProxyOptions::new(long)),
            format!(
                "upstream `{long}` has a path: name its origin alone, and where its endpoints are with \
                 `target_base_path(..)`"
            )
        );
    }
    for named in [
        "https://bob:hunter2@auth.example",
        "https://bob@auth.example",
    ] {
        let said = said(ProxyOptions::new(named));
        assert!(
            said.contains("is not an origin") && !said.contains("hunter2"),
            "{said}"
        );
    }
}

#[test]
fn paths_over_there_are_paths() {
    for wrong in [
        "", "/", "auth", "/auth/", "//a", "/a//b", "/a/../b", "/{a}", "/a?b",
    ] {
        assert_eq!(
            said(ProxyOptions::new(URL).target_base_path(wrong)),
            format!(
                "target_base_path `{wrong}` is not a path such as `/api/auth`, without a `/` at its end"
            )
        );
    }
}

#[test]
fn places_to_sign_in_at_are_origins() {
    let said = said(ProxyOptions::new(URL).provider_origin("https://accounts.example/o/oauth2"));
    assert_eq!(
        said,
        "provider_origin `https://accounts.example/o/oauth2` is not an origin such as `https://app.example`"
    );
    for usable in [
        "https://accounts.example",
        "http://localhost:9000",
        "http://[::1]:9000",
    ] {
        let options = ProxyOptions::new(URL).provider_origin(usable);
        assert_eq!(mistakes(blank(options)), [], "{usable}");
    }
}

#[test]
fn places_to_sign_in_at_are_https_or_on_this_machine() {
    for insecure in ["http://accounts.example", "http://10.0.0.1:9000"] {
        assert_eq!(
            said(ProxyOptions::new(URL).provider_origin(insecure)),
            format!(
                "provider_origin `{insecure}` is not https: what people sign in with would travel in clear; use \
                 https, or an address of this machine (`localhost`, `127.0.0.1` or `[::1]`)"
            )
        );
    }
}
