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
    let Some(server) = TestDatabase::server_with_passwords(ServerKind::Postgres) else { return };
    let right = server.url();
    let (user, rest) = right.split_once("://postgres:").and_then(|(_, rest)| rest.split_once('@')).unwrap();
    connect(right).await.expect("the right password opens").close().await;

    for (url, secret) in [
        (format!("postgres://postgres:not-{user}@{rest}"), format!("not-{user}")),
        (format!("postgres://nobody_here:{user}@{rest}"), user.to_owned()),
        (format!("postgres://{rest}?user=postgres&password=wr0ng"), "wr0ng".to_owned()),
    ] {
        let error = connect(&url).await.expect_err("the server demands a password");
        assert_eq!(error.kind(), ErrorKind::Authentication, "{error:?}");
        assert!(!shown(&error).contains(&secret), "{}", shown(&error));
    }
    let none = connect(&format!("postgres://postgres@{rest}")).await.expect_err("no password");
    assert_eq!(none.kind(), ErrorKind::Authentication, "{none:?}");
}

#[tokio::test]
async fn a_server_that_is_down_is_told_at_once() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let begin = Instant::now();
    let error =
        connect(&format!("postgres://ann:s3cret@127.0.0.1:{port}/books")).await.expect_err("nobody listens");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert!(begin.elapsed() < Duration::from_secs(5), "it took {:?}", begin.elapsed());
    assert!(shown(&error).contains("127.0.0.1") && !shown(&error).contains("s3cret"), "{}", shown(&error));
}
