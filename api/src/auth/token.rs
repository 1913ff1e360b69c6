//! Access tokens: short-lived JWTs signed with Ed25519 (RFC 8725, RFC 9068).

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use entity::ids::{AccountId, SessionId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::platform::crypto::digest::sha256;

/// Who issues and who reads the tokens.
const ISSUER: &str = "points-bank";
const AUDIENCE: &str = "api";
const TYPE: &str = "at+jwt";
/// Clocks of our own processes may differ by this much.
const LEEWAY: TimeDelta = TimeDelta::seconds(5);
/// Longer texts are not tokens of ours.
const MAX_LENGTH: usize = 4096;

/// What an access token says. No personal data, no roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The account.
    pub sub: AccountId,
    /// The session.
    pub sid: SessionId,
    jti: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
    /// The account's token version when issued.
    pub ver: i32,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRefusal {
    /// Not one of ours, altered, or of another kind.
    Invalid,
    /// Ours, but past its life.
    Expired,
}

/// Signs and reads access tokens.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    kid: String,
    public: [u8; 32],
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tokens({})", self.kid)
    }
}

impl Tokens {
    /// Keys from a 32-byte seed.
    ///
    /// # Errors
    /// When the key cannot be written in the form the JWT library reads.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, String> {
        let signing = SigningKey::from_bytes(seed);
        let der = signing.to_pkcs8_der().map_err(|error| error.to_string())?;
        let public = signing.verifying_key().to_bytes();
        let kid = BASE64URL_NOPAD.encode(sha256(&public).get(..6).unwrap_or_default());
        Ok(Self {
            encoding: EncodingKey::from_ed_der(der.as_bytes()),
            decoding: DecodingKey::from_ed_der(&public),
            kid,
            public,
        })
    }

    /// Signs a token for a session.
    ///
    /// # Errors
    /// When the signature cannot be made.
    pub fn sign(&self, subject: &Subject, now: DateTime<Utc>) -> Result<String, String> {
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: subject.account,
            sid: subject.session,
            jti: subject.token_id,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + subject.life).timestamp(),
            ver: subject.version,
        };
        let header = Header {
            typ: Some(TYPE.into()),
            kid: Some(self.kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        jsonwebtoken::encode(&header, &claims, &self.encoding).map_err(|error| error.to_string())
    }

    /// Reads a token. The algorithm is fixed; nothing in the header chooses a key.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn read(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenRefusal> {
        if token.len() > MAX_LENGTH {
            return Err(TokenRefusal::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenRefusal::Invalid)?;
        if header.typ.as_deref() != Some(TYPE) || header.kid.as_deref() != Some(&self.kid) {
            return Err(TokenRefusal::Invalid);
        }
        let data = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation())
            .map_err(|_| TokenRefusal::Invalid)?;
        in_time(&data.claims, now)?;
        Ok(data.claims)
    }

    /// The public key as a JSON Web Key Set (RFC 7517, RFC 8037).
    #[must_use]
    pub fn key_set(&self) -> serde_json::Value {
        serde_json::json!({"keys": [{
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
            "kid": self.kid, "x": BASE64URL_NOPAD.encode(&self.public),
        }]})
    }
}

/// Whom a token is for.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// The account's token version.
    pub version: i32,
    /// This token's own id.
    pub token_id: Uuid,
    /// How long it is good.
    pub life: TimeDelta,
}

/// Time is checked by [`in_time`] on the product's own clock.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation
}

fn in_time(claims: &Claims, now: DateTime<Utc>) -> Result<(), TokenRefusal> {
    let leeway = LEEWAY.num_seconds();
    let now = now.timestamp();
    if claims.exp.saturating_add(leeway) < now {
        return Err(TokenRefusal::Expired);
    }
    if claims.nbf.saturating_sub(leeway) > now || claims.iat.saturating_sub(leeway) > now {
        return Err(TokenRefusal::Invalid);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject() -> Subject {
        Subject {
            account: Uuid::from_u128(1).into(),
            session: Uuid::from_u128(2).into(),
            version: 3,
            token_id: Uuid::from_u128(4),
            life: TimeDelta::minutes(15),
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_token_is_good_for_its_life_and_five_seconds_of_leeway() {
        let tokens = Tokens::from_seed(&[7; 32]).unwrap();
        let token = tokens.sign(&subject(), at(0)).unwrap();

        assert_eq!(tokens.read(&token, at(0)).unwrap().ver, 3);
        assert!(tokens.read(&token, at(905)).is_ok());
        assert_eq!(tokens.read(&token, at(906)), Err(TokenRefusal::Expired));
        assert_eq!(tokens.read(&token, at(-6)), Err(TokenRefusal::Invalid));
    }

    #[test]
    fn forged_tokens_are_refused() {
        let tokens = Tokens::from_seed(&[7; 32]).unwrap();
        let other = Tokens::from_seed(&[8; 32]).unwrap();
        let token = tokens.sign(&subject(), at(0)).unwrap();
        let mut parts: Vec<&str> = token.split('.').collect();

        assert!(other.read(&token, at(0)).is_err());
        let none = BASE64URL_NOPAD.encode(br#"{"alg":"none","typ":"at+jwt"}"#);
        parts[0] = &none;
        parts[2] = "";
        assert!(tokens.read(&parts.join("."), at(0)).is_err());
        for position in 0..token.len() {
            let mut altered = token.clone().into_bytes();
            altered[position] = if altered[position] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            // The last character of a signature carries unused bits; the library refuses those too.
            assert!(tokens.read(&altered, at(0)).is_err(), "position {position}");
        }
    }
}
