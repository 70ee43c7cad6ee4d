//! A moment in time, for people and for machines.

use leptos::prelude::*;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `<time>`, readable and exact.
#[component]
pub fn Moment(
    /// RFC 3339 in UTC, whole seconds. Anything else is shown as it is.
    at: String,
) -> impl IntoView {
    let readable = readable(&at);
    view! { <time datetime=at>{readable}</time> }
}

/// The same in words alone, for a label.
#[must_use]
pub fn readable(at: &str) -> String {
    read(at).unwrap_or_else(|| at.to_owned())
}

fn read(at: &str) -> Option<String> {
    let (date, time) = at.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-');
    let (year, month, day) = (date.next()?, date.next()?, date.next()?);
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    let day = day.parse::<u8>().ok()?;
    let time = time.get(..5)?;
    Some(format!("{day} {month} {year}, {time} UTC"))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn reads_utc() {
        assert_eq!(
            read("2026-11-01T09:05:00Z").as_deref(),
            Some("1 November 2026, 09:05 UTC")
        );
    }

    #[test]
    fn leaves_anything_else_alone() {
        for odd in [
            "",
            "Z",
            "2026-11-01",
            "2026-13-01T09:05:00Z",
            "2026-00-01T09:05:00Z",
            "2026-01-01T09Z",
            "é-é-éTééé",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
