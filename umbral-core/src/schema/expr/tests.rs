//! The grammar's laws, and what servers report.

use super::*;
use proptest::prelude::*;

fn parse(text: &str) -> Expr {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn reported(text: &str) -> String {
    Expr::reported(text).to_string()
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-d]{1,2}",
        1 => prop::sample::select(vec!["order", "Case", "case", "and", "a b", "é", "a\"b", "sql", "x", "e", "both", ""])
            .prop_map(str::to_owned),
    ]
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Boolean),
        any::<i64>().prop_map(|number| Literal::Number(number.to_string())),
        (-999_i32..999, 0_u32..999).prop_map(|(whole, fraction)| {
            Literal::number(&format!("{whole}.{fraction:03}")).expect("a number")
        }),
        ".{0,6}".prop_map(Literal::Text),
        prop::collection::vec(any::<u8>(), 0..4).prop_map(Literal::Bytes),
    ]
}

fn sql_type() -> impl Strategy<Value = SqlType> {
    prop_oneof![
        prop::sample::select(vec![
            SqlType::SmallInt,
            SqlType::BigInt,
            SqlType::Double,
            SqlType::Decimal { precision: 10, scale: 2 },
            SqlType::Varchar(80),
            SqlType::Text,
            SqlType::Bytes,
            SqlType::Timestamp,
            SqlType::TimestampTz,
        ]),
        Just(SqlType::Array(Box::new(SqlType::Varchar(3)))),
    ]
}

const OPERATORS: &[BinaryOp] = &[
    BinaryOp::Or,
    BinaryOp::And,
    BinaryOp::Eq,
    BinaryOp::Ne,
    BinaryOp::Lt,
    BinaryOp::Le,
    BinaryOp::Gt,
    BinaryOp::Ge,
    BinaryOp::Like,
    BinaryOp::NotLike,
    BinaryOp::Concat,
    BinaryOp::Add,
    BinaryOp::Subtract,
    BinaryOp::Multiply,
    BinaryOp::Divide,
    BinaryOp::Remainder,
];

fn expr() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        name().prop_map(Expr::Column),
        literal().prop_map(Expr::Literal),
        Just(Expr::Now),
        "[a-z'()\" ]{1,8}".prop_map(Expr::Raw),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            4 => (prop::sample::select(OPERATORS), inner.clone(), inner.clone())
                .prop_map(|(op, left, right)| Expr::binary(op, left, right)),
            1 => (prop::sample::select(vec![UnaryOp::Not, UnaryOp::Negate]), boxed.clone())
                .prop_map(|(op, operand)| Expr::Unary { op, operand }),
            1 => (boxed.clone(), any::<bool>())
                .prop_map(|(operand, negated)| Expr::IsNull { operand, negated }),
            1 => (boxed.clone(), prop::collection::vec(inner.clone(), 1..4), any::<bool>())
                .prop_map(|(operand, list, negated)| Expr::In { operand, list, negated }),
            1 => (prop::collection::vec((inner.clone(), inner.clone()), 1..3), prop::option::of(boxed.clone()))
                .prop_map(|(branches, otherwise)| Expr::Case { branches, otherwise }),
            1 => (boxed, sql_type()).prop_map(|(operand, ty)| Expr::Cast { operand, ty }),
            1 => (name(), prop::collection::vec(inner, 0..3))
                .prop_map(|(name, arguments)| Expr::Function { name, arguments }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn what_is_printed_is_read_back(expr in expr()) {
        let text = expr.to_string();
        prop_assert_eq!(text.parse::<Expr>(), Ok(expr), "{}", text);
    }

    #[test]
    fn simplifying_twice_changes_nothing(expr in expr()) {
        let once = expr.simplified();
        prop_assert_eq!(once.clone().simplified(), once.clone(), "{}", once);
    }

    #[test]
    fn a_column_renamed_and_back_is_the_same(expr in expr()) {
        let renamed = expr.clone().rename_column("a", "a new name");
        prop_assert!(!renamed.columns().contains("a"));
        if !expr.reads("a") {
            prop_assert_eq!(&renamed, &expr);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[a-c0-9 ()'\"\\[\\]<>=!.,:x|+*/%-]{0,40}") {
        let _ = text.parse::<Expr>();
        let _ = Expr::reported(&text);
    }
}

#[test]
fn spellings_of_one_expression_are_equal() {
    for (left, right) in [
        ("a != 1", "a <> 1"),
        ("a == 1", "a = 1"),
        ("((a)) = (1)", "a = 1"),
        ("a between 1 AND 2", "a >= 1 AND a <= 2"),
        ("a NOT BETWEEN 1 AND 2", "a < 1 OR a > 2"),
        ("a = ANY (ARRAY[1, 2])", "a IN (1, 2)"),
        ("a <> ALL (ARRAY[1, 2])", "a NOT IN (1, 2)"),
        ("a ~~ 'x%'", "a LIKE 'x%'"),
        ("a !~~ 'x%'", "a NOT LIKE 'x%'"),
        ("a ISNULL", "a IS NULL"),
        ("a NOT NULL", "a IS NOT NULL"),
        ("NOT a IS NULL", "a IS NOT NULL"),
        ("NOT NOT a = 1", "a = 1"),
        ("NOT (a IN (1, 2))", "a NOT IN (1, 2)"),
        ("a AND (b AND (c AND d))", "((a AND b) AND c) AND d"),
        ("book.a = 1", "a = 1"),
        ("\"book\".\"a\" = 1", "a = 1"),
        ("[a] = `b`", "a = b"),
        ("a = 1e2", "a = 100"),
        ("a = - 5", "a = -5"),
        ("a = -(5)", "a = -5"),
        ("+a > 0", "a > 0"),
        ("NOW() > a", "CURRENT_TIMESTAMP > a"),
        ("a::integer", "CAST(a AS integer)"),
        ("a IN (1)", "a = 1"),
        ("a IN (1, 2, b)", "a IN (1, 2) OR a = b"),
        ("CASE a WHEN 1 THEN 2 END", "CASE WHEN a = 1 THEN 2 ELSE NULL END"),
        ("Lower(a)", "lower(a)"),
        ("trim(BOTH FROM a)", "trim(a)"),
        ("trim(LEADING 'x' FROM a)", "ltrim(a, 'x')"),
    ] {
        assert_eq!(parse(left).simplified(), parse(right).simplified(), "{left} and {right}");
    }
}

#[test]
fn what_servers_report_is_read() {
    for (text, expected) in [
        ("(price >= (0)::numeric)", "price >= numeric(0)"),
        ("('-1'::integer)", "-1"),
        ("'-1.50'::numeric", "-1.50"),
        ("'1e+308'::double precision", &format!("CAST(1{} AS double)", "0".repeat(308))),
        ("'abc'::character varying", "'abc'"),
        ("'abc'::character varying(80)", "CAST('abc' AS varchar(80))"),
        ("NULL::character varying", "NULL"),
        ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"),
        ("now()", "CURRENT_TIMESTAMP"),
        ("(NOT (x IS NULL))", "x IS NOT NULL"),
        ("((name)::text ~~ '%a_'::text)", "CAST(name AS text) LIKE '%a_'"),
        (
            "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            "CAST(status AS text) IN ('a', 'b')",
        ),
        ("(kind <> ALL (ARRAY[1, 2]))", "kind NOT IN (1, 2)"),
        ("((a + b) * (- c))", "(a + b) * -c"),
        ("(((a)::text || ' '::text) || (b)::text)", "CAST(a AS text) || ' ' || CAST(b AS text)"),
        ("'\\x00ff'::bytea", "x'00ff'"),
        ("x'00FF'", "x'00ff'"),
        ("'2024-01-01 00:00:00'::timestamp without time zone", "CAST('2024-01-01 00:00:00' AS timestamp)"),
        ("'{}'::jsonb", "CAST('{}' AS json)"),
        ("'{}'::integer[]", "CAST('{}' AS array<integer>)"),
        ("true", "TRUE"),
        ("'t'::boolean", "TRUE"),
        ("nextval('book_id_seq'::regclass)", "nextval(sql!('book_id_seq'::regclass))"),
        ("CASE WHEN (a > 0) THEN 1 ELSE NULL::integer END", "CASE WHEN a > 0 THEN 1 END"),
        ("COALESCE(a, (0)::bigint)", "coalesce(a, 0)"),
        ("\"left\"((name)::text, 1)", "left(CAST(name AS text), 1)"),
        ("(CAST(a AS money) > b)", "sql!(CAST(a AS money)) > b"),
        ("(a COLLATE \"C\" > 'x'::text)", "sql!((a COLLATE \"C\" > 'x'::text))"),
        ("(tags @> ARRAY['x'::text])", "sql!((tags @> ARRAY['x'::text]))"),
        ("gen_random_uuid()", "gen_random_uuid()"),
        ("CURRENT_DATE", "sql!(CURRENT_DATE)"),
        ("\"Mixed Case\" <> \"order\"", "\"Mixed Case\" <> order"),
    ] {
        assert_eq!(reported(text), *expected, "{text}");
        assert_eq!(reported(expected), *expected, "{expected} is stable");
    }
}

#[test]
fn errors_say_what_was_expected_and_where() {
    for (text, expected) in [
        ("", "expected a column, a constant or a function, found the end at byte 0"),
        ("price >=", "expected a column, a constant or a function, found the end at byte 8"),
        ("(price", "expected ), found the end at byte 6"),
        ("price > 0 0", "expected the end or an operator, found 0 at byte 10"),
        ("a IN ()", "expected at least one value in the list, found the end at byte 7"),
        ("a = 'x", "' is not closed at byte 4"),
        ("a::integr", "`integr` is no column type; put sql!(…) around what is the database's own at byte 3"),
        ("case > 0", "expected a column, a constant or a function, found > at byte 5"),
        (
            "from > 0",
            "expected a column, a constant or a function, found from; a column of this name is written \"from\" at byte 0",
        ),
        (
            "a < b < c",
            "expected parentheses around one of the two comparisons, or AND, OR or the end, found < at byte 6",
        ),
        ("a || b + c", "expected parentheses around the arithmetic beside ||, found the end at byte 10"),
        ("a; DROP TABLE b", "`;` has no meaning here at byte 1"),
    ] {
        assert_eq!(text.parse::<Expr>().unwrap_err().to_string(), expected, "{text}");
    }
}

#[test]
fn hostile_text_is_refused_without_overflowing_the_stack() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(20_000), close.repeat(20_000));
    for text in [
        deep("(", ")"),
        deep("NOT ", ""),
        deep("- ", ""),
        deep("+ ", ""),
        deep("lower(", ")"),
        deep("CASE WHEN ", " THEN 1 END"),
        deep("CAST(", " AS text)"),
        format!("a = ANY {}", deep("(", ")")),
        format!("a::{}", deep("array<", ">")),
        format!("1{}", " + 1".repeat(20_000)),
        format!("1{}", "::text".repeat(20_000)),
        format!("a{}", " AND a".repeat(20_000)),
        format!("a{}", " BETWEEN 1 AND 2".repeat(3)),
    ] {
        assert!(text.parse::<Expr>().is_err());
    }
    let doubling = (0..50).fold("a".to_owned(), |text, _| format!("({text} BETWEEN 1 AND 2)"));
    assert!(doubling.parse::<Expr>().unwrap_err().message.contains("written out"));
    let doubling = (0..50).fold("a".to_owned(), |text, _| format!("({text} IN (b, c))"));
    assert!(!parse(&doubling).simplified().exceeds(5_000));
    let long = format!("a IN ({}1)", "1, ".repeat(20_000));
    assert_eq!(parse(&long).to_string(), long);
}

#[test]
fn the_deepest_text_that_is_read_can_be_walked() {
    let nested = format!("{}a{}", "lower(".repeat(55), ")".repeat(55));
    let text = format!("{nested} = 1{}", format!(" OR {nested} = 2").repeat(400));
    let expr = parse(&text);
    assert_eq!(expr.clone().simplified().to_string(), text);
    assert_eq!(expr.columns().len(), 1);
    assert!(expr.reads("a"));
}

#[test]
fn renaming_reaches_into_raw_text() {
    let renamed = |text: &str| parse(text).rename_column("a", "b c").to_string();
    assert_eq!(renamed("a > 0 AND A > 0"), "\"b c\" > 0 AND \"A\" > 0");
    assert_eq!(renamed("sql!(a @> 'a' AND a(x)::a)"), "sql!(\"b c\" @> 'a' AND a(x)::a)");
    assert!(parse("sql!(\"a\" @> b)").reads("a"));
    assert!(!parse("sql!('a' @> b)").reads("a"));
}
