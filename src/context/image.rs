//! Pictures: what they are by their content, and what they cost.

use super::ContextError;
use crate::plan::ImageDetail;

/// The formats that every vendor takes, with their media types and first bytes.
const FORMATS: &[(imagesize::ImageType, &str, &[u8])] = &[
    (imagesize::ImageType::Png, "image/png", b"\x89PNG\r\n\x1a\n"),
    (imagesize::ImageType::Jpeg, "image/jpeg", b"\xff\xd8\xff"),
    (imagesize::ImageType::Gif, "image/gif", b"GIF8"),
    (imagesize::ImageType::Webp, "image/webp", b"RIFF"),
];

/// The most that a picture may have; the strictest vendor takes no more (Anthropic, 5 MB).
pub const MAX_IMAGE_BYTES: u64 = 5 * 1024 * 1024;

/// A picture as its header describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// Its media type.
    pub media_type: &'static str,
    /// Its width in pixels.
    pub width: u64,
    /// Its height in pixels.
    pub height: u64,
}

impl Picture {
    /// Recognises a picture by its first bytes, whatever the file is called; `None` for anything else.
    pub fn recognise(bytes: &[u8]) -> Option<Self> {
        let media_type = Self::media_type(bytes)?;
        let size = imagesize::blob_size(bytes).ok().filter(|size| size.width > 0 && size.height > 0)?;
        Some(Self { media_type, width: size.width as u64, height: size.height as u64 })
    }

    /// The media type of what looks like a picture by its first bytes, even if the rest is broken.
    pub fn media_type(bytes: &[u8]) -> Option<&'static str> {
        let kind = imagesize::image_type(bytes).ok()?;
        let known = FORMATS.iter().find(|(known, _, head)| *known == kind && bytes.starts_with(head));
        known.map(|(_, media_type, _)| *media_type)
    }

    /// The most that one of the large vendors counts for it.
    pub fn tokens(&self, detail: ImageDetail) -> u64 {
        openai(self, detail).max(anthropic(self)).max(google(self))
    }
}

/// Takes `bytes` as a picture within the limits; `name` is what the error calls it.
pub fn check_image(name: &str, bytes: &[u8]) -> Result<Picture, ContextError> {
    let size = bytes.len() as u64;
    if size > MAX_IMAGE_BYTES {
        return Err(ContextError::ImageTooLarge { name: name.into(), bytes: size, limit: MAX_IMAGE_BYTES });
    }
    Picture::recognise(bytes).ok_or_else(|| ContextError::BrokenImage(name.into()))
}

/// The picture fitted into a square of this side, as whole pixels; a small one stays.
fn fitted(picture: &Picture, side: u64) -> (u64, u64) {
    let longest = picture.width.max(picture.height).max(1);
    let scale = |length: u64| if longest > side { (length * side).div_ceil(longest) } else { length };
    (scale(picture.width), scale(picture.height))
}

/// Tiles of 512 pixels after fitting into 2048 and the short side into 768
/// (<https://platform.openai.com/docs/guides/images-vision#calculating-costs>).
fn openai(picture: &Picture, detail: ImageDetail) -> u64 {
    const BASE: u64 = 85;
    const TILE: u64 = 170;
    if detail == ImageDetail::Low {
        return BASE;
    }
    let (width, height) = fitted(picture, 2048);
    let shortest = width.min(height).max(1);
    let scale = |length: u64| if shortest > 768 { (length * 768).div_ceil(shortest) } else { length };
    BASE + TILE * scale(width).div_ceil(512) * scale(height).div_ceil(512)
}

/// One token for 750 pixels after fitting into 1568 (<https://docs.claude.com/en/docs/build-with-claude/vision>).
fn anthropic(picture: &Picture) -> u64 {
    let (width, height) = fitted(picture, 1568);
    (width * height).div_ceil(750)
}

/// 258 for a small picture, else for each tile of 768 pixels (<https://ai.google.dev/gemini-api/docs/tokens>).
fn google(picture: &Picture) -> u64 {
    let small = picture.width <= 384 && picture.height <= 384;
    let (width, height) = fitted(picture, 3072);
    if small { 258 } else { 258 * width.div_ceil(768) * height.div_ceil(768) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The head of a PNG file with these measures.
    pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn a_picture_is_known_by_its_content() {
        let gif = [b"GIF89a".as_slice(), &[3, 0, 2, 0, 0, 0, 0]].concat();
        let jpeg = [b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".as_slice(), b"\xff\xc0\0\x11\x08\0\x05\0\x07\x03"].concat();
        let webp = [b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x08\xc0\x01\x00".as_slice(), &[0; 16]].concat();
        let of = |bytes: &[u8]| Picture::recognise(bytes).map(|p| (p.media_type, p.width, p.height));
        assert_eq!(of(&png(640, 480)), Some(("image/png", 640, 480)));
        assert_eq!(of(&gif), Some(("image/gif", 3, 2)));
        assert_eq!(of(&jpeg), Some(("image/jpeg", 7, 5)));
        assert_eq!(of(&webp).map(|(kind, ..)| kind), Some("image/webp"));
        assert_eq!(of(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), None);
        assert_eq!(of(b"BM\x1e\0\0\0\0\0\0\0\x1a\0\0\0"), None, "no vendor takes a bitmap");
        assert_eq!(of(b""), None);
    }

    #[test]
    fn the_cost_is_the_dearest_vendors() {
        let picture = |width, height| Picture { media_type: "image/png", width, height };
        assert_eq!(picture(10, 10).tokens(ImageDetail::High), 258);
        assert_eq!(picture(1024, 1024).tokens(ImageDetail::High), (1024_u64 * 1024).div_ceil(750));
        assert_eq!(openai(&picture(1024, 1024), ImageDetail::High), 765);
        assert_eq!(openai(&picture(2048, 4096), ImageDetail::High), 1105);
        assert_eq!(openai(&picture(4096, 8192), ImageDetail::Low), 85);
        assert_eq!(picture(1, 1_000_000).tokens(ImageDetail::High), google(&picture(1, 1_000_000)));
    }

    #[test]
    fn a_broken_or_huge_picture_is_refused_with_its_size() {
        let words = |bytes: &[u8]| check_image("x.png", bytes).map_err(|error| error.to_string()).expect_err("refused");
        assert_eq!(words(&png(1, 1)[..12]), "'x.png' is no picture that can be read");
        let huge = [png(1, 1), vec![0; 5 << 20]].concat();
        assert_eq!(words(&huge), "'x.png' has 5242913 bytes; a picture may have at most 5242880");
    }
}
