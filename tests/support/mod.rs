//! What integration tests share: a scripted model server, a proxy that re-cuts streams, third-party servers.
#![allow(dead_code, unused_imports)]

mod ask;
mod http;
mod proxy;
mod rig;
mod scripted;
mod wire;

pub use ask::{FORMATS, client, complete, deltas, model, models, outcome, prompt, run, text};
pub use http::{HttpRequest, RawServer};
pub use proxy::RecutProxy;
pub use rig::{Program, Rig};
pub use scripted::{Recorded, Rule, ScriptedServer, Then};
