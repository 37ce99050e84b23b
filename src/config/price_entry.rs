//! Prices as `models.yml` writes them: dollars for a million tokens.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::plan::{Prices, Rates, nano_dollars};

/// The prices of a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceEntry {
    input: Dollars,
    #[serde(default)]
    cached_input: Option<Dollars>,
    #[serde(default)]
    cache_write: Option<Dollars>,
    output: Dollars,
    #[serde(default)]
    above: Option<AboveEntry>,
}

/// The prices for requests with more than some number of input tokens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct AboveEntry {
    tokens: u64,
    input: Dollars,
    #[serde(default)]
    cached_input: Option<Dollars>,
    #[serde(default)]
    cache_write: Option<Dollars>,
    output: Dollars,
}

impl PriceEntry {
    /// The prices as values.
    pub(super) fn prices(&self) -> Prices {
        let base = rates([Some(self.input), self.cached_input, self.cache_write, Some(self.output)]);
        let above = self
            .above
            .as_ref()
            .map(|above| (above.tokens, rates([Some(above.input), above.cached_input, above.cache_write, Some(above.output)])));
        Prices { base, above }
    }
}

fn rates([input, cached_input, cache_write, output]: [Option<Dollars>; 4]) -> Rates {
    let of = |dollars: Option<Dollars>| dollars.map(|dollars| dollars.0);
    Rates {
        input: of(input).unwrap_or_default(),
        cached_input: of(cached_input),
        cache_write: of(cache_write),
        output: of(output).unwrap_or_default(),
    }
}

/// An amount in nano-dollars that is written in dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Dollars(u64);

impl<'de> Deserialize<'de> for Dollars {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        impl Visitor<'_> for Shape {
            type Value = Dollars;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount in dollars with at most nine decimals")
            }
            fn visit_u64<E: Error>(self, whole: u64) -> Result<Dollars, E> {
                self.visit_str(&whole.to_string())
            }
            fn visit_i64<E: Error>(self, whole: i64) -> Result<Dollars, E> {
                self.visit_str(&whole.to_string())
            }
            fn visit_f64<E: Error>(self, amount: f64) -> Result<Dollars, E> {
                // The shortest text that means this number is the one that was written.
                self.visit_str(&amount.to_string())
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Dollars, E> {
                nano_dollars(text).map(Dollars).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(yaml: &str) -> Result<Prices, String> {
        serde_yaml::from_str::<PriceEntry>(yaml).map(|entry| entry.prices()).map_err(|error| error.to_string())
    }

    #[test]
    fn amounts_are_taken_as_written() {
        let prices =
            read("{ input: 2, cached_input: 0.1, output: 0.0375, above: { tokens: 100000, input: 4, output: '1.1' } }").expect("prices");
        let base = Rates { input: 2_000_000_000, cached_input: Some(100_000_000), cache_write: None, output: 37_500_000 };
        let above = Rates { input: 4_000_000_000, cached_input: None, cache_write: None, output: 1_100_000_000 };
        assert_eq!(prices, Prices { base, above: Some((100_000, above)) });
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for yaml in ["{ input: -1, output: 1 }", "{ input: free, output: 1 }", "{ input: 1 }", "{ input: 1, output: 1, ouput: 2 }"] {
            read(yaml).expect_err(yaml);
        }
    }
}
