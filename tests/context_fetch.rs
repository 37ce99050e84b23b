//! Pages fetched from servers that behave well and badly, all of them on loopback.

#[path = "support/mod.rs"]
mod support;

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use git_plandex::context::{ContextError, FetchOptions, MAX_PAGE_BYTES, Page, UrlProblem, fetch};
use support::{HttpRequest, RawServer};

fn allowed() -> FetchOptions {
    FetchOptions { private: true, ..FetchOptions::default() }
}

fn answer(stream: &mut TcpStream, head: &str, body: &[u8]) -> std::io::Result<bool> {
    write!(stream, "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
    stream.write_all(body)?;
    Ok(false)
}

/// A server that gives one answer to everything.
fn server(head: &'static str, body: &'static [u8]) -> RawServer {
    RawServer::start(move |_, stream| answer(stream, head, body))
}

fn load(server: &RawServer, path: &str, options: &FetchOptions) -> Result<Page, UrlProblem> {
    fetch(&format!("http://{}{path}", server.address()), options).map_err(|error| match error {
        ContextError::Url { problem, .. } => problem,
        other => panic!("{other}"),
    })
}

#[test]
fn html_becomes_text_and_text_stays() {
    let page = server("200 OK\r\nContent-Type: text/html; charset=utf-8", "<h1>Füße</h1><p>a <b>b</b></p>".as_bytes());
    let text = load(&page, "/x?y#part", &allowed()).expect("a page");
    assert_eq!(text.url, format!("http://{}/x?y", page.address()));
    assert!(text.text.contains("Füße") && !text.text.contains('<'), "{}", text.text);
    let json = server("200 OK\r\nContent-Type: application/json", b"{\"a\": 1}");
    assert_eq!(load(&json, "/", &allowed()).expect("text").text, "{\"a\": 1}");
}

#[test]
fn what_is_no_text_is_refused_with_its_type() {
    let pdf = server("200 OK\r\nContent-Type: application/pdf", b"%PDF-1.7");
    assert_eq!(load(&pdf, "/", &allowed()), Err(UrlProblem::Binary("application/pdf".into())));
    let liar = server("200 OK\r\nContent-Type: text/plain", b"\x7fELF\0\0");
    assert_eq!(load(&liar, "/", &allowed()), Err(UrlProblem::Binary("text/plain".into())));
    let empty = server("200 OK\r\nContent-Type: text/html", b"<script>x()</script>");
    assert_eq!(load(&empty, "/", &allowed()), Err(UrlProblem::Empty));
    let gone = server("404 Not Found\r\nContent-Type: text/html", b"<p>gone");
    assert_eq!(load(&gone, "/", &allowed()), Err(UrlProblem::Status(404)));
}

#[test]
fn redirects_are_followed_to_a_limit() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let server = RawServer::start(move |request: HttpRequest, stream| {
        counted.fetch_add(1, Ordering::SeqCst);
        match request.target.as_str() {
            "/once" => answer(stream, "302 Found\r\nLocation: /here", b""),
            "/here" => answer(stream, "200 OK\r\nContent-Type: text/plain", b"arrived"),
            _ => answer(stream, "301 Moved\r\nLocation: /for-ever", b""),
        }
    });
    assert_eq!(load(&server, "/once", &allowed()).expect("followed").text, "arrived");
    assert_eq!(asked.swap(0, Ordering::SeqCst), 2);
    assert_eq!(load(&server, "/for-ever", &allowed()), Err(UrlProblem::Redirects(10)));
    assert_eq!(asked.load(Ordering::SeqCst), 11);
}

#[test]
fn a_redirect_leads_nowhere_but_to_the_web() {
    let to = |place: &'static str| RawServer::start(move |_, stream| answer(stream, &format!("302 Found\r\nLocation: {place}"), b""));
    assert_eq!(load(&to("file:///etc/passwd"), "/", &allowed()), Err(UrlProblem::Scheme("file".into())));
    assert_eq!(load(&to("http://me:pw@127.0.0.1/"), "/", &allowed()), Err(UrlProblem::Credentials));
}

#[test]
fn without_consent_no_private_address_is_asked() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let server = RawServer::start(move |_, stream| {
        counted.fetch_add(1, Ordering::SeqCst);
        answer(stream, "200 OK\r\nContent-Type: text/plain", b"secret")
    });
    let closed = FetchOptions::default();
    assert!(matches!(load(&server, "/", &closed), Err(UrlProblem::Private { kind: "loopback", .. })));
    let port = server.address().port();
    for host in ["localhost", "0x7f000001", "[::ffff:127.0.0.1]"] {
        let refused = fetch(&format!("http://{host}:{port}/"), &closed).expect_err("refused");
        assert!(matches!(refused, ContextError::Url { problem: UrlProblem::Private { .. }, .. }), "{host}: {refused}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[test]
fn a_huge_page_is_refused_whether_or_not_it_says_so() {
    let declared = RawServer::start(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n", MAX_PAGE_BYTES + 1)?;
        Ok(true)
    });
    assert_eq!(load(&declared, "/", &allowed()), Err(UrlProblem::TooLarge(MAX_PAGE_BYTES)));
    let endless = RawServer::start(|_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")?;
        loop {
            stream.write_all(&[b'x'; 1 << 16])?;
        }
    });
    assert_eq!(load(&endless, "/", &allowed()), Err(UrlProblem::TooLarge(MAX_PAGE_BYTES)));
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for() {
    let silent = RawServer::start(|_, stream| {
        let mut byte = [0];
        std::io::Read::read(stream, &mut byte)?;
        Ok(false)
    });
    let options = FetchOptions { timeout: Duration::from_millis(200), ..allowed() };
    assert_eq!(load(&silent, "/", &options), Err(UrlProblem::Timeout(0)));
}
