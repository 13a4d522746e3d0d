//! What a page offers a person: its words, its forms and its links, without how it looks.

/// The words, forms and links of a page, a line each.
pub fn outline(html: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut within = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let words = text(&rest[..start]);
        if !words.is_empty() && within != "style" && within != "script" {
            lines.push(format!("{within}: {words}"));
        }
        let Some(length) = rest[start..].find('>') else {
            break;
        };
        let tag = &rest[start + 1..start + length];
        rest = &rest[start + length + 1..];
        if !tag.starts_with('/') {
            within = tag_name(tag);
            lines.extend(told(&within, tag));
        }
    }
    lines
}

fn tag_name(tag: &str) -> String {
    let end = tag.find(|c: char| !c.is_ascii_alphanumeric());
    tag[..end.unwrap_or(tag.len())].to_ascii_lowercase()
}

/// What an element tells by itself.
fn told(name: &str, tag: &str) -> Option<String> {
    let attribute = |name| attribute(tag, name).unwrap_or_default();
    match name {
        "form" => Some(format!(
            "form {} {}",
            attribute("method").to_uppercase(),
            attribute("action")
        )),
        "input" => Some(format!(
            "input {} {} value={:?} placeholder={:?}",
            attribute("type"),
            attribute("name"),
            attribute("value"),
            attribute("placeholder")
        )),
        "a" => Some(format!("link {}", attribute("href"))),
        _ => None,
    }
}

/// An attribute in double quotes.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    Some(text(value.split('"').next()?))
}

/// The text as a person reads it.
fn text(html: &str) -> String {
    let plain = html
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&amp;", "&");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
