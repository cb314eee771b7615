//! Queries over `information_schema`. Each one looks at the connection's current database alone.
//!
//! MariaDB reads the definitions of one database only where each table of the catalogue is told which by a constant, in
//! `table_schema` where there is one, and otherwise those of every table on the server.

/// Table, column, type, whether NULL is allowed, what else it is, default, collation, comment, the table's comment, what it is
/// generated from. Each table has a row of NULLs before its columns, of which none may be seen.
pub(super) const COLUMNS: &str = "\
SELECT t.table_name, c.column_name, c.column_type, c.is_nullable = 'YES', c.extra, c.column_default, \
c.collation_name, c.column_comment, t.table_comment, c.generation_expression, c.ordinal_position AS place \
FROM information_schema.columns c \
JOIN information_schema.tables t ON t.table_schema = DATABASE() AND t.table_name = c.table_name \
WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' \
UNION ALL \
SELECT table_name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, table_comment, NULL, 0 \
FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' \
ORDER BY table_name, place";

/// Table, name, condition, whether it belongs to one column: in MariaDB.
pub(super) const CHECKS_WITH_LEVEL: &str = "\
SELECT table_name, constraint_name, check_clause, level = 'Column' \
FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()";

/// Table, name, condition, whether it belongs to one column: in MySQL, where none does.
pub(super) const CHECKS: &str = "\
SELECT t.table_name, c.constraint_name, c.check_clause, FALSE \
FROM information_schema.check_constraints c \
JOIN information_schema.table_constraints t ON t.constraint_schema = c.constraint_schema \
AND t.constraint_name = c.constraint_name AND t.constraint_type = 'CHECK' \
WHERE c.constraint_schema = DATABASE()";

/// Table, name, column, referenced table and column, action on delete and on update: one row for each column. A table
/// of another database is named with it.
pub(super) const FOREIGN_KEYS: &str = "\
SELECT k.table_name, k.constraint_name, k.column_name, \
CASE WHEN k.referenced_table_schema = k.table_schema THEN k.referenced_table_name \
ELSE CONCAT(k.referenced_table_schema, '.', k.referenced_table_name) END, \
k.referenced_column_name, r.delete_rule, r.update_rule \
FROM information_schema.key_column_usage k \
JOIN information_schema.referential_constraints r ON r.constraint_schema = DATABASE() \
AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name \
WHERE k.table_schema = DATABASE() AND k.constraint_schema = DATABASE() AND k.referenced_table_name IS NOT NULL \
ORDER BY k.table_name, k.constraint_name, k.ordinal_position";

/// Table, name, whether it is unique, column, whether it descends, how much of the value it holds, expression: one row
/// for each key. Primary keys are called `PRIMARY`.
pub(super) const INDEXES: &str = "\
SELECT table_name, index_name, non_unique = 0, column_name, COALESCE(collation, 'A') = 'D', sub_part, NULL \
FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_type = 'BTREE' \
ORDER BY table_name, index_name, seq_in_index";

/// The same where indexes may be over expressions.
pub(super) const INDEXES_WITH_EXPRESSIONS: &str = "\
SELECT table_name, index_name, non_unique = 0, column_name, COALESCE(collation, 'A') = 'D', sub_part, expression \
FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_type = 'BTREE' \
ORDER BY table_name, index_name, seq_in_index";

/// Table, name and column of every unique index over columns: one row for each key.
pub(super) const UNIQUE_INDEXES: &str = "\
SELECT table_name, index_name, column_name FROM information_schema.statistics \
WHERE table_schema = DATABASE() AND non_unique = 0 AND index_name <> 'PRIMARY' AND column_name IS NOT NULL \
ORDER BY table_name, index_name, seq_in_index";

/// Kind, name, table and text of every trigger and view.
pub(super) const OBJECTS: &str = "\
SELECT 'view', table_name, table_name, view_definition, NULL, NULL \
FROM information_schema.views WHERE table_schema = DATABASE() \
UNION ALL \
SELECT 'trigger', trigger_name, event_object_table, action_statement, action_timing, event_manipulation \
FROM information_schema.triggers WHERE trigger_schema = DATABASE()";
