//! The flow that ends authentik's own session.

use super::{super::Node, Entry, entry, key_of};

/// By which the provider names it.
pub(super) const FLOW: &str = "flow-sign-out";

const LOGOUT_STAGE: &str = "stage-sign-out";

/// A flow that ends authentik's own session: the default one of providers has no stage, and ends nothing.
pub(super) fn all() -> [Entry; 3] {
    let flow = entry(
        "Signing out here signs out at authentik, too.",
        "authentik_flows.flow",
        vec![
            ("id", Node::Word(FLOW)),
            (
                "identifiers",
                Node::Map(vec![("slug", Node::text("vestibule-sign-out"))]),
            ),
            (
                "attrs",
                Node::Map(vec![
                    ("name", Node::text("Vestibule: sign out")),
                    ("title", Node::text("Signing out")),
                    ("designation", Node::Word("invalidation")),
                    ("authentication", Node::Word("none")),
                ]),
            ),
        ],
    );
    let stage = entry(
        "The stage that ends the session,",
        "authentik_stages_user_logout.userlogoutstage",
        vec![
            ("id", Node::Word(LOGOUT_STAGE)),
            (
                "identifiers",
                Node::Map(vec![("name", Node::text("vestibule-sign-out"))]),
            ),
        ],
    );
    let binding = entry(
        "and its place in that flow.",
        "authentik_flows.flowstagebinding",
        vec![
            (
                "identifiers",
                Node::Map(vec![
                    ("target", key_of(FLOW)),
                    ("stage", key_of(LOGOUT_STAGE)),
                    ("order", Node::Number(10)),
                ]),
            ),
            (
                "attrs",
                Node::Map(vec![
                    ("evaluate_on_plan", Node::Bool(true)),
                    ("re_evaluate_policies", Node::Bool(false)),
                    ("policy_engine_mode", Node::Word("any")),
                    ("invalid_response_action", Node::Word("retry")),
                ]),
            ),
        ],
    );
    [flow, stage, binding]
}
