//! What every document's head has.

use leptos::prelude::*;
use leptos_meta::HashedStylesheet;

/// Everything in the head but title and scripts. `color-scheme` comes first, so that a dark page never flashes white.
#[component]
pub fn Head(
    /// Where the stylesheet is.
    options: LeptosOptions,
) -> impl IntoView {
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <HashedStylesheet options=options.clone() id="style"/>
        <link rel="icon" href="/favicon.ico" sizes="32x32"/>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
        <AutoReload options/>
    }
}
