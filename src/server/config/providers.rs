//! The providers, each from `AUTH_<P>_*` and `[auth.providers.<id>]`.

use super::{
    ProviderConfig, admission, client_auth,
    file::Section,
    internal_url,
    mistakes::{Mistake, Refusal, plain},
    names, public_url,
    reader::Reader,
    text::Shown,
};

/// The embedded development provider has this id.
const RESERVED: &str = "dev";

/// Reads all of them, in the order of their ids; and whether somebody meant to declare one.
pub(super) fn read(reader: &mut Reader, mut tables: Section) -> (Vec<ProviderConfig>, bool) {
    let mut ids = reader.environment.providers();
    ids.extend(tables.keys());
    let mut providers = Vec::new();
    for id in &ids {
        let mut table = tables.section(id, &mut reader.mistakes);
        let [secret, key] = ["SECRET", "KEY"].map(|ending| {
            if is_id(id) {
                names::variable(id, ending)
            } else {
                format!("AUTH_<P>_{ending}")
            }
        });
        providers.extend(read_one(reader, id, &mut table));
        table.refuse_secret("key", &key, &mut reader.mistakes);
        let known = [
            &[
                "issuer",
                "internal-url",
                "id",
                "name",
                "scopes",
                "client-auth",
                "audience",
            ] as &[&str],
            &admission::KEYS,
        ]
        .concat();
        table.finish(&known, &secret, &mut reader.mistakes);
    }
    (providers, !ids.is_empty())
}

fn read_one(reader: &mut Reader, id: &str, table: &mut Section) -> Option<ProviderConfig> {
    let issuer_variable = names::variable(id, "ISSUER");
    let mut text = |ending: &str, key: &str| reader.text(&names::variable(id, ending), table, key);
    let issuer = text("ISSUER", "issuer");
    let internal_url = text("INTERNAL_URL", "internal-url");
    let client_id = text("ID", "id");
    let name = text("NAME", "name");
    let scopes = text("SCOPES", "scopes");
    let audience = text("AUDIENCE", "audience");
    let given = client_auth::Given {
        method: text("CLIENT_AUTH", "client-auth"),
        secret: reader.variable(&names::variable(id, "SECRET"), Shown::Nothing),
        key: reader.variable(&names::variable(id, "KEY"), Shown::Nothing),
    };
    let admission = admission::read(reader, id, table);

    if !is_id(id) || id == RESERVED {
        let subject = if table.is_given {
            table.subject("")
        } else {
            issuer_variable
        };
        let expected = if id == RESERVED {
            "another id: dev is the embedded development provider, which AUTH_DEV_IDP=on starts"
        } else {
            "an id of 1 to 32 lower-case letters, digits and inner hyphens; in a variable, upper case and underscores"
        };
        let found = format!("a provider \"{}\"", plain(id));
        reader.mistakes.add(Mistake::new(subject.trim_end(), found, expected));
        return None;
    }
    if issuer.is_none() {
        let expected = format!("the issuer URL of the provider \"{id}\", which other variables or keys already name");
        reader.mistakes.add_missing(issuer_variable, expected);
    }
    if client_id.is_none() {
        let expected = format!("the client id that the provider \"{id}\" gave to this application");
        reader.mistakes.add_missing(names::variable(id, "ID"), expected);
    }
    let issuer = issuer.and_then(|text| reader.parse(&text, public_url::issuer));
    let client_id = client_id.and_then(|text| reader.parse(&text, client_id_of));
    let name = name.map(|text| reader.parse(&text, label));
    let scopes = scopes.map(|text| reader.parse(&text, scopes_of));
    let audience = audience.and_then(|text| reader.parse(&text, audience_of));
    let (client_auth, client_secret, client_key) = client_auth::read(reader, id, &given);
    let internal_url = internal_url.and_then(|text| reader.parse(&text, internal_url::parse));
    Some(ProviderConfig {
        id: id.to_owned(),
        name: name.flatten().unwrap_or_else(|| readable(id)),
        issuer: issuer?,
        internal_url,
        client_id: client_id?,
        client_secret,
        client_key,
        scopes: scopes.flatten(),
        client_auth,
        admission,
        audience,
    })
}

fn is_id(id: &str) -> bool {
    (1..=32).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !id.starts_with('-')
        && !id.ends_with('-')
}

/// `my-company` is shown as `My Company`.
fn readable(id: &str) -> String {
    let words = id.split('-').filter_map(|word| {
        let mut letters = word.chars();
        let first = letters.next()?.to_ascii_uppercase();
        Some(format!("{first}{}", letters.as_str()))
    });
    words.collect::<Vec<_>>().join(" ")
}

fn label(text: &str) -> Result<String, Refusal> {
    if text.is_empty() || text.chars().count() > 100 || text.contains(char::is_control) {
        return Err("a label for the button, of at most 100 characters, without line breaks".into());
    }
    Ok(text.to_owned())
}

/// `client_id` ([RFC 6749, A.1](https://www.rfc-editor.org/rfc/rfc6749#appendix-A.1)).
fn client_id_of(text: &str) -> Result<String, Refusal> {
    if text.is_empty() || !text.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) {
        return Err("the client id as the provider shows it, in printable ASCII".into());
    }
    Ok(text.to_owned())
}

/// `aud` ([RFC 7519, 4.1.3](https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.3)): one, compared as it stands.
fn audience_of(text: &str) -> Result<String, Refusal> {
    if text.is_empty() || text.len() > 255 || !text.bytes().all(|byte| matches!(byte, 0x21..=0x7e)) {
        return Err(
            "the one audience that access tokens for this application name, such as https://app.example.com, without spaces"
                .into(),
        );
    }
    Ok(text.to_owned())
}

/// `scope` ([RFC 6749, 3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).
fn scopes_of(text: &str) -> Result<Vec<String>, Refusal> {
    let scopes: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
    if !scopes.iter().all(|scope| {
        scope
            .bytes()
            .all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
    }) {
        return Err("scopes separated by spaces, in printable ASCII without \" and \\".into());
    }
    if !scopes.iter().any(|scope| scope == "openid") {
        return Err("scopes separated by spaces, openid among them, such as \"openid profile email\"".into());
    }
    Ok(scopes)
}
