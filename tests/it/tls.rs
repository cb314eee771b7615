//! Connections that are encrypted, to servers that prove who they are.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use umbral::backend::standard::rows::fetch_cells;
use umbral::backend::{BackendRegistry, DatabaseUrl, Driver, PoolOptions, Statement};
use umbral::{Error, ErrorKind};
use umbral_testkit::TestDatabase;
use umbral_testkit::servers::{Identity, PrivateServer, ServerKind};

/// An authority of one's own, with its certificate in a file.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    fn new(name: &str, folder: &Path) -> Authority {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
        let file = folder.join(format!("{name} authority.pem"));
        std::fs::write(&file, issuer.pem()).unwrap();
        Authority { issuer, file }
    }

    /// What a server proves with that it is `localhost`, and nobody else.
    fn localhost(&self) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = certificate.signed_by(&key, &self.issuer).unwrap();
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    /// The file, as a URL spells it.
    fn in_url(&self) -> String {
        self.file.display().to_string().replace(' ', "%20")
    }
}

/// The words of a server's URLs.
struct Spelling {
    full: &'static str,
    authority_only: &'static str,
    required: &'static str,
    ca: &'static str,
}

fn spelling(kind: ServerKind) -> Spelling {
    match kind {
        ServerKind::Postgres => Spelling {
            full: "sslmode=verify-full",
            authority_only: "sslmode=verify-ca",
            required: "sslmode=require",
            ca: "sslrootcert",
        },
        _ => Spelling {
            full: "ssl-mode=VERIFY_IDENTITY",
            authority_only: "ssl-mode=VERIFY_CA",
            required: "ssl-mode=REQUIRED",
            ca: "ssl-ca",
        },
    }
}

async fn connect(url: &str) -> Result<Box<dyn Driver>, Error> {
    let url = DatabaseUrl::parse(url).unwrap();
    let registry = BackendRegistry::built_in();
    registry.detect(&url).unwrap().connect(&url, &PoolOptions::default()).await
}

/// Asks the server itself, which knows.
async fn assert_encrypted(driver: &dyn Driver, kind: ServerKind) {
    let sql = match kind {
        ServerKind::Postgres => "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl",
        _ => "SHOW SESSION STATUS LIKE 'Ssl_version'",
    };
    let mut connection = driver.acquire().await.unwrap();
    let rows = fetch_cells(connection.as_mut(), Statement::new(sql)).await.unwrap();
    assert!(format!("{rows:?}").contains("TLSv1."), "{kind}: {rows:?}");
}

/// The error, whose every part says nothing of the password.
async fn refusal(url: &str, secret: &str) -> Error {
    let error = match connect(url).await {
        Ok(_) => panic!("{} was connected to", DatabaseUrl::parse(url).unwrap()),
        Err(error) => error,
    };
    let mut shown = format!("{error} {error:?} {:?}", error.hint());
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        shown.push_str(&format!(" {inner} {inner:?}"));
        source = inner.source();
    }
    assert!(!shown.contains(secret), "{shown}");
    error
}

/// A server of `localhost`, the authority that vouches for it and one that does not.
struct Scene {
    server: PrivateServer,
    right: Authority,
    wrong: Authority,
    _folder: TempDir,
}

impl Scene {
    fn of(kind: ServerKind) -> Option<Scene> {
        let folder = TempDir::new().unwrap();
        let right = Authority::new("right", folder.path());
        let wrong = Authority::new("wrong", folder.path());
        let server = TestDatabase::server_with_tls(kind, &right.localhost())?;
        Some(Scene { server, right, wrong, _folder: folder })
    }

    /// The server's URL, by its name or its address, with parameters.
    fn url(&self, host: &str, parameters: &[&str]) -> String {
        format!("{}?{}", self.server.url().replace("127.0.0.1", host), parameters.join("&"))
    }

    fn secret(&self) -> &str {
        let (who, _) = self.server.url().split_once('@').unwrap();
        who.rsplit_once(':').unwrap().1
    }
}

#[tokio::test]
async fn a_server_is_connected_to_when_the_authority_vouches_for_its_name() {
    for kind in ServerKind::ALL {
        let Some(scene) = Scene::of(*kind) else { continue };
        let words = spelling(*kind);
        let right = format!("{}={}", words.ca, scene.right.in_url());
        let wrong = format!("{}={}", words.ca, scene.wrong.in_url());

        let accepted = [
            scene.url("localhost", &[words.full, &right]),
            scene.url("localhost", &[words.authority_only, &right]),
            scene.url("127.0.0.1", &[words.authority_only, &right]),
            scene.url("127.0.0.1", &[words.required]),
            scene.url("127.0.0.1", &[]),
        ];
        for url in accepted {
            let driver = connect(&url).await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
            assert_encrypted(driver.as_ref(), *kind).await;
            driver.close().await;
        }

        // (URL, what the message says, what the hint says)
        let refused = [
            (scene.url("localhost", &[words.full, &wrong]), "no authority", words.ca),
            (scene.url("localhost", &[words.authority_only, &wrong]), "no authority", words.ca),
            (scene.url("localhost", &[words.full]), "no authority", words.ca),
            (scene.url("127.0.0.1", &[words.full, &right]), "127.0.0.1", words.authority_only),
        ];
        for (url, message, hint) in refused {
            let error = refusal(&url, scene.secret()).await;
            assert_eq!(error.kind(), ErrorKind::Connection, "{kind}: {error:?}");
            assert!(error.to_string().contains("certificate is refused"), "{kind}: {error}");
            assert!(error.to_string().contains(message), "{kind}: {error}");
            assert!(error.hint().unwrap_or_default().contains(hint), "{kind}: {:?}", error.hint());
        }
    }
}

#[tokio::test]
async fn what_a_url_says_wrongly_about_tls_is_told() {
    for kind in ServerKind::ALL {
        let Some(scene) = Scene::of(*kind) else { continue };
        let words = spelling(*kind);
        let right = format!("{}={}", words.ca, scene.right.in_url());
        let missing = format!("{}={}.gone", words.ca, scene.right.in_url());
        // Whoever names an authority takes the server for verified.
        for parameters in [vec![right.as_str()], vec![words.required, &right]] {
            let error = refusal(&scene.url("localhost", &parameters), scene.secret()).await;
            assert_eq!(error.kind(), ErrorKind::Config, "{kind}: {error:?}");
            assert!(error.hint().unwrap_or_default().contains(words.full), "{kind}: {error:?}");
        }
        let error = refusal(&scene.url("localhost", &[words.full, &missing]), scene.secret()).await;
        assert_eq!(error.kind(), ErrorKind::Config, "{kind}: {error:?}");
        assert!(error.to_string().contains("right authority.pem.gone"), "{kind}: {error}");

        // A pool that has connected once goes on asking.
        let url = scene.url("localhost", &[words.full, &right]);
        let driver = connect(&url).await.unwrap();
        std::fs::copy(&scene.wrong.file, &scene.right.file).unwrap();
        let (mut one, two) = (driver.acquire().await.unwrap(), driver.acquire().await);
        one.execute(Statement::new("SELECT 1")).await.unwrap();
        let error = two.map(drop).expect_err("a second connection looks at the certificate too");
        assert!(error.to_string().contains("no authority"), "{kind}: {error}");
        drop(one);
        driver.close().await;
    }
}

#[tokio::test]
async fn a_server_without_tls_is_not_verified() {
    for kind in [ServerKind::Postgres, ServerKind::MariaDb] {
        let Some(server) = TestDatabase::server_with_passwords(kind) else { continue };
        let words = spelling(kind);
        for mode in [words.full, words.authority_only, words.required] {
            let error = refusal(&format!("{}?{mode}", server.url()), "correct-horse").await;
            assert_eq!(error.kind(), ErrorKind::Connection, "{kind}: {error:?}");
            assert!(error.to_string().contains("does not support TLS"), "{kind}: {error}");
            assert!(error.hint().is_some(), "{kind}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_password_that_must_be_sent_itself_is_not_sent_in_the_clear() {
    let Some(server) = TestDatabase::server_with_passwords(ServerKind::MySql) else { return };
    let error = refusal(&format!("{}?ssl-mode=DISABLED", server.url()), "correct-horse").await;
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error:?}");
    assert!(error.to_string().contains("not encrypted"), "{error}");
    assert!(error.hint().unwrap_or_default().contains("ssl-mode=VERIFY_IDENTITY"), "{error:?}");
    // Now the server knows the user, and asks for a proof only.
    connect(&format!("{}?ssl-mode=REQUIRED", server.url())).await.unwrap().close().await;
    connect(&format!("{}?ssl-mode=DISABLED", server.url())).await.unwrap().close().await;
}
