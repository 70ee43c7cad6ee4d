//! Where a claim stands: `groups`, `realm_access.roles`, `resource.app[0]`, `"https://example.com/groups"`.
//!
//! A name in quotation marks may hold anything; without them a dot goes one level deeper, and `[0]` into a list.

use super::mistakes::Refusal;
use serde_json::{Map, Value};
use std::{fmt, iter::Peekable, str::Chars};

/// The longest path, in bytes.
const LONGEST: usize = 300;
/// The most steps of a path.
const DEEPEST: usize = 16;
/// The most digits of a place in a list.
const DIGITS: usize = 4;

/// A path to a claim; only [`ClaimPath::parse`] and [`ClaimPath::of_name`] make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimPath {
    name: String,
    steps: Vec<Step>,
}

/// One step inward from a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The member of an object.
    Name(String),
    /// The place in a list, from 0.
    Place(usize),
}

impl ClaimPath {
    /// The claim of this very name.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            steps: Vec::new(),
        }
    }

    /// Reads a path.
    ///
    /// # Errors
    /// What a path should look like.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.len() > LONGEST {
            return Err(Refusal(format!("a path of at most {LONGEST} bytes")));
        }
        let mut rest = text.chars().peekable();
        let name = name(&mut rest)?;
        let mut steps = Vec::new();
        while let Some(next) = rest.next() {
            steps.push(match next {
                '.' => Step::Name(self::name(&mut rest)?),
                '[' => Step::Place(place(&mut rest)?),
                _ => return Err(malformed()),
            });
            if steps.len() > DEEPEST {
                return Err(Refusal(format!("a path of at most {DEEPEST} steps")));
            }
        }
        Ok(Self { name, steps })
    }

    /// What stands there among `claims`. `null` is as good as nothing.
    #[must_use]
    pub fn find<'c>(&self, claims: &'c Map<String, Value>) -> Option<&'c Value> {
        let claim = claims.get(&self.name)?;
        let found = self.steps.iter().try_fold(claim, |value, step| match step {
            Step::Name(name) => value.get(name),
            Step::Place(place) => value.get(place),
        })?;
        (!found.is_null()).then_some(found)
    }
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_name(f, &self.name)?;
        self.steps.iter().try_for_each(|step| match step {
            Step::Name(name) => {
                f.write_str(".")?;
                write_name(f, name)
            }
            Step::Place(place) => write!(f, "[{place}]"),
        })
    }
}

fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    if !name.is_empty() && name.chars().all(is_plain) {
        return f.write_str(name);
    }
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
    write!(f, "\"{escaped}\"")
}

/// A name, in quotation marks or without.
fn name(rest: &mut Peekable<Chars<'_>>) -> Result<String, Refusal> {
    if rest.next_if_eq(&'"').is_some() {
        return quoted(rest);
    }
    let mut name = String::new();
    while let Some(next) = rest.next_if(|next| !matches!(next, '.' | '[')) {
        if !is_plain(next) {
            return Err(match next {
                '/' => {
                    "the name of a claim that is a URL in quotation marks of its own: '\"https://example.com/groups\"'"
                        .into()
                }
                _ => malformed(),
            });
        }
        name.push(next);
    }
    if name.is_empty() { Err(malformed()) } else { Ok(name) }
}

fn quoted(rest: &mut Peekable<Chars<'_>>) -> Result<String, Refusal> {
    let mut name = String::new();
    loop {
        match rest.next() {
            Some('"') => return Ok(name),
            Some('\\') => name.push(rest.next_if(|next| matches!(next, '"' | '\\')).ok_or_else(malformed)?),
            Some(next) => name.push(next),
            None => return Err("a second quotation mark at the end of the name".into()),
        }
    }
}

fn place(rest: &mut Peekable<Chars<'_>>) -> Result<usize, Refusal> {
    let mut digits = String::new();
    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    match (rest.next(), digits.parse()) {
        (Some(']'), Ok(place)) if digits.len() <= DIGITS => Ok(place),
        _ => Err("a place in a list as a whole number from 0 to 9999 in brackets, such as organizations[0]".into()),
    }
}

/// Whether a name may have it without quotation marks.
fn is_plain(character: char) -> bool {
    !matches!(character, '.' | '[' | ']' | '"' | '\'' | '\\' | '/' | ',')
        && !character.is_whitespace()
        && !character.is_control()
}

fn malformed() -> Refusal {
    "the path of a claim, such as groups, realm_access.roles or resource.app[0]; a name with other characters in \
     quotation marks"
        .into()
}
