//! What tokens cost, in whole nano-dollars.
//!
//! A price is given in dollars for a million tokens, down to a tenth of a cent and less; integers keep sums exact.

use std::fmt;
use std::ops::AddAssign;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::Usage;

/// Nano-dollars of one dollar.
const DOLLAR: u64 = 1_000_000_000;

/// The number of tokens that a price is for.
const MILLION: u128 = 1_000_000;

/// Prices of a million tokens, in nano-dollars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rates {
    /// Tokens that are sent.
    pub input: u64,
    /// Tokens that are sent and read from the provider's cache; as `input` if nothing is said.
    pub cached_input: Option<u64>,
    /// Tokens that are sent and written to the provider's cache; as `input` if nothing is said.
    pub cache_write: Option<u64>,
    /// Tokens that are received.
    pub output: u64,
}

/// The prices of a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prices {
    /// What is paid for requests of common size.
    pub base: Rates,
    /// A number of input tokens, and what is paid for every token of a request with more of them.
    pub above: Option<(u64, Rates)>,
}

impl Prices {
    /// Nothing is paid for a call, as on the user's own hardware or by subscription.
    pub const FREE: Prices = Prices { base: Rates { input: 0, cached_input: None, cache_write: None, output: 0 }, above: None };

    /// The cost of one call in nano-dollars, rounded to the nearest.
    pub fn cost(&self, usage: &Usage) -> u64 {
        let rates = match &self.above {
            Some((tokens, rates)) if usage.input_tokens > *tokens => rates,
            _ => &self.base,
        };
        let plain = usage.input_tokens.saturating_sub(usage.cached_tokens).saturating_sub(usage.cache_write_tokens);
        let parts = [
            (plain, rates.input),
            (usage.cached_tokens, rates.cached_input.unwrap_or(rates.input)),
            (usage.cache_write_tokens, rates.cache_write.unwrap_or(rates.input)),
            (usage.output_tokens, rates.output),
        ];
        let each = parts.iter().map(|(tokens, price)| u128::from(*tokens) * u128::from(*price));
        let sum = each.fold(0, u128::saturating_add);
        u64::try_from(sum.saturating_add(MILLION / 2) / MILLION).unwrap_or(u64::MAX)
    }
}

/// What several calls cost together, as far as their prices are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// The known part, in nano-dollars.
    pub nanos: u64,
    /// How many calls have no known price.
    pub unpriced: u64,
}

impl Cost {
    /// The cost of one call; `None` when its price is not known.
    pub fn of_call(nanos: Option<u64>) -> Self {
        Self { nanos: nanos.unwrap_or(0), unpriced: u64::from(nanos.is_none()) }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.nanos = self.nanos.saturating_add(other.nanos);
        self.unpriced = self.unpriced.saturating_add(other.unpriced);
    }
}

impl Serialize for Cost {
    /// `{"dollars": "0.0421", "unpriced": 0}`, exactly.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut cost = serializer.serialize_struct("Cost", 2)?;
        cost.serialize_field("dollars", &exact_dollars(self.nanos))?;
        cost.serialize_field("unpriced", &self.unpriced)?;
        cost.end()
    }
}

impl fmt::Display for Cost {
    /// `$0.0421`; calls without a known price are named, never counted as nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.nanos, self.unpriced) {
            (nanos, 0) => f.write_str(&shown(nanos)),
            (0, _) => f.write_str("unknown"),
            (nanos, 1) => write!(f, "{} and one call of unknown price", shown(nanos)),
            (nanos, calls) => write!(f, "{} and {calls} calls of unknown price", shown(nanos)),
        }
    }
}

/// An amount for a person: cents from a dollar on, else four digits.
fn shown(nanos: u64) -> String {
    const CENT: u64 = DOLLAR / 100;
    const SMALLEST: u64 = DOLLAR / 10_000;
    match nanos {
        0 => "$0".to_owned(),
        1..SMALLEST => "under $0.0001".to_owned(),
        nanos if nanos < DOLLAR => {
            let rounded = nanos.saturating_add(SMALLEST / 2) / SMALLEST;
            format!("${}.{:04}", rounded / 10_000, rounded % 10_000)
        }
        nanos => {
            let cents = nanos.saturating_add(CENT / 2) / CENT;
            format!("${}.{:02}", cents / 100, cents % 100)
        }
    }
}

/// An amount in dollars, exactly: `0.0421`, `12`.
pub fn exact_dollars(nanos: u64) -> String {
    let (whole, rest) = (nanos / DOLLAR, nanos % DOLLAR);
    match rest {
        0 => whole.to_string(),
        rest => format!("{whole}.{}", format!("{rest:09}").trim_end_matches('0')),
    }
}

/// Reads an amount in dollars, `2.50` for example, as nano-dollars; `None` for anything else, a sign or an exponent included.
pub fn nano_dollars(text: &str) -> Option<u64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let rest = if rest.len() > 9 { rest.trim_end_matches('0') } else { rest };
    if !digits(whole) || (!rest.is_empty() && !digits(rest)) || rest.len() > 9 {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let part: u64 = format!("{rest:0<9}").parse().ok()?;
    whole.checked_mul(DOLLAR)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(text: &str) -> u64 {
        nano_dollars(text).expect("an amount")
    }

    fn claude() -> Prices {
        let base = Rates { input: nanos("2"), cached_input: Some(nanos("0.1")), cache_write: Some(nanos("2.5")), output: nanos("10") };
        Prices { base, above: None }
    }

    #[test]
    fn a_call_costs_what_its_kinds_of_tokens_cost() {
        let usage = Usage { input_tokens: 10_000, cached_tokens: 6_000, cache_write_tokens: 3_000, output_tokens: 500 };
        // 1,000 × $2 + 6,000 × $0.10 + 3,000 × $2.50 + 500 × $10, for a million each.
        assert_eq!(claude().cost(&usage), 2_000_000 + 600_000 + 7_500_000 + 5_000_000);
        assert_eq!(Prices::FREE.cost(&usage), 0);
    }

    #[test]
    fn above_a_size_every_token_costs_more() {
        let above = Rates { input: nanos("4"), cached_input: Some(nanos("0.2")), cache_write: None, output: nanos("15") };
        let prices = Prices { above: Some((272_000, above)), ..claude() };
        let usage = |input_tokens| Usage { input_tokens, output_tokens: 1000, ..Usage::default() };
        assert_eq!(prices.cost(&usage(272_000)), 272_000 * 2000 + 1000 * 10_000);
        assert_eq!(prices.cost(&usage(272_001)), 272_001 * 4000 + 1000 * 15_000);
    }

    #[test]
    fn fractions_of_a_nano_dollar_are_rounded_and_nothing_overflows() {
        let prices = Prices { base: Rates { input: nanos("0.0375"), output: 1, ..Rates::default() }, above: None };
        assert_eq!(prices.cost(&Usage { input_tokens: 3, ..Usage::default() }), 113);
        assert_eq!(prices.cost(&Usage { output_tokens: 499_999, ..Usage::default() }), 0);
        let huge = Prices { base: Rates { input: u64::MAX, output: u64::MAX, ..Rates::default() }, above: None };
        let most = Usage { input_tokens: u64::MAX, cached_tokens: u64::MAX, cache_write_tokens: 1, output_tokens: u64::MAX };
        assert_eq!(huge.cost(&most), u64::MAX);
    }

    #[test]
    fn an_unknown_price_is_said_and_not_taken_for_nothing() {
        let mut cost = Cost::of_call(None);
        assert_eq!(cost.to_string(), "unknown");
        cost += Cost::of_call(Some(nanos("0.04206")));
        assert_eq!(cost.to_string(), "$0.0421 and one call of unknown price");
        cost += Cost::of_call(None);
        assert_eq!(cost.to_string(), "$0.0421 and 2 calls of unknown price");
    }

    #[test]
    fn amounts_are_read_and_shown() {
        for (text, shown) in
            [("0", "$0"), ("0.00000001", "under $0.0001"), ("0.00996", "$0.0100"), ("0.99999", "$1.0000"), ("12.345", "$12.35")]
        {
            assert_eq!(Cost::of_call(nano_dollars(text)).to_string(), shown);
        }
        for text in ["0", "2", "0.075", "0.0115", "123.456789123"] {
            assert_eq!(exact_dollars(nanos(text)), text);
        }
        assert_eq!(nano_dollars("1.2500000000000"), Some(1_250_000_000));
        for text in ["", ".", "-1", "+1", "1e3", "1,5", "$1", "0.0000000001", "99999999999999999999", "1.2.3", " 1"] {
            assert_eq!(nano_dollars(text), None, "{text}");
        }
    }
}
