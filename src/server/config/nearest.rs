//! Finds the name that was probably meant.

/// Longer names get no hint: the comparison takes the product of the lengths.
const LONGEST: usize = 80;

/// The candidate that differs from `name` in at most two characters, and in about half of what may differ at most.
pub(super) fn find(name: &str, candidates: impl IntoIterator<Item = String>) -> Option<String> {
    if name.len() > LONGEST {
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (distance(name, &candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 2 && distance * 2 <= differing(name, candidate) + 1)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The length of the longer of the last words, so that `AUTH_X_DB` is not taken for `AUTH_X_ID`.
fn differing(left: &str, right: &str) -> usize {
    [left, right]
        .map(|name| name.rsplit(['_', '-']).next().unwrap_or(name).len())
        .into_iter()
        .max()
        .unwrap_or(0)
}

/// How many insertions, deletions and replacements lie between the two (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, from) in left.chars().enumerate() {
        let mut diagonal = line;
        let mut last = line + 1;
        for (column, to) in right.iter().enumerate() {
            let above = row.get(column + 1).copied().unwrap_or(usize::MAX - 1);
            let here = (diagonal + usize::from(from != *to)).min(above + 1).min(last + 1);
            if let Some(cell) = row.get_mut(column) {
                *cell = last;
            }
            (diagonal, last) = (above, here);
        }
        if let Some(cell) = row.last_mut() {
            *cell = last;
        }
    }
    row.last().copied().unwrap_or(0)
}
