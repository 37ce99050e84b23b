//! A server of raw sockets on loopback, with one thread per connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct HttpRequest {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Reads one request; `None` when the client has gone.
    fn read(reader: &mut impl BufRead) -> Option<Self> {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, target) = (words.next()?, words.next()?);
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
        let mut request = Self { method, target, headers, body: Vec::new() };
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        request.body = vec![0; length];
        reader.read_exact(&mut request.body).ok()?;
        Some(request)
    }
}

/// What a handler does with a connection: `true` keeps it for the next request.
type Handler = dyn Fn(HttpRequest, &mut TcpStream) -> std::io::Result<bool> + Send + Sync;

/// A server that hands every request and the bare socket to a function; dropping it stops it.
pub struct RawServer {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    thread: Option<JoinHandle<()>>,
}

impl RawServer {
    /// Starts on a free port of loopback.
    pub fn start(handler: impl Fn(HttpRequest, &mut TcpStream) -> std::io::Result<bool> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let (stop, open) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let handler: Arc<Handler> = Arc::new(handler);
        let thread = std::thread::spawn({
            let (stop, open) = (stop.clone(), open.clone());
            move || accept(&listener, &stop, &open, &handler)
        });
        Self { address, stop, open, thread: Some(thread) }
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

fn accept(listener: &TcpListener, stop: &AtomicBool, open: &Mutex<Vec<TcpStream>>, handler: &Arc<Handler>) {
    for stream in listener.incoming().flatten() {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let handler = handler.clone();
        open.lock().expect("no thread panics while it holds this").extend(stream.try_clone());
        std::thread::spawn(move || serve(stream, &*handler));
    }
}

fn serve(mut stream: TcpStream, handler: &Handler) {
    let Ok(reading) = stream.try_clone() else { return };
    drop(stream.set_nodelay(true));
    let mut reader = BufReader::new(reading);
    while let Some(request) = HttpRequest::read(&mut reader) {
        if !handler(request, &mut stream).unwrap_or(false) {
            break;
        }
    }
    drop(stream.shutdown(Shutdown::Both));
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the listener up, and every handler that waits for its client.
        drop(TcpStream::connect(self.address));
        for stream in self.open.lock().expect("no thread panics while it holds this").drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Waits until the client hangs up or the server stops.
pub fn wait_for_hangup(stream: &mut TcpStream) {
    let mut byte = [0];
    while matches!(stream.read(&mut byte), Ok(read) if read > 0) {}
}

/// Writes a body in HTTP chunks of `size` bytes, which a client receives one by one.
pub fn write_chunks(stream: &mut TcpStream, body: &[u8], size: usize) -> std::io::Result<()> {
    for piece in body.chunks(size.max(1)) {
        let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
        chunk.extend_from_slice(piece);
        chunk.extend_from_slice(b"\r\n");
        stream.write_all(&chunk)?;
    }
    Ok(())
}
