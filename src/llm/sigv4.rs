//! The signature that AWS wants under a request.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;

use crate::config::AwsKeys;

/// What is signed.
pub(super) struct Signable<'a> {
    pub(super) url: &'a str,
    pub(super) content_type: &'a str,
    pub(super) body: &'a [u8],
    pub(super) region: &'a str,
    /// The name of the service in the scope of the signature.
    pub(super) service: &'a str,
}

/// The headers that carry the signature.
pub(super) fn headers(request: &Signable<'_>, keys: &AwsKeys, now: SystemTime) -> Result<Vec<(String, String)>, String> {
    let token = keys.session_token.as_ref().map(|token| token.expose().to_owned());
    let identity = Credentials::new(&keys.id, keys.secret.expose(), token, None, "environment").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(request.region)
        .name(request.service)
        .time(now)
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| error.to_string())?
        .into();
    let headers = [("content-type", request.content_type)];
    let signable = SignableRequest::new("POST", request.url, headers.into_iter(), SignableBody::Bytes(request.body));
    let signed = sign(signable.map_err(|error| error.to_string())?, &params).map_err(|error| error.to_string())?;
    let (instructions, _) = signed.into_parts();
    Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::Secret;

    #[test]
    fn amazons_published_example_has_amazons_signature() {
        // `post-x-www-form-urlencoded` of the test suite that Amazon publishes with its description of the signature.
        let secret = Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        let keys = AwsKeys { id: "AKIDEXAMPLE".to_owned(), secret, session_token: None };
        let request = Signable {
            url: "https://example.amazonaws.com/",
            content_type: "application/x-www-form-urlencoded",
            body: b"Param1=value1",
            region: "us-east-1",
            service: "service",
        };
        let headers = headers(&request, &keys, SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160)).expect("a signature");
        let of = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(of("x-amz-date"), Some("20150830T123600Z"));
        assert_eq!(
            of("authorization"),
            Some(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date, \
                 Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
            )
        );
    }
}
