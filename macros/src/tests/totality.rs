//! Half-typed programs: an editor expands them at every keystroke.

use proc_macro2::TokenStream;
use proptest::prelude::*;

use super::{HANDLER, prefix, tokens};
use crate::keys::Macro;
use crate::pipeline;

/// Everything that can be written, in every order of importance.
const ARGS: &[&str] = &[
    r#"any(role = any("admin", Role::Editor), not(permission = "post:write")),
       all(role = "a", permission = all("b", Permission::PostRead)), redirect = "/login""#,
    r#"scope = any("posts:read", "posts:write"), owner = "user_id", policy = policies::owns_post"#,
    r#"claim("plan" = "gold"), claim("realm", "tier" = -3), claim("ratio" = 0.5), claim("vip" = true),
       claim("groups" contains "staff"), claim("emailVerified")"#,
    "when = |session| session.roles().iter().any(|role| role == \"a\") && f::<A, B>(session), live",
    "any(when = path::to::function::<A, B>, when = move |_| { true }, policy = owns_post)",
    r#"role = "a", redirect = paths::LOGIN, deny = not_found, fresh = "15m", acr = "phr""#,
    r#"role = "a", via = (cookie, bearer), live, audit, state = App<A, Vec<B>>, crate = ::portcullis"#,
    r#"reason = "landing page", cross_site, overrides, state = App<A>, crate = crate::auth"#,
];

fn any_args() -> impl Strategy<Value = &'static str> {
    prop::sample::select(ARGS)
}

fn any_macro() -> impl Strategy<Value = Macro> {
    prop_oneof![
        Just(Macro::Protected),
        Just(Macro::Authorized),
        Just(Macro::Public)
    ]
}

proptest! {
    #[test]
    fn half_typed_arguments_keep_the_handler(
        within in any_macro(),
        args in any_args(),
        mut length in 0_usize..80,
    ) {
        let args = prefix(tokens(args), &mut length);
        let expansion = pipeline::attribute(within, args.clone(), &tokens(HANDLER));
        let text = expansion.to_string();
        prop_assert!(text.contains("async fn edit"), "{text}");
        prop_assert!(!text.contains("bug in portcullis"), "{text}");
        prop_assert!(is_file(expansion), "{text}");
        prop_assert!(!pipeline::expression(args).to_string().contains("bug in portcullis"));
    }

    #[test]
    fn what_is_written_is_there_to_complete(args in any_args(), mut length in 1_usize..80) {
        let args = prefix(tokens(args), &mut length);
        let expansion = pipeline::attribute(Macro::Authorized, args.clone(), &tokens(HANDLER));
        let text = expansion.to_string();
        for word in crate::parse::words(&args) {
            prop_assert!(text.contains(&format!("{word} as _")), "{word}: {text}");
        }
    }

    #[test]
    fn half_typed_handlers_are_emitted(within in any_macro(), mut length in 0_usize..30) {
        let item = prefix(tokens(&format!("#[doc = \"x\"] pub {HANDLER}")), &mut length);
        let expansion = pipeline::attribute(within, TokenStream::new(), &item).to_string();
        prop_assert!(!expansion.contains("bug in portcullis"), "{expansion}");
        prop_assert!(!item.to_string().contains("edit") || expansion.contains("edit"), "{expansion}");
    }

    #[test]
    fn arbitrary_arguments_never_panic(args in r#"(role|any|not|claim|owner|when|policy|redirect|via|fresh|crate|state|x|fn|"a"|=|,|:|::|<|>|-|\|\||\|x\| ?|\(\)|\("b"\)|3| ){0,12}"#) {
        let expansion = pipeline::attribute(Macro::Authorized, tokens(&args), &tokens(HANDLER));
        let text = expansion.to_string();
        prop_assert!(text.contains("async fn edit"), "{text}");
        prop_assert!(!text.contains("bug in portcullis"), "{text}");
        prop_assert!(is_file(expansion), "{text}");
    }
}

/// Whether the compiler can read it: otherwise it would drop all of it, the handler included.
fn is_file(expansion: TokenStream) -> bool {
    syn::parse2::<syn::File>(expansion).is_ok()
}
