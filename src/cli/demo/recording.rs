//! Recorded exchanges: what a request has to hold, and the reply that it gets.

use crate::plan::Exchange;

/// The exchanges of the demonstration, in order.
pub fn recording() -> Vec<Exchange> {
    serde_yaml::from_str(include_str!("recording.yml")).expect("a test reads the recording that is built in")
}

/// The reply for the request with this number, or what the request lacks.
pub fn answer<'a>(recording: &'a [Exchange], number: usize, request: &str) -> Result<&'a Exchange, String> {
    let exchange = recording.get(number).ok_or_else(|| format!("the recording ends after {} requests", recording.len()))?;
    match exchange.expects.iter().find(|text| !request.contains(text.as_str())) {
        Some(text) => Err(format!("request {} ({}) does not hold what its recorded reply depends on: {text:?}", number + 1, exchange.name)),
        None => Ok(exchange),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recording_is_well_formed_and_checks_its_requests() {
        let recording = recording();
        assert!(recording.iter().all(|exchange| !exchange.expects.is_empty() && !exchange.reply.is_empty()));
        let first = recording[0].expects.join("\n");
        assert!(answer(&recording, 0, &first).is_ok());
        assert!(answer(&recording, 0, "nothing").is_err());
        assert!(answer(&recording, recording.len(), &first).is_err());
    }
}
