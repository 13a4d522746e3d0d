//! Where the endpoints of Auth.js are.

use url::Url;

use super::ConfigMistake;
use crate::denial::ReturnTo;

pub(super) const DEFAULT: &str = "/api/auth";

/// A path such as `/api/auth`: without a `/` at its end, and nothing that a router would read as a pattern.
pub(crate) fn checked(setting: &'static str, path: &str) -> Result<String, ConfigMistake> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let is_segment = |segment: &str| !matches!(segment, "" | "." | "..");
    let is_ours = ReturnTo::checked(path).is_some_and(|checked| checked.as_str() == path);
    let mut segments = path.split('/').skip(1);
    if is_ours && path.bytes().all(is_plain) && segments.all(is_segment) {
        Ok(path.to_owned())
    } else {
        Err(ConfigMistake::BasePathInvalid {
            setting,
            value: path.to_owned(),
        })
    }
}

/// The path of `AUTH_URL`, as Auth.js takes it; `None` if it has none.
pub(super) fn of_url(setting: &'static str, url: &str) -> Option<Result<String, ConfigMistake>> {
    let url = Url::parse(url).ok()?;
    let path = url.path().strip_suffix('/').unwrap_or(url.path());
    (!path.is_empty()).then(|| checked(setting, path))
}
