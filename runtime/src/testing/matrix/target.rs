use http::Method;

use crate::layer::RequireLayer;
use crate::routing::{AccessMatrix, MatrixEntry};

/// The methods that handlers usually have.
const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// The methods and path patterns that lead to an entry.
pub(super) fn targets(entry: &MatrixEntry, matrix: &AccessMatrix) -> Vec<(Method, String)> {
    if let Some(layer) = entry.layer() {
        return within(layer, matrix);
    }
    let methods = match entry.methods() {
        "*" => METHODS.to_vec(),
        "other methods" => return other_methods(entry, matrix),
        methods => named(methods),
    };
    let path = || entry.path().to_owned();
    methods.into_iter().map(|method| (method, path())).collect()
}

/// All that is behind a layer. Where plain routers have their routes nobody knows.
fn within(layer: &RequireLayer, matrix: &AccessMatrix) -> Vec<(Method, String)> {
    let entries = matrix.entries().iter();
    let known = entries.filter(|entry| {
        entry.is_behind(layer) && entry.layer().is_none() && entry.declared().is_some()
    });
    known.flat_map(|entry| targets(entry, matrix)).collect()
}

/// The methods of a list; `GET` brings `HEAD` with it.
fn named(methods: &str) -> Vec<Method> {
    let methods = methods
        .split(", ")
        .filter_map(|method| method.parse::<Method>().ok());
    methods
        .flat_map(|method| match method {
            Method::GET => vec![Method::GET, Method::HEAD],
            method => vec![method],
        })
        .collect()
}

/// For each route that the entry stands in for, the first method that the route does not have.
fn other_methods(entry: &MatrixEntry, matrix: &AccessMatrix) -> Vec<(Method, String)> {
    let prefix = entry.path().trim_end_matches('*');
    let mut targets: Vec<(Method, String)> = Vec::new();
    for route in matrix.entries() {
        let path = route.path();
        let is_known = targets.iter().any(|(_, known)| known == path);
        if is_known || path.ends_with('*') || !path.starts_with(prefix) {
            continue;
        }
        let has = |method: &Method| {
            matrix.entries().iter().any(|other| {
                let is_there = other.methods() == "*" || named(other.methods()).contains(method);
                other.path() == path && is_there
            })
        };
        if let Some(free) = METHODS.into_iter().find(|method| !has(method)) {
            targets.push((free, path.to_owned()));
        }
    }
    targets
}
