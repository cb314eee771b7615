//! SQL as the user writes it.

use super::compile::Sort;
use super::fetch::{Change, Fetch};
use super::placeholders::translate;
use super::rows::{not_found, several};
use crate::backend::standard::rows::take_sink;
use crate::backend::{BackendFeature, Statement};
use crate::db::{Db, Executor};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{FromRow, Model, ModelMeta};
use crate::schema::SqlType;
use crate::value::{FieldType, Flow, Row, RowSink, Value, ValueRef};

/// SQL with values for its placeholders: `?` for each in its order, or `?1`, `?2`, …, on every database. `??` is a
/// question mark that is none.
///
/// ```
/// # use umbral_core::{Result, db::Db, query::raw};
/// # async fn example(db: &Db) -> Result<()> {
/// let rows: Vec<(i64, String)> = raw("select id, name from author where name > ?").bind("M").all(db).await?;
/// let count: i64 = raw("select count(*) from author").value(db).await?;
/// raw("update author set name = upper(name) where id = ?").bind(7i64).execute(db).await?;
/// # Ok(())
/// # }
/// ```
///
/// Rows become tuples by position, or models by the names of their columns. The database is asked for what the text says:
/// where it stores a type in another form, an expression over such a column shows that form, and the text alone does not
/// tell which type is meant. SQLite stores a `decimal(10, 2)` as a number of hundredths. A model knows the types of its
/// columns; for tuples and single values [`columns`](Raw::columns) says them, for parameters
/// [`bind_as`](Raw::bind_as). Then one program is right on every database:
///
/// ```
/// # #[cfg(feature = "decimal")] {
/// # use umbral_core::{Result, dec, db::Db, query::raw, schema::SqlType};
/// # use rust_decimal::Decimal;
/// # async fn example(db: &Db) -> Result<()> {
/// const PRICE: SqlType = SqlType::Decimal { precision: 10, scale: 2 };
/// let dear: Vec<(String, Decimal)> = raw("select title, price from book where price > ?")
///     .bind_as(dec!(99.90), PRICE)
///     .columns([SqlType::Text, PRICE])
///     .all(db)
///     .await?;
/// # Ok(())
/// # }
/// # }
/// ```
pub fn raw(sql: impl Into<String>) -> Raw {
    Raw { sql: sql.into(), values: Vec::new(), columns: Vec::new() }
}

/// SQL with values for its placeholders; see [`raw`].
#[must_use = "SQL does nothing before it is run"]
#[derive(Debug, Clone)]
pub struct Raw {
    sql: String,
    values: Vec<Bound>,
    columns: Vec<SqlType>,
}

/// A value for a placeholder, and the type that it was said to be.
#[derive(Debug, Clone)]
struct Bound {
    value: Value,
    ty: Option<SqlType>,
}

/// What a row of [`raw`] SQL becomes: a model, or a tuple of field types.
#[diagnostic::on_unimplemented(
    message = "a row cannot become `{Self}`",
    label = "neither a model nor a tuple",
    note = "for a single column write (T,), or use value()"
)]
pub trait FromRaw: FromRow + Send + 'static {
    /// The model, whose columns are found by name.
    #[doc(hidden)]
    fn model() -> Option<&'static ModelMeta> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> FromRaw for M {
    fn model() -> Option<&'static ModelMeta> {
        Some(M::meta())
    }
}

impl Raw {
    /// Gives the next placeholder its value.
    ///
    /// A decimal of no type is refused, when the SQL runs, by a database that stores decimals as scaled integers:
    /// [`bind_as`](Raw::bind_as) says which.
    pub fn bind<T: BindValue>(mut self, value: T) -> Raw {
        self.values.push(Bound { value: value.into_bound(), ty: None });
        self
    }

    /// Gives the next placeholder a value of this type, in the form in which the database stores it.
    pub fn bind_as<T: BindValue>(mut self, value: T, ty: SqlType) -> Raw {
        self.values.push(Bound { value: value.into_bound(), ty: Some(ty) });
        self
    }

    /// Says what the result's columns hold, from the left; those that are left out come as the database stores them.
    pub fn columns(mut self, types: impl IntoIterator<Item = SqlType>) -> Raw {
        self.columns = types.into_iter().collect();
        self
    }

    /// The rows.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`], before any SQL, where placeholders and values differ in number; after it where a model's
    /// column is missing from the result, or a tuple is of another length.
    pub fn all<T: FromRaw>(self, on: &dyn Executor) -> Fetch<'_, Vec<T>> {
        self.fetch::<T, _>(on, usize::MAX, RawRows::<T>::all)
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`all`](Raw::all).
    pub fn first<T: FromRaw>(self, on: &dyn Executor) -> Fetch<'_, Option<T>> {
        self.fetch::<T, _>(on, 1, |sink| Ok(RawRows::<T>::all(sink)?.into_iter().next()))
    }

    /// The only row.
    ///
    /// # Errors
    /// As [`all`](Raw::all); [`ErrorKind::NotFound`] where there is none, [`ErrorKind::MultipleRows`] where there are
    /// several.
    pub fn get<T: FromRaw>(self, on: &dyn Executor) -> Fetch<'_, T> {
        self.fetch::<T, _>(on, 2, RawRows::<T>::only)
    }

    /// The one value of the only row.
    ///
    /// # Errors
    /// As [`get`](Raw::get).
    pub fn value<T: FieldType>(self, on: &dyn Executor) -> Fetch<'_, T> {
        let statement = self.statement(on.db());
        let sink = || Box::new(RawRows::<(T,)>::new(2));
        Fetch::new(statement.map(|statement| on.fetch(statement, sink())), |sink| {
            RawRows::<(T,)>::only(sink).map(|row| row.0)
        })
    }

    /// Runs it and says how many rows it changed.
    ///
    /// # Errors
    /// As [`all`](Raw::all).
    pub fn execute(self, on: &dyn Executor) -> Change<'_> {
        let statement = self.statement(on.db());
        Change::new(statement.map(|statement| on.execute(statement)))
    }

    fn fetch<T: FromRaw, R>(
        self,
        on: &dyn Executor,
        most: usize,
        finish: fn(Box<dyn RowSink>) -> Result<R>,
    ) -> Fetch<'_, R> {
        let statement = self.statement(on.db());
        let sink = || Box::new(RawRows::<T>::new(most));
        Fetch::new(statement.map(|statement| on.fetch(statement, sink())), finish)
    }

    fn statement(self, db: &Db) -> Result<Statement> {
        let mut key = vec![Sort::Raw as u8];
        key.extend_from_slice(self.sql.as_bytes());
        let compiled = db.shapes().get(&key, || translate(&self.sql, db.backend().dialect()))?;
        let (wanted, given) = (compiled.parameters(), self.values.len());
        if wanted != given {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("`{}` has placeholders for {wanted} values, and {given} are bound", self.sql),
            )
            .with_hint("write ? for each value, and bind(…) once for each; ?? is a question mark"));
        }
        let exact = db.backend().supports(BackendFeature::DecimalNative);
        let values: Result<Vec<Value>> = self.values.into_iter().map(|bound| bound.stored(exact)).collect();
        let statement = compiled.statement(values?)?;
        Ok(if self.columns.is_empty() { statement } else { statement.with_columns(self.columns) })
    }
}

impl Bound {
    /// The value for the driver, to which a decimal already has the scale of its place. `exact`: the database has decimals
    /// of its own.
    fn stored(self, exact: bool) -> Result<Value> {
        match (self.value, self.ty) {
            (Value::Decimal(number), Some(SqlType::Decimal { precision, scale })) => {
                let fitted = super::slot::fitted(number, precision, scale);
                fitted.map(|number| Value::decimal(number, precision)).ok_or_else(|| {
                    let message = format!("{number} does not fit a parameter of decimal({precision}, {scale})");
                    Error::new(ErrorKind::Value, message).with_hint("round it first, or name a wider type")
                })
            }
            (Value::Decimal(number), _) if !exact => Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "{number} is bound to a placeholder of raw SQL, and the connected database stores decimals as \
                     scaled integers"
                ),
            )
            .with_hint("say which type it has: .bind_as(price, SqlType::Decimal { precision: 10, scale: 2 })")),
            (value, _) => Ok(value),
        }
    }
}

/// A value for a placeholder of [`raw`] SQL: any field type, `&str` and `&[u8]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound to a placeholder",
    label = "no value for SQL"
)]
pub trait BindValue {
    /// The value as a parameter.
    #[doc(hidden)]
    fn into_bound(self) -> Value;
}

#[diagnostic::do_not_recommend]
impl<T: FieldType> BindValue for T {
    fn into_bound(self) -> Value {
        self.to_value()
    }
}

#[diagnostic::do_not_recommend]
impl BindValue for &String {
    fn into_bound(self) -> Value {
        self.to_value()
    }
}

#[diagnostic::do_not_recommend]
impl BindValue for &str {
    fn into_bound(self) -> Value {
        Value::Text(self.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl BindValue for &[u8] {
    fn into_bound(self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

/// Reads rows of any statement.
struct RawRows<T> {
    rows: Vec<T>,
    most: usize,
    /// Where a model's columns stand in the result, and what they hold; found at the first row. Empty for a tuple.
    places: Option<Vec<Place>>,
}

impl<T: FromRaw> RawRows<T> {
    fn new(most: usize) -> RawRows<T> {
        RawRows { rows: Vec::new(), most, places: None }
    }

    fn all(sink: Box<dyn RowSink>) -> Result<Vec<T>> {
        take_sink::<RawRows<T>>(sink).map(|raw| raw.rows)
    }

    fn only(sink: Box<dyn RowSink>) -> Result<T> {
        let mut rows = Self::all(sink)?;
        match (rows.pop(), rows.is_empty()) {
            (Some(row), true) => Ok(row),
            (None, _) => Err(not_found("row")),
            (Some(_), false) => Err(several("row")),
        }
    }
}

impl<T: FromRaw> RowSink for RawRows<T> {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        let places = match &self.places {
            Some(places) => places,
            None => {
                let places = match T::model() {
                    Some(meta) => places(meta, row)?,
                    None => verify_width(T::WIDTH, row)?,
                };
                self.places.insert(places)
            }
        };
        self.rows.push(match places.as_slice() {
            [] => T::from_row(row, 0)?,
            places => T::from_row(&OfModel { row, places }, 0)?,
        });
        Ok(if self.rows.len() < self.most { Flow::Continue } else { Flow::Stop })
    }
}

/// Where a model's column stands in a result, and what it holds.
struct Place {
    index: usize,
    ty: SqlType,
}

/// A row as a model's columns in their order.
struct OfModel<'r> {
    row: &'r dyn Row,
    places: &'r [Place],
}

impl Row for OfModel<'_> {
    fn len(&self) -> usize {
        self.places.len()
    }

    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        match self.places.get(index) {
            Some(place) => self.row.value_as(place.index, &place.ty),
            None => self.row.value(usize::MAX),
        }
    }
}

/// Where the columns of a model stand in a row.
fn places(meta: &'static ModelMeta, row: &dyn Row) -> Result<Vec<Place>> {
    let mut places = Vec::with_capacity(meta.fields.len());
    for field in meta.fields {
        let mut named = (0..row.len()).filter(|index| row.name(*index) == Some(field.column));
        let why = match (named.next(), named.next()) {
            (Some(index), None) => {
                places.push(Place { index, ty: field.ty.sql_type(field.size) });
                continue;
            }
            (None, _) => "is missing from the result",
            (Some(_), Some(_)) => "is in the result twice",
        };
        return Err(Error::new(
            ErrorKind::Usage,
            format!("raw SQL cannot be read as {}: its column {} {why}", meta.name, field.column),
        )
        .with_hint(format!("select {0}.* or name each column once", meta.table)));
    }
    Ok(places)
}

fn verify_width(width: usize, row: &dyn Row) -> Result<Vec<Place>> {
    if row.len() == width {
        return Ok(Vec::new());
    }
    Err(Error::new(
        ErrorKind::Usage,
        format!("raw SQL gave rows of {} columns where {width} were asked for", row.len()),
    )
    .with_hint("select as many columns as the tuple has members"))
}

macro_rules! tuples {
    ($(($($name:ident $index:literal)*))*) => {$(
        impl<$($name: FieldType),*> FromRow for ($($name,)*) {
            const WIDTH: usize = [$($index),*].len();

            fn from_row(row: &dyn Row, at: usize) -> Result<Self> {
                Ok(($($name::from_value(row.value(at + $index)?).map_err(|error| column($index, error))?,)*))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($name: FieldType),*> FromRaw for ($($name,)*) {}
    )*};
}

#[cold]
fn column(index: usize, error: Error) -> Error {
    let hinted = error.hint().is_some();
    let error = error.context(format!("reading column {} of the result", index + 1));
    if hinted {
        error
    } else {
        error.with_hint("say what the columns hold: .columns([SqlType::BigInt, …])")
    }
}

tuples! {
    (A 0)
    (A 0 B 1)
    (A 0 B 1 C 2)
    (A 0 B 1 C 2 D 3)
    (A 0 B 1 C 2 D 3 E 4)
    (A 0 B 1 C 2 D 3 E 4 F 5)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9)
}
