//! Field names, as authentik's own schema of blueprints has them.
//!
//! From `blueprints/schema.json` of authentik 2025.12, `$defs`, as far as a blueprint of ours may come near them; and what
//! 2026.5 added to the provider and its redirect URIs.

/// A model, its fields, and the fields of those that hold objects.
pub const MODELS: &[(&str, &[&str])] = &[
    (
        "authentik_providers_oauth2.oauth2provider",
        &[
            "name",
            "authentication_flow",
            "authorization_flow",
            "invalidation_flow",
            "property_mappings",
            "client_type",
            "client_id",
            "client_secret",
            "access_code_validity",
            "access_token_validity",
            "refresh_token_validity",
            "refresh_token_threshold",
            "include_claims_in_id_token",
            "signing_key",
            "encryption_key",
            "redirect_uris",
            "logout_uri",
            "logout_method",
            "sub_mode",
            "issuer_mode",
            "jwt_federation_sources",
            "jwt_federation_providers",
        ],
    ),
    (
        "authentik_providers_oauth2.scopemapping",
        &["managed", "name", "expression", "scope_name", "description"],
    ),
    (
        "authentik_core.application",
        &[
            "name",
            "slug",
            "provider",
            "backchannel_providers",
            "open_in_new_tab",
            "meta_launch_url",
            "meta_icon",
            "meta_description",
            "meta_publisher",
            "policy_engine_mode",
            "group",
        ],
    ),
    (
        "authentik_core.group",
        &[
            "name",
            "is_superuser",
            "parent",
            "parents",
            "users",
            "attributes",
            "roles",
        ],
    ),
    (
        "authentik_flows.flow",
        &[
            "name",
            "slug",
            "title",
            "designation",
            "policy_engine_mode",
            "compatibility_mode",
            "layout",
            "denied_action",
            "authentication",
        ],
    ),
    (
        "authentik_flows.flowstagebinding",
        &[
            "target",
            "stage",
            "evaluate_on_plan",
            "re_evaluate_policies",
            "order",
            "policy_engine_mode",
            "invalid_response_action",
        ],
    ),
    (
        "authentik_policies.policybinding",
        &[
            "policy",
            "group",
            "user",
            "target",
            "negate",
            "enabled",
            "order",
            "timeout",
            "failure_result",
        ],
    ),
    ("authentik_stages_user_logout.userlogoutstage", &["name"]),
    ("authentik_blueprints.metaapplyblueprint", &["identifiers", "required"]),
];

/// What 2026.5 added to `authentik_providers_oauth2.oauth2provider`.
pub const SINCE_2026_5: &[&str] = &["grant_types"];

/// What a serializer asks for when the object is made, though the schema says `"required": []`.
pub const REQUIRED: &[(&str, &[&str])] = &[
    (
        "authentik_providers_oauth2.oauth2provider",
        &["name", "authorization_flow", "invalidation_flow", "redirect_uris"],
    ),
    (
        "authentik_providers_oauth2.scopemapping",
        &["name", "scope_name", "expression"],
    ),
    ("authentik_core.application", &["name", "slug"]),
    ("authentik_core.group", &["name"]),
    ("authentik_flows.flow", &["name", "slug", "title", "designation"]),
    ("authentik_flows.flowstagebinding", &["target", "stage", "order"]),
    ("authentik_policies.policybinding", &["target", "order"]),
    ("authentik_stages_user_logout.userlogoutstage", &["name"]),
    ("authentik_blueprints.metaapplyblueprint", &["identifiers"]),
];

/// Fields with a closed list of values.
pub const VALUES: &[(&str, &[&str])] = &[
    ("client_type", &["confidential", "public"]),
    (
        "sub_mode",
        &[
            "hashed_user_id",
            "user_id",
            "user_uuid",
            "user_username",
            "user_email",
            "user_upn",
        ],
    ),
    ("issuer_mode", &["global", "per_provider"]),
    ("logout_method", &["backchannel", "frontchannel"]),
    ("policy_engine_mode", &["all", "any"]),
    (
        "designation",
        &[
            "authentication",
            "authorization",
            "invalidation",
            "enrollment",
            "unenrollment",
            "recovery",
            "stage_configuration",
        ],
    ),
    (
        "authentication",
        &[
            "none",
            "require_authenticated",
            "require_unauthenticated",
            "require_superuser",
            "require_redirect",
            "require_outpost",
        ],
    ),
    ("invalid_response_action", &["retry", "restart", "restart_with_context"]),
];
