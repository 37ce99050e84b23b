//! The scratch project.

use std::fs;
use std::io;
use std::path::Path;

/// Each file of the project with its content.
pub const FILES: &[(&str, &str)] = &[
    ("README.md", README),
    ("wordcount/__init__.py", "from .count import Counts, count\n"),
    ("wordcount/__main__.py", MAIN),
    ("wordcount/count.py", COUNT),
    ("wordcount/fmt.py", FMT),
];

const README: &str = "\
# wordcount

Counts the lines, words and characters of text files.

    python3 -m wordcount FILE...

## Development

There are no dependencies.
";

const COUNT: &str = "\
from dataclasses import dataclass


@dataclass
class Counts:
    \"\"\"What one text holds.\"\"\"

    lines: int = 0
    words: int = 0
    characters: int = 0

    def add(self, other):
        self.lines += other.lines
        self.words += other.words
        self.characters += other.characters


def count(text):
    \"\"\"Counts a text.\"\"\"
    return Counts(
        lines=text.count(\"\\n\"),
        words=len(text.split()),
        characters=len(text),
    )
";

const FMT: &str = "\
def row(name, counts):
    \"\"\"One line of the table.\"\"\"
    return f\"{counts.lines:8} {counts.words:8} {counts.characters:8} {name}\"
";

const MAIN: &str = "\
import argparse
import sys

from .count import Counts, count
from .fmt import row


def parse(argv):
    parser = argparse.ArgumentParser(prog=\"wordcount\")
    parser.add_argument(\"files\", nargs=\"+\")
    return parser.parse_args(argv)


def read(path):
    with open(path, encoding=\"utf-8\") as file:
        return file.read()


def main(argv=None):
    args = parse(argv)
    total = Counts()
    failed = 0
    for path in args.files:
        try:
            counts = count(read(path))
        except OSError as error:
            print(f\"wordcount: {error}\", file=sys.stderr)
            failed = 1
            continue
        total.add(counts)
        print(row(path, counts))
    if len(args.files) > 1:
        print(row(\"total\", total))
    return failed


if __name__ == \"__main__\":
    sys.exit(main())
";

/// Writes the project's files.
pub fn write(root: &Path) -> io::Result<()> {
    for (path, content) in FILES {
        let path = root.join(path);
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir)?;
        }
        fs::write(path, content)?;
    }
    Ok(())
}

/// Adds a line to the README as a person would who has not committed yet.
pub fn edit_readme(root: &Path) -> io::Result<()> {
    let path = root.join("README.md");
    let text = fs::read_to_string(&path)?;
    fs::write(path, text.replace("There are no dependencies.\n", "There are no dependencies. Python 3.9 is enough.\n"))
}
