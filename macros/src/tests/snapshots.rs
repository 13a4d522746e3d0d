//! Three expansions, as a reader of `cargo expand` would see them.

use super::expand;
use crate::keys::Macro;

fn pretty(within: Macro, args: &str, item: &str) -> String {
    match syn::parse2(expand(within, args, item)) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => error.to_string(),
    }
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
