//! What becomes of the functions in a container, and what is said of them.

use proptest::prelude::*;

use crate::keys::Macro;
use crate::tests::{expand, messages, prefix, tokens};

const MODULE: &str = r#"
    /// The posts.
    pub(crate) mod posts {
        //! Inside.
        use super::Db;
        const LIMIT: usize = { 3 };
        struct Page { of: usize }
        macro_rules! page { () => {} }
        #[cfg(all())] async fn list(State(db): State<Db>) -> Page { db.list().await }
        #[authorized(role = "editor", fresh = "5m")] pub async fn edit<T>() where T: Send {}
        #[public(overrides, reason = "help")] async fn help() {}
        #[helper] async fn load(db: &Db) {}
        #[policy] async fn owns(session: &Session) -> bool { true }
        fn count() {}
        mod drafts { async fn drafts() {} }
        impl Page { async fn page() {} #[helper] async fn load(&self) {} }
        impl Load for Page { async fn load(&self) {} }
        #[authorized(policy = owns)] mod own { async fn own() {} }
    }
"#;

const IMPL: &str = r#"
    impl<R: Repo + for<'a> Load<'a>> Api<R> where R: Fn() -> u8 {
        const LIMIT: usize = 3;
        pub async fn list() -> Json<Self> { Self::load().await }
        #[helper] async fn load(&self) {}
    }
"#;

fn said(within: Macro, args: &str, item: &str) -> Vec<String> {
    let messages = messages(expand(within, args, item));
    let first = |message: &String| message.lines().next().unwrap_or_default().to_owned();
    messages.iter().map(first).collect()
}

/// The expansion as text, spaces aside.
fn text(within: Macro, args: &str, item: &str) -> String {
    let text = expand(within, args, item).to_string();
    text.split_whitespace().collect()
}

#[test]
fn every_async_function_of_a_module_is_guarded() {
    let args = r#"role = Role::Admin, when = is_home, redirect = LOGIN"#;
    assert_eq!(said(Macro::Authorized, args, MODULE), [""; 0]);
    let text = text(Macro::Authorized, args, MODULE);
    for handler in ["list", "edit", "help", "drafts", "Page_page", "own"] {
        assert!(
            text.contains(&format!("Guard<__guard_of_{handler}>")),
            "{handler}: {text}"
        );
        assert!(
            text.contains(&format!("struct__guard_of_{handler}{{}}")),
            "{handler}: {text}"
        );
    }
    for untouched in [
        "asyncfnload(db:&Db){}",
        "fncount(){}",
        "asyncfnload(&self){}",
        "#[policy]asyncfnowns(",
    ] {
        assert!(text.contains(untouched), "{untouched}: {text}");
    }
    for gone in ["#[helper]", "#[authorized", "#[public"] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    assert!(
        text.contains(r#"constLIMIT:usize={3};structPage{of:usize}macro_rules!page{()=>{}}"#),
        "{text}"
    );
}

#[test]
fn the_rule_of_a_module_means_inside_what_it_means_outside() {
    let args = "role = Role::Admin, policy = self::owns, when = |session| session.is(HOME)";
    let item = "mod posts { pub async fn list() {} mod drafts { async fn drafts() {} } }";
    let text = text(Macro::Authorized, args, item);
    for expected in [
        "type__named_by_posts_0=Role;",
        "type__named_by_posts_1=self::owns;",
        "=|session|session.is(HOME);",
        "super::__named_by_posts_0::Adminas",
        "type__named_by_drafts_1=super::__named_by_posts_1;",
        "super::__named_by_drafts_1:",
        r#"name:"self::owns""#,
        r#"source:"|session|session.is(HOME)""#,
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn the_guards_of_an_impl_stand_beside_it() {
    let text = text(Macro::Protected, "", IMPL);
    let (inside, beside) = text.split_once("asyncfnload(&self){}}").unwrap_or_default();
    assert!(
        inside.contains("asyncfnlist(_:::portcullis::Guard<__guard_of_Api_R__list>)->Json<Self>"),
        "{text}"
    );
    assert!(
        beside.contains("pubstruct__guard_of_Api_R__list{}"),
        "{text}"
    );
    assert!(beside.contains(r#""Api<R>::list""#), "{text}");
}

#[test]
fn two_rules_hold_together_and_the_inner_options_win() {
    let item = r#"mod posts { #[authorized(role = "admin", permission = "b", fresh = "5m")] async fn edit() {} }"#;
    let text = text(
        Macro::Authorized,
        r#"role = "admin", permission = "a", fresh = "1h", live"#,
        item,
    );
    assert_eq!(text.matches("__private::role(").count(), 1, "{text}");
    for expected in [
        r#"VOCABULARY,"a")"#,
        r#"VOCABULARY,"b")"#,
        "live:true",
        "300u64",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn every_mistake_is_reported_and_every_handler_is_shut() {
    let item = r#"impl Api {
        async fn list(&self) {}
        #[authorized(role = "")] async fn edit() {}
        #[public(reason = "help")] async fn help() {}
        #[helper] #[protected] async fn load() {}
        #[protected] fn sync() {}
        handlers!();
        async fn show() {}
    }"#;
    assert_eq!(
        said(Macro::Authorized, "rol", item),
        [
            "a guarded handler cannot take `self`",
            "a role name cannot be empty",
            "this handler stands in a guarded container",
            "a `#[helper]` is no handler",
            "a guarded handler must be an `async fn`",
            "what `handlers!` makes here could not be guarded",
            "unknown argument `rol`",
        ]
    );
    let text = text(Macro::Authorized, "rol", item);
    for handler in ["edit", "help", "sync", "show"] {
        assert!(
            text.contains(&format!("asyncfn{handler}(_:::portcullis::Guard<")),
            "{handler}: {text}"
        );
    }
    assert_eq!(text.matches("Requirement::Never").count(), 4, "{text}");
}

#[test]
fn some_containers_cannot_be_guarded() {
    for (within, args, item, expected) in [
        (
            Macro::Protected,
            "",
            "impl<T> List for Api<T> { async fn list() {} }",
            "a trait impl cannot be guarded: the trait fixes its arguments",
        ),
        (
            Macro::Public,
            "reason = \"a\"",
            "mod posts { async fn list() {} }",
            "`#[public]` does not go on a module",
        ),
        (
            Macro::Public,
            "reason = \"a\"",
            "impl Api { async fn list() {} }",
            "`#[public]` does not go on an `impl` block",
        ),
        (
            Macro::Protected,
            "",
            "mod posts { mod drafts; }",
            "what is in this module's file could not be guarded",
        ),
        (
            Macro::Protected,
            "",
            "mod posts { #[public(reason = \"a\")] mod drafts {} }",
            "`#[public]` does not go on a module",
        ),
        (
            Macro::Authorized,
            "role = \"a\"",
            "mod posts { #[authorized(role = \"b\", not(role = \"a\"))] async fn list() {} }",
            "this requirement can never be met: whoever meets the container's fails it",
        ),
        (
            Macro::Protected,
            "",
            "mod posts { #[authorized(not(role = \"a\"))] async fn list() {} }",
            "`not(..)` alone lets every other signed-in user in",
        ),
    ] {
        assert_eq!(said(within, args, item), [expected], "{item}");
    }
    let inside = "mod posts { #[authorized(not(role = \"b\"))] async fn list() {} }";
    assert_eq!(said(Macro::Authorized, "role = \"a\"", inside), [""; 0]);
}

proptest! {
    #[test]
    fn half_typed_containers_keep_their_functions(item in prop_oneof![Just(MODULE), Just(IMPL)], mut length in 0_usize..250) {
        let item = prefix(tokens(item), &mut length);
        let expansion = crate::pipeline::attribute(Macro::Protected, tokens(""), &item).to_string();
        prop_assert!(!expansion.contains("this is a bug"));
        for name in ["list", "edit", "help", "load", "drafts"] {
            let written = format!("fn {name}");
            prop_assert!(!item.to_string().contains(&written) || expansion.contains(&written));
        }
    }
}

#[test]
fn an_editor_completes_the_arguments_of_container_and_handler() {
    let text = text(
        Macro::Protected,
        "fres",
        "mod posts { #[authorized(rol)] async fn edit() {} }",
    );
    for expected in [
        "arguments::protected::{fresas_}",
        "arguments::authorized::{rolas_}",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}
