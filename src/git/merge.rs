//! Three-way merges of whole trees, done by `git merge-tree`.

use super::{Commit, Error, Oid, Person, Repo, Scratch, TreeEntry, TreeMode};

/// What a merge came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeMerge {
    /// The merged tree; with conflict markers where it conflicts. It lies in the scratch directory.
    pub tree: Oid,
    /// What conflicts; empty for a clean merge.
    pub conflicts: Vec<MergeConflict>,
    /// The name that git knew the common ancestor by, in markers of the style `diff3`.
    pub base: Oid,
    /// The name that git knew our side by, in markers and in names of moved files.
    pub ours: Oid,
    /// The name of the other side, likewise.
    pub theirs: Oid,
}

/// One conflict of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeConflict {
    /// The path.
    pub path: Vec<u8>,
    /// Git's word for it: `contents`, `modify/delete`, `rename/rename`, ….
    pub kind: String,
    /// Git's sentence.
    pub message: String,
}

/// A path that differs between two trees, with what it holds in each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeChange {
    /// The path.
    pub path: Vec<u8>,
    /// In the first tree.
    pub before: Option<(TreeMode, Oid)>,
    /// In the second tree.
    pub after: Option<(TreeMode, Oid)>,
}

impl Scratch {
    /// Merges the changes from `base` to `theirs` into `ours`, all of them trees, as `git merge` would.
    pub fn merge(&self, base: &Oid, ours: &Oid, theirs: &Oid) -> Result<TreeMerge, Error> {
        let repo = self.repo()?;
        // Before git 2.45, `merge-tree` took only commits; before 2.40, it could not be told the base, so that is their parent.
        let base = wrap(repo, base, &[], "base")?;
        let [ours, theirs] = [wrap(repo, ours, &[base], "ours")?, wrap(repo, theirs, &[base], "theirs")?];
        // The parent's id stands in markers of the style `diff3`, shortened unless told otherwise.
        let call = self.git("merge-tree")?.config("core.abbrev=no").args(["--write-tree", "-z", "--messages"]);
        let out = call.arg(ours.to_string()).arg(theirs.to_string()).output()?;
        let failed = || Error::Failed { command: "merge-tree".into(), stderr: out.stderr.clone(), code: Some(out.code) };
        if !matches!(out.code, 0 | 1) {
            return Err(failed());
        }
        let (tree, conflicts) = parse(&out.stdout, out.code == 1).ok_or_else(failed)?;
        Ok(TreeMerge { tree, conflicts, base, ours, theirs })
    }
}

impl Repo {
    /// The files that differ between two trees, in the order of their paths; reads only directories that differ.
    pub fn diff_trees(&self, before: &Oid, after: &Oid) -> Result<Vec<TreeChange>, Error> {
        let mut changes = Vec::new();
        self.diff_into(&mut Vec::new(), Some(*before), Some(*after), &mut changes)?;
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    fn diff_into(&self, dir: &mut Vec<u8>, before: Option<Oid>, after: Option<Oid>, changes: &mut Vec<TreeChange>) -> Result<(), Error> {
        if before == after {
            return Ok(());
        }
        let read = |tree: Option<Oid>| tree.map_or_else(|| Ok(Vec::new()), |tree| self.read_tree(&tree));
        let mut sides: std::collections::BTreeMap<Vec<u8>, [Option<TreeEntry>; 2]> = std::collections::BTreeMap::new();
        for (side, entries) in [read(before)?, read(after)?].into_iter().enumerate() {
            for entry in entries {
                let name = entry.name.clone();
                sides.entry(name).or_default()[side] = Some(entry);
            }
        }
        for (name, sides) in sides {
            let length = dir.len();
            dir.extend_from_slice(&name);
            let [before, after] = sides.map(|entry| entry.map(|entry| (entry.mode, entry.oid)));
            self.diff_entry(dir, before, after, changes)?;
            dir.truncate(length);
        }
        Ok(())
    }

    fn diff_entry(&self, path: &mut Vec<u8>, before: Side, after: Side, changes: &mut Vec<TreeChange>) -> Result<(), Error> {
        let file = |side: Side| side.filter(|(mode, _)| *mode != TreeMode::Tree);
        let tree = |side: Side| side.filter(|(mode, _)| *mode == TreeMode::Tree).map(|(_, oid)| oid);
        if file(before) != file(after) {
            changes.push(TreeChange { path: path.clone(), before: file(before), after: file(after) });
        }
        path.push(b'/');
        self.diff_into(path, tree(before), tree(after), changes)
    }
}

type Side = Option<(TreeMode, Oid)>;

fn wrap(repo: &Repo, tree: &Oid, parents: &[Oid], message: &str) -> Result<Oid, Error> {
    let nobody = Person { name: "merge".into(), email: "merge".into(), seconds: 0, offset: 0 };
    let message = message.into();
    repo.write_commit(&Commit { tree: *tree, parents: parents.to_vec(), author: nobody.clone(), committer: nobody, message })
}

/// Reads what `merge-tree -z` prints: the tree, the conflicted stages, an empty field, then the messages.
fn parse(out: &[u8], conflicted: bool) -> Option<(Oid, Vec<MergeConflict>)> {
    let mut fields = out.split(|b| *b == 0);
    let tree = Oid::from_hex(std::str::from_utf8(fields.next()?).ok()?.trim_end())?;
    if !conflicted {
        return Some((tree, Vec::new()));
    }
    let mut staged: Vec<Vec<u8>> = Vec::new();
    for field in fields.by_ref().take_while(|field| !field.is_empty()) {
        let at = field.iter().position(|b| *b == b'\t')?;
        staged.push(field[at + 1..].to_vec());
    }
    staged.dedup();
    let mut conflicts: Vec<MergeConflict> = Vec::new();
    while let Some(count) = fields.next().and_then(|field| std::str::from_utf8(field).ok()?.parse::<usize>().ok()) {
        let paths: Vec<&[u8]> = fields.by_ref().take(count).collect();
        let kind = String::from_utf8_lossy(fields.next()?).into_owned();
        let message = String::from_utf8_lossy(fields.next()?).trim_end().to_owned();
        let Some(kind) = kind.strip_prefix("CONFLICT (").and_then(|rest| rest.strip_suffix(')')) else { continue };
        let path = paths.iter().find(|path| staged.iter().any(|staged| staged == *path)).or(paths.first())?;
        conflicts.push(MergeConflict { path: path.to_vec(), kind: kind.to_owned(), message });
    }
    for path in staged {
        if !conflicts.iter().any(|conflict| conflict.path == path) {
            let message = format!("both sides changed '{}'", super::disk::display(&path));
            conflicts.push(MergeConflict { path, kind: "contents".into(), message });
        }
    }
    conflicts.sort_by(|a, b| a.path.cmp(&b.path));
    conflicts.dedup_by(|a, b| a.path == b.path);
    Some((tree, conflicts))
}
