//! Words of documents the server makes (文件用语): the printed slip, workbooks, error files.
//!
//! What a browser shows is worded in the web; only what leaves as a file is worded here, from one JSON per language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use utoipa::ToSchema;

/// The language a document is made in (语言).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
pub enum Lang {
    /// 中文.
    #[default]
    #[serde(rename = "zh-CN", alias = "zh")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

static ZH: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| read(include_str!("words/zh-CN.json")));
static EN: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| read(include_str!("words/en.json")));

fn read(text: &str) -> BTreeMap<String, String> {
    serde_json::from_str(text).unwrap_or_default()
}

impl Lang {
    /// The words for a key; nothing where there are none.
    pub fn say(self, key: &str) -> &'static str {
        let table: &'static BTreeMap<String, String> = match self {
            Self::Zh => &ZH,
            Self::En => &EN,
        };
        table.get(key).map_or("", String::as_str)
    }

    /// Whether there are words for the key.
    pub fn has(self, key: &str) -> bool {
        match self {
            Self::Zh => ZH.contains_key(key),
            Self::En => EN.contains_key(key),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_have_the_same_keys_and_no_empty_words() {
        assert!(!super::ZH.is_empty());
        assert!(super::ZH.keys().eq(super::EN.keys()));
        for (key, words) in super::ZH.iter().chain(super::EN.iter()) {
            assert!(!words.trim().is_empty(), "{key}");
        }
    }
}
