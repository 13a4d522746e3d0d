//! Four expansions, as a reader of `cargo expand` would see them.

use quote::ToTokens;
use syn::{File, Item};

use super::expand;
use crate::expand::crate_key;
use crate::keys::Macro;

fn pretty(within: Macro, args: &str, item: &str) -> String {
    match syn::parse2::<File>(expand(within, args, item)) {
        Ok(mut file) => {
            file.items.retain(|item| !is_for_editors(item));
            // The key is another one for every version of this crate.
            prettyplease::unparse(&file).replace(&crate_key().to_string(), "KEY")
        }
        Err(error) => error.to_string(),
    }
}

fn is_for_editors(item: &Item) -> bool {
    item.to_token_stream()
        .to_string()
        .contains("cfg (rust_analyzer)")
}

#[test]
fn protected() {
    insta::assert_snapshot!(pretty(
        Macro::Protected,
        "redirect",
        "async fn dashboard(session: Session) -> Html<String> { page(&session) }"
    ));
}

#[test]
fn authorized() {
    insta::assert_snapshot!(pretty(
        Macro::Authorized,
        r#"any(role = "admin", permission = "post:write")"#,
        "/// Changes a post.\n pub async fn edit(Path(id): Path<u64>, Json(post): Json<Post>) -> String { save(id, post) }"
    ));
}

#[test]
fn public() {
    insta::assert_snapshot!(pretty(
        Macro::Public,
        r#"reason = "landing page""#,
        "pub(crate) async fn home() -> &'static str { \"hello\" }"
    ));
}

#[test]
fn policy() {
    insta::assert_snapshot!(pretty(
        Macro::Authorized,
        r#"any(role = Role::Admin, policy = owns_post), not(policy = policies::is_archived), fresh = "15m""#,
        "async fn edit(Path(id): Path<u64>, Json(post): Json<Post>) -> String { save(id, post) }"
    ));
}
