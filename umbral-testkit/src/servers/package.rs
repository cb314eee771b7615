//! The distribution's own package of a server.

use super::Machine;
use std::process::{Command, Stdio};

/// Installs a package, when this program runs as root.
///
/// # Errors
/// The reason, for a message.
pub(super) fn install(machine: &Machine, package: &str) -> Result<(), String> {
    if !machine.is_root() {
        return Err(format!("package {package} not installed: not root"));
    }
    let Some(apt) = machine.program("apt-get") else {
        return Err(format!("package {package} not installed: no apt-get"));
    };
    for arguments in [&["update", "-q"][..], &["install", "-q", "-y", "--no-install-recommends", package]] {
        let output = Command::new(&apt)
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{}: {error}", apt.display()))?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            let last = errors.lines().last().unwrap_or("no message").to_owned();
            return Err(format!("apt-get {} failed: {last}", arguments.join(" ")));
        }
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::servers::private::new_folder;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn root_installs_and_others_say_why_not() {
        let folder = new_folder("package").unwrap();
        let (apt, calls) = (folder.join("apt-get"), folder.join("calls"));
        let script =
            format!("#!/bin/sh\necho \"$DEBIAN_FRONTEND $@\" >> {}\n[ \"$5\" != broken ]\n", calls.display());
        std::fs::write(&apt, script).unwrap();
        std::fs::set_permissions(&apt, std::fs::Permissions::from_mode(0o755)).unwrap();
        let machine = Machine { program_folders: vec![folder.clone()], ..Machine::default() };
        if machine.is_root() {
            assert_eq!(install(&machine, "server"), Ok(()));
            let expected = "noninteractive update -q\n\
                            noninteractive install -q -y --no-install-recommends server\n";
            assert_eq!(std::fs::read_to_string(&calls).unwrap(), expected);
            let failed = install(&machine, "broken").unwrap_err();
            assert!(failed.ends_with("failed: no message"), "{failed}");
            let none = install(&Machine::default(), "server").unwrap_err();
            assert_eq!(none, "package server not installed: no apt-get");
        } else {
            assert_eq!(install(&machine, "server").unwrap_err(), "package server not installed: not root");
            assert!(!calls.exists());
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
