use crate::guard::{Guard, Rule};

/// A guard, for calling a guarded handler as the function it is: nobody is asked, so what is tested
/// is the handler alone. Which guard it is follows from the handler.
///
/// ```
/// use axum::extract::Path;
/// use portcullis::authorized;
/// use portcullis::testing::pass;
///
/// #[authorized(role = "admin")]
/// async fn greet(Path(name): Path<String>) -> String {
///     format!("Hello {name}!")
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(greet(pass(), Path("Ada".to_owned())).await, "Hello Ada!");
/// # }
/// ```
#[must_use]
pub const fn pass<R: Rule>() -> Guard<R> {
    Guard::for_tests()
}
