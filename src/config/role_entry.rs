//! What `models.yml` says for a role: the id of a model, or that with settings and fallbacks.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{Fallback, Reasoning};

/// What a pack says for a role: a model's id, or that with settings.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleSettings {
    pub(super) model: String,
    pub(super) temperature: Option<f64>,
    pub(super) top_p: Option<f64>,
    pub(super) max_output_tokens: Option<u64>,
    pub(super) reasoning: Option<Reasoning>,
    /// What takes over when a request is too long for the model.
    pub(super) large_context: Option<Chain>,
    /// What takes over when the answer would be too long for the model.
    pub(super) large_output: Option<Chain>,
    /// What takes over when the model fails.
    pub(super) error: Option<Chain>,
    /// What takes over when the model's answers are not good enough.
    pub(super) strong: Option<Chain>,
}

impl RoleSettings {
    /// A model without settings.
    pub(super) fn of(model: impl Into<String>) -> Self {
        Self { model: model.into(), ..Self::default() }
    }

    /// What a chain of fallbacks begins with.
    pub(super) fn chain(&self, kind: Fallback) -> Option<&Chain> {
        match kind {
            Fallback::LargeContext => self.large_context.as_ref(),
            Fallback::LargeOutput => self.large_output.as_ref(),
            Fallback::Error => self.error.as_ref(),
            Fallback::Strong => self.strong.as_ref(),
            Fallback::Provider => None,
        }
    }
}

/// One model, or several that take over from each other, in the order in which they are tried.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chain(pub(super) Vec<RoleValue>);

/// [`RoleSettings`] as written: the bare id, or the map.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RoleValue(pub(super) RoleSettings);

/// A word, or a list of words.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct OneOrMany(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for RoleValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        impl<'de> Visitor<'de> for Shape {
            type Value = RoleValue;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a model's id, or a map with `model`")
            }
            fn visit_str<E>(self, id: &str) -> Result<RoleValue, E> {
                Ok(RoleValue(RoleSettings::of(id)))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RoleValue, A::Error> {
                RoleSettings::deserialize(MapAccessDeserializer::new(map)).map(RoleValue)
            }
        }
        deserializer.deserialize_any(Shape)
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        impl<'de> Visitor<'de> for Shape {
            type Value = OneOrMany;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name, or a list of names")
            }
            fn visit_str<E>(self, name: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![name.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<OneOrMany, A::Error> {
                let mut all = Vec::new();
                while let Some(name) = names.next_element()? {
                    all.push(name);
                }
                Ok(OneOrMany(all))
            }
        }
        deserializer.deserialize_any(Shape)
    }
}

impl<'de> Deserialize<'de> for Chain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        impl<'de> Visitor<'de> for Shape {
            type Value = Chain;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a model's id, a map with `model`, or a list of these")
            }
            fn visit_str<E>(self, id: &str) -> Result<Chain, E> {
                Ok(Chain(vec![RoleValue(RoleSettings::of(id))]))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Chain, A::Error> {
                RoleSettings::deserialize(MapAccessDeserializer::new(map)).map(|one| Chain(vec![RoleValue(one)]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Chain, A::Error> {
                let mut all = Vec::new();
                while let Some(value) = values.next_element()? {
                    all.push(value);
                }
                Ok(Chain(all))
            }
        }
        deserializer.deserialize_any(Shape)
    }
}
