//! Passwords (密码): Argon2id, computed off the async threads.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::{Arc, LazyLock};

use tokio::sync::Semaphore;

use crate::fault::Fault;
use crate::problem::FieldProblem;

/// Shortest password, characters.
pub const SHORTEST: usize = 10;
/// Longest password, bytes: hashing is not a way to keep the server busy.
pub const LONGEST: usize = 256;

/// Beginnings and words people take first; compared in lower case, also with digits and marks around them.
const COMMON: [&str; 30] = [
    "password",
    "passw0rd",
    "p@ssw0rd",
    "qwertyuiop",
    "qwerty12345",
    "1qaz2wsx",
    "1q2w3e4r",
    "asdfghjkl",
    "zxcvbnm",
    "iloveyou",
    "letmein",
    "welcome",
    "administrator",
    "admin",
    "changeme",
    "default",
    "liuke",
    "woaini",
    "mima",
    "abcdefghij",
    "abc123456",
    "a123456789",
    "a1234567890",
    "0123456789",
    "1234567890",
    "9876543210",
    "0987654321",
    "5201314",
    "147258369",
    "superman",
];

/// Argon2id with 19 MiB and two passes, the OWASP recommendation.
fn hasher() -> Result<Argon2<'static>, Fault> {
    let params =
        Params::new(19 * 1024, 2, 1, None).map_err(|e| Fault::other(format!("argon2: {e}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether a password may be chosen: at least [`SHORTEST`] characters and not one of those tried first.
///
/// Codes: `password.too_short` (with `min`), `password.too_long`, `password.common`.
pub fn check(path: &str, password: &str, login: &str) -> Result<(), FieldProblem> {
    if password.chars().count() < SHORTEST {
        return Err(FieldProblem::new(path, "password.too_short").param("min", SHORTEST));
    }
    if password.len() > LONGEST {
        return Err(FieldProblem::new(path, "password.too_long").param("max", LONGEST));
    }
    let lower = password.to_lowercase();
    let core = lower.trim_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let login = login.to_lowercase();
    if COMMON.contains(&lower.as_str())
        || COMMON.contains(&core)
        || core.is_empty()
        || distinct.len() < 4
        || (login.len() >= 3 && (lower == login || core == login))
    {
        return Err(FieldProblem::new(path, "password.common"));
    }
    Ok(())
}

/// Hashes a password with a fresh salt.
pub async fn hash(password: &str) -> Result<String, Fault> {
    let password = password.to_owned();
    off_thread(move || {
        hasher()?
            .hash_password(password.as_bytes())
            .map(|h| h.to_string())
            .map_err(|e| Fault::other(format!("argon2: {e}")))
    })
    .await
}

/// What is worked on for a name without a password, at the cost of [`hasher`]. Salt and hash are all zero.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether the password fits. With no hash (no such person, no password yet) the same work is done, and it is false.
pub async fn verify(password: &str, stored: Option<&str>) -> Result<bool, Fault> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    let exists = stored.is_some();
    let (password, stored) = (password.to_owned(), stored.unwrap_or(NOBODYS).to_owned());
    off_thread(move || {
        let parsed = PasswordHash::new(&stored)
            .map_err(|e| Fault::other(format!("stored password hash: {e}")))?;
        let fits = hasher()?.verify_password(password.as_bytes(), &parsed);
        Ok(exists && fits.is_ok())
    })
    .await
}

/// Hashes at the same time: each takes 19 MiB, and guessers must not fill the memory.
static SEATS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(4)));

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let seat = Arc::clone(&SEATS)
        .acquire_owned()
        .await
        .map_err(|e| Fault::other(format!("password: {e}")))?;
    let work = move || {
        // Kept until the work is done, not until whoever asked for it has left.
        let _seat = seat;
        work()
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Fault::other(format!("password: {e}")))?
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn short_and_common_passwords_are_refused() {
        for (password, code) in [
            ("kurz", "password.too_short"),
            ("密码密码密码密码密", "password.too_short"),
            ("Password2026!", "password.common"),
            ("1234567890", "password.common"),
            ("20261121-1122", "password.common"),
            ("aaaaaaaaaaaa", "password.common"),
            ("zhang.wei99", "password.common"),
        ] {
            assert_eq!(
                check("password", password, "zhang.wei").unwrap_err().code,
                code,
                "{password}"
            );
        }
        check("password", "correct horse", "zhang.wei").unwrap();
        check("password", "机油三滤每次都换", "zhang.wei").unwrap_err();
        check("password", "机油三滤每次都换一遍吧", "zhang.wei").unwrap();
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_only() {
        let hashed = hash("correct horse").await.unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("correct horse", Some(&hashed)).await.unwrap());
        assert!(!verify("wrong horse", Some(&hashed)).await.unwrap());
        assert!(!verify("anything", None).await.unwrap());
        let (real, nobodys) = (
            PasswordHash::new(&hashed).unwrap(),
            PasswordHash::new(NOBODYS).unwrap(),
        );
        assert_eq!(
            (real.algorithm, real.version, &real.params),
            (nobodys.algorithm, nobodys.version, &nobodys.params)
        );
        assert_eq!(real.hash.unwrap().len(), nobodys.hash.unwrap().len());
    }

    /// Otherwise guessers who hang up at once would have as many hashes made as they like.
    #[tokio::test]
    async fn whoever_hangs_up_gives_no_seat_back_before_the_hash_is_made() {
        for _ in 0..4 {
            let mut asked = Box::pin(verify("correct horse", None));
            assert!(futures::poll!(&mut asked).is_pending());
        }
        assert_eq!(SEATS.available_permits(), 0);
    }
}
