//! TLS as a URL asks for it, and what is said where the server's certificate is refused.

use crate::backend::url::percent_decoded;
use crate::error::{Error, ErrorKind, Result};
use rustls::CertificateError;
use std::fs::File;

/// How a family of servers spells TLS in its URLs.
#[derive(Debug)]
pub(crate) struct Words {
    /// The parameters that name the authority's certificate, the usual one first.
    pub(crate) authority: &'static [&'static str],
    /// The parameters that name the client's own certificate and key.
    pub(crate) client: &'static [&'static str],
    /// What verifies the server's certificate and its name.
    pub(crate) verify_name: &'static str,
    /// What verifies the server's certificate for whatever name.
    pub(crate) verify_authority: &'static str,
}

/// The files that a URL names for TLS.
#[derive(Debug)]
pub(crate) struct Tls {
    words: &'static Words,
    files: Vec<(String, String)>,
}

impl Tls {
    /// Reads the parameters of a URL. `verifies`: whether the server's certificate is looked at.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where an authority is named and not asked for: whoever named it takes the server for verified.
    pub(crate) fn of(words: &'static Words, parameters: &[(&str, &str)], verifies: bool) -> Result<Tls> {
        let mut files = Vec::new();
        for (name, value) in parameters {
            if words.authority.contains(name) && !verifies {
                let message = format!(
                    "the database URL names an authority's certificate with `{name}`, and nothing there verifies the server"
                );
                return Err(Error::new(ErrorKind::Config, message)
                    .with_hint(format!("add {} to the URL, or remove `{name}`", words.verify_name)));
            }
            if words.authority.contains(name) || words.client.contains(name) {
                let file = percent_decoded(&value.replace('+', " "))?;
                // Text of a certificate instead of a file's name.
                if !file.trim_start().starts_with("-----BEGIN") {
                    files.push(((*name).to_owned(), file));
                }
            }
        }
        Ok(Tls { words, files })
    }

    /// Whether the URL names a certificate of the client's own.
    #[cfg(any(feature = "mysql", test))]
    pub(crate) fn has_client_certificate(&self) -> bool {
        self.files.iter().any(|(name, _)| self.words.client.contains(&name.as_str()))
    }

    /// What an error of connecting has to do with TLS, if anything.
    pub(crate) fn explain(&self, error: &sqlx::Error) -> Option<Error> {
        let sqlx::Error::Io(error) = error else { return None };
        match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(rustls::Error::InvalidCertificate(reason)) => Some(self.refused(reason)),
            Some(other) => {
                Some(Error::new(ErrorKind::Connection, format!("the TLS connection failed: {other}")).with_hint(
                    "see in the server's log what it says of this connection: it may demand a certificate of the \
                     client, or speak no version of TLS from 1.2",
                ))
            }
            None => self.unreadable(),
        }
    }

    fn refused(&self, reason: &CertificateError) -> Error {
        let (message, hint) = match reason {
            CertificateError::UnknownIssuer => (
                "the server's certificate is refused: no authority that is trusted here has signed it"
                    .to_owned(),
                format!(
                    "name the certificate (PEM) of the server's authority with {} in the URL; where it is named, this is \
                     not the server that is meant, or not its authority",
                    self.words.authority.first().unwrap_or(&"")
                ),
            ),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
                format!("the server's certificate is refused: {reason}"),
                format!(
                    "write a host into the URL that the certificate is for; {} verifies the certificate and not the host",
                    self.words.verify_authority
                ),
            ),
            other => (
                format!("the server's certificate is refused: {other}"),
                "give the server a certificate that is valid now and made for servers".to_owned(),
            ),
        };
        Error::new(ErrorKind::Connection, message).with_hint(hint)
    }

    /// The file that could not be read, of those that the URL names.
    fn unreadable(&self) -> Option<Error> {
        self.files.iter().find_map(|(name, file)| {
            let error = File::open(file).err()?;
            let message = format!(
                "the file `{file}`, which `{name}` in the database URL names, cannot be read: {error}"
            );
            Some(
                Error::new(ErrorKind::Config, message).with_source(error).with_hint(format!(
                    "correct {name} in the URL: a PEM file that the program's user may read"
                )),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Words = Words {
        authority: &["root"],
        client: &["cert", "key"],
        verify_name: "mode=full",
        verify_authority: "mode=ca",
    };

    #[test]
    fn an_authority_that_nothing_looks_at_is_refused() {
        let error = Tls::of(&WORDS, &[("root", "/ca.pem")], false).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_eq!(error.hint(), Some("add mode=full to the URL, or remove `root`"));
        assert!(Tls::of(&WORDS, &[("root", "/ca.pem")], true).is_ok());
        assert!(Tls::of(&WORDS, &[("cert", "/me.pem")], false).unwrap().has_client_certificate());
    }

    #[test]
    fn files_are_named_as_a_url_spells_them() {
        let parameters = [("root", "/a%20b+c.pem"), ("cert", "-----BEGIN+CERTIFICATE-----"), ("other", "/x")];
        let tls = Tls::of(&WORDS, &parameters, true).unwrap();
        assert_eq!(tls.files, [("root".to_owned(), "/a b c.pem".to_owned())]);
        let missing = tls.unreadable().unwrap();
        assert!(missing.to_string().contains("`/a b c.pem`, which `root`"), "{missing}");
    }
}
