//! Which PostgreSQL to run: the one named, the system's, or one that is fetched.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Options,
    account::Account,
    error::{Error, Result, last_words},
    fetch,
    home::Home,
};

/// Where distributions keep a directory for each major version: parent, prefix of the name,
/// and the directory of the programs in it.
const VERSIONED: [(&str, &str, &str); 6] = [
    ("/usr", "pgsql-", "bin"),
    ("/usr/libexec", "postgresql", ""),
    ("/usr/lib", "postgresql", "bin"),
    ("/usr/local/lib/postgresql", "", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
];

/// A directory that holds `initdb` and `postgres`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub dir: PathBuf,
    pub major: u32,
}

impl Binaries {
    /// The programs for this home: those whose major version wrote its data, where there is any.
    pub fn find(options: &Options, home: &Home) -> Result<Binaries> {
        let majors = home.majors();
        if let Some(dir) = &options.bin_dir {
            let named = Binaries::inspect(dir, &home.account)
                .map_err(|reason| Error::BinDir { dir: dir.clone(), reason })?;
            return choose(&majors, &[named], home);
        }
        let system = if options.search_system { system_dirs() } else { Vec::new() };
        let mut found = Vec::new();
        for dir in system.into_iter().chain(fetch::fetched()) {
            let Ok(binaries) = Binaries::inspect(&dir, &home.account) else {
                continue;
            };
            if majors.is_empty() || majors.contains(&binaries.major) {
                return Ok(binaries);
            }
            found.push(binaries);
        }
        if majors.is_empty() || majors.contains(&fetch::MAJOR) {
            let fetched = fetch::fetch()
                .and_then(|dir| Binaries::inspect(&dir, &home.account))
                .map_err(Error::NoBinaries)?;
            found.push(fetched);
        }
        choose(&majors, &found, home)
    }

    /// Asks the programs for their version, as the account that will run them.
    fn inspect(dir: &Path, account: &Account) -> std::result::Result<Binaries, String> {
        // A link in PATH leads to a directory that holds the other programs too.
        let postgres = dir.join("postgres").canonicalize().map_err(|e| format!("postgres: {e}"))?;
        let dir = postgres.parent().unwrap_or(dir).to_owned();
        if !dir.join("initdb").is_file() {
            return Err("initdb is not beside postgres".to_owned());
        }
        let output = account
            .command(&postgres, Path::new("/"))
            .arg("--version")
            .output()
            .map_err(|e| format!("postgres cannot run as {}: {e}", account.name()))?;
        let major = parse_major(&String::from_utf8_lossy(&output.stdout))
            .ok_or_else(|| last_words(&String::from_utf8_lossy(&output.stderr)))?;
        Ok(Binaries { dir, major })
    }
}

fn choose(majors: &[u32], found: &[Binaries], home: &Home) -> Result<Binaries> {
    let fitting = |b: &&Binaries| majors.is_empty() || majors.contains(&b.major);
    found.iter().find(fitting).cloned().ok_or_else(|| Error::OtherMajor {
        dir: home.dir.clone(),
        data: join(majors.iter().map(u32::to_string), " or "),
        found: match found {
            [] => "none".to_owned(),
            found => {
                let mut majors: Vec<u32> = found.iter().map(|b| b.major).collect();
                majors.sort_unstable();
                majors.dedup();
                format!("only {}", join(majors.iter().map(u32::to_string), " and "))
            }
        },
    })
}

fn join(words: impl Iterator<Item = String>, between: &str) -> String {
    words.collect::<Vec<_>>().join(between)
}

/// Directories of the system that may hold the programs, the best first.
#[expect(clippy::disallowed_methods, reason = "where the system has its programs is no setting of this one")]
fn system_dirs() -> Vec<PathBuf> {
    let mut dirs = versioned("/usr/lib/postgresql", "", "bin");
    dirs.extend(pg_config_bindir());
    dirs.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    dirs.extend(VERSIONED.iter().flat_map(|(parent, prefix, bin)| versioned(parent, prefix, bin)));
    dirs.extend(["/usr/local/pgsql/bin", "/opt/homebrew/bin", "/usr/local/bin"].map(PathBuf::from));
    dirs.retain(|dir| dir.join("postgres").is_file());
    dirs
}

fn versioned(parent: &str, prefix: &str, bin: &str) -> Vec<PathBuf> {
    let version = |name: &OsStr| name.to_str()?.strip_prefix(prefix)?.parse::<f32>().ok();
    let mut dirs: Vec<(f32, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((version(&entry.file_name())?, entry.path().join(bin))))
        .collect();
    dirs.sort_by(|a, b| b.0.total_cmp(&a.0));
    dirs.into_iter().map(|(_, dir)| dir).collect()
}

fn pg_config_bindir() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let dir = String::from_utf8(output.stdout).ok()?;
    (!dir.trim().is_empty()).then(|| PathBuf::from(dir.trim()))
}

/// `15` of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `18` of `… 18beta1`.
fn parse_major(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL) ")?.1;
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_is_read_from_every_form_of_version() {
        let debian = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
        assert_eq!(parse_major(debian), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(parse_major("postgres (PostgreSQL) 17\n"), Some(17));
        assert_eq!(parse_major("bash: postgres: not found"), None);
    }

    #[test]
    fn data_of_another_major_is_never_passed_over() {
        let account = Account::choose(None).expect("an account");
        let home = Home { dir: "/srv/news".into(), account };
        let at = |major: u32| Binaries { dir: format!("/pg/{major}").into(), major };
        assert_eq!(choose(&[], &[at(16), at(15)], &home).ok(), Some(at(16)));
        assert_eq!(choose(&[15], &[at(16), at(15)], &home).ok(), Some(at(15)));
        let refusal = choose(&[14], &[at(16), at(16)], &home).err().map(|e| e.to_string());
        let refusal = refusal.unwrap_or_default();
        let told = "/srv/news holds data of PostgreSQL 14, and here is only 16: ";
        assert!(refusal.starts_with(told) && refusal.contains("--postgres-bin"), "{refusal}");
        assert!(include_str!("../../../README.md").contains("### Data of another PostgreSQL"));
    }
}
