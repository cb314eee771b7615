//! The catalogue of what databases differ in.

use std::fmt;

macro_rules! features {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $text:literal;)*) => {
        /// Something that not every database, or not every version of one, can do.
        ///
        /// A feature is supported when the behaviour is there (stored, read back with its type, enforced, rolled
        /// back), not when a statement is accepted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum BackendFeature {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl BackendFeature {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [BackendFeature] = &[$(BackendFeature::$variant),*];

            /// Its name in files and on the command line: `insert_returning`.
            pub fn name(self) -> &'static str {
                match self { $(BackendFeature::$variant => $name,)* }
            }

            /// What it is, in a few words: `INSERT … RETURNING`.
            pub fn description(self) -> &'static str {
                match self { $(BackendFeature::$variant => $text,)* }
            }
        }
    };
}

features! {
    /// `INSERT … RETURNING` gives back what was stored.
    InsertReturning = "insert_returning", "INSERT … RETURNING";
    /// `UPDATE` and `DELETE … RETURNING`.
    UpdateReturning = "update_returning", "UPDATE and DELETE … RETURNING";
    /// An INSERT that becomes an UPDATE on a conflict.
    UpsertOnConflict = "upsert_on_conflict", "INSERT … ON CONFLICT DO UPDATE";
    /// Columns that hold arrays.
    ArrayColumns = "array_columns", "array columns";
    /// Columns that hold key–value maps.
    HStoreColumns = "hstore_columns", "hstore columns";
    /// JSON kept in a binary form that can be indexed.
    JsonbColumns = "jsonb_columns", "binary JSON columns";
    /// JSON that is checked and can be looked into by SQL.
    JsonFunctions = "json_functions", "JSON functions";
    /// Numbers in JSON keep every digit; elsewhere they are 64-bit integers and floating-point numbers.
    ExactJsonNumbers = "exact_json_numbers", "exact numbers in JSON";
    /// Full-text search over ordinary columns.
    FullTextSearch = "full_text_search", "full-text search";
    /// Network addresses and networks as types of their own.
    CidrInet = "cidr_inet", "inet and cidr columns";
    /// UUIDs as a type of their own.
    UuidNative = "uuid_native", "native UUID columns";
    /// Booleans as a type of their own.
    Boolean = "boolean", "native boolean columns";
    /// Exact decimal numbers as a type of their own, of up to 38 digits.
    DecimalNative = "decimal_native", "native decimal columns";
    /// Dates and times as types of their own.
    TemporalNative = "temporal_native", "native date and time columns";
    /// The length of a varchar is enforced by the type itself.
    VarcharLength = "varchar_length", "enforced varchar lengths";
    /// DDL takes part in transactions.
    TransactionalDdl = "transactional_ddl", "DDL in transactions";
    /// `ALTER TABLE` changes a column's type, nullability and constraints in place.
    AlterColumn = "alter_column", "ALTER COLUMN";
    /// Constraints are added to and dropped from a table in place.
    AlterConstraint = "alter_constraint", "ADD and DROP CONSTRAINT";
    /// `ALTER TABLE … RENAME COLUMN`.
    RenameColumn = "rename_column", "RENAME COLUMN";
    /// Indexes over some of the rows.
    PartialIndexes = "partial_indexes", "partial indexes";
    /// Indexes over expressions.
    ExpressionIndexes = "expression_indexes", "expression indexes";
    /// Indexes in descending order.
    DescendingIndexes = "descending_indexes", "descending indexes";
    /// Indexes that carry further columns.
    CoveringIndexes = "covering_indexes", "INCLUDE columns of indexes";
    /// Indexes that say where NULLs stand.
    IndexNullsOrder = "index_nulls_order", "NULLS FIRST and NULLS LAST in indexes";
    /// Indexes that are no B-trees: hash, gin, gist, spgist and brin.
    IndexMethods = "index_methods", "hash, gin, gist, spgist and brin indexes";
    /// Indexes by operators that are not the usual ones of a type.
    OperatorClasses = "operator_classes", "operator classes of indexes";
    /// Indexes that are built without blocking writes.
    ConcurrentIndexes = "concurrent_indexes", "CREATE INDEX CONCURRENTLY";
    /// Unique constraints in which NULL equals NULL.
    NullsNotDistinct = "nulls_not_distinct", "UNIQUE NULLS NOT DISTINCT";
    /// Check constraints that are enforced.
    CheckConstraints = "check_constraints", "check constraints";
    /// Foreign keys that are enforced.
    ForeignKeys = "foreign_keys", "foreign keys";
    /// Defaults that are expressions.
    ExpressionDefaults = "expression_defaults", "expression defaults";
    /// Generated columns that are stored.
    GeneratedColumns = "generated_columns", "stored generated columns";
    /// Generated columns that are computed when read.
    VirtualGeneratedColumns = "virtual_generated_columns", "virtual generated columns";
    /// Indexes and unique constraints over generated columns that are computed when read.
    VirtualGeneratedIndexes = "virtual_generated_indexes", "indexes over virtual generated columns";
    /// Generated columns that are computed when read, from enums that are types of the database's own or from types that an
    /// extension brings.
    VirtualGeneratedUserTypes = "virtual_generated_user_types", "virtual generated columns over enums and types of extensions";
    /// Foreign keys that are checked at COMMIT.
    DeferrableConstraints = "deferrable_constraints", "deferrable foreign keys";
    /// Unique constraints that are checked at COMMIT.
    DeferrableUnique = "deferrable_unique", "deferrable unique constraints";
    /// Exclusion constraints.
    ExclusionConstraints = "exclusion_constraints", "exclusion constraints";
    /// Savepoints inside transactions.
    Savepoints = "savepoints", "savepoints";
    /// Locks by name that end with their connection.
    AdvisoryLocks = "advisory_locks", "advisory locks";
    /// `SELECT … FOR UPDATE`, with SKIP LOCKED.
    RowLocks = "row_locks", "SELECT … FOR UPDATE SKIP LOCKED";
    /// Comments on tables and columns.
    Comments = "comments", "comments on tables and columns";
    /// Window functions.
    WindowFunctions = "window_functions", "window functions";
    /// Common table expressions, also recursive.
    CommonTableExpressions = "common_table_expressions", "WITH RECURSIVE";
}

impl fmt::Display for BackendFeature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}
