//! What integration tests share: a sandbox for the real program, a scripted model server, a proxy that re-cuts streams, third-party servers.
#![allow(dead_code, unused_imports)]

mod ask;
mod http;
mod mask;
mod proxy;
mod rig;
mod sandbox;
mod scripted;
mod skip;
mod wire;

pub use ask::{EVERY_FORMAT, FORMATS, client, complete, deltas, model, models, outcome, prompt, run, text};
pub use http::{HttpRequest, RawServer};
pub use mask::mask;
pub use proxy::RecutProxy;
pub use rig::{Program, Rig, sdk_python};
pub use sandbox::{Live, Ran, Sandbox, Tree, finish, tree_of};
pub use scripted::{Recorded, Rule, ScriptedServer, Then};
pub use skip::skipped;
pub use wire::frame;
