//! From the bytes of a body to its events, by what the body is and not by what its header says.

use super::frames::Frames;
use super::sse::Sse;
use super::wire::Fault;

/// The longest JSON document that is taken, in bytes.
const LONGEST_DOCUMENT: usize = 16 << 20;

/// How the body is cut, once its first character is known.
enum Form {
    /// Nothing but white space so far.
    Unknown,
    Events(Sse),
    /// One JSON document, several, or an array of them: each object is an event.
    Json(Objects),
    /// Amazon's frames, whose first byte is that of a length below 16 MiB.
    Frames(Frames),
    /// What a program prints: each line that is a JSON object is an event.
    Lines(Lines),
    /// A page for people, from something that is not the provider; what there is of it.
    Page(String),
}

/// Collects bytes and gives out the data of events.
pub(super) struct Framing {
    form: Form,
}

impl Framing {
    /// Begins a body.
    pub(super) fn new() -> Self {
        Self { form: Form::Unknown }
    }

    /// Begins the output of a program.
    pub(super) fn of_program() -> Self {
        Self { form: Form::Lines(Lines::default()) }
    }

    /// Adds what arrived.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let mut bytes = bytes;
        if matches!(self.form, Form::Unknown) {
            let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            bytes = &bytes[blank..];
            self.form = match bytes.first() {
                None => return,
                Some(b'{' | b'[') => Form::Json(Objects::default()),
                Some(b'<') => Form::Page(String::new()),
                Some(0) => Form::Frames(Frames::default()),
                Some(_) => Form::Events(Sse::default()),
            };
        }
        match &mut self.form {
            Form::Unknown => {}
            Form::Events(sse) => sse.push(bytes),
            Form::Json(objects) => objects.push(bytes),
            Form::Frames(frames) => frames.push(bytes),
            Form::Lines(lines) => lines.push(bytes),
            Form::Page(page) => page.push_str(&String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST_PAGE.saturating_sub(page.len()))])),
        }
    }

    /// The next whole event's data.
    pub(super) fn next(&mut self) -> Result<Option<String>, Fault> {
        match &mut self.form {
            Form::Unknown => Ok(None),
            Form::Events(sse) => Ok(sse.next()?.map(|event| event.data)),
            Form::Json(objects) => objects.next(),
            Form::Frames(frames) => frames.next(),
            Form::Lines(lines) => lines.next(),
            Form::Page(page) if page.len() < LONGEST_PAGE => Ok(None),
            Form::Page(page) => Err(page_fault(page)),
        }
    }

    /// What the end of the body leaves.
    pub(super) fn finish(&mut self) -> Result<Option<String>, Fault> {
        match &mut self.form {
            Form::Unknown | Form::Json(_) | Form::Frames(_) => Ok(None),
            Form::Lines(lines) => lines.finish(),
            Form::Events(sse) => Ok(sse.finish()?.map(|event| event.data)),
            Form::Page(page) => Err(page_fault(page)),
        }
    }
}

/// How much of a page is read before it is refused.
const LONGEST_PAGE: usize = 16 << 10;

fn page_fault(page: &str) -> Fault {
    Fault::malformed(format!("a web page came instead of a reply: {}", page_words(page)))
}

/// The words of a page: its title if it has one, else its text without tags.
pub(super) fn page_words(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|start| {
        let open = start + lower[start..].find('>')? + 1;
        Some(&page[open..open + lower[open..].find("</title")?])
    });
    let mut inside_tag = false;
    let mut words = String::new();
    for c in title.unwrap_or(page).chars() {
        match c {
            '<' => inside_tag = true,
            '>' => {
                inside_tag = false;
                words.push(' ');
            }
            _ if inside_tag => {}
            c => words.push(c),
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Cuts what a program prints into lines; those that are no JSON objects are for people.
#[derive(Default)]
struct Lines {
    buffer: Vec<u8>,
    read: usize,
    searched: usize,
}

impl Lines {
    fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.read);
        self.searched -= self.read;
        self.read = 0;
        self.buffer.extend_from_slice(bytes);
    }

    fn next(&mut self) -> Result<Option<String>, Fault> {
        while let Some(end) = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n') {
            let line = self.read..self.searched + end;
            (self.read, self.searched) = (line.end + 1, line.end + 1);
            if let Some(event) = event_of_line(&self.buffer[line])? {
                return Ok(Some(event));
            }
        }
        self.searched = self.buffer.len();
        if self.buffer.len() - self.read > LONGEST_DOCUMENT {
            return Err(Fault::malformed("the program prints a line without an end"));
        }
        Ok(None)
    }

    /// The last line, which may lack its end.
    fn finish(&mut self) -> Result<Option<String>, Fault> {
        let line = self.read..self.buffer.len();
        (self.read, self.searched) = (line.end, line.end);
        event_of_line(&self.buffer[line])
    }
}

fn event_of_line(line: &[u8]) -> Result<Option<String>, Fault> {
    let line = line.trim_ascii();
    if line.first() != Some(&b'{') {
        return Ok(None);
    }
    let text = std::str::from_utf8(line).map_err(|_| Fault::malformed("the program prints what is not UTF-8"))?;
    Ok(Some(text.to_owned()))
}

/// Cuts the objects out of a JSON document or array.
#[derive(Default)]
struct Objects {
    buffer: Vec<u8>,
    /// Where the current object began.
    start: Option<usize>,
    scanned: usize,
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Objects {
    fn push(&mut self, bytes: &[u8]) {
        let done = self.start.unwrap_or(self.scanned);
        self.buffer.drain(..done);
        self.scanned -= done;
        self.start = self.start.map(|_| 0);
        self.buffer.extend_from_slice(bytes);
    }

    fn next(&mut self) -> Result<Option<String>, Fault> {
        while self.scanned < self.buffer.len() {
            let at = self.scanned;
            self.scanned += 1;
            if self.step(self.buffer[at], at) {
                let start = self.start.take().unwrap_or(at);
                let object = std::str::from_utf8(&self.buffer[start..=at]).map_err(|_| Fault::malformed("the reply is not UTF-8"))?;
                return Ok(Some(object.to_owned()));
            }
        }
        if self.buffer.len() > LONGEST_DOCUMENT {
            return Err(Fault::malformed("the reply is one document without an end"));
        }
        Ok(None)
    }

    /// Takes one byte; says whether it ends an object that no other object holds.
    fn step(&mut self, byte: u8, at: usize) -> bool {
        if self.in_string {
            self.in_string = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' => {
                self.start.get_or_insert(at);
                self.depth += 1;
            }
            b'}' if self.depth > 0 => {
                self.depth -= 1;
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(text: &str, size: usize) -> Result<Vec<String>, Fault> {
        let mut framing = Framing::new();
        let mut all = Vec::new();
        for piece in text.as_bytes().chunks(size) {
            framing.push(piece);
            while let Some(data) = framing.next()? {
                all.push(data);
            }
        }
        all.extend(framing.finish()?);
        Ok(all)
    }

    #[test]
    fn a_json_array_is_cut_into_its_objects_while_it_arrives() {
        let text = " [{\"a\": \"}\\\"{é\"},\r\n{\"b\": [{\"c\": {}}]}\n]\n";
        for size in [1, 2, 3, 7, 4096] {
            assert_eq!(events(text, size).expect("objects"), ["{\"a\": \"}\\\"{é\"}", "{\"b\": [{\"c\": {}}]}"], "size {size}");
        }
    }

    #[test]
    fn one_document_and_lines_of_documents_are_events_too() {
        assert_eq!(events("{\"error\": {\"message\": \"x\"}}", 5).expect("one"), ["{\"error\": {\"message\": \"x\"}}"]);
        assert_eq!(events("{\"a\":1}\n{\"a\":2}\n", 3).expect("two"), ["{\"a\":1}", "{\"a\":2}"]);
    }

    #[test]
    fn a_programs_lines_are_events_if_they_are_objects() {
        for size in [1, 3, 4096] {
            let mut lines = Framing::of_program();
            let mut all = Vec::new();
            for piece in "Loading é …\n{\"a\":1}\r\n\n[2]\n  {\"b\":2}\n{\"c\":3}".as_bytes().chunks(size) {
                lines.push(piece);
                while let Some(event) = lines.next().expect("lines") {
                    all.push(event);
                }
            }
            all.extend(lines.finish().expect("a last line"));
            assert_eq!(all, ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"], "size {size}");
        }
    }

    #[test]
    fn events_are_found_behind_blank_lines_and_a_web_page_is_a_fault_with_its_title() {
        assert_eq!(events("\n\n: hi\n\ndata: x\n\n", 1).expect("events"), ["x"]);
        let page = "<!DOCTYPE html><html><head><title>502 Bad\n Gateway</title></head><body><h1>nginx</h1></body></html>";
        let fault = events(page, 9).expect_err("a page");
        assert_eq!(fault.words(), "a web page came instead of a reply: 502 Bad Gateway");
        assert_eq!(page_words("<p>Please <b>log in</b></p>"), "Please log in");
        assert!(events("", 1).expect("nothing").is_empty());
    }
}
