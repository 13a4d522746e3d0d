//! What has changed since an access matrix was committed, in words.

use super::entry::Row;

/// A sentence for each entry that is not as it was. Their order is no difference.
pub(super) fn in_words(was: &[Row], is: &[Row]) -> Vec<String> {
    let mut was: Vec<_> = was.iter().collect();
    // Several entries may share methods and path, as plain routers do: first those that did not change.
    let mut rest = Vec::new();
    for row in is {
        match was.iter().position(|earlier| *earlier == row) {
            Some(same) => {
                was.remove(same);
            }
            None => rest.push(row),
        }
    }
    let mut sentences = Vec::new();
    for row in rest {
        match was.iter().position(|earlier| is_same_entry(earlier, row)) {
            Some(changed) => sentences.push(change(was.remove(changed), row)),
            None => sentences.push(format!("{}: new, {}", name(row), row.access_with_options())),
        }
    }
    let gone = was
        .into_iter()
        .map(|row| format!("{}: gone, was {}", name(row), row.access_with_options()));
    sentences.extend(gone);
    sentences
}

/// A plain router never becomes the fallback that has its methods and path.
fn is_same_entry(one: &Row, other: &Row) -> bool {
    one.methods == other.methods
        && one.path == other.path
        && one.is_undeclared() == other.is_undeclared()
}

fn name(row: &Row) -> String {
    format!("{} {}", row.methods, row.path)
}

fn change(was: &Row, is: &Row) -> String {
    let columns = [
        ("", was.access_with_options(), is.access_with_options()),
        ("handler ", was.handler.clone(), is.handler.clone()),
        ("file ", was.file.clone(), is.file.clone()),
    ];
    let changes: Vec<_> = columns
        .into_iter()
        .filter(|(_, was, is)| was != is)
        .map(|(column, was, is)| format!("{column}was {}, is {}", or_none(&was), or_none(&is)))
        .collect();
    format!("{}: {}", name(is), changes.join("; "))
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}
