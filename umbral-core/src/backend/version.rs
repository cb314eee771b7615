//! Server versions.

use std::fmt;

/// A server's version as numbers, compared from the left; a missing number counts as 0.
#[derive(Debug, Clone, Default)]
pub struct ServerVersion {
    numbers: Vec<u32>,
}

impl ServerVersion {
    /// A version of these numbers: `[15, 4]` is 15.4.
    pub fn new(numbers: impl Into<Vec<u32>>) -> ServerVersion {
        ServerVersion { numbers: numbers.into() }
    }

    /// The first number.
    pub fn major(&self) -> u32 {
        self.numbers.first().copied().unwrap_or(0)
    }

    /// Whether it is this version or a newer one.
    ///
    /// ```
    /// use umbral_core::backend::ServerVersion;
    /// let version: ServerVersion = "3.46.1".parse().unwrap();
    /// assert!(version.at_least(&[3, 35]) && !version.at_least(&[3, 47]));
    /// ```
    pub fn at_least(&self, numbers: &[u32]) -> bool {
        *self >= ServerVersion::new(numbers)
    }

    fn trimmed(&self) -> &[u32] {
        let end = self.numbers.iter().rposition(|number| *number != 0).map_or(0, |last| last + 1);
        &self.numbers[..end]
    }
}

impl PartialEq for ServerVersion {
    fn eq(&self, other: &ServerVersion) -> bool {
        self.trimmed() == other.trimmed()
    }
}

impl Eq for ServerVersion {}

impl PartialOrd for ServerVersion {
    fn partial_cmp(&self, other: &ServerVersion) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ServerVersion {
    fn cmp(&self, other: &ServerVersion) -> std::cmp::Ordering {
        self.trimmed().cmp(other.trimmed())
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, number) in self.numbers.iter().enumerate() {
            write!(f, "{}{number}", if position == 0 { "" } else { "." })?;
        }
        Ok(())
    }
}

impl std::str::FromStr for ServerVersion {
    type Err = crate::error::Error;

    /// Reads the numbers at the start of the text, so that `15.4 (Debian 15.4-1)` is 15.4.
    fn from_str(text: &str) -> Result<ServerVersion, Self::Err> {
        let end = text
            .find(|character: char| !character.is_ascii_digit() && character != '.')
            .unwrap_or(text.len());
        let numbers: Option<Vec<u32>> =
            text[..end].trim_end_matches('.').split('.').map(|number| number.parse().ok()).collect();
        numbers.map(ServerVersion::new).ok_or_else(|| {
            crate::error::Error::new(
                crate::error::ErrorKind::Config,
                format!("`{text}` is no version; write 15.4"),
            )
        })
    }
}
