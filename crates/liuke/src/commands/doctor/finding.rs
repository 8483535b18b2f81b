//! What the doctor says: how bad, about what, in which words, and what to do.

use std::process::ExitCode;

/// The language the operator's terminal speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Chinese,
    English,
}

impl Tongue {
    /// Of a locale such as `zh_CN.UTF-8`; nothing or anything else is English.
    pub(super) fn of(locale: &str) -> Self {
        if locale.to_lowercase().starts_with("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    zh: String,
    en: String,
}

impl Said {
    fn by(&self, tongue: Tongue) -> &str {
        match tongue {
            Tongue::Chinese => &self.zh,
            Tongue::English => &self.en,
        }
    }
}

/// Chinese first, as everywhere.
pub(super) fn said(zh: impl Into<String>, en: impl Into<String>) -> Said {
    Said {
        zh: zh.into(),
        en: en.into(),
    }
}

/// The same in both languages: names, places, figures, another program's words.
pub(super) fn plain(text: impl Into<String>) -> Said {
    let text = text.into();
    said(text.clone(), text)
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// As it should be.
    Good,
    /// Works, but will hurt one day.
    Warning,
    /// Does not work, or loses data.
    Failed,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) level: Level,
    /// One short word, the same in both languages, to search for.
    pub(super) what: &'static str,
    words: Said,
    advice: Option<Said>,
}

impl Finding {
    pub(super) fn good(what: &'static str, words: Said) -> Self {
        Self {
            level: Level::Good,
            what,
            words,
            advice: None,
        }
    }

    /// A warning says what to do.
    pub(super) fn warning(what: &'static str, words: Said, advice: Said) -> Self {
        Self {
            level: Level::Warning,
            what,
            words,
            advice: Some(advice),
        }
    }

    /// A failure says what to do.
    pub(super) fn failed(what: &'static str, words: Said, advice: Said) -> Self {
        Self {
            level: Level::Failed,
            what,
            words,
            advice: Some(advice),
        }
    }

    /// As shown: one line, and one with what to do.
    pub(super) fn text(&self, tongue: Tongue) -> String {
        let mark = match (tongue, self.level) {
            (Tongue::Chinese, Level::Good) => "正常  ",
            (Tongue::Chinese, Level::Warning) => "注意  ",
            (Tongue::Chinese, Level::Failed) => "故障  ",
            (Tongue::English, Level::Good) => "ok    ",
            (Tongue::English, Level::Warning) => "warn  ",
            (Tongue::English, Level::Failed) => "FAILED",
        };
        let mut text = format!("{mark}  {:<10} {}\n", self.what, self.words.by(tongue));
        if let Some(advice) = &self.advice {
            text.push_str(&format!("{:19}→ {}\n", "", advice.by(tongue)));
        }
        text
    }
}

/// 1 for a failure, and with `strict` for a warning too.
pub(super) fn exit_code(findings: &[Finding], strict: bool) -> ExitCode {
    let worst = findings.iter().map(|finding| finding.level).max();
    match worst {
        Some(Level::Failed) => ExitCode::FAILURE,
        Some(Level::Warning) if strict => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_finding_decides_over_the_exit_code() {
        let good = Finding::good("a", plain("a"));
        let warning = Finding::warning("b", plain("b"), plain("do"));
        let failed = Finding::failed("c", plain("c"), plain("do"));
        let code = |findings: &[Finding], strict| format!("{:?}", exit_code(findings, strict));
        let (zero, one) = (
            format!("{:?}", ExitCode::SUCCESS),
            format!("{:?}", ExitCode::FAILURE),
        );
        assert_eq!(code(&[], true), zero);
        assert_eq!(code(std::slice::from_ref(&good), true), zero);
        assert_eq!(code(&[warning.clone(), good.clone()], false), zero);
        assert_eq!(code(&[warning.clone(), good.clone()], true), one);
        assert_eq!(code(&[good, failed, warning], false), one);
    }

    #[test]
    fn the_words_follow_the_locale() {
        let finding = Finding::failed("disk", said("满了", "full"), said("清理", "tidy up"));
        assert_eq!(
            finding.text(Tongue::of("zh_CN.UTF-8")),
            "故障    disk       满了\n                   → 清理\n"
        );
        for locale in ["", "C", "en_GB.UTF-8", "de_DE"] {
            assert_eq!(
                finding.text(Tongue::of(locale)),
                "FAILED  disk       full\n                   → tidy up\n"
            );
        }
    }
}
