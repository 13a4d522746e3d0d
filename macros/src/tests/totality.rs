//! Half-typed programs: an editor expands them at every keystroke.

use proc_macro2::TokenStream;
use proptest::prelude::*;

use super::{HANDLER, tokens};
use crate::keys::Macro;
use crate::pipeline;

const ARGS: &str = r#"
    any(role = any("admin", "editor"), not(permission = "post:write")),
    all(role = "a", permission = all("b", "c")), redirect = "/login", reason = "why"
"#;

/// The first tokens, counting those inside of groups.
fn prefix(stream: TokenStream, left: &mut usize) -> TokenStream {
    stream
        .into_iter()
        .map_while(|token| {
            *left = left.checked_sub(1)?;
            Some(match token {
                proc_macro2::TokenTree::Group(group) => {
                    let inside = prefix(group.stream(), left);
                    proc_macro2::Group::new(group.delimiter(), inside).into()
                }
                other => other,
            })
        })
        .collect()
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
    fn half_typed_arguments_keep_the_handler(within in any_macro(), mut length in 0_usize..60) {
        let args = prefix(tokens(ARGS), &mut length);
        let expansion = pipeline::attribute(within, args.clone(), &tokens(HANDLER)).to_string();
        prop_assert!(expansion.contains("async fn edit"), "{expansion}");
        prop_assert!(!expansion.contains("bug in portcullis"), "{expansion}");
        prop_assert!(!pipeline::expression(args).to_string().contains("bug in portcullis"));
    }

    #[test]
    fn half_typed_handlers_are_emitted(within in any_macro(), mut length in 0_usize..30) {
        let item = prefix(tokens(&format!("#[doc = \"x\"] pub {HANDLER}")), &mut length);
        let expansion = pipeline::attribute(within, TokenStream::new(), &item).to_string();
        prop_assert!(!expansion.contains("bug in portcullis"), "{expansion}");
        prop_assert!(!item.to_string().contains("edit") || expansion.contains("edit"), "{expansion}");
    }

    #[test]
    fn arbitrary_arguments_never_panic(args in r#"(role|any|not|redirect|x|"a"|=|,|:|\(\)|\("b"\)|3| ){0,12}"#) {
        let expansion = pipeline::attribute(Macro::Authorized, tokens(&args), &tokens(HANDLER)).to_string();
        prop_assert!(expansion.contains("async fn edit"), "{expansion}");
        prop_assert!(!expansion.contains("bug in portcullis"), "{expansion}");
    }
}
