//! Tables with columns, keys, indexes and constraints.

use super::exclusions::exclusion;
use super::generated::{generated, has_stored};
use super::indexes::index;
use super::{Space, Tape};
use umbral_core::backend::BackendFeature;
use umbral_core::schema::expr::{BinaryOp, Literal};
use umbral_core::schema::{
    Column, Constraint, ConstraintKind, Deferrable, Expr, ForeignKey, RangeKind, ReferentialAction, Schema,
    SqlType, Table, UniqueConstraint, constraint_name,
};

/// Names that every quoting must survive: reserved words, spaces, quotes, capitals, letters beyond ASCII.
pub(super) const NAMES: &[&str] = &[
    "title",
    "price",
    "select",
    "order",
    "Mixed Case",
    "naïve",
    "note🎵",
    "quo\"te",
    "it's",
    "type",
    "a_b",
    "A_B2",
    "group",
    "back`tick",
    "[bracket]",
    "percent%",
    "semi;colon",
    "dash--dash",
];

/// What people say, with what quoting must survive.
pub(super) const COMMENTS: &[&str] =
    &["In euros", "it's \"quoted\" with a \\ in it", "zwei\nZeilen", "naïve 🎵"];

/// A random schema.
pub fn schema(space: &Space, tape: &mut Tape) -> Schema {
    let mut schema = Schema::default();
    for _ in 0..=tape.below(space.tables) {
        let table = table(space, tape, &schema);
        schema.tables.insert(table.name.clone(), table);
    }
    if tape.one_in(3) {
        close_circle(space, tape, &mut schema);
    }
    schema
}

/// Lets a table reference any other, also one that references it.
fn close_circle(space: &Space, tape: &mut Tape, schema: &mut Schema) {
    let tables: Vec<Table> = schema.tables.values().cloned().collect();
    let Some(mut holder) = tape.pick(&tables).cloned() else { return };
    if let Some(constraint) = foreign_key(space, tape, schema, &mut holder, true)
        && !holder.constraints.contains_key(&constraint.name)
    {
        holder.constraints.insert(constraint.name.clone(), constraint);
        schema.tables.insert(holder.name.clone(), holder);
    }
}

/// A random table that fits into `schema`: its name is free and its foreign keys point at tables there, or at
/// itself.
pub(super) fn table(space: &Space, tape: &mut Tape, schema: &Schema) -> Table {
    let name = free_name(space, tape, |name| schema.tables.contains_key(name));
    let mut table = Table::new(&name);
    table.comment = if tape.one_in(4) { comment(space, tape) } else { None };
    primary_key(&mut table, tape);
    for _ in 0..tape.below(space.columns + 1) {
        let column = column(space, tape, &table);
        table.columns.insert(column.name.clone(), column);
    }
    if has_stored(space) && tape.one_in(3) {
        table.columns.extend(generated(space, tape, &table).map(|column| (column.name.clone(), column)));
    }
    for _ in 0..tape.below(3) {
        if let Some(index) = index(space, tape, schema, &table) {
            table.indexes.insert(index.name.clone(), index);
        }
    }
    for _ in 0..tape.below(4) {
        if let Some(constraint) = constraint(space, tape, schema, &mut table, true) {
            table.constraints.insert(constraint.name.clone(), constraint);
        }
    }
    table
}

fn primary_key(table: &mut Table, tape: &mut Tape) {
    let column = |name: &str, ty| Column::new(name, ty);
    let columns = match tape.below(8) {
        0..=2 => vec![column("id", SqlType::BigInt).identity()],
        3 => vec![column("id", SqlType::Integer).identity()],
        4 => vec![column("id", SqlType::Uuid)],
        5 => vec![column("code", SqlType::Varchar(20))],
        6 => vec![column("left", SqlType::BigInt), column("right", SqlType::Integer)],
        _ => vec![column("id", SqlType::BigInt)],
    };
    table.primary_key = columns.iter().map(|column| column.name.clone()).collect();
    table.columns = columns.into_iter().map(|column| (column.name.clone(), column)).collect();
}

/// A random column whose name is free in `table`.
pub(super) fn column(space: &Space, tape: &mut Tape, table: &Table) -> Column {
    let name = free_name(space, tape, |name| table.columns.contains_key(name));
    let ty = tape.pick(&space.types).cloned().unwrap_or(SqlType::Text);
    let mut column = Column::new(name, ty);
    column.nullable = tape.one_in(2);
    if tape.one_in(3) {
        column.default = default(tape, &column.ty);
    }
    if tape.one_in(4) {
        column.comment = comment(space, tape);
    }
    if tape.one_in(3) {
        column.collation = collation(space, tape, &column.ty);
    }
    column
}

/// A comment.
pub(super) fn comment(space: &Space, tape: &mut Tape) -> Option<String> {
    tape.pick(&space.comments).map(|comment| (*comment).to_owned())
}

/// A collation that the type can have.
pub(super) fn collation(space: &Space, tape: &mut Tape, ty: &SqlType) -> Option<String> {
    let is_text = matches!(ty, SqlType::Varchar(_) | SqlType::Text);
    tape.pick(&space.collations).filter(|_| is_text).map(|name| (*name).to_owned())
}

/// A default that fits the type; none for those that have no constant in the grammar.
pub(super) fn default(tape: &mut Tape, ty: &SqlType) -> Option<Expr> {
    Some(match ty {
        SqlType::UInt8 => Expr::integer(tape.below(256) as i64),
        ty if ty.is_integer() => Expr::integer(tape.below(1000) as i64),
        SqlType::Inet => Expr::text(["10.0.0.1", "10.0.0.1/8", "2001:db8::1"][tape.below(3)]),
        SqlType::Cidr => Expr::text(["10.0.0.0/8", "10.0.0.1/32"][tape.below(2)]),
        SqlType::MacAddr => Expr::text("08:00:2b:01:02:03"),
        SqlType::Interval => Expr::text(["1 day", "1 year 2 mons -3 days +04:05:06.5"][tape.below(2)]),
        SqlType::Bit(length) => Expr::text("10".repeat(*length as usize / 2)),
        SqlType::Boolean => Expr::Literal(Literal::Boolean(tape.one_in(2))),
        SqlType::Decimal { precision, scale } if precision > scale => {
            let fraction = if *scale == 0 {
                String::new()
            } else {
                format!(".{:0width$}", 0, width = usize::from(*scale))
            };
            Expr::Literal(Literal::Number(format!("{}{fraction}", tape.below(10))))
        }
        ty if ty.is_text() => Expr::text(["", "draft", "it's"][tape.below(3)]),
        SqlType::Enum(of) => Expr::text(&of.labels[tape.below(of.labels.len() - 1)]),
        SqlType::Date => Expr::text("2024-02-29"),
        SqlType::Range(RangeKind::Integer | RangeKind::BigInt) => {
            Expr::text(["[1,5)", "(,)", "empty", "[-3,]"][tape.below(4)])
        }
        SqlType::Range(RangeKind::Decimal) => Expr::text(["(-1.50,2]", "[2,2]"][tape.below(2)]),
        SqlType::Range(RangeKind::Date) => {
            Expr::text(["[2024-02-29,2024-03-02]", "(,2024-02-29)"][tape.below(2)])
        }
        SqlType::Range(RangeKind::Timestamp | RangeKind::TimestampTz) => {
            Expr::text("[2024-02-29 12:00:00,2024-02-29 13:30:00.5)")
        }
        SqlType::Hstore => Expr::text(["", "b=>1, a=>NULL", "\"it's\"=>\"x y\""][tape.below(3)]),
        SqlType::Ltree => Expr::text(["", "top.science"][tape.below(2)]),
        SqlType::Xml => Expr::text("<a b=\"it's\"/>"),
        SqlType::TsVector => Expr::text(["", "'fat':2,4A 'cat':3"][tape.below(2)]),
        SqlType::Timestamp | SqlType::TimestampTz => Expr::Now,
        _ => return None,
    })
}

/// When a constraint is checked that can wait where there is this feature.
pub(super) fn deferrable(space: &Space, tape: &mut Tape, feature: BackendFeature) -> Option<Deferrable> {
    let choices = [Deferrable::InitiallyImmediate, Deferrable::InitiallyDeferred];
    (space.has(feature) && tape.one_in(4)).then(|| tape.pick(&choices).copied())?
}

/// A random constraint whose name is free in `table`. A foreign key may add its column to the table.
pub(super) fn constraint(
    space: &Space,
    tape: &mut Tape,
    schema: &Schema,
    table: &mut Table,
    may_add: bool,
) -> Option<Constraint> {
    let made = match tape.below(5) {
        0 => {
            // Two rows at most could differ in a boolean.
            let boolean = |name: &String| table.columns[name].ty == SqlType::Boolean;
            let columns: Vec<String> =
                keyable(space, table).into_iter().filter(|name| !boolean(name)).collect();
            let column = tape.pick(&columns)?.clone();
            if table.primary_key == [column.clone()]
                || table.uniques().any(|(_, other)| other.columns == [column.clone()])
            {
                return None;
            }
            let name = constraint_name(&table.name, &[&column], "uniq");
            let nulls_not_distinct = space.has(BackendFeature::NullsNotDistinct) && tape.one_in(4);
            let deferrable = deferrable(space, tape, BackendFeature::DeferrableUnique);
            let unique =
                UniqueConstraint { nulls_not_distinct, deferrable, ..UniqueConstraint::new([column]) };
            Constraint { name, kind: ConstraintKind::Unique(unique) }
        }
        1 | 2 => {
            let expr = condition(tape, table, |column| may_check(space, table, column))?;
            let columns: Vec<String> = expr.columns().iter().map(|name| (*name).to_owned()).collect();
            let refs: Vec<&str> = columns.iter().map(String::as_str).collect();
            Constraint::check(constraint_name(&table.name, &refs, "check"), expr)
        }
        3 if space.has(BackendFeature::ExclusionConstraints) => exclusion(space, tape, table)?,
        _ if may_add => foreign_key(space, tape, schema, table, false)?,
        _ => return None,
    };
    (!table.constraints.contains_key(&made.name)).then_some(made)
}

/// A foreign key to a key of a table of `schema`, or of `table` itself, with columns of its own that it adds.
fn foreign_key(
    space: &Space,
    tape: &mut Tape,
    schema: &Schema,
    table: &mut Table,
    nullable: bool,
) -> Option<Constraint> {
    let itself = table.clone();
    let mut targets: Vec<&Table> = schema.tables.values().filter(|other| other.name != table.name).collect();
    targets.push(&itself);
    let target = *tape.pick(&targets)?;
    let keys = referable(target);
    let references = tape.pick(&keys)?.clone();
    let nullable = nullable || target.name == table.name || tape.one_in(2);
    // Not every database has what would bring NULL into a column that is NOT NULL.
    let brings_null = !nullable
        && references.iter().any(|name| target.columns.get(name).is_some_and(|column| column.nullable));
    let mut names = Vec::new();
    for reference in &references {
        let name = if references.len() == 1 {
            format!("{}_ref", target.name)
        } else {
            format!("{}_{reference}_ref", target.name)
        };
        if table.columns.contains_key(&name) {
            return None;
        }
        let referenced = target.columns.get(reference)?;
        let mut column = Column::new(&name, referenced.ty.clone());
        column.collation.clone_from(&referenced.collation);
        column.nullable = nullable;
        names.push(column);
    }
    let names: Vec<String> = names
        .into_iter()
        .map(|column| {
            let name = column.name.clone();
            table.columns.insert(name.clone(), column);
            name
        })
        .collect();
    let refs: Vec<&str> = names.iter().map(String::as_str).collect();
    let constraint_name = constraint_name(&table.name, &refs, "fk");
    let key = ForeignKey {
        columns: names,
        table: target.name.clone(),
        references,
        on_delete: tape.pick(actions(nullable)).copied().unwrap_or_default(),
        on_update: if tape.one_in(3) && !brings_null {
            ReferentialAction::Cascade
        } else {
            ReferentialAction::NoAction
        },
        deferrable: deferrable(space, tape, BackendFeature::DeferrableConstraints),
    };
    Some(Constraint::foreign_key(constraint_name, key))
}

fn actions(nullable: bool) -> &'static [ReferentialAction] {
    if nullable {
        &[
            ReferentialAction::NoAction,
            ReferentialAction::Cascade,
            ReferentialAction::SetNull,
            ReferentialAction::Restrict,
        ]
    } else {
        &[ReferentialAction::NoAction, ReferentialAction::Cascade, ReferentialAction::Restrict]
    }
}

/// The columns of each key that a foreign key may reference.
fn referable(table: &Table) -> Vec<Vec<String>> {
    let is_written = |name: &String| table.columns.get(name).is_some_and(|column| column.generated.is_none());
    let uniques = table
        .uniques()
        .filter(|(_, unique)| unique.deferrable.is_none() && unique.columns.iter().all(is_written));
    let uniques = uniques.map(|(_, unique)| unique.columns.clone());
    std::iter::once(table.primary_key.clone()).chain(uniques).filter(|columns| !columns.is_empty()).collect()
}

/// Whether a check of the table may read the column.
pub(super) fn may_check(space: &Space, table: &Table, column: &Column) -> bool {
    let follows = || table.foreign_keys().any(|key| key.columns.contains(&column.name));
    (space.identity_checks || !column.identity) && (space.checks_on_foreign_keys || !follows())
}

/// A condition that the rows of [`rows`](super::rows) meet.
pub(super) fn condition(tape: &mut Tape, table: &Table, may_read: impl Fn(&Column) -> bool) -> Option<Expr> {
    let all: Vec<&Column> = table.columns.values().filter(|column| may_read(column)).collect();
    // Neither an index nor a key reaches these.
    let opaque: Vec<&Column> =
        all.iter().copied().filter(|column| matches!(column.ty, SqlType::Json | SqlType::Array(_))).collect();
    let columns = if !opaque.is_empty() && tape.one_in(2) { opaque } else { all };
    let column = *tape.pick(&columns)?;
    let itself = || Expr::column(&column.name);
    let number = |text: &str| Expr::Literal(Literal::Number(text.to_owned()));
    Some(match &column.ty {
        SqlType::UInt64 => Expr::binary(BinaryOp::Ge, itself(), Expr::integer(0)),
        ty if ty.is_integer() => {
            Expr::binary(BinaryOp::Ge, itself(), Expr::integer(tape.below(3) as i64 - 2))
        }
        SqlType::Bit(length) => {
            Expr::binary(BinaryOp::Ne, itself(), Expr::text("1".repeat(*length as usize)))
        }
        SqlType::Decimal { .. } => Expr::binary(BinaryOp::Gt, itself(), number("-1")),
        SqlType::Real | SqlType::Double => Expr::binary(BinaryOp::Ge, itself(), number("-5")),
        ty if ty.is_text() => Expr::binary(BinaryOp::Ne, itself(), Expr::text("forbidden")),
        SqlType::Enum(of) => {
            let last = Expr::text(of.labels.last().map_or("", String::as_str));
            // What rows are given are the first ones.
            Expr::binary(BinaryOp::Ne, itself(), last)
        }
        _ => Expr::binary(
            BinaryOp::Or,
            Expr::IsNull { operand: Box::new(itself()), negated: true },
            Expr::IsNull { operand: Box::new(itself()), negated: false },
        ),
    })
}

pub(super) fn holds_in_keys(space: &Space, column: &Column) -> bool {
    !column.is_virtual() || space.has(BackendFeature::VirtualGeneratedIndexes)
}

/// The columns that can be keys.
pub(super) fn keyable(space: &Space, table: &Table) -> Vec<String> {
    let can = |column: &&Column| space.keys.contains(&column.ty) && holds_in_keys(space, column);
    table.columns.values().filter(can).map(|column| column.name.clone()).collect()
}

/// A name for which `taken` is false.
pub(super) fn free_name(space: &Space, tape: &mut Tape, taken: impl Fn(&str) -> bool) -> String {
    let known = &space.names;
    let start = tape.below(known.len());
    let mut names = (0..known.len()).map(|offset| known[(start + offset) % known.len()].to_owned());
    let numbered = (2..).map(|number| format!("{}{number}", known[start]));
    names.by_ref().chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}
