//! The structure of a query as bytes in postfix order, apart from its values: two queries with equal bytes have equal
//! SQL, so the bytes are the cache's key, and what the compiler reads.

use super::Path;
use super::problem::Problem;
use crate::backend::{ContentLookup, JsonLookup, JsonStep, TextLookup};
use crate::model::ModelMeta;
use crate::schema::SqlType;
use crate::value::Value;

mod steps;
mod tags;

pub(crate) use steps::{Named, Step, Steps};
use tags::{CAST_TAG, DECIMAL_TAG, LABELS_TAG, cast_type, is_cast, tag};

macro_rules! ops {
    ($($(#[doc = $doc:literal])+ $variant:ident = $byte:literal,)*) => {
        /// One step of [`Code`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Op {
            $($(#[doc = $doc])+ $variant = $byte,)*
        }

        impl Op {
            fn from_byte(byte: u8) -> Option<Op> {
                match byte {
                    $($byte => Some(Op::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

ops! {
    /// Pushes a column: the number of hops, the hops and the field follow.
    Column = 1,
    /// Pushes the next parameter: its type's tag follows, for a decimal its scale, and for a type that a dialect may have
    /// to cast to the length of its name and the name, which for an array of an enum's labels is the enum's.
    Param = 2,
    /// Adds the two topmost values.
    Add = 3,
    /// Subtracts the topmost value from the one below.
    Subtract = 4,
    /// Multiplies the two topmost values.
    Multiply = 5,
    /// Divides the value below the topmost by it.
    Divide = 6,
    /// Whether the two topmost values are equal.
    Eq = 16,
    /// Whether they differ.
    Ne = 17,
    /// Whether the lower is less than the topmost.
    Lt = 18,
    /// Whether it is less or equal.
    Le = 19,
    /// Whether it is greater.
    Gt = 20,
    /// Whether it is greater or equal.
    Ge = 21,
    /// Whether the topmost value is NULL.
    IsNull = 22,
    /// Whether it is not.
    NotNull = 23,
    /// Whether the topmost value is among the next parameter's elements.
    In = 24,
    /// Whether the topmost value, text, matches the next parameter; the kind of match follows.
    Text = 25,
    /// Whether the topmost value, a document, or the one below an operand, has at the place that the next parameter is
    /// what the kind of lookup, which follows, asks for.
    Json = 26,
    /// Whether the topmost value, which holds others, or the one below the operands, is as the kind of lookup, which
    /// follows, says.
    Content = 27,
    /// The constant true.
    True = 32,
    /// The constant false.
    False = 33,
    /// Both topmost conditions.
    And = 34,
    /// Either of them.
    Or = 35,
    /// Where the topmost condition is not true: false or unknown.
    Not = 36,
    /// Whether the row's key is among those of a table between for an owner, the next parameter: the table's model, two
    /// of its fields and the parameter's type follow.
    Member = 37,
    /// Whether a related row fulfils a condition: the number of its bytes and the condition follow.
    Any = 38,
    /// Orders by the topmost value; its direction and the place of its NULLs follow.
    Order = 48,
    /// Sets a field, whose number follows, to the topmost value.
    Assign = 49,
}

/// Steps with their values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Code {
    bytes: Vec<u8>,
    params: Vec<Value>,
    /// The parameters that the connected dialect rewrites, in ascending order of their index.
    rewrites: Vec<(usize, Rewrite)>,
    problem: Option<Problem>,
    /// Whether a column of many related rows is named outside of a condition over them.
    many: bool,
}

/// How a dialect rewrites a parameter before it is bound.
#[derive(Debug, Clone)]
pub(crate) enum Rewrite {
    /// Text becomes the pattern of a lookup.
    Text(TextLookup),
    /// A list becomes one parameter or many.
    List(SqlType),
    /// A place in a document becomes the text of a path or whatever the dialect takes.
    Json(Vec<JsonStep>),
    /// An owner stays as it is.
    Member(Member),
}

/// The rows that belong to an owner by a table between.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) through: &'static ModelMeta,
    pub(crate) from: u16,
    pub(crate) to: u16,
}

impl Code {
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether it is the comparison of the root's own column of this field with a parameter, for equality.
    pub(crate) fn is_equality_of(&self, field: u16) -> bool {
        let [low, high] = field.to_le_bytes();
        let column = [Op::Column as u8, 0, low, high, Op::Param as u8];
        let rest = self.bytes.strip_prefix(&column).unwrap_or_default();
        // The parameter's type comes first, and a decimal's scale.
        matches!(rest, [tag, .., op] if *op == Op::Eq as u8 && rest.len() == 2 + usize::from(*tag == DECIMAL_TAG))
    }

    pub(crate) fn problem(&self) -> Option<Problem> {
        self.problem
    }

    pub(crate) fn fail(&mut self, problem: Problem) {
        self.problem.get_or_insert(problem);
    }

    pub(crate) fn op(&mut self, op: Op) {
        self.bytes.push(op as u8);
    }

    pub(crate) fn column(&mut self, path: Path, field: u16) {
        let Some(hops) = path.hops() else {
            return self.fail(Problem::LongPath);
        };
        self.bytes.reserve(8 + 2 * hops.len());
        self.bytes.extend([Op::Column as u8, hops.len() as u8]);
        for hop in hops {
            self.bytes.extend(hop.to_le_bytes());
        }
        self.bytes.extend(field.to_le_bytes());
        self.many |= path.is_many();
    }

    /// Whether a column of many related rows is named outside of a condition over them.
    pub(crate) fn is_many(&self) -> bool {
        self.many
    }

    /// A condition over many related rows becomes: whether there is one for which it is true. What else it names is the
    /// row's own. Any other condition stays as it is.
    pub(crate) fn closed(mut self) -> Code {
        if self.many {
            let mut bytes = Vec::with_capacity(self.bytes.len() + 8);
            bytes.push(Op::Any as u8);
            bytes.extend((self.bytes.len() as u32).to_le_bytes());
            bytes.append(&mut self.bytes);
            (self.bytes, self.many) = (bytes, false);
        }
        self
    }

    /// Adds that the row belongs to `owner`.
    pub(crate) fn member(&mut self, through: &'static ModelMeta, from: u16, to: u16, owner: Value) {
        let address = std::ptr::from_ref(through).cast::<()>() as usize;
        let mut member = Code::default();
        member.op(Op::Member);
        member.bytes.extend((address as u64).to_le_bytes());
        member.bytes.extend(from.to_le_bytes());
        member.bytes.extend(to.to_le_bytes());
        member.bytes.push(tag(&owner));
        member.rewrites.push((0, Rewrite::Member(Member { through, from, to })));
        member.params.push(owner);
        self.and(member);
    }

    /// A parameter of the value's own type.
    pub(crate) fn param(&mut self, value: Value) {
        self.bytes.extend([Op::Param as u8, tag(&value)]);
        match &value {
            Value::Decimal(number) | Value::WideDecimal(number, _) => self.bytes.push(number.scale),
            Value::Array { element: SqlType::Enum(of), .. } => self.name(&of.name),
            Value::Array { element, .. } if is_cast(element) => self.name(&format!("array<{element}>")),
            value => {
                if let Some(name) = cast_type(value) {
                    self.name(name);
                }
            }
        }
        self.params.push(value);
    }

    fn name(&mut self, name: &str) {
        self.bytes.extend((name.len() as u16).to_le_bytes());
        self.bytes.extend_from_slice(name.as_bytes());
    }

    pub(crate) fn list(&mut self, element: SqlType, items: Vec<Value>) {
        self.op(Op::In);
        self.rewrites.push((self.params.len(), Rewrite::List(element.clone())));
        self.params.push(Value::Array { element, items });
    }

    pub(crate) fn text(&mut self, lookup: TextLookup, text: Value) {
        self.bytes.extend([Op::Text as u8, lookup.code()]);
        self.rewrites.push((self.params.len(), Rewrite::Text(lookup)));
        self.params.push(text);
    }

    pub(crate) fn content(&mut self, lookup: ContentLookup) {
        self.bytes.extend([Op::Content as u8, lookup.code()]);
    }

    pub(crate) fn json(&mut self, lookup: JsonLookup, steps: Vec<JsonStep>) {
        self.bytes.extend([Op::Json as u8, lookup.code()]);
        self.rewrites.push((self.params.len(), Rewrite::Json(steps)));
        self.params.push(Value::Null);
    }

    pub(crate) fn order(&mut self, flags: u8) {
        self.bytes.extend([Op::Order as u8, flags]);
    }

    pub(crate) fn assign(&mut self, field: u16) {
        self.op(Op::Assign);
        self.bytes.extend(field.to_le_bytes());
    }

    /// What `other` pushes comes on top.
    pub(crate) fn append(&mut self, mut other: Code) {
        if self.bytes.is_empty() {
            other.problem = self.problem.or(other.problem);
            *self = other;
            return;
        }
        let shift = self.params.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.params.append(&mut other.params);
        self.rewrites.extend(other.rewrites.into_iter().map(|(at, rewrite)| (at + shift, rewrite)));
        self.problem = self.problem.or(other.problem);
        self.many |= other.many;
    }

    /// Makes this the conjunction of itself, where there is a condition, and of `other`.
    pub(crate) fn and(&mut self, other: Code) {
        let both = !self.is_empty() && !other.is_empty();
        self.append(other);
        if both {
            self.op(Op::And);
        }
    }

    /// Takes the values out, in the order of the steps, which stay.
    pub(crate) fn take_params(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.params)
    }

    /// What is rewritten, in the order of the steps, with the index of its parameter.
    pub(crate) fn rewrites(&self) -> std::slice::Iter<'_, (usize, Rewrite)> {
        self.rewrites.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_come_back_as_they_went_in() {
        let mut code = Code::default();
        let path = Path::ROOT.hop(3).hop(259);
        code.column(path, 700);
        code.param(Value::Decimal("1.50".parse().unwrap()));
        code.op(Op::Lt);
        let mut other = Code::default();
        other.column(Path::ROOT, 1);
        other.text(TextLookup::Contains { ignore_case: true }, Value::Text("x".to_owned()));
        code.and(other);
        let steps: Option<Vec<Step<'_>>> = Steps::new(code.bytes()).collect();
        assert_eq!(
            steps.unwrap(),
            [
                Step::Column { path, field: 700 },
                Step::Param { scale: Some(2), named: None },
                Step::Plain(Op::Lt),
                Step::Column { path: Path::ROOT, field: 1 },
                Step::Text(TextLookup::Contains { ignore_case: true }),
                Step::Plain(Op::And),
            ]
        );
        assert!(Steps::new(&[255]).any(|step| step.is_none()));
        assert!(Steps::new(&[Op::Column as u8, 9]).any(|step| step.is_none()));
        assert_eq!(code.rewrites().map(|rewrite| rewrite.0).collect::<Vec<_>>(), [1]);
        assert_eq!(code.take_params().len(), 2);
    }

    #[test]
    fn an_equality_is_told_from_what_contains_one() {
        let equality = |field: u16, value: Value, op: Op| {
            let mut code = Code::default();
            code.column(Path::ROOT, field);
            code.param(value);
            code.op(op);
            code
        };
        assert!(equality(259, Value::BigInt(1), Op::Eq).is_equality_of(259));
        assert!(equality(1, Value::Decimal("1.50".parse().unwrap()), Op::Eq).is_equality_of(1));
        assert!(!equality(259, Value::BigInt(1), Op::Ge).is_equality_of(259));
        assert!(!equality(258, Value::BigInt(1), Op::Eq).is_equality_of(259));
        let mut both = equality(0, Value::BigInt(1), Op::Eq);
        both.and(equality(0, Value::BigInt(2), Op::Eq));
        assert!(!both.is_equality_of(0));
        let mut negated = equality(0, Value::BigInt(1), Op::Eq);
        negated.op(Op::Not);
        assert!(!negated.is_equality_of(0));
    }

    #[test]
    fn the_first_problem_stays() {
        let mut path = Path::ROOT;
        for _ in 0..9 {
            path = path.hop(0);
        }
        let mut code = Code::default();
        code.column(path, 0);
        let mut whole = Code::default();
        whole.op(Op::True);
        whole.and(code);
        assert_eq!(whole.problem(), Some(Problem::LongPath));
    }
}
