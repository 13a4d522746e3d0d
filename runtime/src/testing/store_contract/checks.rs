use std::future::Future;
use std::pin::Pin;

use super::context::Context;
use super::outcome::Outcome;
use super::{
    creating, deleting, dropping, extending, keys, pruning, renaming, times, updating, users,
};
use crate::store::SessionStore;

/// One thing that must hold of a store.
pub(super) struct Check<S> {
    pub(super) name: &'static str,
    /// What must hold, in words.
    pub(super) expected: &'static str,
    /// Whether no other check may run that has sessions which expired.
    pub(super) alone: bool,
    pub(super) run: fn(Context<S>) -> Running,
}

type Running = Pin<Box<dyn Future<Output = Outcome> + Send>>;

macro_rules! table {
    ($($room:ident { $($check:ident => $expected:literal,)+ })+) => {
        /// Every check, in the order they run: a function of the same name in the module that is named.
        pub(super) fn checks<S: SessionStore + Clone>() -> Vec<Check<S>> {
            vec![$($(Check {
                name: stringify!($check),
                expected: $expected,
                alone: table!(@alone $room),
                run: |context| Box::pin($room::$check(context)),
            },)+)+]
        }
    };
    (@alone pruning) => { true };
    (@alone times) => { true };
    (@alone $other:ident) => { false };
}

table! {
    creating {
        everything_is_read_back => "`load` gives every field as `create` got it",
        unicode_is_read_back => "a user and an `acr` in any script come back as they were",
        escapes_are_read_back => "quotes, backslashes, line breaks and an escaped NUL in a user come back",
        a_large_user_is_read_back => "a user of 48 KiB comes back",
        what_is_unknown_stays_unknown => "no `auth_time` and no `acr` come back as none",
        an_empty_acr_is_not_none => "an empty `acr` comes back as it was",
        remember_is_read_back => "`remember` comes back either way",
        an_unknown_key_has_no_session => "`load` of a key that nobody created is `None`",
        a_key_is_created_once => "a second `create` of a key is an error and changes nothing",
        a_taken_key_is_given_to_nobody_else => "`create` of a key that another user's session has changes nothing for either",
        racing_creates_make_one_session => "of 50 racing `create`s of one key exactly one succeeds",
        a_key_is_free_after_delete => "a key can be created again after `delete`, and nothing of the old session is left",
        load_live_is_load => "`load_live` gives what `load` gives",
        parallel_loads_agree => "50 parallel `load`s of a session all give it",
        nobody_gets_anothers_session => "parallel `load`s of many keys give each its own session",
    }
    keys {
        keys_differ_in_every_bit => "a key that differs in one bit finds, changes and ends nothing",
        keys_of_any_bytes_are_told_apart => "keys of unusual bytes or characters are kept, and told apart",
    }
    extending {
        extend_moves_the_expiry => "`extend` moves the expiry, and nothing else",
        extend_of_what_was_not_seen_is_refused => "`extend` from another expiry than the session has is `false`",
        a_second_extend_from_one_sight_is_refused => "a second `extend` from the same `seen` is `false`",
        extends_follow_each_other => "each `extend` from the present expiry is `true`",
        extend_to_the_same_moment_is_true => "`extend` from an expiry to the same is `true`",
        extend_makes_no_session => "`extend` of an unknown key and of a session that ended is `false` and makes none",
        extend_moves_no_other_session => "`extend` leaves the user's other sessions and other users alone",
        racing_extends_write_once => "of 100 racing `extend`s from one `seen` exactly one is `true`, and its expiry holds",
        an_extended_session_is_listed_so => "`list_user` gives the moved expiry",
    }
    updating {
        update_replaces_the_user => "`update` replaces the user, and nothing else",
        update_keeps_a_moved_expiry => "`update` after `extend` keeps the moved expiry, and the other way round",
        update_with_the_same_user_is_true => "`update` with the user that is there is `true`",
        update_makes_no_session => "`update` of an unknown key and of a session that ended is `false` and makes none",
        update_changes_no_other_session => "`update` leaves the user's other sessions alone",
        racing_updates_do_not_mix => "after racing `update`s the user is one of those that were written",
        update_and_extend_lose_nothing => "when `update` and `extend` race, both are kept",
    }
    renaming {
        rename_moves_the_session => "`rename` gives a session another key and expiry, and changes nothing else",
        a_renamed_session_goes_on => "after `rename` the new key can be extended and deleted, and the old one nothing",
        rename_makes_no_session => "`rename` of an unknown key and of a session that ended is `false` and makes none",
        rename_takes_no_key_from_another => "`rename` to a key that is taken is an error and changes nothing",
        racing_renames_move_once => "of 10 racing `rename`s of one session exactly one is `true`, and only its key is there",
        delete_and_rename_end_in_one_of_them => "when `delete` and `rename` race, exactly one finds the session",
        rename_keeps_what_races_it => "when `rename` and `update` race, an `update` that was `true` is kept",
    }
    deleting {
        delete_says_whether => "`delete` is `true`, then `false`, and the session is gone",
        delete_of_an_unknown_key_is_false => "`delete` of a key that nobody created is `false`",
        delete_leaves_others => "`delete` leaves the user's other sessions and other users alone",
        a_deleted_session_is_not_listed => "a deleted session is not in `list_user`, and not counted by `delete_user`",
        racing_deletes_are_one => "of 50 racing `delete`s exactly one is `true`",
        delete_is_final => "a session is gone when `delete` has returned, whatever `extend`, `update` and `load` race it",
        a_deleted_session_cannot_be_changed => "after `delete`, `extend` and `update` with what was last seen are `false`",
        delete_wins_over_loads => "no `load` that races `delete` brings the session back",
    }
    users {
        a_user_has_exactly_their_sessions => "`list_user` gives the user's sessions in full, and no others",
        nobody_has_no_sessions => "`list_user` of an unknown user is empty, and `delete_user` is 0",
        delete_user_counts => "`delete_user` ends every session of the user, counts them, and leaves others alone",
        a_user_can_come_back => "a user has new sessions after `delete_user`, and none of the old",
        delete_user_is_final => "a user's sessions are gone when `delete_user` has returned, whatever `extend` and `update` race it",
        racing_delete_users_count_once => "racing `delete_user`s count each session once",
        a_user_has_many_sessions => "200 sessions of a user are all kept, listed and ended",
        similar_user_ids_are_told_apart => "user ids that differ in a prefix, a letter's case, an accent or a space at the end are different users",
        patterns_in_user_ids_match_nothing_else => "`%`, `_`, `*`, `?` and brackets in a user id stand for themselves",
        any_text_is_a_user_id => "quotes, separators and any script in a user id come back as they were",
        user_changed_ends_nothing => "`user_changed` leaves the user's sessions as they were",
        parallel_sessions_of_a_user_are_all_listed => "sessions of a user that are created and deleted in parallel are listed right",
    }
    times {
        seconds_are_kept_exactly => "times come back to the second, wherever they fall",
        the_far_future_is_kept => "expiries in 400 days, beyond 2038 and 2106, and in the year 9999 are kept",
        the_distant_past_is_kept => "an `auth_time` in 1970 and just after comes back",
        an_expired_session_is_itself_or_gone => "`load` of a session that expired gives it as it was, or nothing",
        an_expired_session_can_be_extended => "`extend` of a session that expired goes by `seen` alone, unless the store has dropped it",
        an_expired_session_can_be_deleted => "`delete` of a session that expired ends it",
    }
    pruning {
        prune_removes_the_expired => "`prune` removes what expired before the moment, counts it, and nothing that lives",
        prune_takes_the_moment_itself => "`prune` removes what expires at the moment, and keeps what expires a second later",
        prune_keeps_to_its_limit => "`prune` removes no more than `limit`, all of that while there are as many, and fewer only at the end",
        prune_of_nothing_is_zero => "`prune` with nothing to remove, or with a limit of 0, is 0",
        a_pruned_session_is_gone => "a pruned session is not loaded, not listed and cannot be changed, and its key is free",
        prune_goes_by_the_present_expiry => "`prune` keeps what was extended since, and removes what was moved back",
        racing_prunes_count_once => "racing `prune`s together count each session once",
        prune_spares_what_is_extended => "when `extend` races `prune`, it is either refused or its session stays",
        prune_ends_only_sessions => "`prune` of a moment long ago removes nothing of now",
    }
    dropping {
        dropped_calls_leave_the_store_usable => "calls that are dropped after one poll leave a store that works",
        a_dropped_create_is_whole_or_nothing => "a `create` that is dropped makes a whole session or none",
        a_dropped_delete_is_whole_or_nothing => "a `delete` that is dropped ends the session or leaves it whole",
    }
}
