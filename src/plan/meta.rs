//! A plan's own facts and settings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ObjectId;

/// `plan.yml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanMeta {
    /// Random, in hexadecimal; makes the root commit and so the plan's identity unique.
    pub id: String,
    /// The free-form title.
    #[serde(default)]
    pub title: String,
    /// When it was made, in RFC 3339 UTC.
    #[serde(default)]
    pub created: String,
    /// The user's commit that the plan was begun on; nothing in a repository without commits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<ObjectId>,
    /// Settings that differ from the user's own, by dashed key. Keys that give consent are never read from here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub config: BTreeMap<String, String>,
    /// Models by role, and `pack` for the pack in force.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub models: BTreeMap<String, String>,
}
