//! The doorway that every page of passage stands in: sign-in, callback, signed-out, errors.

use crate::ui::parts::mark::Mark;
use leptos::prelude::*;

/// An arch with the mark, a heading and what is to be done there.
#[component]
pub fn Threshold(
    /// The page's heading.
    heading: &'static str,
    /// What is to be done there.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="threshold">
            <section class="doorway" aria-labelledby="heading">
                <Mark/>
                <h1 id="heading">{heading}</h1>
                {children()}
            </section>
        </div>
    }
}
