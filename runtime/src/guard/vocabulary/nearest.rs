/// Longer names are not compared: nobody misspells them by one letter.
const LONGEST: usize = 64;

/// The name that was probably meant, if one is near enough.
pub(super) const fn nearest<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    let allowed = match name.len() / 3 {
        0 => 1,
        third => third,
    };
    let mut found: Option<(usize, &str)> = None;
    let mut index = 0;
    while index < names.len() {
        let distance = distance(name.as_bytes(), names[index].as_bytes());
        let is_nearer = match found {
            Some((best, _)) => distance < best,
            None => distance <= allowed,
        };
        if is_nearer {
            found = Some((distance, names[index]));
        }
        index += 1;
    }
    match found {
        Some((_, name)) => Some(name),
        None => None,
    }
}

/// The edit distance in which swapping two neighbours is one step (optimal string alignment).
const fn distance(from: &[u8], to: &[u8]) -> usize {
    if from.len() > LONGEST || to.len() > LONGEST {
        return usize::MAX;
    }
    let mut before = [0; LONGEST + 1];
    let mut above = [0; LONGEST + 1];
    let mut column = 0;
    while column <= to.len() {
        above[column] = column;
        column += 1;
    }
    let mut row = 1;
    while row <= from.len() {
        let mut current = [0; LONGEST + 1];
        current[0] = row;
        let mut column = 1;
        while column <= to.len() {
            let is_other = (from[row - 1] != to[column - 1]) as usize;
            let mut best = above[column - 1] + is_other;
            best = smaller(best, above[column] + 1);
            best = smaller(best, current[column - 1] + 1);
            let is_swapped = row > 1
                && column > 1
                && from[row - 1] == to[column - 2]
                && from[row - 2] == to[column - 1];
            if is_swapped {
                best = smaller(best, before[column - 2] + 1);
            }
            current[column] = best;
            column += 1;
        }
        before = above;
        above = current;
        row += 1;
    }
    above[to.len()]
}

const fn smaller(one: usize, other: usize) -> usize {
    if one < other { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_what_was_meant() {
        let names = ["admin", "editor", "viewer"];
        assert_eq!(nearest("admn", &names), Some("admin"));
        assert_eq!(nearest("amdin", &names), Some("admin"));
        assert_eq!(nearest("editors", &names), Some("editor"));
        assert_eq!(nearest("wizard", &names), None);
        assert_eq!(nearest("", &names), None);
        assert_eq!(nearest(&"x".repeat(65), &names), None);
    }
}
