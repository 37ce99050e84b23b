//! How long to wait: before a retry, for the first token, between chunks. Pure.

use std::time::{Duration, SystemTime};

use super::Options;
use crate::config::Model;

/// The wait before retry `attempt` (from 1), or `None` if the provider asks for more patience than `options` has.
///
/// `luck` is between 0 and 1, so that many clients do not come back at the same moment.
pub(super) fn wait(options: &Options, attempt: u32, retry_after: Option<Duration>, luck: f64) -> Option<Duration> {
    let base = match retry_after {
        Some(asked) if asked > options.max_retry_after => return None,
        Some(asked) => asked.max(options.retry_base),
        None => options.retry_base.saturating_mul(1 << (attempt - 1).min(5)),
    };
    // Never earlier than asked for, and at most a fifth later.
    Some(base + base.mul_f64(0.2 * luck))
}

/// What the headers of an answer ask to wait.
pub(super) fn retry_after<'a>(header: impl Fn(&str) -> Option<&'a str>, now: SystemTime) -> Option<Duration> {
    let number = |name: &str| header(name)?.trim().parse::<f64>().ok();
    let millis = number("retry-after-ms").map(|millis| millis / 1000.0);
    if let Some(seconds) = millis.or_else(|| number("retry-after")) {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = jiff::fmt::rfc2822::parse(header("retry-after")?.trim()).ok()?;
    let wait = SystemTime::from(date.timestamp()).duration_since(now);
    Some(wait.unwrap_or(Duration::ZERO))
}

/// How many input tokens one first-token timeout is good for.
const TOKENS_PER_TIMEOUT: u64 = 150_000;
/// The longest that is waited for a first token.
const LONGEST_FIRST_TOKEN: Duration = Duration::from_secs(15 * 60);

/// How long the first token may take: longer for a long request, and longest on the user's own hardware.
pub(super) fn first_token(options: &Options, model: &Model, input_tokens: u64) -> Duration {
    if model.local {
        return options.local_first_token_timeout;
    }
    let times = u32::try_from(1 + input_tokens / TOKENS_PER_TIMEOUT).unwrap_or(u32::MAX);
    options.first_token_timeout.saturating_mul(times).min(LONGEST_FIRST_TOKEN.max(options.first_token_timeout))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn waits_grow_and_never_fall_short_of_what_was_asked() {
        let options = Options::default();
        assert_eq!(wait(&options, 1, None, 0.0), Some(SECOND));
        assert_eq!(wait(&options, 3, None, 0.5), Some(SECOND * 4 + SECOND.mul_f64(0.4)));
        assert_eq!(wait(&options, 1, Some(SECOND * 7), 0.0), Some(SECOND * 7));
        assert_eq!(wait(&options, 1, Some(Duration::ZERO), 0.0), Some(SECOND));
        assert_eq!(wait(&options, 1, Some(SECOND * 3600), 0.0), None);
    }

    #[test]
    fn retry_after_is_read_as_seconds_milliseconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + SECOND * 784_111_777;
        let of = |name: &'static str, value: &'static str| retry_after(|asked| (asked == name).then_some(value), now);
        assert_eq!(of("retry-after", "2"), Some(SECOND * 2));
        assert_eq!(of("retry-after", "0.5"), Some(SECOND / 2));
        assert_eq!(of("retry-after-ms", "1500"), Some(SECOND + SECOND / 2));
        assert_eq!(of("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT"), Some(SECOND * 10));
        assert_eq!(of("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!((of("retry-after", "soon"), of("retry-after", "-1"), of("x", "1")), (None, None, None));
    }
}
