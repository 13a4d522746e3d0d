/// What happens to a page visit of somebody who is not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnAnonymous {
    /// 401, as for every other request.
    Refuse,
    /// 303 to the configured sign-in page, which knows the way back.
    SignInPage,
    /// 303 to this path, which knows the way back.
    RedirectTo(&'static str),
}

/// What happens to a visitor who is signed in and may not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDenied {
    /// 403.
    Forbid,
    /// 404, as if there were nothing.
    Hide,
}
