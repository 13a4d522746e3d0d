use http::HeaderValue;

use super::*;

fn trusted(networks: &[&str], header: ProxyHeader) -> TrustedProxies {
    let networks: Vec<_> = networks
        .iter()
        .map(|network| (*network).to_owned())
        .collect();
    TrustedProxies::parse(&networks, header).unwrap()
}

fn visitor(connected: &str, headers: &[(&'static str, &str)]) -> String {
    visitor_by(ProxyHeader::XForwardedFor, connected, headers)
}

fn visitor_by(header: ProxyHeader, connected: &str, headers: &[(&'static str, &str)]) -> String {
    let proxies = trusted(&["10.0.0.0/8", "192.0.2.7", "2001:db8:ffff::/48"], header);
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        map.append(*name, value);
    }
    proxies
        .visitor(connected.parse().unwrap(), &map)
        .to_string()
}

#[test]
fn nobody_is_believed_who_is_not_trusted() {
    for connected in ["203.0.113.9", "11.0.0.1", "192.0.2.8", "2001:db8::1"] {
        for header in [
            ("x-forwarded-for", "198.51.100.1"),
            ("forwarded", "for=198.51.100.1"),
        ] {
            assert_eq!(visitor(connected, &[header]), connected);
        }
    }
}

#[test]
fn the_nearest_address_that_is_not_trusted_is_the_visitors() {
    for (told, expected) in [
        ("198.51.100.1", "198.51.100.1"),
        ("198.51.100.1:4711", "198.51.100.1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("1.1.1.1,198.51.100.1, 10.1.1.1 ,192.0.2.7", "198.51.100.1"),
        ("198.51.100.1, 2001:db8:ffff::9", "198.51.100.1"),
        ("10.9.9.9, 10.1.1.1", "10.9.9.9"),
        ("", "10.0.0.1"),
        (",", "10.0.0.1"),
        ("198.51.100.1,", "10.0.0.1"),
        ("198.51.100.1, unknown", "10.0.0.1"),
        ("198.51.100.1, unknown, 10.1.1.1", "10.1.1.1"),
        ("198.51.100.1, 10.1.1.1.1", "10.0.0.1"),
        ("198.51.100.1, 010.1.1.1", "10.0.0.1"),
        ("198.51.100.1, \u{e4}", "10.0.0.1"),
        ("198.51.100.1, fe80::1%eth0", "10.0.0.1"),
        ("evil\", 198.51.100.1", "198.51.100.1"),
    ] {
        assert_eq!(
            visitor("10.0.0.1", &[("x-forwarded-for", told)]),
            expected,
            "{told}"
        );
    }
    let lines = [
        ("x-forwarded-for", "1.1.1.1"),
        ("x-forwarded-for", "2.2.2.2, 10.1.1.1"),
    ];
    assert_eq!(visitor("10.0.0.1", &lines), "2.2.2.2");
    let lines = [
        ("x-forwarded-for", "1.1.1.1"),
        ("x-forwarded-for", "10.1.1.1"),
    ];
    assert_eq!(visitor("10.0.0.1", &lines), "1.1.1.1");
    assert_eq!(visitor("10.0.0.1", &[]), "10.0.0.1");
}

#[test]
fn forwarded_is_read_as_rfc_7239_writes_it() {
    for (told, expected) in [
        ("for=198.51.100.1", "198.51.100.1"),
        ("For=\"198.51.100.1:4711\"", "198.51.100.1"),
        ("for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
        ("for=\"[2001:db8:cafe::17]\"", "2001:db8:cafe::17"),
        ("proto=https;for=198.51.100.1;by=10.0.0.1", "198.51.100.1"),
        (
            "for=1.1.1.1, for=198.51.100.1, for=10.1.1.1;by=10.0.0.1",
            "198.51.100.1",
        ),
        ("for=\"evil, for=198.51.100.1", "198.51.100.1"),
        ("for=1.1.1.1;x=\"a, b\", for=198.51.100.1", "198.51.100.1"),
        ("for=198.51.100.1, for=_hidden", "10.0.0.1"),
        ("for=198.51.100.1, for=unknown, for=10.1.1.1", "10.1.1.1"),
        ("for=1.1.1.1;for=198.51.100.1", "10.0.0.1"),
        ("for=198.51.100.1, proto=https", "10.0.0.1"),
        ("198.51.100.1", "10.0.0.1"),
        ("for=", "10.0.0.1"),
        ("for=\"", "10.0.0.1"),
    ] {
        assert_eq!(
            visitor_by(ProxyHeader::Forwarded, "10.0.0.1", &[("forwarded", told)]),
            expected,
            "{told}"
        );
    }
}

#[test]
fn the_header_that_proxies_do_not_write_is_ignored() {
    let told = [("forwarded", "for=1.1.1.1"), ("x-forwarded-for", "2.2.2.2")];
    for (header, expected) in [
        (ProxyHeader::XForwardedFor, "2.2.2.2"),
        (ProxyHeader::Forwarded, "1.1.1.1"),
    ] {
        assert_eq!(visitor_by(header, "10.0.0.1", &told), expected);
        let other = told
            .into_iter()
            .filter(|(_, value)| !value.ends_with(expected));
        let other: Vec<_> = other.collect();
        assert_eq!(visitor_by(header, "10.0.0.1", &other), "10.0.0.1");
    }
}

#[test]
fn a_proxy_may_be_missing_where_somebody_says_what_proxies_say() {
    let proxies = trusted(&["10.0.0.0/8"], ProxyHeader::XForwardedFor);
    let mut headers = HeaderMap::new();
    assert!(!proxies.may_lack("127.0.0.1".parse().unwrap(), &headers));
    headers.insert(FORWARDED, HeaderValue::from_static("for=1.1.1.1"));
    assert!(proxies.may_lack("127.0.0.1".parse().unwrap(), &headers));
    assert!(!proxies.may_lack("10.0.0.1".parse().unwrap(), &headers));
    for (address, expected) in [
        ("127.0.0.1", true),
        ("192.168.1.1", true),
        ("169.254.1.1", true),
        ("::1", true),
        ("fd00::1", true),
        ("fe80::1", true),
        ("203.0.113.9", false),
        ("2001:db8::1", false),
    ] {
        assert_eq!(is_near(address.parse().unwrap()), expected, "{address}");
    }
}

#[test]
fn networks_are_read_strictly() {
    for usable in [
        "10.0.0.0/8",
        "10.1.2.3",
        "10.1.2.3/32",
        "128.0.0.0/1",
        "::1",
        "fd00::/8",
    ] {
        assert!(Network::parse(usable).is_some(), "{usable}");
    }
    for unusable in [
        "",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.1/8",
        "0.0.0.0/0",
        "::/0",
        "fd00::1/8",
        "fd00::/129",
        "10.0.0.0/8 ",
        "10.0.0/8",
        "loopback",
        "10.0.0.0/-1",
        "/8",
    ] {
        assert!(Network::parse(unusable).is_none(), "{unusable}");
    }
    let networks = ["::/0", "10.0.0.0/8", "all"].map(str::to_owned);
    assert_eq!(
        TrustedProxies::parse(&networks, ProxyHeader::XForwardedFor).unwrap_err(),
        ["::/0", "all"]
    );
}
