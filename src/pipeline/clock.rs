//! Time and random bits, as values that a test can fix.

use std::time::{SystemTime, UNIX_EPOCH};

/// Where the pipeline takes the time and random bits from.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    fixed_ms: Option<u64>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still at `ms` milliseconds after the Unix epoch.
    pub fn fixed(ms: u64) -> Self {
        Self { fixed_ms: Some(ms) }
    }

    /// Milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> u64 {
        self.fixed_ms.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
    }

    /// The time in RFC 3339, UTC, to the second.
    pub fn now(&self) -> String {
        let ms = i64::try_from(self.now_ms()).unwrap_or(i64::MAX);
        let stamp = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
        stamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// Random bits for an id.
    pub fn random(&self) -> u128 {
        ulid::Ulid::new().random()
    }
}
