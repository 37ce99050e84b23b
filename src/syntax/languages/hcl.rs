//! HCL, the language of Terraform.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const HCL: Entry = Entry {
    language: Language::Hcl,
    name: "hcl",
    grammar: Some(|| tree_sitter_hcl::LANGUAGE.into()),
    comments: &["#", "//", "/*"],
    extensions: &["hcl", "tf", "tfvars", "tofu", "nomad"],
    files: &[".terraformrc"],
    ..Entry::NEW
};
