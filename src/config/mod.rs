//! Settings: layers, keys, credentials and models.
