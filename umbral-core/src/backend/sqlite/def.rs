//! A table as its `CREATE TABLE` text says it, down to what the schema does not hold (collations, conflict
//! clauses, checks without a name, STRICT), so that a rebuild keeps it.

use super::quote::{identifier, identifiers};
use crate::schema::ReferentialAction;

/// A table's definition. Expressions are SQL text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct TableDef {
    pub(super) name: String,
    pub(super) columns: Vec<ColumnDef>,
    pub(super) constraints: Vec<ConstraintDef>,
    pub(super) without_rowid: bool,
    pub(super) strict: bool,
}

/// A column's definition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ColumnDef {
    pub(super) name: String,
    /// The declared type; empty where there is none.
    pub(super) declared: String,
    pub(super) rules: Vec<ColumnRule>,
}

/// A column's constraint, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnRule {
    pub(super) name: Option<String>,
    pub(super) kind: ColumnRuleKind,
}

/// What a column's constraint demands. `conflict` is the text of an ON CONFLICT clause, or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ColumnRuleKind {
    PrimaryKey {
        descending: bool,
        conflict: String,
        autoincrement: bool,
    },
    NotNull {
        conflict: String,
    },
    /// The word NULL, which demands nothing.
    Null,
    Unique {
        conflict: String,
    },
    Check(String),
    /// The text behind DEFAULT; an expression is in parentheses.
    Default(String),
    Collate(String),
    References(ReferencesDef),
    Generated {
        expr: String,
        stored: bool,
    },
}

/// What a foreign key points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReferencesDef {
    pub(super) table: String,
    /// Empty: the primary key.
    pub(super) columns: Vec<String>,
    pub(super) on_delete: ReferentialAction,
    pub(super) on_update: ReferentialAction,
    /// MATCH and DEFERRABLE clauses.
    pub(super) rest: String,
}

/// A table's constraint, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConstraintDef {
    pub(super) name: Option<String>,
    pub(super) kind: ConstraintDefKind,
}

/// What a table's constraint demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ConstraintDefKind {
    PrimaryKey { columns: Vec<KeyDef>, conflict: String },
    Unique { columns: Vec<KeyDef>, conflict: String },
    Check(String),
    ForeignKey { columns: Vec<String>, references: ReferencesDef },
}

/// A key of an index or of a key constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyDef {
    /// A column's name, or the text of an expression.
    pub(super) key: Key,
    pub(super) collation: Option<String>,
    pub(super) descending: bool,
}

/// What is indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Column(String),
    Expr(String),
}

impl KeyDef {
    /// A column, ascending.
    pub(super) fn column(name: &str) -> KeyDef {
        KeyDef { key: Key::Column(name.to_owned()), collation: None, descending: false }
    }

    /// The column's name; none for an expression.
    pub(super) fn column_name(&self) -> Option<&str> {
        match &self.key {
            Key::Column(name) => Some(name),
            Key::Expr(_) => None,
        }
    }

    fn sql(&self) -> String {
        let mut sql = match &self.key {
            Key::Column(name) => identifier(name),
            Key::Expr(expr) => expr.clone(),
        };
        if let Some(collation) = &self.collation {
            sql.push_str(&format!(" COLLATE {}", identifier(collation)));
        }
        if self.descending {
            sql.push_str(" DESC");
        }
        sql
    }
}

/// Keys in their order, separated by commas.
pub(super) fn keys_sql(keys: &[KeyDef]) -> String {
    keys.iter().map(KeyDef::sql).collect::<Vec<_>>().join(", ")
}

impl TableDef {
    /// The column of this name; SQLite's names ignore the case of ASCII letters.
    pub(super) fn column(&self, name: &str) -> Option<&ColumnDef> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// The columns of the primary key, in key order.
    pub(super) fn primary_key(&self) -> Vec<String> {
        let inline = |column: &&ColumnDef| {
            column.rules.iter().any(|rule| matches!(rule.kind, ColumnRuleKind::PrimaryKey { .. }))
        };
        if let Some(column) = self.columns.iter().find(inline) {
            return vec![column.name.clone()];
        }
        let key = self.constraints.iter().find_map(|constraint| match &constraint.kind {
            ConstraintDefKind::PrimaryKey { columns, .. } => Some(columns),
            _ => None,
        });
        key.into_iter().flatten().filter_map(|key| key.column_name().map(str::to_owned)).collect()
    }

    /// The column that is another name of the rowid: the only column of the primary key, declared INTEGER.
    pub(super) fn rowid_alias(&self) -> Option<&ColumnDef> {
        let [key] = &self.primary_key()[..] else { return None };
        let column = self.column(key)?;
        // `INTEGER PRIMARY KEY DESC` is none, for an old mistake that SQLite keeps.
        let descending = column
            .rules
            .iter()
            .any(|rule| matches!(rule.kind, ColumnRuleKind::PrimaryKey { descending: true, .. }));
        let alias = !self.without_rowid && !descending && column.declared.eq_ignore_ascii_case("integer");
        alias.then_some(column)
    }

    /// Whether keys of deleted rows are never given out again.
    pub(super) fn autoincrement(&self) -> bool {
        self.columns
            .iter()
            .flat_map(|column| &column.rules)
            .any(|rule| matches!(rule.kind, ColumnRuleKind::PrimaryKey { autoincrement: true, .. }))
    }

    /// Its `CREATE TABLE` text.
    pub(super) fn sql(&self) -> String {
        let columns = self.columns.iter().map(ColumnDef::sql);
        let lines: Vec<String> = columns.chain(self.constraints.iter().map(ConstraintDef::sql)).collect();
        let mut sql = format!("CREATE TABLE {} (\n  {}\n)", identifier(&self.name), lines.join(",\n  "));
        let options: Vec<&str> = [(self.without_rowid, "WITHOUT ROWID"), (self.strict, "STRICT")]
            .into_iter()
            .filter_map(|(set, option)| set.then_some(option))
            .collect();
        if !options.is_empty() {
            sql.push(' ');
            sql.push_str(&options.join(", "));
        }
        sql
    }
}

impl ColumnDef {
    /// Its text inside CREATE TABLE and behind ADD COLUMN.
    pub(super) fn sql(&self) -> String {
        let mut sql = identifier(&self.name);
        if !self.declared.is_empty() {
            sql.push(' ');
            sql.push_str(&self.declared);
        }
        for rule in &self.rules {
            sql.push_str(&named(rule.name.as_deref()));
            sql.push_str(&rule.kind.sql());
        }
        sql
    }

    /// Whether it computes its value from others.
    pub(super) fn is_generated(&self) -> bool {
        self.generated().is_some()
    }

    /// What it computes its value from, and whether that is stored.
    pub(super) fn generated(&self) -> Option<(&str, bool)> {
        self.rules.iter().find_map(|rule| match &rule.kind {
            ColumnRuleKind::Generated { expr, stored } => Some((expr.as_str(), *stored)),
            _ => None,
        })
    }

    pub(super) fn is_not_null(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule.kind, ColumnRuleKind::NotNull { .. }))
    }

    /// The text behind DEFAULT.
    pub(super) fn default(&self) -> Option<&str> {
        self.rules.iter().find_map(|rule| match &rule.kind {
            ColumnRuleKind::Default(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Its checks without a name.
    pub(super) fn unnamed_checks(&self) -> Vec<&str> {
        self.rules
            .iter()
            .filter_map(|rule| match &rule.kind {
                ColumnRuleKind::Check(text) if rule.name.is_none() => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }
}

impl ColumnRule {
    /// A constraint without a name.
    pub(super) fn unnamed(kind: ColumnRuleKind) -> ColumnRule {
        ColumnRule { name: None, kind }
    }
}

impl ColumnRuleKind {
    fn sql(&self) -> String {
        match self {
            ColumnRuleKind::PrimaryKey { descending, conflict, autoincrement } => {
                let order = if *descending { " DESC" } else { "" };
                let auto = if *autoincrement { " AUTOINCREMENT" } else { "" };
                format!(" PRIMARY KEY{order}{}{auto}", spaced(conflict))
            }
            ColumnRuleKind::NotNull { conflict } => format!(" NOT NULL{}", spaced(conflict)),
            ColumnRuleKind::Null => " NULL".to_owned(),
            ColumnRuleKind::Unique { conflict } => format!(" UNIQUE{}", spaced(conflict)),
            ColumnRuleKind::Check(expr) => format!(" CHECK ({expr})"),
            ColumnRuleKind::Default(text) => format!(" DEFAULT {text}"),
            ColumnRuleKind::Collate(name) => format!(" COLLATE {}", identifier(name)),
            ColumnRuleKind::References(references) => format!(" {}", references.sql()),
            ColumnRuleKind::Generated { expr, stored } => {
                format!(" GENERATED ALWAYS AS ({expr}) {}", if *stored { "STORED" } else { "VIRTUAL" })
            }
        }
    }
}

impl ConstraintDef {
    fn sql(&self) -> String {
        let body = match &self.kind {
            ConstraintDefKind::PrimaryKey { columns, conflict } => {
                format!(" PRIMARY KEY ({}){}", keys_sql(columns), spaced(conflict))
            }
            ConstraintDefKind::Unique { columns, conflict } => {
                format!(" UNIQUE ({}){}", keys_sql(columns), spaced(conflict))
            }
            ConstraintDefKind::Check(expr) => format!(" CHECK ({expr})"),
            ConstraintDefKind::ForeignKey { columns, references } => {
                let columns = identifiers(columns.iter().map(String::as_str));
                format!(" FOREIGN KEY ({columns}) {}", references.sql())
            }
        };
        format!("{}{body}", named(self.name.as_deref())).trim_start().to_owned()
    }
}

impl ReferencesDef {
    fn sql(&self) -> String {
        let mut sql = format!("REFERENCES {}", identifier(&self.table));
        if !self.columns.is_empty() {
            sql.push_str(&format!(" ({})", identifiers(self.columns.iter().map(String::as_str))));
        }
        for (event, action) in [("DELETE", self.on_delete), ("UPDATE", self.on_update)] {
            if !action.is_default() {
                sql.push_str(&format!(" ON {event} {}", action_sql(action)));
            }
        }
        sql.push_str(&spaced(&self.rest));
        sql
    }
}

fn action_sql(action: ReferentialAction) -> &'static str {
    match action {
        ReferentialAction::NoAction => "NO ACTION",
        ReferentialAction::Restrict => "RESTRICT",
        ReferentialAction::Cascade => "CASCADE",
        ReferentialAction::SetNull => "SET NULL",
        ReferentialAction::SetDefault => "SET DEFAULT",
    }
}

fn named(name: Option<&str>) -> String {
    name.map_or(String::new(), |name| format!(" CONSTRAINT {}", identifier(name)))
}

fn spaced(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" {text}") }
}
