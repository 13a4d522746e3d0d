use proptest::prelude::*;

use super::*;

#[test]
fn who_waits_as_told_gets_a_turn_beside_one_who_guesses_all_the_time() {
    let throttle = throttle();
    let (mut turns, mut tries, mut next) = (0, 0, START + MINUTE + 300);
    for tenth in 0..10 * 600 {
        let now = START + tenth * 100;
        if now >= next {
            tries += 1;
            let wait = fail(&throttle, "ada", None, now);
            turns += u32::from(wait == 0);
            // They have other things to do as well.
            next = now + wait.max(1) * SECOND + 100 * (now / SECOND % 7);
        }
        if tenth % 10 == 0 {
            fail(&throttle, "ada", None, now);
        }
    }
    assert!(turns * 5 > tries, "{turns} of {tries}");
}

proptest! {
    /// Whatever happened before, nobody waits longer than told, and nobody is told more than the longest delay.
    #[test]
    fn whoever_waits_as_told_may_try(
        longest in 1..3600_u64,
        events in prop::collection::vec((0..4_u32, 0..3_u32, 0..200_u64, 0..3), 1..200),
    ) {
        let slowing = Slowing::new().free_attempts(2).free_attempts_by_address(3);
        let throttle = Throttle::new(slowing.longest_delay(Duration::from_secs(longest))).unwrap();
        let mut now = START;
        for (name, peer, seconds, outcome) in events {
            now += seconds * SECOND / 2;
            let (name, peer) = (name.to_string(), host(peer));
            match throttle.admit(Some(&name), peer, None, now) {
                Ok(attempt) => match outcome {
                    0 => throttle.succeeded(&attempt),
                    1 => throttle.broke_off(&attempt),
                    _ => {}
                },
                Err(wait) => {
                    prop_assert!(wait > Duration::ZERO && wait.as_secs() <= longest);
                    now += millis(wait);
                    prop_assert!(throttle.admit(Some(&name), peer, None, now).is_ok());
                }
            }
        }
    }

    /// Guesses are few, however they are spread over time.
    #[test]
    fn guesses_are_as_few_as_promised(
        pauses in prop::collection::vec(0..90_u64, 1..400),
        names in prop::collection::vec(0..2_u32, 400),
    ) {
        let throttle = throttle();
        let (mut now, mut guesses) = (START, [0; 2]);
        for (pause, name) in pauses.into_iter().zip(names) {
            now += pause * SECOND;
            if fail(&throttle, &name.to_string(), host(1), now) == 0 {
                guesses[usize::try_from(name).unwrap()] += 1;
            }
        }
        let minutes = (now - START) / MINUTE;
        for guesses in guesses {
            prop_assert!(guesses <= 12 + minutes + minutes / 5, "{guesses} in {minutes}");
        }
    }
}
