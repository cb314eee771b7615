//! Steps to sea-query's expressions.

use super::internal;
use super::joins::Joins;
use super::numbers;
use super::scope::Scope;
use crate::backend::standard::lookups::placed;
use crate::backend::{ContentLookup, DatabaseBackend, JsonLookup, TextLookup};
use crate::error::{Error, Result};
use crate::query::Path;
use crate::query::code::{Code, Member, Named, Op, Rewrite, Step, Steps};
use crate::query::problem::Problem;
use crate::schema::{EnumType, SqlType};
use crate::value::ValueType;
use sea_query::{BinOper, Expr, ExprTrait, Keyword, Query, Value};

/// Reads one query's steps; ordinals of parameters run on from one piece of code to the next.
pub(super) struct Reader<'q> {
    pub(super) joins: &'q Joins,
    pub(super) backend: &'q dyn DatabaseBackend,
    next: u32,
    /// The condition over many related rows that is being read.
    scope: Option<Scope>,
    /// How many placeholders each rewritten parameter has, in their order.
    counts: std::slice::Iter<'q, u32>,
}

/// The parameters that are rewritten, in the order of the steps.
type Rewrites<'c> = std::slice::Iter<'c, (usize, Rewrite)>;

/// What a step leaves on the stack.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) expr: Expr,
    /// The digits behind the point of a decimal, where they are known.
    pub(super) scale: Option<u16>,
    pub(super) decimal: bool,
    /// The size of a decimal column that no integer holds.
    pub(super) wide: Option<(u16, u16)>,
    /// Whether it is an integer, or a constant that is one beside integers.
    pub(super) whole: bool,
    /// Whether it is a column of JSON.
    document: bool,
    /// Whether it is a column of an enum.
    label: bool,
    /// The type of a column of text that is filled up with blanks.
    padded: Option<SqlType>,
    /// Whether it is a constant.
    pub(super) param: bool,
    pub(super) nullable: bool,
}

/// A term of an order, or an assignment: what a step takes off the stack for good.
pub(super) enum Taken {
    Order(Item, u8),
    Assign(Item, u16),
}

impl<'q> Reader<'q> {
    pub(super) fn new(joins: &'q Joins, backend: &'q dyn DatabaseBackend, counts: &'q [u32]) -> Reader<'q> {
        Reader { joins, backend, next: 0, scope: None, counts: counts.iter() }
    }

    /// Lets the ordinals begin behind those of code that was read before.
    pub(super) fn starting_at(mut self, ordinal: u32) -> Reader<'q> {
        self.next = ordinal;
        self
    }

    /// The number of the next parameter.
    pub(super) fn ordinal(&mut self) -> u32 {
        let ordinal = self.next;
        self.next += 1;
        ordinal
    }

    fn placeholder(&mut self) -> Expr {
        Expr::Value(Value::Unsigned(Some(self.ordinal())))
    }

    fn placeholders(&mut self) -> Result<Vec<Expr>> {
        let count = *self.counts.next().ok_or_else(malformed)?;
        Ok((0..count).map(|_| self.placeholder()).collect())
    }

    /// The one condition of `code`.
    pub(super) fn condition(&mut self, code: &Code) -> Result<Option<Expr>> {
        let (mut stack, taken) = self.read(code)?;
        match (stack.pop(), stack.is_empty() && taken.is_empty()) {
            (None, true) => Ok(None),
            (Some(item), true) => Ok(Some(item.expr)),
            _ => Err(malformed()),
        }
    }

    /// The terms or assignments of `code`, with nothing left over.
    pub(super) fn taken(&mut self, code: &Code) -> Result<Vec<Taken>> {
        let (stack, taken) = self.read(code)?;
        if stack.is_empty() { Ok(taken) } else { Err(malformed()) }
    }

    fn read(&mut self, code: &Code) -> Result<(Vec<Item>, Vec<Taken>)> {
        self.read_steps(code.bytes(), &mut code.rewrites())
    }

    fn read_steps(&mut self, bytes: &[u8], lists: &mut Rewrites<'_>) -> Result<(Vec<Item>, Vec<Taken>)> {
        let (mut stack, mut taken) = (Vec::new(), Vec::new());
        for step in Steps::new(bytes) {
            let pushed = match step.ok_or_else(malformed)? {
                Step::Column { path, field } => self.column(path, field)?,
                Step::Param { scale, named } => self.param(scale.map(u16::from), named)?,
                Step::Text(lookup) => {
                    lists.next();
                    let subject = pop(&mut stack)?;
                    self.text(lookup, subject)?
                }
                Step::Json(lookup) => {
                    lists.next();
                    self.json(lookup, &mut stack)?
                }
                Step::Content(lookup) => self.content(lookup, &mut stack)?,
                Step::Plain(Op::In) => {
                    let subject = pop(&mut stack)?;
                    match lists.next() {
                        Some((_, Rewrite::List(element))) => self.list(element, subject)?,
                        _ => return Err(malformed()),
                    }
                }
                Step::Member => match lists.next() {
                    Some((_, Rewrite::Member(member))) => self.member(*member)?,
                    _ => return Err(malformed()),
                },
                Step::Any(inner) => self.any(inner, lists)?,
                Step::Plain(op) => self.plain(op, &mut stack)?,
                Step::Order(flags) => {
                    taken.push(Taken::Order(pop(&mut stack)?, flags));
                    continue;
                }
                Step::Assign(field) => {
                    taken.push(Taken::Assign(pop(&mut stack)?, field));
                    continue;
                }
            };
            stack.push(pushed);
        }
        Ok((stack, taken))
    }

    fn param(&mut self, scale: Option<u16>, named: Option<Named<'_>>) -> Result<Item> {
        let (decimal, whole) = (scale.is_some(), scale.is_none());
        let mut expr = self.placeholder();
        if let Some(named) = named {
            let ty = match named {
                Named::LabelsOf(name) => {
                    let element = EnumType { name: name.to_owned(), labels: Vec::new() };
                    SqlType::Array(Box::new(element.into()))
                }
                Named::Type(text) => text.parse().map_err(|_| malformed())?,
            };
            expr = placed(self.backend.dialect(), &ty, expr);
        }
        Ok(Item { scale, decimal, whole, param: true, ..condition(expr, false) })
    }

    fn wrong(&self, problem: Problem) -> Error {
        problem.into_error(self.joins.root())
    }

    fn column(&self, path: Path, field: u16) -> Result<Item> {
        let found = match &self.scope {
            Some(scope) if path.is_many() => scope.column(path, field),
            _ => self.joins.column(path, field),
        };
        let (expr, field, nullable) = found.map_err(|problem| self.wrong(problem))?;
        let decimal = field.ty == ValueType::Decimal;
        let scale = decimal.then(|| crate::query::slot::Slot::of_field(field).scale()).flatten();
        let whole = is_whole(field.ty);
        let document = field.ty == ValueType::Json;
        let label = matches!(field.ty, ValueType::Enum { .. });
        let ty = (field.ty == ValueType::Text).then(|| field.column_type());
        let padded = ty.filter(|ty| matches!(ty, SqlType::Char(_)));
        let wide = numbers::wide(field);
        Ok(Item { expr, scale, decimal, wide, whole, document, label, padded, param: false, nullable })
    }

    /// Whether a related row fulfils a condition.
    fn any(&mut self, inner: &[u8], lists: &mut Rewrites<'_>) -> Result<Item> {
        let scope = Scope::of(inner, self.joins).map_err(|problem| self.wrong(problem))?;
        let around = self.scope.replace(scope);
        let (mut stack, taken) = self.read_steps(inner, lists)?;
        let scope = std::mem::replace(&mut self.scope, around);
        match (stack.pop(), scope, stack.is_empty() && taken.is_empty()) {
            (Some(item), Some(scope), true) => Ok(condition(scope.exists(item.expr), false)),
            _ => Err(malformed()),
        }
    }

    /// Whether the root's row belongs to an owner by a table between.
    fn member(&mut self, member: Member) -> Result<Item> {
        let column = |number: u16| member.through.fields.get(usize::from(number)).map(|field| field.column);
        let key = self.joins.root().key_field();
        let (Some(from), Some(to), Some(key)) = (column(member.from), column(member.to), key) else {
            return Err(self.wrong(Problem::BrokenRelation));
        };
        let owner = self.placeholders()?.into_iter().next().ok_or_else(malformed)?;
        let mut select = Query::select();
        select.column(to).from(member.through.table).and_where(Expr::col(from).eq(owner));
        Ok(condition(self.joins.root_column(key.column).in_subquery(select), false))
    }

    fn text(&mut self, lookup: TextLookup, subject: Item) -> Result<Item> {
        let parameters = self.placeholders()?;
        let dialect = self.backend.dialect();
        let text =
            if subject.padded.is_some() { dialect.without_padding(subject.expr) } else { subject.expr };
        let expr = dialect.text_condition(lookup, text, parameters);
        Ok(condition(expr, subject.nullable))
    }

    fn json(&mut self, lookup: JsonLookup, stack: &mut Vec<Item>) -> Result<Item> {
        let operand = if lookup.has_operand() { pop(stack)?.expr } else { Expr::null() };
        let subject = pop(stack)?;
        let path = self.placeholders()?.into_iter().next().ok_or_else(malformed)?;
        let expr = self.backend.dialect().json_condition(lookup, subject.expr, path, operand)?;
        // Unknown where nothing is at the place.
        Ok(condition(expr, true))
    }

    fn content(&self, lookup: ContentLookup, stack: &mut Vec<Item>) -> Result<Item> {
        let mut operands =
            (0..lookup.operands()).map(|_| pop(stack).map(|item| item.expr)).collect::<Result<Vec<_>>>()?;
        operands.reverse();
        let subject = pop(stack)?;
        let expr = self.backend.dialect().content_condition(lookup, subject.expr, operands)?;
        Ok(condition(expr, subject.nullable))
    }

    fn list(&mut self, element: &SqlType, subject: Item) -> Result<Item> {
        let parameters = self.placeholders()?;
        let expr = self.backend.dialect().list_condition(element, subject.expr, parameters);
        Ok(condition(expr, subject.nullable))
    }

    fn plain(&self, op: Op, stack: &mut Vec<Item>) -> Result<Item> {
        let constant = |value: bool| condition(Expr::Constant(Value::Bool(Some(value))), false);
        Ok(match op {
            Op::True => constant(true),
            Op::False => constant(false),
            Op::IsNull => condition(pop(stack)?.expr.is_null(), false),
            Op::NotNull => condition(pop(stack)?.expr.is_not_null(), false),
            Op::Not => not(pop(stack)?),
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide => {
                let right = pop(stack)?;
                self.arithmetic(op, pop(stack)?, right)?
            }
            _ => {
                let right = pop(stack)?;
                self.binary(op, pop(stack)?, right)?
            }
        })
    }

    fn binary(&self, op: Op, left: Item, right: Item) -> Result<Item> {
        let nullable = left.nullable || right.nullable;
        let operator = match op {
            Op::And => BinOper::And,
            Op::Or => BinOper::Or,
            Op::Eq => BinOper::Equal,
            Op::Ne => BinOper::NotEqual,
            Op::Lt => BinOper::SmallerThan,
            Op::Le => BinOper::SmallerThanOrEqual,
            Op::Gt => BinOper::GreaterThan,
            Op::Ge => BinOper::GreaterThanOrEqual,
            _ => return Err(malformed()),
        };
        let (left, right) = match op {
            Op::And | Op::Or => (left, right),
            Op::Lt | Op::Le | Op::Gt | Op::Ge if left.label || right.label => {
                self.compares_labels()?;
                (left, right)
            }
            _ if left.document && !right.document => {
                let document = self.backend.dialect().document(right.expr);
                (left, Item { expr: document, ..right })
            }
            _ if left.padded.is_some() || right.padded.is_some() => {
                let ty = left.padded.clone().or_else(|| right.padded.clone());
                (self.padded(left, ty.as_ref()), self.padded(right, ty.as_ref()))
            }
            _ => self.aligned(left, right)?,
        };
        Ok(condition(left.expr.binary(operator, right.expr), nullable))
    }

    /// A constant beside a column that is filled up with blanks, as one of its type, so that an index over it serves.
    fn padded(&self, item: Item, ty: Option<&SqlType>) -> Item {
        match ty {
            Some(ty) if item.param => Item { expr: placed(self.backend.dialect(), ty, item.expr), ..item },
            _ => item,
        }
    }

    /// # Errors
    /// Where labels compare by another order than they are sorted in.
    fn compares_labels(&self) -> Result<()> {
        if self.backend.dialect().compares_enums_by_place() {
            return Ok(());
        }
        Err(Error::unsupported(
            format!("{} compares the labels of an enum as texts, not by their places", self.backend.name()),
            "name the labels that are meant: in_([…])",
        ))
    }
}

pub(super) fn condition(expr: Expr, nullable: bool) -> Item {
    Item {
        expr,
        scale: None,
        decimal: false,
        wide: None,
        whole: false,
        document: false,
        label: false,
        padded: None,
        param: false,
        nullable,
    }
}

/// Not true: false or, where that can be, unknown.
fn not(item: Item) -> Item {
    let expr = if item.nullable {
        item.expr.binary(BinOper::IsNot, Expr::Keyword(Keyword::Custom("TRUE".into())))
    } else {
        item.expr.not()
    };
    condition(expr, false)
}

fn pop(stack: &mut Vec<Item>) -> Result<Item> {
    stack.pop().ok_or_else(malformed)
}

#[cold]
fn malformed() -> Error {
    internal("a query's steps do not fit together".to_owned())
}

/// Whether it is an integer that every database computes with.
fn is_whole(ty: ValueType) -> bool {
    use ValueType::{BigInt, Integer, SmallInt, UInt8, UInt16, UInt32};
    matches!(ty, SmallInt | Integer | BigInt | UInt8 | UInt16 | UInt32)
}
