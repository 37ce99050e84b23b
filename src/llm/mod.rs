//! Requests to models: providers, retries, usage.
