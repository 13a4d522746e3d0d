//! What a user is told: a [`Report`] is one mistake, [`Errors`] are all the mistakes of one run.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};

/// One mistake: the tokens to underline, the rule they break and what to write instead.
pub(crate) struct Report {
    culprit: TokenStream,
    message: String,
}

impl Report {
    /// A mistake in these tokens; from the first to the last of them is underlined.
    pub(crate) fn new(culprit: impl ToTokens, message: impl Into<String>) -> Self {
        Self {
            culprit: culprit.into_token_stream(),
            message: message.into(),
        }
    }

    /// A mistake that is an absence: the whole attribute is underlined.
    pub(crate) fn missing(message: impl Into<String>) -> Self {
        Self::new(TokenStream::new(), message)
    }

    /// Adds a line that says what to write.
    pub(crate) fn help(self, line: impl Display) -> Self {
        self.line("help", line)
    }

    /// Adds a line with something worth knowing.
    pub(crate) fn note(self, line: impl Display) -> Self {
        self.line("note", line)
    }

    fn line(mut self, kind: &str, line: impl Display) -> Self {
        self.message.push_str(&format!("\n  = {kind}: {line}"));
        self
    }
}

impl ToTokens for Report {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let error = syn::Error::new_spanned(&self.culprit, &self.message);
        tokens.extend(error.into_compile_error());
    }
}

impl From<Report> for syn::Error {
    fn from(report: Report) -> Self {
        Self::new_spanned(report.culprit, report.message)
    }
}

impl From<syn::Error> for Report {
    fn from(error: syn::Error) -> Self {
        Self::new(quote_spanned!(error.span()=> _), error.to_string())
    }
}

/// Proof that a report was added to [`Errors`]: whoever holds it need not explain further.
pub(crate) struct Reported(());

/// The mistakes found so far.
pub(crate) struct Errors {
    reports: Vec<Report>,
}

impl Errors {
    /// Runs `work`, then answers with its value, or with every mistake it added.
    pub(crate) fn collect<T>(
        work: impl FnOnce(&mut Self) -> Result<T, Reported>,
    ) -> Result<T, TokenStream> {
        let mut errors = Self {
            reports: Vec::new(),
        };
        match work(&mut errors) {
            Ok(value) if errors.reports.is_empty() => Ok(value),
            _ => Err(errors
                .reports
                .iter()
                .map(ToTokens::to_token_stream)
                .collect()),
        }
    }

    pub(crate) fn add(&mut self, report: Report) -> Reported {
        self.reports.push(report);
        Reported(())
    }

    /// Takes the value, or adds the mistake that stands in its place.
    pub(crate) fn take<T>(&mut self, result: Result<T, Report>) -> Result<T, Reported> {
        result.map_err(|report| self.add(report))
    }
}

/// The values of all results; every one of them is looked at, also behind a broken one.
pub(crate) fn every<T>(
    results: impl Iterator<Item = Result<T, Reported>>,
) -> Result<Vec<T>, Reported> {
    // Collected first, for a `Result` would stop at the first broken one.
    let results: Vec<_> = results.collect();
    results.into_iter().collect()
}

/// The mistake of portcullis itself, when a macro panicked.
pub(crate) fn bug(panic: &str) -> TokenStream {
    let message = format!("this is a bug in portcullis: {panic}");
    Report::missing(message)
        .help("please report it, with the handler that caused it")
        .into_token_stream()
}

/// Tokens as text, where they are short enough to be part of a message.
pub(crate) fn brief(tokens: &TokenStream) -> Option<String> {
    let text = tokens.to_string();
    (text.chars().count() <= 60 && !text.contains('\n')).then_some(text)
}

/// The name that was probably meant: nearest by edit distance, or the same letters in another order.
pub(crate) fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).max(1);
    names
        .map(|name| (distance(word, name), name))
        .filter(|(distance, name)| *distance <= allowed || letters(word) == letters(name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

fn letters(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

/// The Levenshtein distance, one row of the matrix at a time.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (1..=to.chars().count()).collect();
    for (above, x) in from.chars().enumerate() {
        let (mut diagonal, mut left) = (above, above + 1);
        for (cell, y) in row.iter_mut().zip(to.chars()) {
            let substituted = diagonal + usize::from(x != y);
            diagonal = *cell;
            left = substituted.min(left + 1).min(diagonal + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_else(|| from.chars().count())
}
