use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::clock;

/// The key is not of the form that `maqal keys create` gives.
#[derive(Debug, thiserror::Error)]
#[error("not a key of this service")]
pub struct InvalidKey;

/// An API key: a public id, by which it is found, and 256 secret random bits.
/// As text it is `maqal_ID_SECRET`.
pub struct ApiKey {
    id: String,
    secret: [u8; 32],
}

const PREFIX: &str = "maqal_";
const ID_BYTES: usize = 6;

impl ApiKey {
    /// A new one.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let (id, secret) = (clock::random::<ID_BYTES>()?, clock::random()?);
        let id = id.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { id, secret })
    }

    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let (id, secret) =
            text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_')).ok_or(InvalidKey)?;
        let is_id = id.len() == 2 * ID_BYTES && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let secret = BASE64_URL_SAFE_NO_PAD.decode(secret).ok().and_then(|bytes| bytes.try_into().ok());
        match secret {
            Some(secret) if is_id => Ok(Self { id: id.to_owned(), secret }),
            _ => Err(InvalidKey),
        }
    }

    /// The part that is no secret.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is stored of the secret.
    pub fn secret_sha256(&self) -> Vec<u8> {
        Sha256::digest(self.secret).to_vec()
    }

    /// Whether the stored hash is that of the secret, in constant time.
    pub fn matches(&self, secret_sha256: &[u8]) -> bool {
        self.secret_sha256().ct_eq(secret_sha256).into()
    }

    /// The whole key, which is shown once.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}_{}", self.id, BASE64_URL_SAFE_NO_PAD.encode(self.secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_matches_its_hash_alone() {
        let key = ApiKey::generate().expect("random bytes");
        let read = ApiKey::parse(&key.reveal()).expect("a key");
        assert_eq!(read.id(), key.id());
        assert!(read.matches(&key.secret_sha256()));
        let other = ApiKey::generate().expect("random bytes");
        assert!(!other.matches(&key.secret_sha256()));
        for place in 0..32 {
            let mut hash = key.secret_sha256();
            hash[place] ^= 1;
            assert!(!key.matches(&hash), "the byte {place} does not count");
        }
        assert!(!key.matches(&[]));
        assert!(!key.reveal().contains(&format!("{:?}", key.secret_sha256())));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "maqal_", "maqal_x_y", "maqal_0123456789ab_", "maqal_0123456789ab_AAAA", "Bearer"] {
            assert!(ApiKey::parse(text).is_err(), "{text}");
        }
        let key = ApiKey::generate().expect("random bytes").reveal();
        let secret = key.splitn(3, '_').last().expect("a secret");
        for id in ["", "0123456789a", "0123456789abc", "0123456789ag", "0123456789a'", "٠١٢٣٤٥"] {
            assert!(ApiKey::parse(&format!("{PREFIX}{id}_{secret}")).is_err(), "{id}");
        }
        assert!(ApiKey::parse(&format!("{PREFIX}0123456789ab_{secret}")).is_ok());
    }
}
