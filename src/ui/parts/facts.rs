//! Terms and what is known of them.

use leptos::prelude::*;

/// One row of a `<dl class="facts">`.
#[component]
pub fn Fact(
    /// What it is.
    term: &'static str,
    /// What is known.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="fact">
            <dt>{term}</dt>
            <dd>{children()}</dd>
        </div>
    }
}

/// A row for a claim that may be absent.
#[component]
pub fn Claim(
    /// What it is.
    term: &'static str,
    /// The claim.
    value: Option<String>,
    /// What to say when there is none.
    #[prop(default = "Not given")]
    absent: &'static str,
) -> impl IntoView {
    view! {
        <Fact term>
            {match value {
                Some(value) => view! { <span dir="auto">{value}</span> }.into_any(),
                None => view! { <span class="absent">{absent}</span> }.into_any(),
            }}
        </Fact>
    }
}
