//! Which files the user's repository has.

use std::collections::{BTreeSet, HashMap};

use super::{Error, Oid, Repo, TreeMode};

/// How far back the history is read for what has changed of late.
const RECENT: &str = "-500";

/// A file that git lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Its path.
    pub path: Vec<u8>,
    /// The staged blob, if it is what `git add` would store of the file as it is now.
    pub oid: Option<Oid>,
}

impl Repo {
    /// The paths of all files, sorted: tracked ones that are there, and untracked ones that are not ignored.
    ///
    /// Submodules and nested repositories are left out. In a bare repository these are the files of `HEAD`.
    pub fn tracked_files(&self) -> Result<Vec<Vec<u8>>, Error> {
        Ok(self.listed_files()?.into_iter().map(|file| file.path).collect())
    }

    /// The files of [`Repo::tracked_files`] with the blobs of those that have not changed since they were staged.
    pub fn listed_files(&self) -> Result<Vec<ListedFile>, Error> {
        if self.work_dir().is_none() {
            return self.files_of_head();
        }
        let args = ["-z", "-t", "--stage", "--cached", "--others", "--deleted", "--modified", "--exclude-standard"];
        let out = self.git("ls-files").args(args).run()?;
        let mut found: Vec<(ListedFile, bool)> = Vec::new();
        for line in out.split(|b| *b == 0).filter(|line| line.len() > 2) {
            self.take_line(line[0], &line[2..], &mut found);
        }
        found.retain(|(_, present)| *present);
        let mut files: Vec<ListedFile> = found.into_iter().map(|(file, _)| file).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        Ok(files)
    }

    /// The paths that the last commits touched, each with how many commits ago; a shallow or empty history knows few or none.
    pub fn recently_changed(&self) -> Result<HashMap<Vec<u8>, usize>, Error> {
        let args = ["-z", "--no-show-signature", "--format=%x01", "--name-only", "--no-renames", RECENT, "HEAD"];
        let out = self.git("log").args(args).output()?;
        let mut changed = HashMap::new();
        for (age, commit) in out.stdout.split(|b| *b == 1).skip(1).enumerate() {
            for path in commit.split(|b| *b == 0 || *b == b'\n').filter(|path| !path.is_empty()) {
                changed.entry(path.to_vec()).or_insert(age);
            }
        }
        Ok(changed)
    }

    /// The paths of all files of the working tree, ignored ones too, tracked ones even if they are gone.
    pub fn files_with_ignored(&self) -> Result<Vec<Vec<u8>>, Error> {
        if self.work_dir().is_none() {
            return self.tracked_files();
        }
        let out = self.git("ls-files").args(["-z", "--cached", "--others"]).run()?;
        let paths = out.split(|b| *b == 0).filter(|path| !path.is_empty() && !path.ends_with(b"/"));
        Ok(paths.map(<[u8]>::to_vec).collect())
    }

    /// Takes in a line of `ls-files -t --stage`, where what git says of one path stands together; the flag is whether it is there.
    fn take_line(&self, tag: u8, rest: &[u8], found: &mut Vec<(ListedFile, bool)>) {
        if tag == b'?' {
            if !rest.ends_with(b"/") {
                found.push((ListedFile { path: rest.to_vec(), oid: None }, true));
            }
            return;
        }
        let Some((facts, path)) = tracked(rest) else { return };
        if facts.starts_with(TreeMode::Gitlink.octal().as_bytes()) {
            return;
        }
        let known = found.last_mut().filter(|(file, _)| file.path == path);
        match (tag, known) {
            (b'R', Some((_, present))) => *present = false,
            // Changed in the working tree, or in the middle of a merge.
            (_, Some((file, _))) => file.oid = None,
            (b'S', None) if !self.is_on_disk(path) => {}
            (_, None) => found.push((ListedFile { path: path.to_vec(), oid: if tag == b'H' { staged(facts) } else { None } }, true)),
        }
    }

    /// Says for each path whether git ignores it; a tracked path is never ignored.
    ///
    /// A path that git refuses to look at, behind a symbolic link or in a submodule, counts as ignored.
    pub fn is_ignored(&self, paths: &[&[u8]]) -> Result<Vec<bool>, Error> {
        if self.work_dir().is_none() || paths.is_empty() {
            return Ok(vec![false; paths.len()]);
        }
        let input = paths.iter().flat_map(|path| [path, &b"\0"[..]].concat()).collect::<Vec<u8>>();
        let out = self.git("check-ignore").args(["--stdin", "-z"]).input(input).output()?;
        match (out.code, paths) {
            // 1 says that none is ignored.
            (0 | 1, _) => {
                let ignored: BTreeSet<&[u8]> = out.stdout.split(|b| *b == 0).collect();
                Ok(paths.iter().map(|path| ignored.contains(path)).collect())
            }
            (_, [_]) => Ok(vec![true]),
            _ => paths.iter().map(|path| Ok(self.is_ignored(&[path])? == [true])).collect(),
        }
    }

    fn is_on_disk(&self, path: &[u8]) -> bool {
        self.work_dir().is_some_and(|root| root.join(super::filters::os_str("", path)).symlink_metadata().is_ok())
    }

    fn files_of_head(&self) -> Result<Vec<ListedFile>, Error> {
        let Some(head) = self.head_commit()? else { return Ok(Vec::new()) };
        let mut paths = Vec::new();
        self.list_tree(&self.read_commit(&head)?.tree, &mut Vec::new(), &mut paths)?;
        paths.sort_by(|a: &ListedFile, b| a.path.cmp(&b.path));
        Ok(paths)
    }

    fn list_tree(&self, tree: &Oid, dir: &mut Vec<u8>, paths: &mut Vec<ListedFile>) -> Result<(), Error> {
        for entry in self.read_tree(tree)? {
            let length = dir.len();
            dir.extend_from_slice(&entry.name);
            match entry.mode {
                TreeMode::Gitlink => {}
                TreeMode::Tree => {
                    dir.push(b'/');
                    self.list_tree(&entry.oid, dir, paths)?;
                }
                _ => paths.push(ListedFile { path: dir.clone(), oid: Some(entry.oid) }),
            }
            dir.truncate(length);
        }
        Ok(())
    }
}

/// The facts and the path of a line of `ls-files --stage`: mode, blob and stage, then a tab.
fn tracked(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let tab = line.iter().position(|b| *b == b'\t')?;
    Some((&line[..tab], &line[tab + 1..]))
}

/// The blob of a line of `ls-files --stage`.
fn staged(facts: &[u8]) -> Option<Oid> {
    Oid::from_hex(std::str::from_utf8(facts).ok()?.split(' ').nth(1)?)
}
