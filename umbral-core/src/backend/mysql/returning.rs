//! INSERT … RETURNING, which sea-query leaves out of what it renders for MySQL: MariaDB has it.

use sea_query::{
    BinOper, EscapeBuilder, ExplainStatement, Expr, MysqlQueryBuilder, OnConflict, Oper,
    OperLeftAssocDecider, PrecedenceDecider, QueryBuilder, Quote, QuotedBuilder, SelectInto, SqlWriter,
    SubQueryStatement, TableRefBuilder, Value,
};

/// Renders an INSERT as for MySQL, with what it returns.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct InsertReturning;

const MYSQL: MysqlQueryBuilder = MysqlQueryBuilder;

impl QueryBuilder for InsertReturning {
    fn prepare_query_statement(&self, query: &SubQueryStatement, sql: &mut impl SqlWriter) {
        MYSQL.prepare_query_statement(query, sql);
    }

    fn prepare_select_into(&self, into: &SelectInto, sql: &mut impl SqlWriter) {
        MYSQL.prepare_select_into(into, sql);
    }

    fn prepare_explain_statement(&self, explain: &ExplainStatement, sql: &mut impl SqlWriter) {
        MYSQL.prepare_explain_statement(explain, sql);
    }

    fn prepare_value(&self, value: Value, sql: &mut impl SqlWriter) {
        MYSQL.prepare_value(value, sql);
    }

    fn prepare_on_conflict(&self, on_conflict: &Option<OnConflict>, sql: &mut impl SqlWriter) {
        MYSQL.prepare_on_conflict(on_conflict, sql);
    }

    fn insert_default_values(&self, rows: u32, sql: &mut impl SqlWriter) {
        MYSQL.insert_default_values(rows, sql);
    }
}

impl QuotedBuilder for InsertReturning {
    fn quote(&self) -> Quote {
        MYSQL.quote()
    }
}

impl EscapeBuilder for InsertReturning {}

impl TableRefBuilder for InsertReturning {}

impl PrecedenceDecider for InsertReturning {
    fn inner_expr_well_known_greater_precedence(&self, inner: &Expr, outer: &Oper) -> bool {
        MYSQL.inner_expr_well_known_greater_precedence(inner, outer)
    }
}

impl OperLeftAssocDecider for InsertReturning {
    fn well_known_left_associative(&self, operator: &BinOper) -> bool {
        MYSQL.well_known_left_associative(operator)
    }
}
