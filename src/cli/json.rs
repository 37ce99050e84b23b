//! Forms that listings share.

/// A time in seconds since the Unix epoch as RFC 3339, UTC.
pub fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// An RFC 3339 time for people: date and minute in the local zone; as it is when it cannot be read.
pub fn date(time: &str) -> String {
    match time.parse::<jiff::Timestamp>() {
        Ok(stamp) => stamp.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => time.to_owned(),
    }
}
