//! The files of the interface, compiled in (界面文件).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};

/// Name and content; what packs well only packed, as `.br` and `.gz`.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Brotli.
    Brotli,
    /// gzip.
    Gzip,
    /// Not at all.
    Plain,
}

impl Packing {
    /// As HTTP names it.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Plain => None,
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Plain => "",
        }
    }
}

/// A file in one packing.
#[derive(Debug, Clone)]
pub(crate) struct WebFile {
    /// Its bytes.
    pub(crate) bytes: Cow<'static, [u8]>,
    /// How they are packed.
    pub(crate) packing: Packing,
    /// Strong validator, with quotation marks.
    pub(crate) etag: String,
}

static BY_NAME: LazyLock<BTreeMap<&'static str, (&'static [u8], String)>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(name, bytes)| {
            let digest: String = hex::encode(Sha256::digest(bytes))
                .chars()
                .take(24)
                .collect();
            (*name, (*bytes, format!("\"{digest}\"")))
        })
        .collect()
});

/// A file in the best packing that the client takes; nothing when there is none of this name.
pub(crate) fn file(name: &str, accepted: &str) -> Option<WebFile> {
    if name.ends_with(".br") || name.ends_with(".gz") {
        return None;
    }
    let takes = |wanted: &str| {
        accepted.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            words.next() == Some(wanted) && words.all(|w| w.replace(' ', "") != "q=0")
        })
    };
    [
        (Packing::Brotli, takes("br")),
        (Packing::Gzip, takes("gzip")),
        (Packing::Plain, true),
    ]
    .into_iter()
    .filter(|(_, taken)| *taken)
    .find_map(|(packing, _)| {
        let (bytes, etag) = BY_NAME.get(format!("{name}{}", packing.ending()).as_str())?;
        Some(WebFile {
            bytes: Cow::Borrowed(bytes),
            packing,
            etag: etag.clone(),
        })
    })
    .or_else(|| unpacked(name))
}

/// For a client that takes nothing packed.
fn unpacked(name: &str) -> Option<WebFile> {
    let (packed, etag) = BY_NAME.get(format!("{name}.gz").as_str())?;
    let mut bytes = Vec::new();
    GzDecoder::new(*packed).read_to_end(&mut bytes).ok()?;
    Some(WebFile {
        bytes: Cow::Owned(bytes),
        packing: Packing::Plain,
        etag: format!("{}-plain\"", etag.trim_end_matches('"')),
    })
}

/// Whether the interface was there when the binary was built.
pub(crate) fn is_built() -> bool {
    FILES.len() > 1
}
