//! Where results and errors go, and how they look.

use crate::args::{Color, Format};
use crate::exit::Failure;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use std::io::{self, IsTerminal, Write};
use umbral_core::check::{Report, Severity};
use umbral_core::error::{Error, ErrorKind, Result};

/// Where results and errors go.
pub(crate) struct Output {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    format: Format,
    /// Whether somebody watches standard error: progress is drawn there, and questions can be asked.
    interactive: bool,
}

/// Something that went right.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What something is about.
pub(crate) const SUBJECT: Style = Style::new().bold();
/// What matters less.
pub(crate) const FAINT: Style = Style::new().dimmed();
const ERROR: Style = AnsiColor::Red.on_default().bold();
/// Something to look at.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const INFO: Style = AnsiColor::Cyan.on_default().bold();

impl Output {
    /// Standard output and standard error.
    pub(crate) fn standard(format: Format, color: Color) -> Output {
        let choice = match color {
            Color::Auto => None,
            Color::Always => Some(ColorChoice::Always),
            Color::Never => Some(ColorChoice::Never),
        };
        let (out, err) = (io::stdout(), io::stderr());
        let out_choice = choice.unwrap_or_else(|| AutoStream::choice(&out));
        let err_choice = choice.unwrap_or_else(|| AutoStream::choice(&err));
        let interactive = err.is_terminal() && io::stdin().is_terminal();
        Output {
            out: Box::new(AutoStream::new(out, out_choice)),
            err: Box::new(AutoStream::new(err, err_choice)),
            format,
            interactive,
        }
    }

    /// Whether a script reads the results.
    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether somebody watches standard error and can answer.
    pub(crate) fn is_interactive(&self) -> bool {
        self.interactive && self.format == Format::Text
    }

    /// Writes a line of results for people. Nothing in JSON.
    pub(crate) fn line(&mut self, line: impl std::fmt::Display) -> Result<()> {
        if self.is_json() {
            return Ok(());
        }
        written(writeln!(self.out, "{line}"))
    }

    /// Writes the one document of results for scripts. Nothing in text.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) -> Result<()> {
        if !self.is_json() {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| Error::new(ErrorKind::Internal, format!("the results are no JSON: {error}")))?;
        written(writeln!(self.out, "{text}"))
    }

    /// Writes a line for people beside the results, to standard error. Nothing in JSON.
    pub(crate) fn note(&mut self, line: impl std::fmt::Display) {
        if !self.is_json() {
            // Where standard error is closed, nobody reads what is beside the results.
            let _ = writeln!(self.err, "{line}");
        }
    }

    /// Writes a system check's report: all of it in either format.
    pub(crate) fn report(&mut self, report: &Report) -> Result<()> {
        for finding in &report.findings {
            let text = finding.to_string();
            let label = format!("{}[{}]", finding.severity, finding.id);
            let rest = text.strip_prefix(&label).unwrap_or(&text);
            let style = style_of(finding.severity);
            self.line(format_args!("{style}{label}{style:#}{rest}"))?;
        }
        self.line(report.summary())?;
        self.json(report)
    }

    /// Writes why a command failed, to standard error.
    pub(crate) fn failure(&mut self, failure: &Failure) {
        let Some(error) = &failure.error else { return };
        let text = if self.is_json() { as_json(error, failure.code) } else { as_text(error) };
        // An error that cannot be shown still is the exit code.
        let _ = writeln!(self.err, "{text}");
    }
}

fn style_of(severity: Severity) -> Style {
    match severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Info => INFO,
    }
}

fn as_text(error: &Error) -> String {
    let code = error.code().map(|code| format!(" (code {code})")).unwrap_or_default();
    let hint = error.hint().map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
    format!("{ERROR}error{ERROR:#}: {error}{code}{hint}")
}

fn as_json(error: &Error, exit_code: u8) -> String {
    let document = serde_json::json!({
        "error": {
            "kind": kind_name(error.kind()),
            "message": error.to_string(),
            "hint": error.hint(),
            "code": error.code(),
        },
        "exit_code": exit_code,
    });
    document.to_string()
}

/// The kind in lower case with underscores: `disk_full`.
fn kind_name(kind: ErrorKind) -> String {
    let mut name = String::new();
    for character in format!("{kind:?}").chars() {
        if character.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(character.to_ascii_lowercase());
    }
    name
}

/// A reader that has gone, such as `head`, has all that it wants.
fn written(result: io::Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(ErrorKind::Io, format!("the results could not be written: {error}"))
                .with_source(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_code_and_hint_in_either_format() {
        let error =
            Error::new(ErrorKind::DiskFull, "the disk is full").with_code("13").with_hint("make room");
        let plain = anstream::adapter::strip_str(&as_text(&error)).to_string();
        assert_eq!(plain, "error: the disk is full (code 13)\n  hint: make room");
        let json: serde_json::Value = serde_json::from_str(&as_json(&error, 2)).unwrap();
        assert_eq!(json["error"]["kind"], "disk_full");
        assert_eq!(json["error"]["hint"], "make room");
        assert_eq!(json["exit_code"], 2);
    }

    #[test]
    fn a_reader_that_has_gone_is_no_error() {
        assert!(written(Err(io::ErrorKind::BrokenPipe.into())).is_ok());
        assert_eq!(written(Err(io::ErrorKind::StorageFull.into())).unwrap_err().kind(), ErrorKind::Io);
    }
}
