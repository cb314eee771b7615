//! What crates add to the program that they are linked into.

use super::App;

/// A function of a crate that adds backends, checks and settings to the program; made by `umbral::configure!`.
#[derive(Debug, Clone, Copy)]
pub struct Configure {
    pub(super) function: fn(App) -> App,
    file: &'static str,
    line: u32,
}

impl Configure {
    /// Called by `umbral::configure!`.
    #[doc(hidden)]
    pub const fn new(function: fn(App) -> App, file: &'static str, line: u32) -> Configure {
        Configure { function, file, line }
    }
}

inventory::collect!(Configure);

/// Every [`Configure`] that is linked into this program, in the order of file and line: the linker's own order
/// changes between builds.
pub(super) fn linked() -> Vec<Configure> {
    let mut found: Vec<Configure> = inventory::iter::<Configure>.into_iter().copied().collect();
    found.sort_by_key(|configure| (configure.file, configure.line));
    found
}

/// Lets a function add backends, checks and settings to every program that this crate is linked into: to
/// `umbral::open` and to the command line alike.
///
/// ```
/// use umbral_core::app::App;
/// fn configure(app: App) -> App {
///     app.silence("field.reserved_name")
/// }
/// umbral_core::configure!(configure);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! configure {
    ($function:expr) => {
        $crate::__private::inventory::submit! {
            $crate::app::Configure::new($function, ::core::file!(), ::core::line!())
        }
    };
}
