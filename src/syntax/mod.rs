//! The only user of tree-sitter: grammars, parses, symbols, syntax errors.
