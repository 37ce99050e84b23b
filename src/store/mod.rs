//! Plans as commits: names, the tree's codec, append, history, leases.
