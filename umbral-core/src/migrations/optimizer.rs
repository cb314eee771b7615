//! Fewer operations that do the same.

use super::{Operation, Reduction};

/// Merges operations until no two of them amount to less: `apply(optimize(ops), s) == apply(ops, s)`.
///
/// Two operations are merged that stand next to each other, or that can be moved next to each other past operations
/// that touch other things. `run_sql` is never passed.
pub fn optimize(operations: Vec<Operation>) -> Vec<Operation> {
    let mut operations = operations;
    while let Some(merged) = merge_two(&operations) {
        operations = merged;
    }
    operations
}

/// Merges the first two that can be; `None` where none can.
fn merge_two(operations: &[Operation]) -> Option<Vec<Operation>> {
    operations.iter().enumerate().find_map(|(first, operation)| merge_at(operations, first, operation))
}

fn merge_at(operations: &[Operation], first: usize, operation: &Operation) -> Option<Vec<Operation>> {
    // Whether the operation can move right, past all between it and the one it is merged with.
    let mut moves = true;
    for (second, next) in operations.iter().enumerate().skip(first + 1) {
        let reduction = operation.reduce(next);
        if let Reduction::To(merged) = reduction {
            let between = &operations[first + 1..second];
            let place = if between.iter().all(|passed| passed.reduce(next) == Reduction::Independent) {
                Some(first)
            } else {
                moves.then_some(second)
            };
            if let Some(place) = place {
                return Some(replaced(operations, (first, second), place, merged));
            }
            // What cannot be brought together is in each other's way.
            return None;
        }
        moves &= reduction == Reduction::Independent;
    }
    None
}

/// `operations` with the two of the `pair` replaced by `merged`, which stand in the place of one of them.
fn replaced(
    operations: &[Operation],
    pair: (usize, usize),
    place: usize,
    merged: Vec<Operation>,
) -> Vec<Operation> {
    let mut result = Vec::with_capacity(operations.len());
    for (position, operation) in operations.iter().enumerate() {
        if position == place {
            result.extend(merged.iter().cloned());
        } else if position != pair.0 && position != pair.1 {
            result.push(operation.clone());
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrations::operations::*;
    use crate::schema::{Column, Constraint, ForeignKey, Index, ReferentialAction, Schema, SqlType, Table};
    use std::collections::BTreeMap;

    fn table(name: &str) -> Table {
        Table::new(name).with_column(Column::new("id", SqlType::BigInt).identity()).with_primary_key(["id"])
    }

    fn create(table: Table) -> Operation {
        Operation::CreateTable(CreateTable { table })
    }

    fn drop_table(table: &str) -> Operation {
        Operation::DropTable(DropTable { table: table.into() })
    }

    fn add(table: &str, column: Column) -> Operation {
        Operation::AddColumn(AddColumn { table: table.into(), column, backfill: None })
    }

    fn remove(table: &str, column: &str) -> Operation {
        Operation::DropColumn(DropColumn { table: table.into(), column: column.into() })
    }

    fn text(name: &str) -> Column {
        Column::new(name, SqlType::Text)
    }

    fn alter(table: &str, from: Column, to: Column) -> Operation {
        Operation::AlterColumn(AlterColumn { table: table.into(), from, to, backfill: None })
    }

    fn rename(table: &str, from: &str, to: &str) -> Operation {
        Operation::RenameColumn(RenameColumn { table: table.into(), from: from.into(), to: to.into() })
    }

    fn run_sql() -> Operation {
        let forward = BTreeMap::from([("any".to_owned(), "SELECT 1".to_owned())]);
        Operation::RunSql(RunSql {
            description: String::new(),
            forward,
            backward: BTreeMap::new(),
            transactional: true,
        })
    }

    fn reference(holder: &str, target: &str) -> Constraint {
        Constraint::foreign_key(
            format!("{holder}_fk"),
            ForeignKey {
                columns: vec!["other".into()],
                table: target.into(),
                references: vec!["id".into()],
                on_delete: ReferentialAction::NoAction,
                on_update: ReferentialAction::NoAction,
                deferrable: None,
            },
        )
    }

    fn words(operations: Vec<Operation>) -> Vec<String> {
        let mut state = Schema::default();
        for operation in &operations {
            operation.apply(&mut state).unwrap();
        }
        let optimized = optimize(operations);
        let mut again = Schema::default();
        for operation in &optimized {
            operation.apply(&mut again).unwrap();
        }
        assert_eq!(again, state);
        optimized.iter().map(Operation::describe).collect()
    }

    #[test]
    fn everything_about_a_new_table_goes_into_its_creation() {
        let unique = Constraint::unique("book_name_uniq", ["name"]);
        let operations = vec![
            create(table("book")),
            add("book", text("title")),
            Operation::AddIndex(AddIndex { table: "book".into(), index: Index::new("i", ["title"]) }),
            rename("book", "title", "name"),
            Operation::AddConstraint(AddConstraint { table: "book".into(), constraint: unique.clone() }),
            Operation::RenameIndex(RenameIndex {
                table: "book".into(),
                from: "i".into(),
                to: "book_name_idx".into(),
            }),
            alter("book", text("name"), text("name").nullable()),
            Operation::RenameTable(RenameTable { from: "book".into(), to: "volume".into() }),
        ];
        let expected = table("volume")
            .with_column(text("name").nullable())
            .with_index(Index::new("book_name_idx", ["name"]))
            .with_constraint(unique);
        assert_eq!(optimize(operations), [create(expected)]);
    }

    #[test]
    fn what_is_created_and_dropped_was_never_there() {
        assert!(words(vec![create(table("a")), add("a", text("x")), drop_table("a")]).is_empty());
        let operations = vec![create(table("a")), add("a", text("x")), create(table("b")), remove("a", "x")];
        assert_eq!(words(operations), ["Create table a", "Create table b"]);
    }

    #[test]
    fn unrelated_operations_are_passed() {
        let operations = vec![
            create(table("a")),
            create(table("b")),
            add("a", text("x")),
            add("b", text("y")),
            alter("a", text("x"), text("x").nullable()),
        ];
        assert_eq!(words(operations), ["Create table a", "Create table b"]);
    }

    #[test]
    fn a_foreign_key_is_not_moved_in_front_of_what_it_references() {
        let mut operations =
            vec![create(table("a").with_column(Column::new("other", SqlType::BigInt))), create(table("b"))];
        let constraint = reference("a", "b");
        operations.push(Operation::AddConstraint(AddConstraint { table: "a".into(), constraint }));
        let expected = ["Create table b", "Create table a"];
        assert_eq!(words(operations), expected);
    }

    #[test]
    fn a_circle_of_foreign_keys_stays_apart() {
        let side = |name: &str| table(name).with_column(Column::new("other", SqlType::BigInt));
        let closing = AddConstraint { table: "a".into(), constraint: reference("a", "b") };
        let operations = vec![
            create(side("a")),
            create(side("b").with_constraint(reference("b", "a"))),
            Operation::AddConstraint(closing),
        ];
        let expected = ["Create table a", "Create table b", "Add foreign key a_fk to a (other → b.id)"];
        assert_eq!(words(operations), expected);
    }

    #[test]
    fn sql_is_never_passed() {
        let operations = vec![create(table("a")), run_sql(), add("a", text("x"))];
        assert_eq!(words(operations), ["Create table a", "Run SQL", "Add column x to a"]);
    }

    #[test]
    fn a_type_in_between_that_cuts_values_stays() {
        let typed = |ty| Column::new("x", ty);
        let operations = vec![
            alter("a", typed(SqlType::Text), typed(SqlType::Integer)),
            alter("a", typed(SqlType::Integer), typed(SqlType::Text)),
        ];
        assert_eq!(optimize(operations.clone()), operations);
        let operations = vec![
            alter("a", typed(SqlType::Text), typed(SqlType::Text).nullable()),
            alter("a", typed(SqlType::Text).nullable(), typed(SqlType::Varchar(9)).nullable()),
        ];
        let merged = [alter("a", typed(SqlType::Text), typed(SqlType::Varchar(9)).nullable())];
        assert_eq!(optimize(operations), merged);
    }

    #[test]
    fn values_that_rows_got_are_kept() {
        let column = |default: Option<&str>| Column {
            default: default.map(|text| text.parse().unwrap()),
            ..Column::new("x", SqlType::Integer)
        };
        let operations = vec![add("a", column(Some("1"))), alter("a", column(Some("1")), column(None))];
        let backfill = Some("1".parse().unwrap());
        let merged = Operation::AddColumn(AddColumn { table: "a".into(), column: column(None), backfill });
        assert_eq!(optimize(operations), [merged]);
        let operations = vec![add("a", column(Some("1"))), alter("a", column(Some("1")), column(Some("2")))];
        assert_eq!(optimize(operations.clone()), operations);
    }

    #[test]
    fn renames_in_a_row_are_one() {
        let operations = vec![rename("a", "x", "y"), rename("a", "p", "q"), rename("a", "y", "z")];
        assert_eq!(optimize(operations), [rename("a", "x", "z"), rename("a", "p", "q")]);
        assert!(optimize(vec![rename("a", "x", "y"), rename("a", "y", "x")]).is_empty());
        assert_eq!(optimize(vec![rename("a", "x", "y"), remove("a", "y")]), [remove("a", "x")]);
    }
}
