//! Narrows the list of groups on the account page while one types.

use leptos::{html::Input, prelude::*};

/// The id of the list that the filter narrows.
pub const LIST_ID: &str = "groups";

/// A list of up to this many is quicker to read than to filter.
const READABLE: usize = 12;

/// Whether a list of `count` groups is worth a filter.
#[must_use]
pub const fn helps(count: usize) -> bool {
    count > READABLE
}

/// An input that hides what does not contain its text. The list itself is plain HTML and stays where it is.
#[island]
pub fn GroupFilter() -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let outcome = RwSignal::new(None::<(u32, u32)>);
    let narrow = move || {
        if let Some(input) = input.get_untracked() {
            let wanted = input.value();
            // An empty filter says nothing: the heading already has the number.
            let counts = apply(&wanted);
            outcome.set((!wanted.trim().is_empty()).then_some(counts));
        }
    };

    // A browser may have kept the text over a reload, or somebody typed before this ran.
    Effect::new(move || {
        input.track();
        narrow();
    });

    view! {
        <div class="filter">
            <label for="group-filter">"Filter groups"</label>
            <input id="group-filter" type="search" autocomplete="off" spellcheck="false" aria-controls=LIST_ID
                node_ref=input on:input=move |_| narrow()/>
            <p class="filter-outcome" role="status">
                {move || outcome.get().map(|(shown, all)| format!("{shown} of {all}"))}
            </p>
        </div>
    }
}

/// Shows the items that contain `wanted`, hides the others; returns how many are shown, and of how many.
fn apply(wanted: &str) -> (u32, u32) {
    let wanted = wanted.trim().to_lowercase();
    let mut shown = 0;
    let mut all = 0;
    let mut next = document().get_element_by_id(LIST_ID).and_then(|list| list.first_element_child());
    while let Some(item) = next {
        let matches = item.text_content().is_some_and(|text| text.to_lowercase().contains(&wanted));
        // Nothing to be done should the browser refuse; the list is then merely longer.
        let _ = item.toggle_attribute_with_force("hidden", !matches);
        shown += u32::from(matches);
        all += 1;
        next = item.next_element_sibling();
    }
    (shown, all)
}
