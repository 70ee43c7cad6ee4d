//! The picture of the front page: three arches deep, and a lit door at the end.

use leptos::prelude::*;

/// The picture. It says nothing that the words beside it do not, so it is hidden from screen readers.
#[component]
pub fn Archway() -> impl IntoView {
    view! {
        <svg class="archway" viewBox="0 0 360 420" width="360" height="420" aria-hidden="true" focusable="false">
            <path class="a1" d="M30 380V170a150 150 0 0 1 300 0v210z"/>
            <path class="a2" d="M66 380V188a114 114 0 0 1 228 0v192z"/>
            <path class="a3" d="M102 380V206a78 78 0 0 1 156 0v174z"/>
            <path class="light" d="M138 380V224a42 42 0 0 1 84 0v156z"/>
            <path class="glow" d="M138 380h84l36 36H102z"/>
            <path class="floor" d="M6 380h132M222 380h132"/>
        </svg>
    }
}
