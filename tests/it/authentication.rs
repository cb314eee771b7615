//! Who may connect.

use std::time::{Duration, Instant};
use umbral::backend::{BackendRegistry, DatabaseUrl, Driver, PoolOptions};
use umbral::{Error, ErrorKind};
use umbral_testkit::TestDatabase;
use umbral_testkit::servers::ServerKind;

async fn connect(url: &str) -> Result<Box<dyn Driver>, Error> {
    let registry = BackendRegistry::built_in();
    let url = DatabaseUrl::parse(url).unwrap();
    registry.detect(&url).unwrap().connect(&url, &PoolOptions::default()).await
}

fn shown(error: &Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text.push_str(&format!(" {error} {error:?}"));
        source = error.source();
    }
    text
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_no_password_shows() {
    for kind in ServerKind::ALL {
        let Some(server) = TestDatabase::server_with_passwords(*kind) else { continue };
        let right = server.url();
        let (scheme, user, secret, rest) = parts(right);
        connect(right).await.expect("the right password opens").close().await;

        for (user, wrong) in [(user, format!("not-{secret}")), ("nobody_here", secret.to_owned())] {
            let error = connect(&format!("{scheme}://{user}:{wrong}@{rest}")).await;
            let error = error.expect_err("the server demands a password");
            assert_eq!(error.kind(), ErrorKind::Authentication, "{kind}: {error:?}");
            assert!(!shown(&error).contains(&wrong), "{kind}: {}", shown(&error));
        }
        let none = connect(&format!("{scheme}://{user}@{rest}")).await.expect_err("no password");
        assert_eq!(none.kind(), ErrorKind::Authentication, "{kind}: {none:?}");
    }
}

#[tokio::test]
async fn a_password_among_the_parameters_is_one_too() {
    let Some(server) = TestDatabase::server_with_passwords(ServerKind::Postgres) else { return };
    let (scheme, user, _, rest) = parts(server.url());
    let error = connect(&format!("{scheme}://{rest}?user={user}&password=wr0ng")).await;
    let error = error.expect_err("the server demands a password");
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error:?}");
    assert!(!shown(&error).contains("wr0ng"), "{}", shown(&error));
}

/// Scheme, user, password, and what follows.
fn parts(url: &str) -> (&str, &str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (who, rest) = rest.split_once('@').unwrap();
    let (user, secret) = who.split_once(':').unwrap();
    (scheme, user, secret, rest)
}

#[tokio::test]
async fn a_server_that_is_down_is_told_at_once() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for scheme in ["postgres", "mariadb", "mysql"] {
        let begin = Instant::now();
        let url = format!("{scheme}://ann:s3cret@127.0.0.1:{port}/books");
        let error = connect(&url).await.expect_err("nobody listens");
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
        assert!(begin.elapsed() < Duration::from_secs(5), "it took {:?}", begin.elapsed());
        assert!(
            shown(&error).contains("127.0.0.1") && !shown(&error).contains("s3cret"),
            "{}",
            shown(&error)
        );
    }
}
