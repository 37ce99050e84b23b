//! Which files the user's repository has.

use std::collections::BTreeSet;

use super::{Error, Oid, Repo, TreeMode};

impl Repo {
    /// The paths of all files, sorted: tracked ones that are there, and untracked ones that are not ignored.
    ///
    /// Submodules and nested repositories are left out. In a bare repository these are the files of `HEAD`.
    pub fn tracked_files(&self) -> Result<Vec<Vec<u8>>, Error> {
        if self.work_dir().is_none() {
            return self.files_of_head();
        }
        let args = ["-z", "-t", "--stage", "--cached", "--others", "--deleted", "--exclude-standard"];
        let out = self.git("ls-files").args(args).run()?;
        let mut found = BTreeSet::new();
        let mut gone = Vec::new();
        for line in out.split(|b| *b == 0).filter(|line| line.len() > 2) {
            let (tag, rest) = (line[0], &line[2..]);
            match (tag, tracked(rest)) {
                (b'?', _) if rest.ends_with(b"/") => {}
                (b'?', _) => drop(found.insert(rest.to_vec())),
                (b'R', Some((_, path))) => gone.push(path.to_vec()),
                (_, Some((mode, _))) if mode == TreeMode::Gitlink.octal().as_bytes() => {}
                (b'S', Some((_, path))) if !self.is_on_disk(path) => {}
                (_, Some((_, path))) => drop(found.insert(path.to_vec())),
                (_, None) => {}
            }
        }
        for path in gone {
            found.remove(&path);
        }
        Ok(found.into_iter().collect())
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

    fn files_of_head(&self) -> Result<Vec<Vec<u8>>, Error> {
        let Some(head) = self.head_commit()? else { return Ok(Vec::new()) };
        let mut paths = Vec::new();
        self.list_tree(&self.read_commit(&head)?.tree, &mut Vec::new(), &mut paths)?;
        paths.sort();
        Ok(paths)
    }

    fn list_tree(&self, tree: &Oid, dir: &mut Vec<u8>, paths: &mut Vec<Vec<u8>>) -> Result<(), Error> {
        for entry in self.read_tree(tree)? {
            let length = dir.len();
            dir.extend_from_slice(&entry.name);
            match entry.mode {
                TreeMode::Gitlink => {}
                TreeMode::Tree => {
                    dir.push(b'/');
                    self.list_tree(&entry.oid, dir, paths)?;
                }
                _ => paths.push(dir.clone()),
            }
            dir.truncate(length);
        }
        Ok(())
    }
}

/// The mode and the path of a line of `ls-files --stage`.
fn tracked(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let tab = line.iter().position(|b| *b == b'\t')?;
    Some((line.get(..6)?, &line[tab + 1..]))
}
