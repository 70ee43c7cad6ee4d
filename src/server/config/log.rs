//! `RUST_LOG` and `LOG_FORMAT`.

use super::{LogFormat, reader::Reader, text::Shown};
use tracing_subscriber::EnvFilter;

/// The filter, which `tracing` is known to accept.
pub(super) fn filter(reader: &mut Reader) -> String {
    let text = reader
        .variable("RUST_LOG", Shown::Whole)
        .filter(|text| !text.value.is_empty());
    let filter = text.and_then(|text| {
        reader.parse(&text, |value| match EnvFilter::builder().parse(value) {
            Ok(_) => Ok(value.to_owned()),
            Err(_) => Err("levels and targets, such as info or warn,vestibule=debug".into()),
        })
    });
    filter.unwrap_or_else(|| "info".to_owned())
}

/// The shape of log lines.
pub(super) fn format(reader: &mut Reader) -> LogFormat {
    let format = reader.variable("LOG_FORMAT", Shown::Whole).and_then(|text| {
        reader.parse(&text, |value| match value {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err("text or json".into()),
        })
    });
    format.unwrap_or(LogFormat::Text)
}
