//! The demonstration: a scratch repository and a recorded model behind a real HTTP server.

mod project;
mod recording;
mod server;
mod tour;

pub use tour::tour;
