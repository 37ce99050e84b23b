//! Pictures as formats carry them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::plan::ChatImage;

/// What a model that takes no pictures reads in their place.
pub(super) const LEFT_OUT: &str = "[A picture stood here; this model takes none.]";

/// The bytes in base64.
pub(super) fn base64(image: &ChatImage) -> String {
    STANDARD.encode(&image.data)
}

/// The bytes in a URL of their own.
pub(super) fn data_url(image: &ChatImage) -> String {
    format!("data:{};base64,{}", image.media_type, base64(image))
}
