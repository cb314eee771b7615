use super::*;
use std::collections::BTreeMap;
use std::net::TcpStream;
use std::path::PathBuf;

fn address(url: &str) -> String {
    url.rsplit('@').next().and_then(|rest| rest.split('/').next()).unwrap().to_owned()
}

#[test]
fn an_explicit_url_comes_first() {
    let variables = BTreeMap::from([("UMBRAL_TEST_POSTGRES_URL".to_owned(), "postgres://db/x".to_owned())]);
    let machine = Machine { variables, ..Machine::default() };
    let server = find(ServerKind::Postgres, &machine).unwrap();
    assert_eq!(server.url(), "postgres://db/x");
    assert!(matches!(server, Server::Given(_)));
}

#[test]
fn a_machine_without_anything_gives_the_reason_of_each_way() {
    let machine = Machine { version_folders: vec![PathBuf::from("versions")], ..Machine::default() };
    let unavailable = find(ServerKind::Postgres, &machine).unwrap_err();
    let message = unavailable.to_string();
    assert!(
        message.starts_with("postgres: no server programs (initdb, pg_ctl, postgres) in PATH or versions; ")
    );
    assert!(message.contains("package postgresql not installed: "), "{message}");
    assert!(message.ends_with("no container engine (docker, podman)"), "{message}");
}

#[test]
fn a_private_cluster_answers_until_it_is_dropped() {
    let machine = Machine::this();
    if ServerKind::Postgres.programs(&machine).is_err() {
        // Where there are no programs, whatever else gives a server is started by `find` in the tests that use it.
        assert!(start_with_passwords(ServerKind::Postgres, &machine, None).is_err());
        return;
    }
    let folder = private::new_folder("cluster").unwrap();
    let server = start_private(ServerKind::Postgres, &machine, &folder, private::NO_GRACE).unwrap();
    assert!(server.url().starts_with("postgres://postgres@127.0.0.1:"));
    let address = address(server.url());
    TcpStream::connect(&address).unwrap();
    drop(server);
    assert!(TcpStream::connect(&address).is_err());
    assert!(!folder.exists());
}
