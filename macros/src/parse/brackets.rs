//! The brackets that tokens do not group: `<..>` of types, `|..|` of closures. Commas inside of them part nothing.

use proc_macro2::TokenTree;

/// Whether a comma behind these tokens of an argument would stand inside of such brackets.
pub(super) fn open(argument: &[TokenTree]) -> bool {
    match argument {
        [TokenTree::Ident(name), _, value @ ..] if name == "when" => {
            parameters_open(value) || angles_open(value, false)
        }
        [TokenTree::Ident(name), _, value @ ..] if name == "state" => angles_open(value, true),
        _ => false,
    }
}

/// Whether the parameters of a closure have begun and not ended.
fn parameters_open(value: &[TokenTree]) -> bool {
    let is_bar = |token: &&TokenTree| is(token, '|');
    let begins = match value {
        [first, ..] if is(first, '|') => true,
        [TokenTree::Ident(word), second, ..] => word == "move" && is(second, '|'),
        _ => false,
    };
    begins && value.iter().filter(is_bar).count() == 1
}

/// Whether `<` is waiting for its `>`. In an expression only `::<` is a bracket.
fn angles_open(value: &[TokenTree], is_type: bool) -> bool {
    let mut depth = 0_usize;
    let mut before = None;
    for token in value {
        let opens = is_type || depth > 0 || before.is_some_and(|before| is(before, ':'));
        if is(token, '<') && opens {
            depth += 1;
        } else if is(token, '>') && !before.is_some_and(|before| is(before, '-')) {
            depth = depth.saturating_sub(1);
        }
        before = Some(token);
    }
    depth > 0
}

fn is(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}
