//! The machine that tests run on, as a value, so that what is on it can be made up.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the search for servers looks at.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    /// The environment's variables.
    pub variables: BTreeMap<String, String>,
    /// The folders that programs are looked for in, in order.
    pub program_folders: Vec<PathBuf>,
    /// Folders whose subfolders hold one version of a server each, `15/bin` among them.
    pub version_folders: Vec<PathBuf>,
    /// The text of the user database, `/etc/passwd`.
    pub users: String,
    /// A folder in memory, if the machine has one.
    pub memory: Option<PathBuf>,
}

/// What a server's data takes, and some of it more than once, in units of 1,024 bytes.
const ROOM_KIB: u64 = 3 << 20;

impl Machine {
    /// The machine that this program runs on.
    pub fn this() -> Machine {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut program_folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        // Where servers are installed, which users' paths often leave out.
        program_folders.extend(["/usr/sbin", "/usr/local/sbin", "/usr/libexec"].map(PathBuf::from));
        Machine {
            variables: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
            program_folders,
            version_folders: vec![PathBuf::from("/usr/lib/postgresql"), PathBuf::from("/usr/pgsql")],
            users: std::fs::read_to_string("/etc/passwd").unwrap_or_default(),
            memory: Some(PathBuf::from("/dev/shm")),
        }
    }

    /// An environment variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).filter(|value| !value.is_empty()).cloned()
    }

    /// The first program of this name.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        self.program_folders.iter().map(|folder| folder.join(name)).find(|program| program.is_file())
    }

    /// The folder in which all of these programs are: one of the program folders, or that of the newest version.
    pub fn folder_with(&self, programs: &[&str]) -> Option<PathBuf> {
        let complete = |folder: &Path| programs.iter().all(|program| folder.join(program).is_file());
        let listed = self.program_folders.iter().find(|folder| complete(folder));
        listed.cloned().or_else(|| self.versions().into_iter().rev().find(|folder| complete(folder)))
    }

    /// The `bin` folders of all versions, the oldest first.
    fn versions(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in
            self.version_folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten()
        {
            let version: Option<u32> = entry.file_name().to_str().and_then(|name| name.parse().ok());
            found.extend(version.map(|version| (version, entry.path().join("bin"))));
        }
        found.sort();
        found.into_iter().map(|(_, folder)| folder).collect()
    }

    /// The folder in memory, where there is one with room for a server's data: containers often have one of 64 MiB.
    pub fn memory_folder(&self) -> Option<PathBuf> {
        let folder = self.memory.clone().filter(|folder| folder.is_dir())?;
        let output = Command::new(self.program("df")?).args(["-P", "-k"]).arg(&folder).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let free: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
        (free >= ROOM_KIB).then_some(folder)
    }

    /// User and group number of the first of these users that exists.
    pub fn account(&self, names: &[&str]) -> Option<(u32, u32)> {
        names.iter().find_map(|name| {
            let line = self.users.lines().find(|line| line.split(':').next() == Some(name))?;
            let mut fields = line.split(':').skip(2);
            Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
        })
    }

    /// Whether this program runs as root. The owner of a file that it makes tells, without a system call of C's.
    pub fn is_root(&self) -> bool {
        owner_of_new_files() == Some(0)
    }
}

#[cfg(unix)]
fn owner_of_new_files() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let folder = super::private::new_folder("owner").ok()?;
    let owner = folder.metadata().ok().map(|metadata| metadata.uid());
    let _ = std::fs::remove_dir_all(folder);
    owner
}

#[cfg(not(unix))]
fn owner_of_new_files() -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::private::new_folder;

    #[test]
    fn the_newest_complete_version_is_taken_and_programs_in_the_path_come_first() {
        let root = new_folder("machine").unwrap();
        for (version, programs) in
            [("9", &["initdb", "postgres"][..]), ("15", &["initdb", "postgres"]), ("16", &["postgres"])]
        {
            let bin = root.join(version).join("bin");
            std::fs::create_dir_all(&bin).unwrap();
            programs.iter().for_each(|program| std::fs::write(bin.join(program), "").unwrap());
        }
        let mut machine = Machine { version_folders: vec![root.clone()], ..Machine::default() };
        let wanted = ["initdb", "postgres"];
        assert_eq!(machine.folder_with(&wanted), Some(root.join("15/bin")));
        machine.program_folders = vec![root.join("9/bin")];
        assert_eq!(machine.folder_with(&wanted), Some(root.join("9/bin")));
        assert_eq!(machine.folder_with(&["initdb", "mariadbd"]), None);
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_folder_in_memory_needs_room() {
        let folder = new_folder("memory").unwrap();
        let df = folder.join("df");
        let machine = Machine {
            program_folders: vec![folder.clone()],
            memory: Some(folder.clone()),
            ..Machine::default()
        };
        for (free, expected) in [(65_536, None), (8 << 20, Some(folder.clone()))] {
            let table = format!("Filesystem 1024-blocks Used Available\\ntmpfs 9 1 {free} 1% /x");
            std::fs::write(&df, format!("#!/bin/sh\nprintf '{table}\\n'\n")).unwrap();
            make_executable(&df);
            assert_eq!(machine.memory_folder(), expected);
        }
        assert_eq!(Machine::default().memory_folder(), None);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    fn make_executable(program: &Path) {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[cfg(not(unix))]
    fn make_executable(_: &Path) {}

    #[test]
    fn accounts_are_read_from_the_user_database() {
        let users = "root:x:0:0::/root:/bin/sh\npostgres:x:101:104:PostgreSQL:/:/bin/sh\n".to_owned();
        let machine = Machine { users, ..Machine::default() };
        assert_eq!(machine.account(&["postgres", "nobody"]), Some((101, 104)));
        assert_eq!(machine.account(&["nobody"]), None);
    }
}
