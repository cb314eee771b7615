//! A case, and what answers its questions.

use super::*;

/// Models before and after, and the migrations that are expected between them.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) before: Models,
    pub(super) after: Models,
    pub(super) answers: Answers,
    pub(super) options: AutodetectOptions,
}

/// Answers by a list; whatever is not in it is no.
#[derive(Clone, Default)]
pub(super) struct Answers {
    /// Renames as `from -> to`.
    pub(super) renames: Vec<&'static str>,
    pub(super) backfill: Option<&'static str>,
    pub(super) asked: Vec<String>,
}

impl Answers {
    fn rename(&mut self, pair: String) -> bool {
        let answer = self.renames.contains(&pair.as_str());
        self.asked.push(format!("? {pair}"));
        answer
    }
}

impl Questioner for Answers {
    fn table_renamed(&mut self, question: &TableRename<'_>) -> Result<bool> {
        Ok(self.rename(format!("{} -> {}", question.from, question.to)))
    }

    fn column_renamed(&mut self, question: &ColumnRename<'_>) -> Result<bool> {
        Ok(self.rename(format!("{}.{} -> {}", question.table, question.from.name, question.to.name)))
    }

    fn backfill(&mut self, question: &Backfill<'_>) -> Result<Option<Expr>> {
        self.asked.push(format!("? value for {}.{}", question.table, question.column.name));
        Ok(self.backfill.map(expr))
    }
}

impl Case {
    pub(super) fn new(name: &'static str, before: Models, after: Models) -> Case {
        let (answers, options) = Default::default();
        Case { name, before, after, answers, options }
    }

    /// With answers of yes to these renames.
    pub(super) fn renamed(mut self, renames: &[&'static str]) -> Case {
        self.answers.renames = renames.to_vec();
        self
    }

    /// With this value for rows that exist.
    pub(super) fn backfill(mut self, value: &'static str) -> Case {
        self.answers.backfill = Some(value);
        self
    }

    /// The migrations before, and the new ones.
    pub(super) fn run(&self) -> (MigrationSet, Vec<Migration>) {
        let (set, new, _) = self.detect();
        (set, new)
    }

    fn detect(&self) -> (MigrationSet, Vec<Migration>, Vec<String>) {
        let nothing = MigrationSet::default();
        let first = autodetect(&nothing, &self.before, &mut NoInput, &AutodetectOptions::default()).unwrap();
        let set = MigrationSet::new(first).unwrap();
        let mut answers = self.answers.clone();
        let new = autodetect(&set, &self.after, &mut answers, &self.options);
        let new = new.unwrap_or_else(|error| panic!("{}: {error:?}", self.name));
        (set, new, answers.asked)
    }

    /// `app/name` with its dependencies, followed by what it does; then the questions that were asked.
    pub(super) fn described(&self) -> Vec<String> {
        let (_, new, asked) = self.detect();
        let mut lines = Vec::new();
        for migration in new {
            let dependencies: Vec<String> =
                migration.dependencies.iter().map(MigrationId::to_string).collect();
            lines.push(format!("{} < {}", migration.id, dependencies.join(", ")).trim_end().to_owned());
            lines.extend(migration.operations.iter().map(|operation| {
                let backfill = match operation {
                    Operation::AddColumn(add) => &add.backfill,
                    Operation::AlterColumn(alter) => &alter.backfill,
                    _ => &None,
                };
                let backfill = backfill.as_ref().map(|value| format!(", rows get {value}"));
                format!("{}{}", operation.describe(), backfill.unwrap_or_default())
            }));
        }
        lines.extend(asked);
        lines
    }
}
