//! Certificates of private authorities, from the files that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
//!
//! On Linux the system's store is read with these already; where the store is the system's own service, as on macOS, they are added to it.

use std::path::{Path, PathBuf};

use reqwest::Certificate;

/// The certificates that the environment names; a file that cannot be read is an error that names it.
pub(super) fn certificates(file: Option<PathBuf>, directories: Option<&str>) -> Result<Vec<Certificate>, String> {
    let mut all = match file {
        Some(path) => read(&path).map_err(|words| format!("SSL_CERT_FILE '{}': {words}", path.display()))?,
        None => Vec::new(),
    };
    for directory in directories.unwrap_or_default().split(':').filter(|name| !name.is_empty()) {
        let Ok(entries) = std::fs::read_dir(directory) else { continue };
        // Such a directory holds other things as well.
        all.extend(entries.flatten().filter_map(|entry| read(&entry.path()).ok()).flatten());
    }
    Ok(all)
}

fn read(path: &Path) -> Result<Vec<Certificate>, String> {
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    let certificates = Certificate::from_pem_bundle(&pem).map_err(|_| "no certificates in PEM form".to_owned())?;
    if certificates.is_empty() { Err("no certificates in PEM form".to_owned()) } else { Ok(certificates) }
}
