//! The corpora's format: one payload a line, escaped; lines that begin with `# ` are comments.

/// The payloads in `text`.
pub fn read(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| !line.starts_with("# ") && !line.is_empty())
        .map(unescape)
        .collect()
}

/// `\\`, `\t`, `\n`, `\r`, `\v`, `\f`, `\xNN` and `\u{…}`.
fn unescape(line: &str) -> String {
    let mut payload = String::new();
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            payload.push(c);
            continue;
        }
        let escape = rest.next().unwrap_or_else(|| panic!("{line:?} ends in a backslash"));
        payload.push(match escape {
            '\\' => '\\',
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'x' => scalar(&rest.by_ref().take(2).collect::<String>()),
            'u' => {
                assert_eq!(rest.next(), Some('{'), "{line:?}");
                scalar(&rest.by_ref().take_while(|c| *c != '}').collect::<String>())
            }
            other => panic!("{line:?} has the unknown escape \\{other}"),
        });
    }
    payload
}

fn scalar(hexadecimal: &str) -> char {
    let number = u32::from_str_radix(hexadecimal, 16).unwrap();
    char::from_u32(number).unwrap()
}

#[test]
fn the_escapes_of_the_format_are_read() {
    assert_eq!(
        unescape(r"/\\a\t\n\r\v\f\x00\x7f\u{200b}\u{1f600}%5c"),
        "/\\a\t\n\r\u{b}\u{c}\0\u{7f}\u{200b}😀%5c"
    );
}

#[test]
fn comments_are_no_payloads_but_fragments_are() {
    assert_eq!(read("# a comment\n/a\n#b\n\n# c\n"), ["/a", "#b"]);
}
