//! Pages of the web, fetched with care: what is typed as a URL may lead anywhere.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Once};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Client, Response, StatusCode, Url};

use super::address::reserved;
use super::page::{Kind, decode, kind_of};
use super::{ContextError, html_to_text};

/// The most redirects that are followed.
pub const MAX_REDIRECTS: usize = 10;

/// The most bytes of a page: 10 MB.
pub const MAX_PAGE_BYTES: u64 = 10 * 1024 * 1024;

/// How a page may be fetched.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// Whether addresses of this machine and of private networks may be asked.
    pub private: bool,
    /// Whether the system's proxy is used; it resolves names by itself.
    pub proxy: bool,
    /// How long everything together may take.
    pub timeout: Duration,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self { private: false, proxy: false, timeout: Duration::from_secs(30) }
    }
}

/// Why a page cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlProblem {
    /// It is no URL.
    #[error("it is not a URL")]
    Malformed,
    /// It is not of the web.
    #[error("only http and https can be loaded, not {0}")]
    Scheme(String),
    /// It carries a name and a password, which would be stored.
    #[error("it holds a user name or a password")]
    Credentials,
    /// It leads to a place that is not public.
    #[error("it leads to {address}, which is a {kind} address")]
    Private {
        /// The address.
        address: IpAddr,
        /// What it is.
        kind: &'static str,
    },
    /// It redirects again and again.
    #[error("it redirects more than {0} times")]
    Redirects(usize),
    /// The server says no.
    #[error("the server answers {0}")]
    Status(u16),
    /// The page is too large.
    #[error("it has more than {0} bytes")]
    TooLarge(u64),
    /// The content is not text.
    #[error("it is binary ({0}); only text can be loaded")]
    Binary(String),
    /// It took too long.
    #[error("it did not answer in full within {0} seconds")]
    Timeout(u64),
    /// The page cannot be read.
    #[error("its HTML cannot be read")]
    Html,
    /// The page holds no text.
    #[error("it holds no text")]
    Empty,
    /// The connection failed.
    #[error("{0}")]
    Connect(String),
}

/// A page as it joins the context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it was asked for, without a fragment.
    pub url: String,
    /// Its text.
    pub text: String,
}

/// Whether an argument is meant as a URL.
pub fn is_url(word: &str) -> bool {
    let scheme = word.split_once("://").map_or("", |(scheme, _)| scheme);
    scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

/// Fetches a page and turns it into text; blocks until it is there.
pub fn fetch(url: &str, options: &FetchOptions) -> Result<Page, ContextError> {
    let problem = |problem| ContextError::Url { url: url.to_owned(), problem };
    // A runtime of its own on a thread of its own: the caller may be within another one.
    let fetched = std::thread::scope(|scope| scope.spawn(|| block_on(url, options)).join());
    fetched.unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map_err(problem)
}

fn block_on(url: &str, options: &FetchOptions) -> Result<Page, UrlProblem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| UrlProblem::Connect(error.to_string()))?;
    runtime.block_on(async {
        let fetched = tokio::time::timeout(options.timeout, page(url, options)).await;
        fetched.unwrap_or(Err(UrlProblem::Timeout(options.timeout.as_secs())))
    })
}

async fn page(url: &str, options: &FetchOptions) -> Result<Page, UrlProblem> {
    let mut at = Url::parse(url.trim()).map_err(|_| UrlProblem::Malformed)?;
    at.set_fragment(None);
    let asked = at.to_string();
    let client = client(options)?;
    for _ in 0..=MAX_REDIRECTS {
        check(&at, options).await?;
        let response = client.get(at.clone()).send().await.map_err(|error| failed(&error))?;
        match redirected(&at, &response)? {
            Some(next) => at = next,
            None => return Ok(Page { url: asked, text: text(response).await? }),
        }
    }
    Err(UrlProblem::Redirects(MAX_REDIRECTS))
}

/// What can be told before a connection is made.
async fn check(url: &Url, options: &FetchOptions) -> Result<(), UrlProblem> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(UrlProblem::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlProblem::Credentials);
    }
    let host = url.host_str().ok_or(UrlProblem::Malformed)?;
    if options.private {
        return Ok(());
    }
    // The connection itself asks no resolver about an address.
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse();
    if let Ok(address) = literal {
        return public(address);
    }
    if options.proxy
        && let Ok(found) = tokio::net::lookup_host((host, 0)).await
    {
        // The proxy resolves the name anew; what is private here is refused all the same.
        return found.into_iter().try_for_each(|found| public(found.ip()));
    }
    Ok(())
}

fn public(address: IpAddr) -> Result<(), UrlProblem> {
    reserved(address).map_or(Ok(()), |kind| Err(UrlProblem::Private { address, kind }))
}

fn redirected(from: &Url, response: &Response) -> Result<Option<Url>, UrlProblem> {
    let status = response.status();
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    match location {
        Some(location) if status.is_redirection() => from.join(location).map(Some).map_err(|_| UrlProblem::Malformed),
        _ if status == StatusCode::OK => Ok(None),
        _ => Err(UrlProblem::Status(status.as_u16())),
    }
}

async fn text(mut response: Response) -> Result<String, UrlProblem> {
    let declared = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    if response.content_length().is_some_and(|length| length > MAX_PAGE_BYTES) {
        return Err(UrlProblem::TooLarge(MAX_PAGE_BYTES));
    }
    if let Kind::Binary(name) = kind_of(&declared, b"") {
        return Err(UrlProblem::Binary(name));
    }
    let mut bytes = Vec::new();
    // Counted after decompression.
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > MAX_PAGE_BYTES {
            return Err(UrlProblem::TooLarge(MAX_PAGE_BYTES));
        }
    }
    let text = match kind_of(&declared, &bytes) {
        Kind::Binary(name) => return Err(UrlProblem::Binary(name)),
        Kind::Html => html_to_text(&decode(&declared, &bytes, true)).ok_or(UrlProblem::Html)?,
        Kind::Text => decode(&declared, &bytes, false),
    };
    if text.trim().is_empty() { Err(UrlProblem::Empty) } else { Ok(text) }
}

fn client(options: &FetchOptions) -> Result<Client, UrlProblem> {
    static PROVIDER: Once = Once::new();
    // The first to install one wins, and any will do.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let mut builder = Client::builder()
        .user_agent(concat!("git-plandex/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(options.timeout)
        // Each step is checked before it is taken.
        .redirect(reqwest::redirect::Policy::none());
    if !options.proxy {
        builder = builder.no_proxy();
        if !options.private {
            builder = builder.dns_resolver(Arc::new(PublicOnly));
        }
    }
    builder.build().map_err(|error| failed(&error))
}

/// Resolves names to public addresses alone, at the moment of connecting, so that no second answer of a name server slips in.
struct PublicOnly;

impl reqwest::dns::Resolve for PublicOnly {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let (open, closed): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| reserved(found.ip()).is_none());
            match closed.first() {
                Some(found) if open.is_empty() => Err(Box::new(Refused(found.ip())) as Box<dyn std::error::Error + Send + Sync>),
                _ => Ok(Box::new(open.into_iter()) as reqwest::dns::Addrs),
            }
        })
    }
}

/// A name that only leads to addresses that are not public.
#[derive(Debug)]
struct Refused(IpAddr);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not public", self.0)
    }
}

impl std::error::Error for Refused {}

/// The failure of a request without its URL, which the message has already.
fn failed(error: &reqwest::Error) -> UrlProblem {
    let mut words = String::new();
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = next {
        if let Some(Refused(address)) = cause.downcast_ref()
            && let Err(private) = public(*address)
        {
            return private;
        }
        next = cause.source();
        words = cause.to_string();
    }
    UrlProblem::Connect(if words.is_empty() { "the connection failed".to_owned() } else { words })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_a_scheme_and_a_windows_path_or_a_name_has_none() {
        for url in ["https://x.org", "http://127.0.0.1:1/a?b#c", "ftp://x", "file:///etc/passwd"] {
            assert!(is_url(url), "{url}");
        }
        for word in ["src/main.rs", "a:b", "C://x", "://x", "no te://x", "x.org"] {
            assert!(!is_url(word), "{word}");
        }
    }

    #[test]
    fn what_is_not_public_is_refused_before_anything_is_sent() {
        let words = |url: &str| fetch(url, &FetchOptions::default()).expect_err("refused").to_string();
        assert_eq!(words("http://127.0.0.1:9/"), "cannot load 'http://127.0.0.1:9/': it leads to 127.0.0.1, which is a loopback address");
        for (url, address) in [
            ("http://0x7f.1/", "127.0.0.1"),
            ("http://[::1]/", "::1"),
            ("http://2130706433/", "127.0.0.1"),
            ("http://10.0.0.1/", "10.0.0.1"),
        ] {
            assert!(words(url).contains(&format!("it leads to {address}, which is")), "{url}: {}", words(url));
        }
        assert!(words("http://localhost:9/").contains("which is a loopback address"), "{}", words("http://localhost:9/"));
        assert!(words("file:///etc/passwd").ends_with("only http and https can be loaded, not file"));
        assert!(words("https://me:secret@example.org/").ends_with("it holds a user name or a password"));
        assert!(words("http://").ends_with("it is not a URL"));
    }
}
