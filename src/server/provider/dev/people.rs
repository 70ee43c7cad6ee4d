//! Who can sign in at the development provider: people who between them show what real directories hold.

/// Somebody in the directory.
#[derive(Clone, Debug)]
pub struct Person {
    /// Stable; what the page to choose a person posts.
    pub id: &'static str,
    /// The full name.
    pub name: &'static str,
    /// `preferred_username` and `nickname`.
    pub username: &'static str,
    /// `email`, if there is one.
    pub email: Option<&'static str>,
    /// `groups`.
    pub groups: Vec<String>,
    /// `organizationId`, if there is one.
    pub organization: Option<&'static str>,
    /// What is special about this person, for the page to choose one.
    pub detail: &'static str,
}

impl Person {
    /// The subject identifier: as in authentik, a hash that tells nothing and never changes.
    #[must_use]
    pub fn sub(&self) -> String {
        super::hex_digest(&format!("vestibule-dev-person:{}", self.id))
    }
}

/// The whole directory, in the order of the page.
#[must_use]
pub fn all() -> Vec<Person> {
    vec![
        Person {
            id: "admin",
            name: "Adaeze Obi",
            username: "adaeze.obi",
            email: Some("adaeze.obi@harbour.example"),
            groups: named(&["vestibule-admins", "harbour-staff"]),
            organization: Some("org_harbour"),
            detail: "Administrator: in the group vestibule-admins",
        },
        Person {
            id: "support",
            name: "Tomás Lindqvist",
            username: "tomas.lindqvist",
            email: Some("tomas.lindqvist@harbour.example"),
            groups: named(&["vestibule-support", "harbour-staff"]),
            organization: Some("org_harbour"),
            detail: "Support agent: in the group vestibule-support",
        },
        Person {
            id: "user",
            name: "Mireille Kaya",
            username: "mireille.kaya",
            email: Some("mireille.kaya@meadow.example"),
            groups: Vec::new(),
            organization: Some("org_meadow"),
            detail: "Plain user: in no group, of another organisation",
        },
        Person {
            id: "groups",
            name: "Ruth Ekström-Bauer",
            username: "ruth.ekstrom-bauer",
            email: Some("ruth.ekstrom-bauer@meadow.example"),
            groups: many(),
            organization: Some("org_meadow"),
            detail: "In 500 groups with long names",
        },
        Person {
            id: "long-name",
            name: "திருநாவுக்கரசு வேங்கடசுப்பிரமணியன் மீனாட்சிசுந்தரம் கிருஷ்ணமூர்த்தி இராமச்சந்திரன் பாலசுப்பிரமணியம் சிதம்பரநாதன்",
            username: "thirunavukkarasu",
            email: None,
            groups: Vec::new(),
            organization: None,
            detail: "No e-mail, no organisation, and a very long name",
        },
    ]
}

fn named(groups: &[&str]) -> Vec<String> {
    groups.iter().map(|&group| group.to_owned()).collect()
}

/// 500 groups: more than any cookie or header holds.
fn many() -> Vec<String> {
    const REGIONS: [&str; 5] = [
        "northern-harbours",
        "eastern-lakes",
        "southern-plains",
        "western-isles",
        "central-valleys",
    ];
    REGIONS
        .iter()
        .flat_map(|region| (1..=100).map(move |team| format!("{region}/field-office/team-{team:03}-review")))
        .collect()
}
