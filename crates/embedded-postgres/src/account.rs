//! Which account runs PostgreSQL: PostgreSQL refuses root, and maqal in a container often is root.

#![expect(unsafe_code, reason = "accounts are asked for by libc alone")]

use std::{
    ffi::CStr,
    fs,
    io::{self, Write},
    mem::MaybeUninit,
    os::unix::{
        fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown},
        process::CommandExt,
    },
    path::Path,
    process::{Command, Stdio},
};

use super::error::{Error, Result, Trying};

/// The account that owns the cluster and runs `initdb` and `postgres`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
    name: String,
    /// Are we root, who must become this account first?
    switch: bool,
}

impl Account {
    /// Ourselves; but as root the owner of `cluster`, where there is one, else `postgres` or `nobody`.
    pub fn choose(cluster: Option<&Path>) -> Result<Account> {
        let uid = effective_uid();
        if uid != 0 {
            // SAFETY: it reads an id of the process and cannot fail.
            let gid = unsafe { libc::getegid() };
            return Ok(Account { uid, gid, name: format!("uid {uid}"), switch: false });
        }
        if let Some(owner) = cluster.and_then(|dir| fs::metadata(dir).ok())
            && owner.uid() != 0
        {
            let name = format!("uid {}", owner.uid());
            return Ok(Account { uid: owner.uid(), gid: owner.gid(), name, switch: true });
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"].into_iter().find_map(|name| from_passwd(&passwd, name)).ok_or(Error::NoAccount)
    }

    /// How messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Is it an account that we, being root, must change to?
    pub fn is_another(&self) -> bool {
        self.switch
    }

    /// A program run as this account, in a directory that it can enter, deaf to our environment:
    /// variables such as PGPORT would change what it does.
    pub fn command(&self, program: &Path, cwd: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs([("PATH", "/usr/bin:/bin"), ("LC_ALL", "C"), ("TZ", "UTC")])
            .env("HOME", cwd)
            .current_dir(cwd)
            .stdin(Stdio::null());
        if self.switch {
            // Setting the uid as root also clears the supplementary groups.
            command.gid(self.gid).uid(self.uid);
        }
        command
    }

    /// Can it walk to this existing, canonical directory? Root's home, for one, is usually closed.
    pub fn reaches(&self, dir: &Path) -> bool {
        !self.switch
            || dir.ancestors().all(|step| {
                fs::metadata(step).is_ok_and(|meta| self.may_enter(meta.uid(), meta.gid(), meta.mode()))
            })
    }

    fn may_enter(&self, owner: u32, group: u32, mode: u32) -> bool {
        let bit = match () {
            () if owner == self.uid => 0o100,
            () if group == self.gid => 0o010,
            () => 0o001,
        };
        mode & bit != 0
    }

    /// Makes `dir` this account's own and nobody else's, or refuses one that is not.
    pub fn make_private_dir(&self, dir: &Path) -> Result<()> {
        let not_private = || Error::NotPrivate { path: dir.to_owned(), account: self.name.clone() };
        match fs::DirBuilder::new().mode(0o700).create(dir) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            done => done.trying(|| format!("create {}", dir.display()))?,
        }
        // What is looked at is what is given away, whatever takes its name meanwhile: not a link that root would follow.
        let flags = libc::O_DIRECTORY | libc::O_NOFOLLOW;
        let opened = match fs::OpenOptions::new().read(true).custom_flags(flags).open(dir) {
            Err(e) if matches!(e.raw_os_error(), Some(libc::ENOTDIR | libc::ELOOP | libc::EACCES)) => {
                return Err(not_private());
            }
            opened => opened.trying(|| format!("open {}", dir.display()))?,
        };
        let found = opened.metadata().trying(|| format!("look at {}", dir.display()))?;
        if found.mode() & 0o077 != 0 {
            return Err(not_private());
        }
        match found.uid() {
            uid if uid == self.uid => Ok(()),
            // Root's own: made just now, or by a start that was killed right here.
            0 if self.switch => fchown(&opened, Some(self.uid), Some(self.gid))
                .trying(|| format!("give {} to {}", dir.display(), self.name)),
            _ => Err(not_private()),
        }
    }

    /// Opens a file for reading and appending, and makes it this account's own, so that the same
    /// directory works when the account itself runs maqal next time.
    pub fn open_file(&self, path: &Path) -> Result<fs::File> {
        let open = || {
            let file = fs::OpenOptions::new()
                .read(true)
                .append(true)
                .create(true)
                .mode(0o600)
                .custom_flags(libc::O_NOFOLLOW)
                .open(path)?;
            if self.switch && file.metadata()?.uid() == 0 {
                fchown(&file, Some(self.uid), Some(self.gid))?;
            }
            Ok(file)
        };
        open().trying(|| format!("open {}", path.display()))
    }

    /// Puts a file of this account's own in the place of another, whatever that is: the account may have made it a
    /// link, which root must not follow.
    pub fn replace_file(&self, path: &Path, text: &str) -> Result<()> {
        let new = path.with_extension("maqal");
        let replace = || {
            match fs::remove_file(&new) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
            let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
            file.write_all(text.as_bytes())?;
            if self.switch {
                fchown(&file, Some(self.uid), Some(self.gid))?;
            }
            fs::rename(&new, path)
        };
        replace().trying(|| format!("write {}", path.display()))
    }
}

/// The names that the system has for us and for root, of whom one may be the other.
pub(super) fn own_names() -> Result<Vec<String>> {
    let uid = effective_uid();
    let own = name_of(uid).ok_or(Error::Nameless(uid))?;
    let root = name_of(0).filter(|root| *root != own);
    Ok([Some(own), root].into_iter().flatten().collect())
}

/// The name of an account, as PostgreSQL looks it up: not in the file alone.
fn name_of(uid: u32) -> Option<String> {
    let mut buffer = vec![0; 16 << 10];
    let mut entry = MaybeUninit::<libc::passwd>::uninit();
    let mut found = std::ptr::null_mut();
    // SAFETY: all it writes to is ours and as long as it is told; `found` is null, or points to `entry`, whose texts
    // are in the buffer.
    unsafe {
        libc::getpwuid_r(uid, entry.as_mut_ptr(), buffer.as_mut_ptr(), buffer.len(), &raw mut found);
        let name = CStr::from_ptr(found.as_ref()?.pw_name);
        name.to_str().ok().map(str::to_owned)
    }
}

/// Who we are, as far as permissions go.
pub(super) fn effective_uid() -> u32 {
    // SAFETY: it reads an id of the process and cannot fail.
    unsafe { libc::geteuid() }
}

/// The account of that name. Read from the file, as `getpwnam` is not safe beside other threads.
fn from_passwd(passwd: &str, name: &str) -> Option<Account> {
    let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    let uid = fields.next()?.parse().ok().filter(|uid| *uid != 0)?;
    let gid = fields.next()?.parse().ok()?;
    Some(Account { uid, gid, name: name.to_owned(), switch: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0::/root:/bin/sh\n\
        postgresql:x:7:7::/:/bin/sh\n\
        postgres:x:101:104:admin,,,:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn we_have_a_name_and_root_has_one() {
        let names = own_names().expect("names");
        assert!(names.contains(&"root".to_owned()));
        assert_eq!(names.len(), if effective_uid() == 0 { 1 } else { 2 });
        assert_eq!(name_of(u32::MAX - 7), None);
    }

    #[test]
    fn passwd_is_searched_for_the_whole_name() {
        let account = from_passwd(PASSWD, "postgres").map(|a| (a.uid, a.gid));
        assert_eq!(account, Some((101, 104)));
        assert_eq!(from_passwd(PASSWD, "nobody"), None);
        assert_eq!(from_passwd(PASSWD, "root"), None);
    }

    #[test]
    fn a_directory_that_is_a_link_or_open_to_others_is_not_private() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let ours = Account {
            uid: effective_uid(),
            // SAFETY: it reads an id of the process and cannot fail.
            gid: unsafe { libc::getegid() },
            name: "us".to_owned(),
            switch: false,
        };
        let root = std::env::temp_dir().join(format!("maqal-account-{}", std::process::id()));
        fs::create_dir_all(&root).expect("a directory");
        let (dir, link, file) = (root.join("dir"), root.join("link"), root.join("file"));
        ours.make_private_dir(&dir).expect("made");
        ours.make_private_dir(&dir).expect("there already");
        symlink(&dir, &link).expect("a link");
        fs::write(&file, "").expect("a file");
        assert!(matches!(ours.make_private_dir(&link), Err(Error::NotPrivate { .. })));
        assert!(matches!(ours.make_private_dir(&file), Err(Error::NotPrivate { .. })));
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o750)).expect("ours");
        assert!(matches!(ours.make_private_dir(&dir), Err(Error::NotPrivate { .. })));
        fs::remove_dir_all(&root).expect("ours");
    }

    #[test]
    fn the_first_matching_class_decides() {
        let account = from_passwd(PASSWD, "postgres").expect("it is in the list");
        assert!(account.may_enter(0, 0, 0o755));
        assert!(!account.may_enter(0, 0, 0o700));
        assert!(account.may_enter(0, 104, 0o710));
        assert!(!account.may_enter(101, 104, 0o077));
    }
}
