//! Narrows the list of groups on the account page while one types.
//!
//! The list is plain HTML and stays where it is; this only hides items, so it needs neither signals nor the names.

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlInputElement, js_sys::JsString},
};

/// The id of the list that the filter narrows.
pub const LIST_ID: &str = "groups";

const OUTCOME_ID: &str = "group-filter-outcome";

/// A list of up to this many is quicker to read than to filter.
const READABLE: usize = 12;

/// Whether a list of `count` groups is worth a filter.
#[must_use]
pub const fn helps(count: usize) -> bool {
    count > READABLE
}

/// An input that hides the groups which do not contain its text.
#[island]
pub fn GroupFilter() -> impl IntoView {
    view! {
        <div class="filter">
            <label for="group-filter">"Filter groups"</label>
            <input id="group-filter" type="search" autocomplete="off" spellcheck="false" aria-controls=LIST_ID
                on:input=move |event| narrow(&event_target_value(&event)) use:catch_up/>
            <p id=OUTCOME_ID class="filter-outcome" role="status"></p>
        </div>
    }
}

/// The browser may have kept the text over a reload, or somebody typed before the filter woke.
fn catch_up(input: Element) {
    if let Some(input) = input.dyn_ref::<HtmlInputElement>() {
        narrow(&input.value());
    }
}

/// Shows the groups that contain `wanted`, hides the others, and says how many are left.
fn narrow(wanted: &str) {
    let wanted = lower(wanted.trim());
    let (mut shown, mut all) = (0_u32, 0_u32);
    let mut next = document()
        .get_element_by_id(LIST_ID)
        .and_then(|list| list.first_element_child());
    while let Some(item) = next {
        let matches = item.text_content().is_some_and(|text| lower(&text).contains(&wanted));
        // Should the browser refuse, the list is merely longer.
        let _ = item.toggle_attribute_with_force("hidden", !matches);
        shown += u32::from(matches);
        all += 1;
        next = item.next_element_sibling();
    }
    if let Some(outcome) = document().get_element_by_id(OUTCOME_ID) {
        // An empty filter says nothing: the heading has the number.
        let text = (!wanted.is_empty()).then(|| format!("{shown} of {all}"));
        outcome.set_text_content(text.as_deref());
    }
}

/// Rust's own tables of letters would be a sixth of all that the browser loads; it has them already.
fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}
