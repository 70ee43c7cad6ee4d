//! The report for people: aligned, folded to the terminal, in colour where there is one.

use super::report::{Finding, Report, Verdict};
use std::fmt::Write;

/// Where the report goes.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its width in columns; `None`: lines are not folded.
    pub width: Option<usize>,
    /// Whether it shows colours.
    pub is_coloured: bool,
}

/// No narrower than this: then the terminal folds.
const NARROWEST: usize = 60;

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
        for finding in findings {
            write_one(finding, longest, page, &mut text);
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

fn write_one(finding: &Finding, longest: usize, page: Page, text: &mut String) {
    let margin = 2 + 4 + 2 + longest + 2;
    let _ = write!(
        text,
        "  {}  {:longest$}  ",
        verdict(finding.verdict, page.is_coloured),
        finding.title
    );
    write_folded(&finding.evidence, margin, margin, page, text);
    if let Some(remedy) = &finding.remedy {
        let _ = write!(text, "{:margin$}> ", "");
        write_folded(remedy, margin + 2, margin + 2, page, text);
    }
}

/// Writes words from `column` on, and further lines from `margin` on. A word is never broken: it may be a URL.
fn write_folded(words: &str, column: usize, margin: usize, page: Page, text: &mut String) {
    let width = page
        .width
        .map_or(usize::MAX, |width| width.max(NARROWEST).max(margin + 20));
    let mut at = column;
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
