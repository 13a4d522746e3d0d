//! The item an attribute stands on: attributes, visibility, signature, and a body that is never parsed.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Safety, Signature, Token, Visibility};

use crate::diag::Report;
use crate::keys::Macro;

/// A function, its body verbatim.
#[derive(Clone)]
pub(crate) struct Handler {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Group,
}

impl Handler {
    /// Reads a function, or says what the item is instead.
    pub(crate) fn read(within: Macro, item: TokenStream) -> Result<Self, Report> {
        Self::read_or(item, |keyword| not_a_function(within, keyword))
    }

    /// Reads a function, or answers with what is to be said of another item's keyword.
    pub(crate) fn read_or(
        item: TokenStream,
        otherwise: impl FnOnce(&Ident) -> Report,
    ) -> Result<Self, Report> {
        let read = |input: ParseStream<'_>| Self::parse(otherwise, input);
        Ok(read.parse2(item)?)
    }

    /// Reads a function at the start of the input.
    pub(crate) fn parse(
        otherwise: impl FnOnce(&Ident) -> Report,
        input: ParseStream<'_>,
    ) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if let Some(keyword) = other_item(input)? {
            return Err(otherwise(&keyword).into());
        }
        Ok(Self {
            attrs,
            vis,
            sig: input.parse()?,
            body: body(input)?,
        })
    }

    /// The first word before `fn` that `what` cannot have.
    pub(crate) fn qualified(&self, what: &str) -> Option<Report> {
        let sig = &self.sig;
        let (culprit, qualifier) = match (&sig.constness, &sig.safety, &sig.abi) {
            (Some(constness), _, _) => (quote!(#constness), "const"),
            (_, Safety::Unsafe(safety), _) => (quote!(#safety), "unsafe"),
            (_, Safety::Safe(safety), _) => (quote!(#safety), "safe"),
            (_, _, Some(abi)) => (quote!(#abi), "extern"),
            (None, Safety::Default, None) => return None,
        };
        let message = format!("{what} cannot be `{qualifier}`");
        Some(Report::new(culprit, message).help(format!("write `async fn {}`", sig.ident)))
    }
}

impl ToTokens for Handler {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attrs,
            vis,
            sig,
            body,
        } = self;
        tokens.extend(quote!(#(#attrs)* #vis #sig #body));
    }
}

fn body(input: ParseStream<'_>) -> syn::Result<Group> {
    if input.peek(Token![;]) {
        let semicolon: Token![;] = input.parse()?;
        return Err(Report::new(semicolon, "expected a function body")
            .help("a guard needs the function it guards: put the attribute where the body is")
            .into());
    }
    match input.parse()? {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => Ok(body),
        other => Err(Report::new(other, "expected a function body").into()),
    }
}

/// What may stand before `fn`.
pub(crate) const QUALIFIERS: &[&str] = &["const", "async", "unsafe", "safe", "extern", "default"];
const ITEMS: &[&str] = &[
    "enum", "impl", "mod", "static", "struct", "trait", "type", "union", "use",
];

/// The keyword of an item that is no function.
fn other_item(input: ParseStream<'_>) -> syn::Result<Option<Ident>> {
    let rest: TokenStream = input.fork().parse()?;
    let words: Vec<Ident> = rest
        .into_iter()
        .filter(|token| !matches!(token, TokenTree::Literal(_)))
        .map_while(|token| match token {
            TokenTree::Ident(word) => Some(word),
            TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        })
        .collect();
    let is = |word: &Ident, list: &[&str]| list.iter().any(|other| word == other);
    Ok(match words.iter().find(|word| !is(word, QUALIFIERS)) {
        Some(word) if word == "fn" => None,
        Some(word) if is(word, ITEMS) => Some(word.clone()),
        _ => words.into_iter().next(),
    })
}

fn not_a_function(within: Macro, keyword: &Ident) -> Report {
    let places = match within {
        Macro::Public => "a handler function",
        Macro::Protected | Macro::Authorized | Macro::Guard => {
            "a handler function, an `impl` block or an inline `mod`"
        }
    };
    let message = format!("`{}` goes on {places}", within.written());
    Report::new(keyword, message).help("put it on the `async fn` that answers the request")
}
