//! JSON values that servers write in more than one way.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Text: a string, nothing, or a list of parts with `text` in them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextShape)
    }
}

struct TextShape;

impl<'de> Visitor<'de> for TextShape {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Text, E> {
        Ok(Text(text))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
        Ok(Text::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Text, A::Error> {
        let mut all = String::new();
        while let Some(Text(part)) = parts.next_element()? {
            all.push_str(&part);
        }
        Ok(Text(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut part: A) -> Result<Text, A::Error> {
        let mut text = Text::default();
        while let Some(key) = part.next_key::<String>()? {
            if key == "text" {
                text = part.next_value()?;
            } else {
                part.next_value::<IgnoredAny>()?;
            }
        }
        Ok(text)
    }
}

/// A count: a number of any kind; anything else is nothing.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Count(pub(super) Option<u64>);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let float = |number: f64| (number >= 0.0).then_some(number as u64);
        Ok(Self(value.as_u64().or_else(|| value.as_f64().and_then(float))))
    }
}

impl Count {
    /// The number, or zero.
    pub(super) fn get(self) -> u64 {
        self.0.unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_however_it_is_written() {
        let of = |json: &str| serde_json::from_str::<Text>(json).expect("text").0;
        assert_eq!(of(r#""a\u00e9""#), "aé");
        assert_eq!(of("null"), "");
        assert_eq!(of(r#"[{"type":"text","text":"a"},{"type":"image","url":{"x":1}},"b"]"#), "ab");
    }

    #[test]
    fn counts_that_are_missing_or_odd_are_nothing() {
        let of = |json: &str| serde_json::from_str::<Count>(json).expect("a count").0;
        assert_eq!((of("7"), of("7.0"), of("null"), of("-1"), of("\"7\"")), (Some(7), Some(7), None, None, None));
    }
}
