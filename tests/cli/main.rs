//! The real program from the command line to the files, against a scripted model server.

mod applying;
mod auto_context;
mod bad_input;
mod bad_model;
mod commands;
mod context;
mod context_dir;
mod cut_applies;
mod demo;
mod diffs;
mod fallbacks;
mod frames;
mod full_disk;
mod hostile;
mod job;
mod killed;
mod known_faults;
mod levels;
mod lost_apply;
mod main_job;
mod manners;
mod missing_file;
mod models;
mod races;
mod real_model;
mod repair;
mod repos;
mod screen;
mod secrets;
mod seen;
mod stops;
mod summaries;
#[path = "../support/mod.rs"]
mod support;
mod tape;
