//! One way to write an enum that is a snake_case word in columns, JSON and URLs (代码表).

/// Declares an enum whose variants are fixed words: `as_str`, `parse`, `ALL`, `Display`, `FromStr` and serde agree on them.
///
/// Code that reads a database column uses `Type::parse(&str) -> Option<Self>` and treats `None`
/// as an inconsistency, never as a default.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value, in the order in which people see them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in columns, JSON and URLs.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The value of a word; `None` for a word that is not in the list.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::text_enum::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text).ok_or_else(|| $crate::text_enum::UnknownWord(text.to_owned()))
            }
        }
    };
}

/// A word that is not in the list of an enum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown word")]
pub struct UnknownWord(pub String);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, unreachable_pub, reason = "tests")]

    crate::text_enum! {
        /// A colour.
        Colour { Red => "red", DarkBlue => "dark_blue" }
    }

    #[test]
    fn every_word_reads_back_as_its_value_and_serde_writes_the_same_word() {
        for value in Colour::ALL {
            assert_eq!(Colour::parse(value.as_str()), Some(*value));
            assert_eq!(
                serde_json::to_string(value).unwrap(),
                format!("\"{value}\"")
            );
            assert_eq!(value.as_str().parse::<Colour>().unwrap(), *value);
        }
    }

    #[test]
    fn an_unknown_word_is_none_and_never_a_default() {
        assert_eq!(Colour::parse("Red"), None);
        assert!("".parse::<Colour>().is_err());
    }
}
