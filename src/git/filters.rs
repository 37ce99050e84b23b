//! What a checkout and an `add` do to a file's bytes: end of line, encoding, `ident`, filter programs.
//!
//! Most files have none of it, so that is found out in-process; the rest is git's own work.

use std::os::unix::ffi::OsStrExt;

use gix::attrs::StateRef;
use gix::worktree::stack::state::attributes::Source;

use super::objects::gix_error;
use super::{Disk, Error, Index, Oid, Repo, Scratch, TreeMode};

/// The attributes that change bytes on their way in or out.
const ATTRIBUTES: [&str; 6] = ["text", "crlf", "eol", "ident", "filter", "working-tree-encoding"];

/// Answers whether a path's bytes are the same in the working tree and in the object database.
pub(super) struct Rules<'r> {
    stack: gix::AttributeStack<'r>,
    found: gix::attrs::search::Outcome,
    /// `core.autocrlf` is `true`: a checkout of text writes CRLF.
    auto_crlf: bool,
    /// `core.autocrlf` is `true` or `input`: CRLF of text is stored as LF.
    stores_lf: bool,
    /// `core.eol` is `crlf`.
    eol_crlf: bool,
    /// Settings came in by a way that only the binary reads (`git -c`).
    only_git_knows: bool,
}

/// What the attributes say about one path.
#[derive(Debug, Default, Clone, Copy)]
struct Traits {
    /// A filter program, `ident` or an encoding is at work.
    program: bool,
    /// The path may be text, so that ends of line are converted.
    text: bool,
    /// The path is certainly not text.
    binary: bool,
    /// A checkout writes CRLF.
    crlf: bool,
}

impl<'r> Rules<'r> {
    pub(super) fn new(repo: &'r Repo, index: &Index) -> Result<Self, Error> {
        let stack = repo.gix.attributes_only(index.state(), Source::WorktreeThenIdMapping).map_err(gix_error)?;
        let found = stack.selected_attribute_matches(ATTRIBUTES);
        let config = repo.gix.config_snapshot();
        let word = |key: &str| config.string(key).map(|value| value.to_string().to_ascii_lowercase());
        let auto_crlf = config.boolean("core.autocrlf") == Some(true);
        let stores_lf = auto_crlf || word("core.autocrlf").as_deref() == Some("input");
        let eol_crlf = word("core.eol").as_deref() == Some("crlf");
        let only_git_knows = std::env::var_os("GIT_CONFIG_PARAMETERS").is_some();
        Ok(Self { stack, found, auto_crlf, stores_lf, eol_crlf, only_git_knows })
    }

    /// Whether `git add` stores exactly these bytes.
    pub(super) fn stored_as_is(&mut self, path: &[u8], bytes: &[u8]) -> Result<bool, Error> {
        let traits = self.traits(path)?;
        let may_convert = traits.text || self.stores_lf && !traits.binary;
        let converts = may_convert && bytes.contains(&b'\r');
        Ok(!(self.only_git_knows || traits.program || converts))
    }

    /// Whether a checkout writes exactly these bytes.
    pub(super) fn written_as_is(&mut self, path: &[u8], bytes: &[u8]) -> Result<bool, Error> {
        let traits = self.traits(path)?;
        let may_convert = traits.crlf || !traits.binary && (self.auto_crlf || self.eol_crlf);
        let converts = may_convert && bytes.contains(&b'\n');
        Ok(!(self.only_git_knows || traits.program || converts))
    }

    fn traits(&mut self, path: &[u8]) -> Result<Traits, Error> {
        self.found.reset();
        let path = gix::bstr::BStr::new(path);
        self.stack.at_entry(path, None).map_err(gix_error)?.matching_attributes(&mut self.found);
        let mut traits = Traits::default();
        for found in self.found.iter_selected() {
            let state = found.assignment.state;
            let named = !matches!(state, StateRef::Unspecified | StateRef::Unset);
            match found.assignment.name.as_str() {
                "text" | "crlf" if state == StateRef::Unset => traits.binary = true,
                "text" | "crlf" => traits.text |= named,
                "eol" => {
                    traits.text |= named;
                    traits.crlf |= matches!(state, StateRef::Value(value) if value.as_bstr() == "crlf");
                }
                _ => traits.program |= named,
            }
        }
        traits.text &= !traits.binary;
        traits.crlf &= !traits.binary;
        Ok(traits)
    }
}

impl Repo {
    /// The bytes that a checkout of `oid` to `path` writes.
    pub fn smudged(&self, path: &[u8], oid: &Oid) -> Result<Vec<u8>, Error> {
        let bytes = self.read_blob(oid)?;
        if Rules::new(self, &self.index()?)?.written_as_is(path, &bytes)? {
            return Ok(bytes);
        }
        self.git("cat-file").arg("--filters").arg(os_str("--path=", path)).arg(oid.to_string()).run()
    }
}

/// An argument that ends in the bytes of a path.
pub(super) fn os_str(prefix: &str, path: &[u8]) -> std::ffi::OsString {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec([prefix.as_bytes(), path].concat())
}

impl Disk<'_> {
    /// The bytes that a checkout of the files writes; blobs may lie in `scratch`.
    ///
    /// Where one of the files is a `.gitattributes`, it counts for the others already.
    pub fn smudge(&self, scratch: &Scratch, files: &[(&[u8], TreeMode, Oid)]) -> Result<Vec<Vec<u8>>, Error> {
        let mut rules = Rules::new(self.repo(), self.index())?;
        let attributes = |path: &[u8]| path.rsplit(|b| *b == b'/').next() == Some(b".gitattributes");
        let new_rules = files.iter().any(|(path, ..)| attributes(path));
        let mut found = Vec::with_capacity(files.len());
        let mut by_git = Vec::new();
        for (path, mode, oid) in files {
            let bytes = scratch.read_blob(oid)?;
            let as_is = *mode == TreeMode::Symlink || !new_rules && rules.written_as_is(path, &bytes)?;
            if !as_is {
                by_git.push((*path, *mode, *oid));
            }
            found.push(as_is.then_some(bytes));
        }
        let mut written = self.checkout(scratch, &by_git)?.into_iter();
        Ok(found.into_iter().filter_map(|bytes| bytes.or_else(|| written.next())).collect())
    }

    /// Lets git check files out into a directory of their own, from an index with nothing else in it, and reads them there.
    fn checkout(&self, scratch: &Scratch, files: &[(&[u8], TreeMode, Oid)]) -> Result<Vec<Vec<u8>>, Error> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let near = scratch.repo()?.objects_dir().to_owned();
        let dir = tempfile::tempdir_in(&near).map_err(|source| Error::io("create a directory in", &near, source))?;
        let index = dir.path().join("index");
        let tree = dir.path().join("tree");
        let call = |command: &str| Ok::<_, Error>(scratch.git(command)?.env("GIT_INDEX_FILE", &index));
        let entries = files.iter().map(|(path, mode, oid)| (*path, Some((*mode, *oid))));
        call("update-index")?.args(["-z", "--index-info"]).input(self.repo().index_info(entries)).run()?;
        let prefix = os_str("--prefix=", &[tree.as_os_str().as_bytes(), b"/"].concat());
        let list = files.iter().flat_map(|(path, ..)| [path, &b"\0"[..]].concat()).collect::<Vec<u8>>();
        call("checkout-index")?.arg(prefix).args(["--force", "-z", "--stdin"]).input(list).run()?;
        let read = |path: &[u8]| {
            let place = tree.join(os_str("", path));
            std::fs::read(&place).map_err(|source| Error::io("read", &place, source))
        };
        files.iter().map(|(path, ..)| read(path)).collect()
    }
}
