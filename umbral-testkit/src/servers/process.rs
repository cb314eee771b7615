//! Whom a server's process runs as, and what it is cut off from.

use super::Machine;
use std::path::Path;
use std::process::Command;

/// Whom a server runs as that refuses to be root, and who owns its folder then.
pub(super) fn account(
    machine: &Machine,
    folder: &Path,
    names: &[&str],
) -> Result<Option<(u32, u32)>, String> {
    if !machine.is_root() {
        return Ok(None);
    }
    let account = machine.account(names).ok_or_else(|| {
        format!("no user `{}` to run the server as, which refuses to be root", names.join("` or `"))
    })?;
    give(folder, account).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(Some(account))
}

#[cfg(unix)]
pub(super) fn run_as(command: &mut Command, account: Option<(u32, u32)>) {
    use std::os::unix::process::CommandExt;
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
}

#[cfg(not(unix))]
pub(super) fn run_as(_: &mut Command, _: Option<(u32, u32)>) {}

#[cfg(unix)]
fn give(folder: &Path, (user, group): (u32, u32)) -> std::io::Result<()> {
    std::os::unix::fs::chown(folder, Some(user), Some(group))
}

#[cfg(not(unix))]
fn give(_: &Path, _: (u32, u32)) -> std::io::Result<()> {
    Ok(())
}

/// A process group of its own, so that an interrupt from the keyboard does not reach it.
#[cfg(unix)]
pub(super) fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
pub(super) fn own_group(_: &mut Command) {}

/// Writes a file that belongs to the server's process and to nobody else.
#[cfg(unix)]
pub(super) fn write_for(file: &Path, text: &str, account: Option<(u32, u32)>) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(file)?.write_all(text.as_bytes())?;
    account.map_or(Ok(()), |account| give(file, account))
}

#[cfg(not(unix))]
pub(super) fn write_for(file: &Path, text: &str, _: Option<(u32, u32)>) -> std::io::Result<()> {
    std::fs::write(file, text)
}
