//! The report for people: aligned, folded to the terminal, in colour where there is one.

use super::report::{Finding, Report, Verdict};
use std::fmt::Write;

/// Where the report goes.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its width in columns.
    pub width: usize,
    /// Whether it shows colours.
    pub is_coloured: bool,
}

/// No narrower than this: then the terminal folds.
const NARROWEST: usize = 60;
/// Where nobody knows.
const USUAL: usize = 100;

/// How many columns there are: the terminal's, else what `COLUMNS` says, else a usual number.
#[must_use]
pub fn width(terminal: Option<usize>, columns: Option<&str>) -> usize {
    let of_columns = || columns?.trim().parse().ok().filter(|columns| *columns > 0);
    terminal.or_else(of_columns).unwrap_or(USUAL)
}

/// Writes it out.
#[must_use]
pub fn write(report: &Report, page: Page) -> String {
    let longest = report
        .findings()
        .map(|finding| finding.title.len())
        .max()
        .unwrap_or_default();
    let mut text = String::new();
    let mut section = |title: &str, findings: &[Finding]| {
        let _ = writeln!(text, "{title}");
        for line in lines(findings) {
            write_one(&line, longest, page, &mut text);
        }
        text.push('\n');
    };
    section("This site", &report.site);
    for provider in &report.providers {
        section(&format!("{} ({})", provider.name, provider.id), &provider.findings);
    }
    text.push_str(&summary(report));
    text.push('\n');
    text
}

/// What the table says at once.
struct Line<'f> {
    verdict: Verdict,
    title: String,
    evidence: String,
    remedy: Option<&'f str>,
}

/// A line for each finding, and one for all that was not checked for the same reason.
fn lines(findings: &[Finding]) -> Vec<Line<'_>> {
    let alike = |finding: &Finding| -> Vec<&str> {
        let is_alike = |other: &&Finding| other.verdict == Verdict::Skip && other.evidence == finding.evidence;
        findings.iter().filter(is_alike).map(|other| other.title).collect()
    };
    let mut told: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    for finding in findings {
        let titles = match finding.verdict {
            Verdict::Skip => alike(finding),
            _ => Vec::new(),
        };
        if titles.len() < 2 {
            lines.push(Line {
                verdict: finding.verdict,
                title: finding.title.to_owned(),
                evidence: finding.evidence.clone(),
                remedy: finding.remedy.as_deref(),
            });
        } else if !told.contains(&&*finding.evidence) {
            told.push(&finding.evidence);
            lines.push(Line {
                verdict: finding.verdict,
                title: format!("{} checks", titles.len()),
                evidence: format!("{} ({})", finding.evidence, titles.join(", ")),
                remedy: None,
            });
        }
    }
    lines
}

fn write_one(line: &Line<'_>, longest: usize, page: Page, text: &mut String) {
    let margin = 2 + 4 + 2 + longest + 2;
    let _ = write!(
        text,
        "  {}  {:longest$}  ",
        verdict(line.verdict, page.is_coloured),
        line.title
    );
    write_folded(&line.evidence, margin, page, text);
    if let Some(remedy) = line.remedy {
        let _ = write!(text, "{:margin$}> ", "");
        write_folded(remedy, margin + 2, page, text);
    }
}

/// Writes words, all lines of them from `margin` on. A word is never broken: it may be a URL.
fn write_folded(words: &str, margin: usize, page: Page, text: &mut String) {
    let width = page.width.max(NARROWEST).max(margin + 20);
    let mut at = margin;
    for (number, word) in words.split_whitespace().enumerate() {
        let length = word.chars().count();
        if number > 0 && at + 1 + length > width {
            let _ = write!(text, "\n{:margin$}", "");
            at = margin;
        } else if number > 0 {
            text.push(' ');
            at += 1;
        }
        text.push_str(word);
        at += length;
    }
    text.push('\n');
}

fn verdict(verdict: Verdict, is_coloured: bool) -> String {
    let (word, colour) = match verdict {
        Verdict::Pass => ("pass", 32),
        Verdict::Skip => ("skip", 90),
        Verdict::Warn => ("warn", 33),
        Verdict::Fail => ("FAIL", 31),
    };
    match is_coloured {
        true => format!("\u{1b}[{colour}m{word}\u{1b}[0m"),
        false => word.to_owned(),
    }
}

fn summary(report: &Report) -> String {
    let count = |verdict: Verdict| report.findings().filter(|finding| finding.verdict == verdict).count();
    let parts = [
        (count(Verdict::Fail), "to mend"),
        (count(Verdict::Warn), "to look at"),
        (count(Verdict::Skip), "not checked"),
        (count(Verdict::Pass), "in order"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    format!("{}.", parts.join(", "))
}
