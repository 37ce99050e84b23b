//! A model server on loopback that plays a recording as OpenAI chat completions.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use futures_util::stream;
use serde_json::{Value, json};

use super::recording::answer;
use crate::plan::Exchange;

/// Characters that arrive at once.
const CHUNK: usize = 12;
/// The pause between two chunks, so that a person sees the reply stream in.
const PAUSE: Duration = Duration::from_millis(6);

struct Player {
    recording: Vec<Exchange>,
    next: AtomicUsize,
}

/// A running server; it ends with this value.
pub struct Server {
    address: std::net::SocketAddr,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Server {
    /// Starts playing on a free port of 127.0.0.1.
    pub fn start(recording: Vec<Exchange>) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        let player = Arc::new(Player { recording, next: AtomicUsize::new(0) });
        let app = Router::new().route("/v1/chat/completions", post(complete)).with_state(player);
        runtime.spawn(async move { axum::serve(listener, app).await });
        Ok(Self { address, runtime: Some(runtime) })
    }

    /// The base URL for a client.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn complete(State(player): State<Arc<Player>>, body: Bytes) -> Response {
    let request = text_of(&body);
    let number = player.next.load(Ordering::SeqCst);
    match answer(&player.recording, number, &request) {
        Ok(exchange) => {
            player.next.store(number + 1, Ordering::SeqCst);
            play(&exchange.reply, request.len())
        }
        Err(message) => {
            let body = json!({ "error": { "message": message, "type": "invalid_request_error" } }).to_string();
            (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
    }
}

/// The texts of all messages of a request.
fn text_of(body: &[u8]) -> String {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let messages = request["messages"].as_array().cloned().unwrap_or_default();
    let text = |content: &Value| match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    };
    messages.iter().map(|message| text(&message["content"])).collect::<Vec<_>>().join("\n")
}

/// Streams a reply as server-sent events.
fn play(reply: &str, request_bytes: usize) -> Response {
    let chars: Vec<char> = reply.chars().collect();
    let text = |delta: &str| json!({ "choices": [{ "index": 0, "delta": { "content": delta }, "finish_reason": null }] });
    let mut events: Vec<Value> = chars.chunks(CHUNK).map(|chunk| text(&chunk.iter().collect::<String>())).collect();
    events.push(json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] }));
    events.push(json!({ "choices": [], "usage": { "prompt_tokens": request_bytes / 4, "completion_tokens": reply.len() / 4 } }));
    let mut lines: Vec<String> = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    lines.push("data: [DONE]\n\n".into());
    let body = stream::unfold(lines.into_iter(), |mut lines| async move {
        let line = lines.next()?;
        tokio::time::sleep(PAUSE).await;
        Some((Ok::<_, Infallible>(line), lines))
    });
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(body)).into_response()
}
