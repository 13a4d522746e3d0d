//! The matrix as a committed file.

use super::entry::Row;

const HEADING: [&str; 2] = [
    "# Who may do what",
    "Read from the guards of the program; a test compares it with them.",
];
const COLUMNS: [&str; 6] = ["Method", "Path", "Access", "Options", "Handler", "File"];

/// Why a committed file is no access matrix.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// Counted from one.
    pub(super) line: usize,
    pub(super) text: String,
}

pub(super) fn write(rows: &[Row]) -> String {
    let [title, origin] = HEADING;
    let rule = COLUMNS.map(|_| "---");
    let mut markdown = format!("{title}\n\n{origin}\n\n{}{}", line(COLUMNS), line(rule));
    for row in rows {
        let cells = [
            &row.methods,
            &row.path,
            &row.access,
            &row.options,
            &row.handler,
            &row.file,
        ];
        let cells = cells.map(|cell| escaped(cell));
        markdown.push_str(&line(cells.each_ref().map(String::as_str)));
    }
    markdown
}

fn line(cells: [&str; 6]) -> String {
    let mut line = "|".to_owned();
    for cell in cells {
        line.push(' ');
        line.push_str(cell);
        line.push_str(if cell.is_empty() { "|" } else { " |" });
    }
    line.push('\n');
    line
}

/// What would end a cell, or be hidden from readers as a tag or a link.
fn escaped(cell: &str) -> String {
    let mut escaped = String::with_capacity(cell.len());
    for character in cell.chars() {
        if ['\\', '|', '<', '['].contains(&character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Reads what [`write`] wrote, however its columns are padded and its lines end.
pub(super) fn read(markdown: &str) -> Result<Vec<Row>, Unreadable> {
    let mut rows = Vec::new();
    for (index, text) in markdown.lines().enumerate() {
        let text = text.trim();
        let is_frame = text.is_empty() || HEADING.contains(&text);
        match cells(text).map(<[String; 6]>::try_from) {
            None if is_frame => {}
            Some(Ok(cells)) if cells == COLUMNS || is_rule(&cells) => {}
            Some(Ok([methods, path, access, options, handler, file])) => rows.push(Row {
                methods,
                path,
                access,
                options,
                handler,
                file,
            }),
            None | Some(Err(_)) => {
                return Err(Unreadable {
                    line: index + 1,
                    text: text.to_owned(),
                });
            }
        }
    }
    Ok(rows)
}

/// The line below the names of the columns.
fn is_rule(cells: &[String]) -> bool {
    let is_rule = |cell: &String| cell.contains("---") && cell.trim_matches([':', '-']).is_empty();
    cells.iter().all(is_rule)
}

/// The cells of a line, unescaped; none if it is no line of a table.
fn cells(line: &str) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut characters = line.strip_prefix('|')?.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '|' => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            '\\' => match characters.next_if(char::is_ascii_punctuation) {
                Some(escaped) => cell.push(escaped),
                None => cell.push(character),
            },
            _ => cell.push(character),
        }
    }
    // What is left behind the last bar belongs to no cell.
    cell.trim().is_empty().then_some(cells)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(cells: [&str; 6]) -> Row {
        let [methods, path, access, options, handler, file] = cells.map(str::to_owned);
        Row {
            methods,
            path,
            access,
            options,
            handler,
            file,
        }
    }

    #[test]
    fn padding_and_line_ends_do_not_matter() {
        let row = row(["GET", "/a", "role x|y\\", "", "app::a", "src/a.rs"]);
        let markdown = write(std::slice::from_ref(&row));
        let padded = markdown
            .replace(" | ", "   |  ")
            .replace("---", ":-----")
            .replace('\n', "\r\n");
        assert_eq!(read(&padded), Ok(vec![row]));
    }

    #[test]
    fn what_is_no_line_of_the_matrix_is_refused() {
        for (text, line) in [
            ("<<<<<<< ours\n", 1),
            ("| GET | /a | role x |\n", 1),
            ("# Who may do what\n\n| a | b | c | d | e | f | g |\n", 3),
            ("| GET | /a | role x | | app::a | src/a.rs | more\n", 1),
        ] {
            assert_eq!(read(text).map_err(|error| error.line), Err(line), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cells in prop::array::uniform6("[a-z|\\\\*`<é]{0,8}")) {
            let row = row(cells.each_ref().map(String::as_str));
            prop_assert_eq!(read(&write(std::slice::from_ref(&row))), Ok(vec![row]));
        }

        #[test]
        fn no_text_makes_it_panic(text in "(\\PC|[|\\\\\n-])*") {
            let _ = read(&text);
        }
    }
}
