//! Who is told of the layers that require something. A router asks a layer what it puts around its
//! routes, for it may be one of ours in a stack of others.

use std::cell::RefCell;
use std::mem::replace;

use super::RequireLayer;

thread_local! {
    /// What was put around something since somebody began to ask.
    static NOTED: RefCell<Option<Vec<RequireLayer>>> = const { RefCell::new(None) };
}

/// The layers of ours that `apply` puts around something, each once.
pub(crate) fn required_by(apply: impl FnOnce()) -> Vec<RequireLayer> {
    let begin = |noted| NOTED.with(|cell| replace(&mut *cell.borrow_mut(), noted));
    let before = begin(Some(Vec::new()));
    apply();
    begin(before).unwrap_or_default()
}

pub(super) fn note(layer: &RequireLayer) {
    NOTED.with(|cell| {
        if let Some(noted) = &mut *cell.borrow_mut()
            && !noted.iter().any(|known| known.is(layer))
        {
            noted.push(layer.clone());
        }
    });
}
