//! Tables of listings.

use super::look::Look;
use super::style::{DIM, Line, paint};
use super::width::{cut, width};

/// Columns between two columns.
const GAP: usize = 2;

/// A column is not cut to less than this while there is another way.
const FAIR: usize = 12;

/// No column is cut to less than this.
const LEAST: usize = 4;

/// Rows under headings.
///
/// On a terminal the columns are aligned; the widest ones are cut and spare ones left out until the rows fit. In a pipe
/// cells are exact but for line feeds and tabs, separated by tabs, without the headings.
#[derive(Debug, Clone)]
pub struct Table {
    headings: Vec<&'static str>,
    right: Vec<bool>,
    keep: Vec<bool>,
    spare: Vec<bool>,
    rows: Vec<Vec<Line>>,
}

impl Table {
    /// A table without rows.
    pub fn new(headings: &[&'static str]) -> Self {
        let all = vec![false; headings.len()];
        Self { headings: headings.to_vec(), right: all.clone(), keep: all.clone(), spare: all, rows: Vec::new() }
    }

    /// Aligns a column to the right and never cuts it, for numbers.
    pub fn right(mut self, heading: &str) -> Self {
        self.mark(heading, |table| &mut table.right);
        self.keep(heading)
    }

    /// Never cuts a column, for what is to be copied.
    pub fn keep(mut self, heading: &str) -> Self {
        self.mark(heading, |table| &mut table.keep);
        self
    }

    /// Leaves a column out where there is no room for all; the last one first.
    pub fn spare(mut self, heading: &str) -> Self {
        self.mark(heading, |table| &mut table.spare);
        self
    }

    fn mark(&mut self, heading: &str, marks: impl Fn(&mut Self) -> &mut Vec<bool>) {
        if let Some(at) = self.headings.iter().position(|name| *name == heading) {
            marks(self)[at] = true;
        }
    }

    /// Adds a row; it has a cell for every heading.
    pub fn row<C: Into<Line>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let row: Vec<Line> = cells.into_iter().map(Into::into).collect();
        debug_assert_eq!(row.len(), self.headings.len(), "a cell for every heading");
        self.rows.push(row);
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn render(&self, look: Look) -> String {
        if look.terminal { self.aligned(look) } else { self.rows.iter().map(|row| separated(row)).collect() }
    }

    fn aligned(&self, look: Look) -> String {
        if self.is_empty() {
            return String::new();
        }
        let widths = self.widths(look.width);
        let headings: Vec<Line> = self.headings.iter().map(|name| Line::new().styled(DIM, *name)).collect();
        let rows = std::iter::once(&headings).chain(&self.rows);
        rows.map(|row| self.aligned_row(row, &widths, look)).collect()
    }

    /// The widths of the columns, 0 for one that is left out.
    fn widths(&self, available: usize) -> Vec<usize> {
        let need = |at: usize| self.rows.iter().map(|row| plain_width(&row[at])).chain([width(self.headings[at])]).max().unwrap_or(0);
        let mut needed: Vec<usize> = (0..self.headings.len()).map(need).collect();
        loop {
            let fair = self.shrunk(&needed, available, FAIR);
            if total(&fair) <= available {
                return fair;
            }
            match (0..needed.len()).rev().find(|at| self.spare[*at] && needed[*at] > 0) {
                Some(spare) => needed[spare] = 0,
                None => return self.shrunk(&needed, available, LEAST),
            }
        }
    }

    /// Takes the widest columns in, but not below `least`, until a row fits.
    fn shrunk(&self, needed: &[usize], available: usize, least: usize) -> Vec<usize> {
        let mut widths = needed.to_vec();
        while total(&widths) > available {
            let may_shrink = |at: &usize| !self.keep[*at] && widths[*at] > least;
            let Some(widest) = (0..widths.len()).filter(may_shrink).max_by_key(|at| widths[*at]) else { break };
            widths[widest] -= 1;
        }
        widths
    }

    fn aligned_row(&self, row: &[Line], widths: &[usize], look: Look) -> String {
        let mut out = String::new();
        let mut missing = 0;
        for (at, cell) in row.iter().enumerate().filter(|(at, _)| widths[*at] > 0) {
            let (text, taken) = fitted(cell, widths[at], look);
            let left = widths[at].saturating_sub(taken);
            if text.is_empty() {
                missing += left + GAP;
                continue;
            }
            let before = missing + if self.right[at] { left } else { 0 };
            out.push_str(&" ".repeat(before));
            out.push_str(&text);
            missing = GAP + if self.right[at] { 0 } else { left };
        }
        out.push('\n');
        out
    }
}

/// The columns that a row takes.
fn total(widths: &[usize]) -> usize {
    let shown = widths.iter().filter(|width| **width > 0).count();
    widths.iter().sum::<usize>() + GAP * shown.saturating_sub(1)
}

/// Cells on one line, with tabs between them and no other.
fn separated(row: &[Line]) -> String {
    let cells: Vec<String> = row.iter().map(|cell| cell.exact().replace(['\n', '\t', '\r'], " ")).collect();
    cells.join("\t") + "\n"
}

/// The pieces of a cell as they are shown, on one line.
fn pieces(cell: &Line) -> impl Iterator<Item = (anstyle::Style, String)> {
    cell.shown().map(|(style, text)| (style, text.replace(['\n', '\t'], " ")))
}

fn plain_width(cell: &Line) -> usize {
    pieces(cell).map(|(_, text)| width(&text)).sum()
}

/// The cell cut to `columns`, and the columns that it takes.
fn fitted(cell: &Line, columns: usize, look: Look) -> (String, usize) {
    let whole = plain_width(cell);
    if whole <= columns {
        return (pieces(cell).map(|(style, text)| paint(style, &text, look)).collect(), whole);
    }
    let ellipsis = if look.unicode { "…" } else { "~" };
    let room = columns.saturating_sub(width(ellipsis));
    let (mut out, mut used) = (String::new(), 0);
    for (style, text) in pieces(cell) {
        let mut shown = cut(&text, room - used, "");
        let complete = shown == text;
        used += width(&shown);
        if !complete {
            shown.push_str(ellipsis);
        }
        out.push_str(&paint(style, &shown, look));
        if !complete {
            break;
        }
    }
    (out, used + width(ellipsis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::style::NAME;

    fn table() -> Table {
        let mut table = Table::new(&["#", "name", "title", "tokens"]).right("#").right("tokens").keep("name");
        table.row([Line::from("1"), Line::new().word(NAME, "add-auth"), "Add JWT auth to the user service".into(), "12,345".into()]);
        table.row(["10", "日本", "", "7"]);
        table
    }

    #[test]
    fn columns_are_aligned_by_the_width_of_their_characters() {
        let expected = "
 #  name      title                             tokens
 1  add-auth  Add JWT auth to the user service  12,345
10  日本                                             7
";
        assert_eq!(table().render(Look::terminal(80)), expected[1..]);
    }

    #[test]
    fn a_narrow_terminal_cuts_the_widest_column_and_keeps_what_is_copied() {
        let expected = "
 #  name      title               tokens
 1  add-auth  Add JWT auth to t…  12,345
10  日本                               7
";
        assert_eq!(table().render(Look::terminal(40)), expected[1..]);
        for columns in [10, 20, 30] {
            let text = table().render(Look::terminal(columns));
            assert!(text.contains("add-auth"), "{text}");
        }
    }

    #[test]
    fn spare_columns_are_left_out_before_others_become_unreadable() {
        let expected = "
 #  name      tokens
 1  add-auth  12,345
10  日本           7
";
        assert_eq!(table().spare("title").render(Look::terminal(30)), expected[1..]);
        assert_eq!(table().spare("title").render(Look::terminal(40)), table().render(Look::terminal(40)));
    }

    #[test]
    fn a_pipe_gets_whole_cells_between_tabs() {
        let mut table = table();
        table.row(["3", "a\tb\nc", "\u{1b}[1m", ""]);
        assert_eq!(
            table.render(Look::PIPE),
            "1\tadd-auth\tAdd JWT auth to the user service\t12,345\n10\t日本\t\t7\n3\ta b c\t\u{1b}[1m\t\n"
        );
    }

    #[test]
    fn a_cell_of_several_styles_is_cut_as_a_whole() {
        let cell = Line::new().styled(NAME, "abc").text("defgh");
        let look = Look::terminal(80);
        let cuts: Vec<String> = (1..=8).map(|columns| fitted(&cell, columns, look).0).collect();
        assert_eq!(cuts, ["…", "a…", "ab…", "abc…", "abcd…", "abcde…", "abcdef…", "abcdefgh"]);
        assert_eq!(fitted(&"a\u{1b}[2Jb\nc".into(), 9, look), ("ab c".into(), 4));
    }
}
