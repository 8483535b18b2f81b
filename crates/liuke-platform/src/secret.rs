//! Secrets that are handed out once (令牌): session ids, API tokens, set-up links.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore as _;
use rand::rngs::OsRng;
use sha2::{Digest as _, Sha256};

use crate::fault::Fault;

/// 32 bytes from the operating system's generator, as base64url. Never seeded, not even in tests.
pub fn fresh() -> Result<String, Fault> {
    let mut bytes = [0_u8; 32];
    OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|e| Fault::other(format!("random generator: {e}")))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// SHA-256 in hexadecimal: what is stored in place of a secret of [`fresh`] (which needs no slow hash).
pub fn digest(secret: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(secret.as_ref()))
}
