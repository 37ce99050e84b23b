//! Corporate networks: private authorities and proxies, as the environment names them.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

use git_plandex::config::{Model, Role};
use git_plandex::llm::{Completion, Error, ErrorKind};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use support::{models, prompt};

/// A host that no name server knows, so that it is reached through the proxy or not at all.
const HOST: &str = "models.example.invalid";

/// An authority of one's own, with a server that it vouches for.
struct Authority {
    pem: String,
    config: Arc<ServerConfig>,
}

impl Authority {
    fn new() -> Self {
        let mut params = rcgen::CertificateParams::new(Vec::<String>::new()).expect("no names");
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign, rcgen::KeyUsagePurpose::DigitalSignature];
        let authority_key = rcgen::KeyPair::generate().expect("a key");
        let authority = params.self_signed(&authority_key).expect("a certificate");
        let issuer = rcgen::Issuer::new(params, authority_key);
        let key = rcgen::KeyPair::generate().expect("a key");
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), HOST.to_owned()];
        let certificate = rcgen::CertificateParams::new(names).expect("good names").signed_by(&key, &issuer).expect("a certificate");
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the defaults are safe")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], secret)
            .expect("they belong together");
        Self { pem: authority.pem(), config: Arc::new(config) }
    }

    /// A model server behind TLS.
    fn serve(&self) -> SocketAddr {
        let config = self.config.clone();
        listen(move |stream| {
            let connection = ServerConnection::new(config.clone()).expect("a good configuration");
            let mut stream = BufReader::new(StreamOwned::new(connection, stream));
            if read_head(&mut stream).is_some() {
                let event = r#"data: {"choices":[{"delta":{"content":"by TLS"},"finish_reason":"stop"}]}"#;
                let answer = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{event}\n\n");
                let _ = stream.get_mut().write_all(answer.as_bytes());
                stream.get_mut().conn.send_close_notify();
                let _ = stream.get_mut().flush();
            }
        })
    }
}

/// Handles each connection in a thread of its own, for as long as the test runs.
fn listen(handle: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    let handle = Arc::new(handle);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let handle = handle.clone();
            std::thread::spawn(move || handle(stream));
        }
    });
    address
}

/// The first line of a request, whose headers and body are read over.
fn read_head(stream: &mut impl BufRead) -> Option<String> {
    let mut first = String::new();
    stream.read_line(&mut first).ok().filter(|read| *read > 0)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        if line.trim_end().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    stream.read_exact(&mut vec![0; length]).ok()?;
    Some(first.trim_end().to_owned())
}

/// A proxy that tunnels everything to one server, and writes down what it is asked for.
fn tunnel(server: SocketAddr) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let address = listen({
        let asked = asked.clone();
        move |mut client| {
            let mut reader = BufReader::new(client.try_clone().expect("a socket can be cloned"));
            let Some(first) = read_head(&mut reader) else { return };
            asked.lock().expect("nobody panics while holding this").push(first);
            let Ok(mut upstream) = TcpStream::connect(server) else { return };
            if client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").is_err() {
                return;
            }
            let (mut from, mut to) =
                (upstream.try_clone().expect("a socket can be cloned"), client.try_clone().expect("a socket can be cloned"));
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(std::net::Shutdown::Both);
            });
            let _ = std::io::copy(&mut reader, &mut upstream);
        }
    });
    (address, asked)
}

fn model(url: &str) -> Model {
    let user = format!(
        "providers: {{ mine: {{ api: openai, base_url: '{url}', api_key_env: MINE_KEY }} }}
packs: {{ p: {{ planner: mine/x, summarizer: mine/x, builder: mine/x, names: mine/x, commit-messages: mine/x, auto-continue: mine/x }} }}"
    );
    models(&user, &[("MINE_KEY", "key-of-mine")]).for_role(Role::Planner).clone()
}

/// The name of a variable that tells a test, run in a process of its own for its environment, whom to ask.
const ASK: &str = "GIT_PLANDEX_TEST_ASK";

/// In the process of its own: asks, and prints what came. Else `None`.
fn asked() -> Option<()> {
    let url = std::env::var(ASK).ok()?;
    let words = |outcome: Result<Completion, Error>| match outcome {
        Ok(reply) => reply.text,
        Err(error) => {
            assert_eq!(error.kind, ErrorKind::Connect, "{error}");
            format!("failed: {error}")
        }
    };
    let client = git_plandex::llm::Client::new(git_plandex::llm::Options { max_retries: 0, ..Default::default() }, Default::default());
    let (model, messages) = (model(&url), prompt("hello"));
    let outcome = support::run(client.complete(&git_plandex::llm::Request::new(&model, &messages)));
    println!("came: {}", words(outcome));
    Some(())
}

/// What comes when the test asks this URL in this environment.
fn ask(test: &str, url: &str, environment: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().expect("a test knows its own file"));
    command.args(["--exact", test, "--nocapture"]).env(ASK, url);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = command.envs(environment.iter().copied()).output().expect("the test runs");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    printed.lines().find_map(|line| line.split_once("came: ")).expect("it says what came").1.to_owned()
}

#[test]
fn a_private_authority_is_trusted_when_the_environment_names_it() {
    if asked().is_some() {
        return;
    }
    let test = "a_private_authority_is_trusted_when_the_environment_names_it";
    let authority = Authority::new();
    let server = authority.serve();
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("authority.pem");
    fs::write(&file, &authority.pem).expect("a file");
    let (file, within) = (file.to_str().expect("UTF-8"), directory.path().to_str().expect("UTF-8"));
    for host in ["localhost", "127.0.0.1"] {
        let url = format!("https://{host}:{}/v1", server.port());
        assert_eq!(ask(test, &url, &[("SSL_CERT_FILE", file)]), "by TLS", "{host}");
    }
    let url = format!("https://localhost:{}/v1", server.port());
    assert_eq!(ask(test, &url, &[("SSL_CERT_DIR", within)]), "by TLS");
    let distrusted = ask(test, &url, &[]);
    assert!(distrusted.starts_with("failed: mine: no connection") && distrusted.to_lowercase().contains("certificate"), "{distrusted}");
    let other = directory.path().join("other.pem");
    fs::write(&other, Authority::new().pem).expect("a file");
    assert!(ask(test, &url, &[("SSL_CERT_FILE", other.to_str().expect("UTF-8"))]).starts_with("failed: "));
    let missing = ask(test, &url, &[("SSL_CERT_FILE", "/nowhere/at.pem")]);
    assert!(missing.contains("SSL_CERT_FILE '/nowhere/at.pem'"), "{missing}");
}

#[test]
fn a_server_elsewhere_is_reached_through_a_tunnel_and_one_that_is_exempt_is_not() {
    if asked().is_some() {
        return;
    }
    let test = "a_server_elsewhere_is_reached_through_a_tunnel_and_one_that_is_exempt_is_not";
    let authority = Authority::new();
    let server = authority.serve();
    let (proxy, tunnels) = tunnel(server);
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("authority.pem");
    fs::write(&file, &authority.pem).expect("a file");
    let proxy = format!("http://{proxy}");
    let environment = [("HTTPS_PROXY", proxy.as_str()), ("SSL_CERT_FILE", file.to_str().expect("UTF-8"))];
    let taken = || std::mem::take(&mut *tunnels.lock().expect("nobody panics while holding this"));
    assert_eq!(ask(test, &format!("https://{HOST}/v1"), &environment), "by TLS");
    assert_eq!(taken(), [format!("CONNECT {HOST}:443 HTTP/1.1")]);
    assert_eq!(ask(test, &format!("https://localhost:{}/v1", server.port()), &environment), "by TLS");
    assert!(taken().is_empty(), "this machine is reached without the proxy");
    let exempt = [environment[0], environment[1], ("NO_PROXY", "example.invalid")];
    assert!(ask(test, &format!("https://{HOST}/v1"), &exempt).starts_with("failed: "));
    assert!(taken().is_empty());
}
