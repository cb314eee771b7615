//! Shows migrations while they run: a bar on a terminal, a line each where nobody watches.

use crate::output::Output;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use umbral_core::migrations::{Direction, MigrationId, MigrationObserver};

/// Watches migrations run.
pub(crate) struct Progress<'a> {
    bar: Option<ProgressBar>,
    output: Mutex<&'a mut Output>,
    done: AtomicUsize,
    /// What is being run, in words: `applying shop/0002_price`.
    running: Mutex<Option<String>>,
    /// Whether nothing is run, and only recorded.
    fake: bool,
}

impl<'a> Progress<'a> {
    /// A bar where somebody watches.
    pub(crate) fn new(output: &'a mut Output, fake: bool) -> Progress<'a> {
        let bar = output.is_interactive().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_style(style());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        let (done, running) = (AtomicUsize::new(0), Mutex::new(None));
        Progress { bar, output: Mutex::new(output), done, running, fake }
    }

    /// How many migrations are done.
    pub(crate) fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    /// What was under way when it ended.
    pub(crate) fn running(&self) -> Option<String> {
        self.running.lock().ok().and_then(|running| running.clone())
    }

    fn set_running(&self, what: Option<String>) {
        if let Ok(mut running) = self.running.lock() {
            *running = what;
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Writes a line of results above the bar.
    fn line(&self, text: &str) {
        let write = || {
            if let Ok(mut output) = self.output.lock() {
                // A reader that cannot be written to does not stop a migration.
                let _ = output.line(text);
            }
        };
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

fn style() -> ProgressStyle {
    let template = "{spinner} {prefix} [{bar:20}] {pos}/{len} {wide_msg}";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl MigrationObserver for Progress<'_> {
    fn waiting_for_lock(&self, waited: Duration) {
        let message = format!("somebody else migrates this database; waiting for {} s", waited.as_secs());
        match &self.bar {
            Some(bar) => bar.set_message(message),
            None if waited.is_zero() => self.note("somebody else migrates this database; waiting"),
            None => {}
        }
    }

    fn migration_started(&self, id: &MigrationId, direction: Direction, number: usize, total: usize) {
        let doing = match direction {
            Direction::Forward => "applying",
            Direction::Backward => "unapplying",
        };
        self.set_running(Some(format!("{doing} {id}")));
        if let Some(bar) = &self.bar {
            bar.set_prefix(format!("{number}/{total} {direction} {id}"));
            bar.set_message("");
        }
    }

    fn step_started(&self, _: &MigrationId, step: usize, steps: usize, sql: &str) {
        if let Some(bar) = &self.bar {
            bar.set_length(u64::try_from(steps).unwrap_or(u64::MAX));
            bar.set_position(u64::try_from(step).unwrap_or(u64::MAX));
            bar.set_message(sql.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }

    fn migration_done(&self, id: &MigrationId, direction: Direction, took: Duration) {
        self.set_running(None);
        self.done.fetch_add(1, Ordering::Relaxed);
        match self.fake {
            true => self.line(&format!("{direction} {id}  recorded, not run")),
            false => self.line(&format!("{direction} {id}  {} ms", took.as_millis())),
        }
    }
}

impl Progress<'_> {
    fn note(&self, text: &str) {
        if let Ok(mut output) = self.output.lock() {
            output.note(text);
        }
    }
}
