mod over_time;

use std::net::{Ipv4Addr, Ipv6Addr};

use super::*;

const SECOND: Moment = 1000;
const MINUTE: Moment = 60 * SECOND;
const HOUR: Moment = 60 * MINUTE;
/// Some day in 2027.
const START: Moment = 1_800_000_000 * SECOND;

fn throttle() -> Throttle {
    Throttle::new(Slowing::new()).unwrap()
}

fn host(number: u32) -> Option<IpAddr> {
    Some(Ipv4Addr::from_bits(0x0a00_0000 | number).into())
}

/// The seconds that an attempt has to wait; none if it was made, and failed.
fn fail(throttle: &Throttle, name: &str, peer: Option<IpAddr>, now: Moment) -> u64 {
    let attempt = throttle.admit(Some(name), peer, None, now);
    attempt.map_or_else(|wait| wait.as_secs(), |_| 0)
}

fn succeed(throttle: &Throttle, name: &str, peer: Option<IpAddr>, now: Moment) {
    let attempt = throttle.admit(Some(name), peer, None, now).unwrap();
    throttle.succeeded(&attempt);
}

#[test]
fn delays_double_up_to_a_minute() {
    let throttle = throttle();
    let mut now = START;
    for _ in 0..5 {
        assert_eq!(fail(&throttle, "ada", host(1), now), 0);
    }
    for expected in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
        assert_eq!(fail(&throttle, "ada", host(1), now), expected);
        now += expected * SECOND - 1;
        assert_eq!(
            fail(&throttle, "ada", host(1), now),
            1,
            "not a moment earlier"
        );
        now += 1;
        assert_eq!(fail(&throttle, "ada", host(1), now), 0);
    }
}

#[test]
fn whoever_stops_is_forgiven() {
    let throttle = throttle();
    let mut now = START;
    for _ in 0..100 {
        now += fail(&throttle, "ada", host(1), now) * SECOND;
    }
    now += 35 * MINUTE;
    assert_eq!(fail(&throttle, "ada", host(1), now), 0);
    assert_eq!(
        fail(&throttle, "ada", host(1), now),
        1,
        "not all is forgotten yet"
    );
    now += HOUR;
    for _ in 0..5 {
        assert_eq!(fail(&throttle, "ada", host(1), now), 0);
    }
}

#[test]
fn a_success_clears_what_was_counted_of_the_name_and_not_of_the_address() {
    let throttle = throttle();
    for _ in 0..5 {
        for _ in 0..4 {
            assert_eq!(fail(&throttle, "ada", host(1), START), 0);
        }
        succeed(&throttle, "ada", host(1), START);
    }
    for name in 0..30 {
        assert_eq!(fail(&throttle, &name.to_string(), host(1), START), 0);
    }
    assert_eq!(fail(&throttle, "eve", host(1), START), 1);
}

#[test]
fn attempts_that_were_broken_off_count_for_nothing() {
    let throttle = throttle();
    for _ in 0..6 {
        fail(&throttle, "ada", host(1), START);
    }
    let now = START + SECOND;
    for _ in 0..100 {
        let attempt = throttle.admit(Some("ada"), host(1), None, now).unwrap();
        throttle.broke_off(&attempt);
    }
    assert_eq!(fail(&throttle, "ada", host(1), now), 0);
    assert_eq!(fail(&throttle, "ada", host(1), now), 2);
}

#[test]
fn one_attacker_never_slows_a_name_for_others() {
    let throttle = throttle();
    let mut tried = 0;
    for second in 0..6 * 60 * 60 {
        let now = START + second * SECOND;
        tried += u32::from(fail(&throttle, "ada", host(1), now) == 0);
        if second % 600 == 599 {
            let attempt = throttle.admit(Some("ada"), host(2), None, now).unwrap();
            throttle.broke_off(&attempt);
        }
    }
    assert!(tried <= 11 + 6 * 60 + 6 * 12, "{tried}");
}

#[test]
fn one_attacker_never_slows_a_name_for_others_whatever_the_delays() {
    for (free, longest) in [
        (1, 1),
        (1, 7),
        (1, 60),
        (2, 60),
        (3, 3600),
        (1, 3600),
        (40, 60),
    ] {
        let slowing = Slowing::new().free_attempts(free);
        let slowing = slowing.longest_delay(Duration::from_secs(longest));
        let throttle = Throttle::new(slowing).unwrap();
        for second in 0..longest * 20 {
            let now = START + second * SECOND;
            while fail(&throttle, "ada", host(1), now) == 0 {}
            let attempt = throttle.admit(Some("ada"), host(2), None, now);
            throttle.broke_off(&attempt.unwrap());
        }
    }
}

#[test]
fn a_browser_is_known_by_its_mark_wherever_it_is() {
    let throttle = throttle();
    let admit = |peer, mark| throttle.admit(Some("ada"), peer, Some(mark), START);
    for peer in [None, host(1)] {
        throttle.succeeded(&admit(peer, "marked").unwrap());
        while fail(&throttle, "ada", peer, START) == 0 {}
        assert!(admit(peer, "other").is_err());
        for _ in 0..5 {
            assert!(admit(peer, "marked").is_ok());
        }
        assert!(admit(peer, "marked").is_err(), "even there");
        let bob = throttle.admit(Some("bob"), peer, Some("marked"), START);
        throttle.broke_off(&bob.unwrap());
        throttle.memory.lock().unwrap().visitors.forget(
            throttle
                .keys(Some("ada"), None, Some("marked"))
                .device
                .unwrap(),
        );
    }
}

#[test]
fn many_attackers_slow_a_name_and_not_where_its_user_is_known() {
    let throttle = throttle();
    succeed(&throttle, "ada", host(1), START);
    for attacker in 2..24 {
        assert_eq!(fail(&throttle, "ada", host(attacker), START), 0);
    }
    assert_eq!(fail(&throttle, "ada", host(24), START), 1);
    for _ in 0..5 {
        assert_eq!(fail(&throttle, "ada", host(1), START), 0);
    }
    assert_eq!(fail(&throttle, "ada", host(1), START), 1, "even there");
    let later = START + 31 * 24 * HOUR;
    for attacker in 2..24 {
        assert_eq!(fail(&throttle, "ada", host(attacker), later), 0);
    }
    assert_eq!(fail(&throttle, "ada", host(1), later), 1, "it was long ago");
}

#[test]
fn an_address_that_tries_many_names_is_slowed_and_not_its_neighbour() {
    let throttle = throttle();
    succeed(&throttle, "ada", host(1), START);
    for name in 0..50 {
        assert_eq!(fail(&throttle, &name.to_string(), host(1), START), 0);
    }
    assert_eq!(fail(&throttle, "another", host(1), START), 1);
    assert_eq!(fail(&throttle, "another", host(2), START), 0);
    succeed(&throttle, "ada", host(1), START);
    assert_eq!(fail(&throttle, "another", host(1), START), 1);
}

#[test]
fn signing_in_as_oneself_washes_nothing_off_an_address() {
    let throttle = throttle();
    let mut now = START;
    succeed(&throttle, "eve", host(1), now);
    for name in 0..200 {
        now += fail(&throttle, &name.to_string(), host(1), now) * SECOND;
    }
    while fail(&throttle, "another", host(1), now) == 0 {}
    for _ in 0..1000 {
        succeed(&throttle, "eve", host(1), now);
    }
    assert_eq!(fail(&throttle, "another", host(1), now), 60);
}

#[test]
fn a_site_of_ipv6_is_one_visitor() {
    let throttle = throttle();
    let site = |site: u16, host| {
        Some(IpAddr::from(Ipv6Addr::new(
            0x2001, 0xdb8, 0, site, 0, 0, 0, host,
        )))
    };
    for host in 0..5 {
        assert_eq!(fail(&throttle, "ada", site(0x100 + host, host), START), 0);
    }
    assert_eq!(fail(&throttle, "ada", site(0x1ff, 99), START), 1);
    assert_eq!(fail(&throttle, "ada", site(0x200, 99), START), 0);
    let mapped = Ipv4Addr::new(10, 0, 0, 1).to_ipv6_mapped();
    for _ in 0..5 {
        assert_eq!(fail(&throttle, "bob", Some(mapped.into()), START), 0);
    }
    assert_eq!(fail(&throttle, "bob", host(1), START), 1);
}

#[test]
fn without_addresses_names_are_slowed_and_nothing_else() {
    let throttle = throttle();
    for name in 0..200 {
        assert_eq!(fail(&throttle, &name.to_string(), None, START), 0);
    }
    for _ in 0..5 {
        assert_eq!(fail(&throttle, "ada", None, START), 0);
    }
    assert_eq!(fail(&throttle, "ada", None, START), 1);
}

#[test]
fn without_names_addresses_are_slowed() {
    let throttle = throttle();
    for peer in [host(1), host(2), None] {
        for _ in 0..50 {
            assert!(throttle.admit(None, peer, None, START).is_ok());
        }
        assert!(throttle.admit(None, peer, None, START).is_err());
    }
}

#[test]
fn a_clock_that_is_turned_back_locks_nobody_out() {
    let throttle = throttle();
    for _ in 0..5 {
        fail(&throttle, "ada", host(1), START);
    }
    let earlier = START - 24 * HOUR;
    assert_eq!(fail(&throttle, "ada", host(1), earlier), 60);
    assert_eq!(fail(&throttle, "ada", host(1), earlier + MINUTE), 0);
}

#[test]
fn a_flood_of_names_does_not_wash_away_a_penalty() {
    let capacity = 64;
    let throttle = Throttle::with_capacity(Slowing::new(), capacity).unwrap();
    let mut now = START;
    for _ in 0..19 {
        now += fail(&throttle, "ada", host(0), now) * SECOND;
    }
    for flood in 1..10_000 {
        assert_eq!(fail(&throttle, &flood.to_string(), host(flood), now), 0);
    }
    assert!(fail(&throttle, "ada", host(0), now) > 0);
    for flood in 10_000..20_000 {
        succeed(&throttle, &flood.to_string(), host(flood), now);
    }
    assert!(fail(&throttle, "ada", host(0), now) > 0);
    let memory = throttle.memory.lock().unwrap();
    for kept in [
        memory.visitors.len(),
        memory.shared.len(),
        memory.identifiers.len(),
        memory.addresses.len(),
        memory.familiar.len(),
    ] {
        assert!(kept <= capacity, "{kept}");
    }
}

#[test]
fn delays_that_are_none_are_a_mistake() {
    let usable = |slowing| Throttle::new(slowing).is_ok();
    for seconds in [1, 7, 3600] {
        assert!(usable(
            Slowing::new().longest_delay(Duration::from_secs(seconds))
        ));
    }
    assert!(usable(
        Slowing::new()
            .free_attempts(u32::MAX)
            .free_attempts_by_address(u32::MAX)
    ));
    for slowing in [
        Slowing::new().free_attempts(0),
        Slowing::new().free_attempts_by_address(0),
        Slowing::new().longest_delay(Duration::from_millis(999)),
        Slowing::new().longest_delay(Duration::from_secs(3601)),
    ] {
        assert!(!usable(slowing), "{slowing:?}");
    }
}
