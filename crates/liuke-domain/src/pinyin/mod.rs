//! Pinyin (拼音) of names: for search by sound or by initials, and for ordering lists.
//!
//! Surnames with two readings get both, the right one first: who types `shan` or `dan` finds 单某. Characters of given names that are often
//! read in two ways get both as well. `ü` is found as `v`, `u` and `yu`.

mod readings;

use pinyin::ToPinyin;

use crate::text;
use readings::{COMPOUND, GIVEN, SURNAMES};

/// Most readings of one name; real names stay far below.
const MOST_VARIANTS: usize = 24;

/// The ways a name can be typed by sound.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchKeys {
    /// Full pinyin without spaces: `shandandan`, `dandandan`. The right reading first.
    pub full: Vec<String>,
    /// Initials: `sdd`, `ddd`.
    pub initials: Vec<String>,
    /// The syllables of each reading in `full`; a run of Latin letters or digits is one.
    pub syllables: Vec<Vec<String>>,
}

#[derive(Debug, Clone)]
struct Token {
    readings: Vec<String>,
    han: bool,
}

/// Every reading of a name.
pub fn keys(name: &str) -> SearchKeys {
    let tokens = tokens(name);
    let mixed = tokens.iter().any(|t| t.han);
    let mut found = SearchKeys::default();
    for reading in variants(&tokens) {
        let full = reading.concat();
        if full.is_empty() || found.full.contains(&full) {
            continue;
        }
        let initials: String = reading
            .iter()
            .zip(&tokens)
            .map(|(syllable, token)| {
                if token.han || !mixed {
                    text::truncate(syllable, 1)
                } else {
                    syllable.as_str()
                }
            })
            .collect();
        found.full.push(full);
        if !found.initials.contains(&initials) {
            found.initials.push(initials);
        }
        found.syllables.push(reading);
    }
    found
}

/// The key by which lists are ordered (拼音排序): syllables of the right reading, then the name itself. Byte order is right on both engines:
/// 李 before 李三 before 李三宝 before 林.
pub fn sort_key(name: &str) -> String {
    let syllables: Vec<String> = tokens(name)
        .into_iter()
        .filter_map(|t| t.readings.into_iter().next())
        .collect();
    let joined = syllables.join("-");
    format!(
        "{} {}",
        text::truncate(&joined, 80),
        text::truncate(name.trim(), 40)
    )
}

/// Han characters with their readings and runs of other letters and digits, in order; what is neither only ends a run.
fn tokens(name: &str) -> Vec<Token> {
    let characters: Vec<char> = name.chars().map(text::simplify).collect();
    let mut tokens: Vec<Token> = Vec::new();
    let mut run = String::new();
    let long = characters.iter().filter(|c| text::is_han(**c)).count() >= 4;
    let mut start = 0;
    let compound = characters.iter().take(2).collect::<String>();
    if let Some((_, readings)) = COMPOUND.iter().find(|(surname, _)| *surname == compound) {
        // The two characters are read together: one token with joined readings would hide the syllable border, so that the
        // readings are kept side by side and combined by `variants`.
        for at in 0..2 {
            let mut both: Vec<String> = Vec::new();
            for pair in *readings {
                if let Some(syllable) = pair.get(at)
                    && !both.iter().any(|b| b == syllable)
                {
                    both.push((*syllable).to_owned());
                }
            }
            tokens.push(Token {
                readings: both,
                han: true,
            });
        }
        start = 2;
    }
    for (i, c) in characters.iter().enumerate().skip(start) {
        let place = match i {
            0 if long => Place::FirstOfLong,
            0 => Place::Surname,
            _ => Place::Inside,
        };
        if text::is_han(*c) {
            flush(&mut run, &mut tokens);
            tokens.push(Token {
                readings: readings(*c, place),
                han: true,
            });
        } else {
            let folded = text::fold_key(&c.to_string());
            if folded.is_empty() {
                if !matches!(c, '\'' | '\u{2019}') {
                    flush(&mut run, &mut tokens);
                }
            } else {
                run.push_str(&folded);
            }
        }
    }
    flush(&mut run, &mut tokens);
    tokens
}

fn flush(run: &mut String, tokens: &mut Vec<Token>) {
    if !run.is_empty() {
        tokens.push(Token {
            readings: vec![std::mem::take(run)],
            han: false,
        });
    }
}

/// Where a character stands in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// First of a person's name.
    Surname,
    /// First of a name of four characters or more, which is a firm's more often than a person's: the everyday reading comes first.
    FirstOfLong,
    /// Anywhere else.
    Inside,
}

fn union(mut first: Vec<String>, second: Vec<String>) -> Vec<String> {
    for reading in second {
        if !first.contains(&reading) {
            first.push(reading);
        }
    }
    first
}

fn readings(c: char, place: Place) -> Vec<String> {
    let listed = |table: &[(char, &'static [&'static str])]| {
        table.iter().find(|(k, _)| *k == c).map(|(_, r)| *r)
    };
    let everyday: Vec<String> = match (listed(GIVEN), c.to_pinyin()) {
        (Some(list), _) => list.iter().map(|r| (*r).to_owned()).collect(),
        (None, Some(pinyin)) => vec![pinyin.plain().replace('ü', "v").replace('ê', "e")],
        // A rare character without a reading stands for itself.
        (None, None) => vec![c.to_string()],
    };
    let of_surname: Vec<String> = listed(SURNAMES)
        .unwrap_or_default()
        .iter()
        .map(|r| (*r).to_owned())
        .collect();
    let plain = match place {
        Place::Inside => everyday,
        Place::Surname if of_surname.is_empty() => everyday,
        Place::Surname => of_surname,
        Place::FirstOfLong => union(everyday, of_surname),
    };
    let mut all = plain.clone();
    for reading in plain {
        for other in ["u", "yu"] {
            if let Some((before, after)) = reading.split_once('v') {
                all.push(format!("{before}{other}{after}"));
            }
        }
    }
    all
}

/// Combinations of readings, the right one of every character first, at most [`MOST_VARIANTS`].
fn variants(tokens: &[Token]) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![Vec::new()];
    for token in tokens {
        let mut next = Vec::new();
        for reading in &token.readings {
            for before in &found {
                if next.len() < MOST_VARIANTS {
                    let mut longer = before.clone();
                    longer.push(reading.clone());
                    next.push(longer);
                }
            }
        }
        found = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn has(name: &str, full: &[&str], initials: &[&str]) {
        let keys = keys(name);
        for f in full {
            assert!(keys.full.iter().any(|k| k == f), "{name}: {f} in {keys:?}");
        }
        for i in initials {
            assert!(
                keys.initials.iter().any(|k| k == i),
                "{name}: {i} in {keys:?}"
            );
        }
    }

    #[test]
    fn surnames_with_two_readings_are_found_by_both_and_ordered_by_the_right_one() {
        for (name, right, also) in [
            ("单雄信", "shanxiongxin", "danxiongxin"),
            ("曾国藩", "zengguofan", "cengguofan"),
            ("解缙", "xiejin", "jiejin"),
            ("仇英", "qiuying", "chouying"),
            ("区志强", "ouzhiqiang", "quzhiqiang"),
            ("查良镛", "zhaliangyong", "chaliangyong"),
            ("朴树", "piaoshu", "pushu"),
            ("尉迟恭", "yuchigong", "weichigong"),
            ("万俟卨", "moqixie", "wansixie"),
            ("乐毅", "yueyi", "leyi"),
            ("盖叫天", "gejiaotian", "gaijiaotian"),
            ("翟天临", "zhaitianlin", "ditianlin"),
            ("覃辉", "qinhui", "tanhui"),
            ("长孙无忌", "zhangsunwuji", "changsunwuji"),
        ] {
            has(name, &[right, also], &[]);
            assert_eq!(
                keys(name).full.first().map(String::as_str),
                Some(right),
                "{name}"
            );
        }
        has("长安汽车", &["changanqiche", "zhanganqiche"], &["caqc"]);
        assert!(sort_key("黑龙江某厂").starts_with("hei-long-jiang"));
        has("任正非", &["renzhengfei"], &["rzf"]);
        has("华佗", &["huatuo"], &["ht"]);
        has("單雄信", &["shanxiongxin"], &["sxx", "dxx"]);
    }

    #[test]
    fn given_names_with_two_readings_are_found_by_both() {
        has("王乐", &["wangle", "wangyue"], &["wl", "wy"]);
        has("李行", &["lixing", "lihang"], &["lx", "lh"]);
    }

    #[test]
    fn the_umlaut_is_found_in_three_spellings() {
        has("吕布", &["lvbu", "lubu", "lyubu"], &["lb"]);
    }

    #[test]
    fn minority_and_latin_names_work_by_their_words() {
        has("阿依古丽·买买提", &["ayigulimaimaiti"], &["ayglmmt"]);
        has("Anna Smith", &["annasmith"], &["as"]);
        has("O'Neill", &["oneill"], &["o"]);
        has(
            "上海ABC汽车4S店",
            &["shanghaiabcqiche4sdian"],
            &["shabcqc4sd"],
        );
        has("张三", &["zhangsan"], &["zs"]);
        assert_eq!(keys("").full.len(), 0);
        assert_eq!(keys("···").full.len(), 0);
    }

    #[test]
    fn lists_are_ordered_by_sound_and_shorter_names_first() {
        let mut names = vec![
            "林一",
            "李三宝",
            "张三",
            "李三",
            "安娜",
            "单田芳",
            "李",
            "Bob",
            "沙僧",
        ];
        names.sort_by_key(|n| sort_key(n));
        assert_eq!(
            names,
            [
                "安娜",
                "Bob",
                "李",
                "李三",
                "李三宝",
                "林一",
                "沙僧",
                "单田芳",
                "张三"
            ]
        );
    }

    proptest! {
        #[test]
        fn no_name_makes_it_panic_or_explode(name in "\\PC{0,60}") {
            let keys = keys(&name);
            prop_assert!(keys.full.len() <= MOST_VARIANTS);
            let _ = sort_key(&name);
        }
    }
}
