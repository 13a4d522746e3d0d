//! A declaration names its handler, and points at it rather than at the attribute.

#![deny(warnings)]

use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(role = "admin")]
/// Documented between the two.
async fn r#match() {}

fn main() {
    let router = Router::<Auth>::new().route("/match", get(r#match));
    let entries = router.access_matrix().entries();
    assert_eq!(
        entries[0].handler(),
        Some(concat!(module_path!(), "::match"))
    );
    let location = entries[0].location();
    assert_eq!((location.file(), location.line()), (file!(), 9));
}
