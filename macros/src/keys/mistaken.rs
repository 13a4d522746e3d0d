/// Names that are not arguments, yet are written often enough to deserve their own answer.
const MISTAKEN: &[(&[&str], &str)] = &[
    (
        &["roles", "has_role", "any_role"],
        r#"to accept several roles write `role = any("admin", "editor")`"#,
    ),
    (
        &["permissions", "perms", "has_permission"],
        r#"to accept several permissions write `permission = any("post:read", "post:write")`"#,
    ),
    (
        &["scopes", "has_scope"],
        r#"to require several scopes write `scope = all("posts:read", "posts:write")`"#,
    ),
    (
        &["claims"],
        r#"to require a claim write `claim("plan" = "gold")`"#,
    ),
    (
        &["guard", "check", "filter", "predicate"],
        "to ask a function of the session write `when = path::to::function`",
    ),
    (
        &["policies"],
        "to ask several policies write `all(policy = owns_post, policy = is_draft)`",
    ),
    (
        &["login", "login_url", "sign_in", "redirect_to"],
        r#"to send visitors to a sign-in page write `redirect = "/login"`"#,
    ),
    (
        &["status", "hide", "not_found", "forbidden"],
        "to choose the refusal write `deny = not_found` or `deny = forbidden`",
    ),
    (
        &["max_age", "recent"],
        r#"to require a recent sign-in write `fresh = "15m"`"#,
    ),
    (
        &["session", "token", "cookie", "bearer", "source"],
        "to choose the credentials that count write `via = cookie` or `via = bearer`",
    ),
    (
        &["or", "one_of", "any_of"],
        r#"write `any(role = "admin", permission = "post:write")`"#,
    ),
    (
        &["and", "all_of"],
        r#"write `all(role = "editor", permission = "post:write")`"#,
    ),
];

/// The answer to a name that is written by mistake often enough to have one.
pub(crate) fn mistaken(name: &str) -> Option<&'static str> {
    MISTAKEN
        .iter()
        .find(|(names, _)| names.contains(&name))
        .map(|(_, help)| *help)
}

/// Whether a name announces key material, which never belongs in an attribute.
pub(crate) fn is_secret(name: &str) -> bool {
    ["secret", "key", "jwt_secret", "auth_secret"].contains(&name)
}
