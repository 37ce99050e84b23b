//! The limits of a body and of a plan's context.

use super::ContextError;

/// The most bytes that one item may have: 25 MB.
pub const MAX_BODY_BYTES: u64 = 25 * 1024 * 1024;

/// The most items that a plan may have.
pub const MAX_ITEMS: usize = 1000;

/// The most bytes that all items of a plan may have together: 1 GB.
pub const MAX_TOTAL_BYTES: u64 = 1024 * 1024 * 1024;

/// How far into a file git looks for the NUL that makes it binary (`FIRST_FEW_BYTES` of `xdiff-interface.c`).
const BINARY_WINDOW: usize = 8000;

/// Takes `bytes` as text within the limits; `name` is what the error calls it.
pub fn check_text<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, ContextError> {
    let size = bytes.len() as u64;
    if size > MAX_BODY_BYTES {
        return Err(ContextError::TooLarge { name: name.into(), bytes: size, limit: MAX_BODY_BYTES });
    }
    if bytes[..bytes.len().min(BINARY_WINDOW)].contains(&0) {
        return Err(ContextError::Binary(name.into()));
    }
    std::str::from_utf8(bytes).map_err(|error| ContextError::NotUtf8 { name: name.into(), at: error.valid_up_to() })
}

/// Checks that `adding` more items fit beside the `present` ones.
pub fn check_count(present: usize, adding: usize) -> Result<(), ContextError> {
    let count = present + adding;
    if count > MAX_ITEMS { Err(ContextError::TooMany { count, limit: MAX_ITEMS }) } else { Ok(()) }
}

/// Checks that all items together stay below the limit.
pub fn check_total(bytes: u64) -> Result<(), ContextError> {
    if bytes > MAX_TOTAL_BYTES { Err(ContextError::TooMuch { bytes, limit: MAX_TOTAL_BYTES }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_text_is_refused_by_name_and_number() {
        assert_eq!(check_text("a", "ä\r\n".as_bytes()), Ok("ä\r\n"));
        assert_eq!(check_text("x.png", b"\x89PNG\0").map_err(|e| e.to_string()), Err("'x.png' is binary; only text can be loaded".into()));
        let latin = check_text("x.txt", b"caf\xe9").map_err(|e| e.to_string());
        assert_eq!(latin, Err("'x.txt' is not UTF-8 text: byte 3 begins no character".into()));
        let bytes = vec![b'x'; 26_214_401];
        let large = check_text("big", &bytes).map_err(|e| e.to_string());
        assert_eq!(large, Err("'big' has 26214401 bytes; one item may have at most 26214400".into()));
    }

    #[test]
    fn the_thousand_and_first_item_is_refused() {
        assert_eq!(check_count(999, 1), Ok(()));
        assert_eq!(check_total(1 << 30), Ok(()));
        let words = check_total((1 << 30) + 1).map_err(|error| error.to_string());
        assert_eq!(words, Err("the plan's context would have 1073741825 bytes; it may have at most 1073741824".into()));
        assert_eq!(check_count(999, 2), Err(ContextError::TooMany { count: 1001, limit: 1000 }));
    }
}
