//! Asks what only a person can tell, on the terminal.

use std::io::{self, BufRead, Write};
use umbral_core::error::{Error, ErrorKind, Result};
use umbral_core::migrations::Questioner;
use umbral_core::migrations::autodetect::{Backfill, ColumnRename, TableRename};
use umbral_core::schema::Expr;

/// Asks on a terminal: questions go to standard error, so that results stay apart.
pub(crate) struct Terminal<R, W> {
    answers: R,
    questions: W,
}

impl Terminal<io::BufReader<io::Stdin>, io::Stderr> {
    /// Standard input and standard error.
    pub(crate) fn standard() -> Self {
        Terminal { answers: io::BufReader::new(io::stdin()), questions: io::stderr() }
    }
}

impl<R: BufRead, W: Write> Terminal<R, W> {
    fn ask(&mut self, question: &str) -> Result<String> {
        let failed = |error: io::Error| {
            Error::new(ErrorKind::Io, format!("the question could not be asked: {error}")).with_source(error)
        };
        write!(self.questions, "{question} ").and_then(|()| self.questions.flush()).map_err(failed)?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer).map_err(failed)? == 0 {
            return Err(Error::new(ErrorKind::Cancelled, "nobody answered, and nothing was written"));
        }
        Ok(answer.trim().to_owned())
    }

    /// Asks until the answer is yes or no. There is no default: either may lose data.
    fn yes_or_no(&mut self, question: &str) -> Result<bool> {
        loop {
            match self.ask(&format!("{question} [y/n]"))?.to_ascii_lowercase().as_str() {
                "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                _ => {}
            }
        }
    }
}

impl<R: BufRead, W: Write> Questioner for Terminal<R, W> {
    fn table_renamed(&mut self, question: &TableRename<'_>) -> Result<bool> {
        let TableRename { from, to, .. } = question;
        self.yes_or_no(&format!(
            "the table `{from}` has gone and `{to}` is new. Was it renamed? (n: dropped with all its rows)"
        ))
    }

    fn column_renamed(&mut self, question: &ColumnRename<'_>) -> Result<bool> {
        let ColumnRename { table, from, to, .. } = question;
        self.yes_or_no(&format!(
            "`{table}.{}` ({}) has gone and `{table}.{}` ({}) is new. Was it renamed? (n: dropped with all its values)",
            from.name, from.ty, to.name, to.ty
        ))
    }

    fn backfill(&mut self, question: &Backfill<'_>) -> Result<Option<Expr>> {
        let Backfill { table, column, added, .. } = question;
        let change = if *added { "is new and has no default" } else { "does not accept NULL any more" };
        let asked = format!(
            "`{table}.{}` ({}) {change}. The value for rows that exist, as SQL: 0, 'none', CURRENT_TIMESTAMP \
             (empty: migrate refuses where there are such rows):",
            column.name, column.ty
        );
        loop {
            let answer = self.ask(&asked)?;
            if answer.is_empty() {
                return Ok(None);
            }
            match answer.parse::<Expr>() {
                Ok(value) => return Ok(Some(value)),
                Err(error) => self.ask_again(&error.to_string())?,
            }
        }
    }
}

impl<R, W: Write> Terminal<R, W> {
    fn ask_again(&mut self, why: &str) -> Result<()> {
        writeln!(self.questions, "that is no value: {why}")
            .map_err(|error| Error::new(ErrorKind::Io, error.to_string()).with_source(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use umbral_core::schema::{Column, SqlType};

    fn with(answers: &'static str) -> Terminal<&'static [u8], Vec<u8>> {
        Terminal { answers: answers.as_bytes(), questions: Vec::new() }
    }

    #[test]
    fn a_rename_is_asked_until_it_is_answered() {
        let question = TableRename { app: "shop", from: "book", to: "volume" };
        let mut terminal = with("\nmaybe\nYES\n");
        assert!(terminal.table_renamed(&question).unwrap());
        let asked = String::from_utf8(terminal.questions).unwrap();
        assert_eq!(asked.matches("`book` has gone and `volume` is new").count(), 3);
        assert!(!with("n\n").table_renamed(&question).unwrap());
    }

    #[test]
    fn without_an_answer_nothing_is_decided() {
        let (from, to) = (Column::new("a", SqlType::Text), Column::new("b", SqlType::Text));
        let question = ColumnRename { app: "shop", table: "book", from: &from, to: &to };
        assert_eq!(with("").column_renamed(&question).unwrap_err().kind(), ErrorKind::Cancelled);
    }

    #[test]
    fn a_value_is_an_expression_or_nothing() {
        let column = Column::new("pages", SqlType::Integer);
        let question = Backfill { app: "shop", table: "book", column: &column, added: true };
        assert_eq!(with("0\n").backfill(&question).unwrap(), Some(Expr::integer(0)));
        assert_eq!(with("\n").backfill(&question).unwrap(), None);
        let mut terminal = with("1 +\n7\n");
        assert_eq!(terminal.backfill(&question).unwrap(), Some(Expr::integer(7)));
        assert!(String::from_utf8(terminal.questions).unwrap().contains("that is no value"));
    }
}
