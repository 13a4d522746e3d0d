//! The contract finds what is wrong.

use std::collections::BTreeSet;

use portcullis::MemoryStore;
use portcullis::testing::{ContractCheck, store_contract};

use super::broken::Broken;
use super::flaw::Flaw;

/// Each flaw, and checks that must report it.
const FINDINGS: &[(Flaw, &[&str])] = &[
    (
        Flaw::CreateReplaces,
        &[
            "a_key_is_created_once",
            "a_taken_key_is_given_to_nobody_else",
            "racing_creates_make_one_session",
        ],
    ),
    (
        Flaw::CreateIndexesFirst,
        &["a_dropped_create_is_whole_or_nothing"],
    ),
    (Flaw::CutsLongUsers, &["a_large_user_is_read_back"]),
    (Flaw::KnowsAsciiOnly, &["unicode_is_read_back"]),
    (Flaw::EmptyIsNone, &["an_empty_acr_is_not_none"]),
    (Flaw::ForgetsRemember, &["remember_is_read_back"]),
    (
        Flaw::RoundsToMinutes,
        &["everything_is_read_back", "seconds_are_kept_exactly"],
    ),
    (Flaw::HasTimesOf32Bits, &["the_far_future_is_kept"]),
    (Flaw::ComparesHalfOfAKey, &["keys_differ_in_every_bit"]),
    (
        Flaw::LoadPanics,
        &["an_unknown_key_has_no_session", "delete_says_whether"],
    ),
    (
        Flaw::LoadGivesTheLast,
        &[
            "an_unknown_key_has_no_session",
            "keys_differ_in_every_bit",
            "delete_says_whether",
        ],
    ),
    (Flaw::LoadLiveIsStale, &["load_live_is_load"]),
    (
        Flaw::ExtendCreates,
        &[
            "extend_makes_no_session",
            "delete_is_final",
            "a_deleted_session_cannot_be_changed",
            "delete_user_is_final",
        ],
    ),
    (
        Flaw::ExtendIgnoresSeen,
        &[
            "extend_of_what_was_not_seen_is_refused",
            "a_second_extend_from_one_sight_is_refused",
            "racing_extends_write_once",
        ],
    ),
    (
        Flaw::ExtendNeverGoesBack,
        &["the_far_future_is_kept", "prune_goes_by_the_present_expiry"],
    ),
    (
        Flaw::ExtendReadsAndWrites,
        &[
            "racing_extends_write_once",
            "update_and_extend_lose_nothing",
            "delete_is_final",
        ],
    ),
    (
        Flaw::UpdateCreates,
        &[
            "update_makes_no_session",
            "delete_is_final",
            "a_deleted_session_cannot_be_changed",
        ],
    ),
    (
        Flaw::UpdateResetsTheExpiry,
        &["update_keeps_a_moved_expiry"],
    ),
    (
        Flaw::RenameCopies,
        &[
            "racing_renames_move_once",
            "delete_and_rename_end_in_one_of_them",
        ],
    ),
    (
        Flaw::DeleteForgetsTheIndex,
        &[
            "a_deleted_session_is_not_listed",
            "delete_user_counts",
            "a_pruned_session_is_gone",
        ],
    ),
    (
        Flaw::DeleteIsAlwaysTrue,
        &[
            "delete_says_whether",
            "delete_of_an_unknown_key_is_false",
            "racing_deletes_are_one",
        ],
    ),
    (
        Flaw::DeleteLeavesTheCache,
        &[
            "delete_says_whether",
            "delete_wins_over_loads",
            "extend_moves_the_expiry",
            "update_replaces_the_user",
        ],
    ),
    (Flaw::LateLoadsFillTheCache, &["delete_wins_over_loads"]),
    (Flaw::UsersIgnoreCase, &["similar_user_ids_are_told_apart"]),
    (Flaw::UsersArePrefixes, &["similar_user_ids_are_told_apart"]),
    (Flaw::ListsAHundred, &["a_user_has_many_sessions"]),
    (Flaw::UserChangedEnds, &["user_changed_ends_nothing"]),
    (Flaw::CountsNobody, &["nobody_has_no_sessions"]),
    (
        Flaw::PruneHasNoLimit,
        &["prune_keeps_to_its_limit", "prune_of_nothing_is_zero"],
    ),
    (Flaw::PruneStopsEarly, &["prune_takes_the_moment_itself"]),
    (Flaw::PruneGoesTooFar, &["prune_takes_the_moment_itself"]),
    (
        Flaw::PruneSaysLimit,
        &["prune_removes_the_expired", "prune_of_nothing_is_zero"],
    ),
    (
        Flaw::PruneGoesByTheFirstExpiry,
        &["prune_goes_by_the_present_expiry"],
    ),
    (
        Flaw::LosesConnections,
        &["dropped_calls_leave_the_store_usable"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_flaw_is_reported_and_every_check_can_fail() {
    let mut ever_failed = BTreeSet::new();
    for (flaw, expected) in FINDINGS {
        let report = store_contract(Broken::new(*flaw)).races(200).run().await;
        let failed: Vec<_> = report.failed().map(ContractCheck::name).collect();
        for name in *expected {
            assert!(failed.contains(name), "{flaw:?} and {name}:\n{report}");
        }
        ever_failed.extend(failed.into_iter().map(str::to_owned));
    }
    let report = store_contract(MemoryStore::new()).races(1).run().await;
    let all: BTreeSet<_> = report
        .checks()
        .iter()
        .map(|check| check.name().to_owned())
        .collect();
    assert_eq!(ever_failed, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_flaw_nothing_is_reported() {
    let report = store_contract(Broken::new(Flaw::Nothing))
        .races(200)
        .run()
        .await;
    report.assert();
    assert!(report.checks().len() >= 40);
    assert!(
        report
            .checks()
            .iter()
            .all(|check| check.left_out().is_none())
    );
}

#[tokio::test]
async fn what_is_left_out_is_listed_with_its_reason() {
    let report = store_contract(Broken::new(Flaw::UserChangedEnds))
        .races(1)
        .without(
            ["user_changed_ends_nothing"],
            "it forgets more than it should",
        )
        .run()
        .await;
    report.assert();
    let told = report.to_string();
    assert!(
        told.contains("user_changed_ends_nothing: left out, since it forgets more than it should"),
        "{told}"
    );
}

#[tokio::test]
async fn only_checks_that_exist_can_be_left_out() {
    let contract = store_contract(MemoryStore::new()).races(1);
    let report = contract
        .without(["user_change_ends_nothing"], "a slip")
        .run()
        .await;
    let failed: Vec<_> = report.failed().map(ContractCheck::name).collect();
    assert_eq!(failed, ["user_change_ends_nothing"]);
}
