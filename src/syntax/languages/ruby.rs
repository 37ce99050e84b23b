//! Ruby.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const RUBY: Entry = Entry {
    language: Language::Ruby,
    name: "ruby",
    grammar: Some(|| tree_sitter_ruby::LANGUAGE.into()),
    comments: &["#", "=begin"],
    extensions: &["rb", "rake", "gemspec", "ru", "rbw", "rbi", "podspec", "jbuilder", "thor"],
    files: &[
        "Gemfile",
        "Rakefile",
        "Guardfile",
        "Capfile",
        "Vagrantfile",
        "Brewfile",
        "Podfile",
        "Fastfile",
        "Appfile",
        "Berksfile",
        "Thorfile",
        "Dangerfile",
        "Steepfile",
        ".irbrc",
        ".pryrc",
        ".simplecov",
    ],
    interpreters: &["ruby", "jruby", "rake"],
    ..Entry::NEW
};
