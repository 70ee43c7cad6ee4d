//! `openidconnect`'s types, with the claims and metadata that we read.

use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, Client, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IdToken, IdTokenClaims, IdTokenFields, ProviderMetadata, StandardErrorResponse, StandardTokenResponse,
    UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreErrorResponseType,
        CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// Claims beyond OpenID Connect's own. Their shapes are the provider's choice, so they are read leniently: what has
/// another shape than expected is absent.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct ExtraClaims {
    #[serde(default)]
    groups: Option<Value>,
    #[serde(default, rename = "organizationId")]
    organization_id: Option<Value>,
    #[serde(default)]
    sid: Option<Value>,
}

impl AdditionalClaims for ExtraClaims {}

impl ExtraClaims {
    /// The names of her groups; `None` when the claim is absent, which is not the same as no groups.
    #[must_use]
    pub fn groups(&self) -> Option<Vec<String>> {
        match self.groups.as_ref()? {
            Value::Array(groups) => Some(groups.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            Value::String(group) => Some(vec![group.clone()]),
            _ => None,
        }
    }

    /// Her organisation.
    #[must_use]
    pub fn organization_id(&self) -> Option<String> {
        text(self.organization_id.as_ref())
    }

    /// The provider's session id.
    #[must_use]
    pub fn sid(&self) -> Option<String> {
        text(self.sid.as_ref())
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What discovery says beyond [OpenID Connect Discovery](https://openid.net/specs/openid-connect-discovery-1_0.html).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct ExtraMetadata {
    /// [RP-Initiated Logout 2.1](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#OPMetadata).
    #[serde(default)]
    pub end_session_endpoint: Option<Url>,
    /// [RFC 8414, 2](https://www.rfc-editor.org/rfc/rfc8414.html#section-2).
    #[serde(default)]
    pub revocation_endpoint: Option<Url>,
    /// [RFC 9207, 3](https://www.rfc-editor.org/rfc/rfc9207.html#section-3).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for ExtraMetadata {}

/// A discovery document.
pub type Metadata = ProviderMetadata<
    ExtraMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// An ID token's claims.
pub type Claims = IdTokenClaims<ExtraClaims, CoreGenderClaim>;

/// The userinfo endpoint's claims.
pub type UserInfo = UserInfoClaims<ExtraClaims, CoreGenderClaim>;

/// An ID token, not verified.
pub type RawIdToken = IdToken<ExtraClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// The token endpoint's answer.
pub type TokenAnswer = StandardTokenResponse<
    IdTokenFields<
        ExtraClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

/// A client of a discovered provider.
pub type ProviderClient = Client<
    ExtraClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenAnswer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;
