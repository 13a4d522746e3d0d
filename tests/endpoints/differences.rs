//! Where our answers are not the original's, and why.

use super::answer::Told;

/// A difference. Every answer has to show it that the change applies to, and one at least in each setup: a
/// difference that is gone is as wrong as a new one.
#[derive(Debug)]
pub struct Difference {
    /// How the names of the setups begin that show it.
    pub at: &'static [&'static str],
    /// The names of the requests that may show it, or how they begin, with a `*`.
    pub requests: &'static [&'static str],
    /// The part of the answer.
    pub part: &'static str,
    pub change: Change,
    pub because: &'static str,
}

/// How ours comes from the original.
#[derive(Debug)]
pub enum Change {
    /// It is the second where the original is the first.
    Is(&'static str, &'static str),
    /// It has the second where the original has the first.
    Has(&'static str, &'static str),
}

impl Change {
    fn apply(&self, text: &str) -> String {
        match *self {
            Self::Is(theirs, ours) if text == theirs => ours.to_owned(),
            Self::Is(..) => text.to_owned(),
            Self::Has(theirs, ours) => text.replace(theirs, ours),
        }
    }
}

impl Difference {
    fn is_at(&self, setup: &str) -> bool {
        self.at.iter().any(|at| setup.starts_with(at))
    }

    fn is_of(&self, request: &str) -> bool {
        self.requests.iter().any(|name| matches(name, request))
    }
}

fn matches(name: &str, request: &str) -> bool {
    match name.strip_suffix('*') {
        Some(beginning) => request.starts_with(beginning),
        None => request == name,
    }
}

/// What is wrong with our answers.
pub fn complaints(setup: &str, answers: &[(&'static str, Told, Told)]) -> Vec<String> {
    let differences: Vec<_> = ALL.iter().copied().flatten().collect();
    let differences = differences.into_iter().filter(|found| found.is_at(setup));
    let mut differences: Vec<_> = differences.map(|difference| (difference, 0)).collect();
    let mut complaints = Vec::new();
    for (request, theirs, ours) in answers {
        for (part, theirs) in theirs {
            let mut expected = theirs.clone();
            for (difference, shown) in &mut differences {
                if difference.part == *part && difference.is_of(request) {
                    let changed = difference.change.apply(&expected);
                    *shown += usize::from(changed != expected);
                    expected = changed;
                }
            }
            let ours = &ours[part];
            if *ours != expected {
                complaints.push(format!(
                    "{request}: {part}\n  theirs: {theirs:?}\n  ours:   {ours:?}\n  as we know it: {expected:?}"
                ));
            }
        }
    }
    let gone = differences.iter().filter(|(_, shown)| *shown == 0);
    complaints.extend(gone.map(|(difference, _)| {
        let Difference { part, because, .. } = difference;
        format!("no longer different: {part}, because {because}: {difference:?}")
    }));
    complaints
}

/// Names in the table that no request has.
pub fn unknown(requests: &[&str]) -> Vec<&'static str> {
    let differences = ALL.iter().copied().flatten();
    let names = differences.flat_map(|difference| difference.requests);
    let names = names.copied();
    names
        .filter(|name| !requests.iter().any(|request| matches(name, request)))
        .collect()
}

const EVERYWHERE: &[&str] = &["v4", "v5"];
const EVERY_REQUEST: &[&str] = &["*"];

const ALL: &[&[Difference]] = &[HEADERS, TOKENS, PAGES];

const HEADERS: &[Difference] = &[
    Difference {
        at: EVERYWHERE,
        requests: EVERY_REQUEST,
        part: "cache-control",
        change: Change::Is("", "private, no-cache, no-store"),
        because: "whatever is said of a visitor is for nobody else, and an answer sets cookies",
    },
    Difference {
        at: EVERYWHERE,
        requests: EVERY_REQUEST,
        part: "pragma",
        change: Change::Is("", "no-cache"),
        because: "as Cache-Control",
    },
    Difference {
        at: EVERYWHERE,
        requests: EVERY_REQUEST,
        part: "expires",
        change: Change::Is("", "0"),
        because: "as Cache-Control",
    },
    Difference {
        at: EVERYWHERE,
        requests: EVERY_REQUEST,
        part: "content-type",
        change: Change::Is("text/html", "text/html; charset=utf-8"),
        because: "the page says so in its first line only",
    },
];

const TOKENS: &[Difference] = &[Difference {
    at: &[
        "v4 http", "v4 https", "v4 pages", "v5 http", "v5 https", "v5 pages",
    ],
    requests: EVERY_REQUEST,
    part: "cookies",
    change: Change::Has("\"sub\":\"7\"", "\"sid\":\"<id>\",\"sub\":\"7\""),
    because: "a session has an id here, so that it can be ended",
}];

const SHOWN: &[&str] = &["v4 http", "v5 http"];

const PAGES: &[Difference] = &[
    Difference {
        at: SHOWN,
        requests: &["sign-in page*"],
        part: "body",
        change: Change::Has("title: Sign In\n", "title: Sign in\nh1: Sign in\n"),
        because: "the page has a heading",
    },
    Difference {
        at: EVERYWHERE,
        requests: EVERY_REQUEST,
        part: "body",
        change: Change::Has("form POST <origin>/", "form POST /"),
        because: "the page is of this site already",
    },
    Difference {
        at: SHOWN,
        requests: &["sign-in page*"],
        part: "body",
        change: Change::Has(
            "label: User name",
            "input hidden callbackUrl value=\"<origin>\" placeholder=\"\"\nlabel: User name",
        ),
        because: "two pages in two tabs lead back to two places",
    },
];
