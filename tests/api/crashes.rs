//! What was answered 201 is there, whatever is killed.

use std::{
    fs,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::support::{DataDir, Request, Said, Serving, article, eventually, maqal, signal};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Victim {
    Maqal,
    Postmaster,
    Both,
}

fn on(dir: &DataDir, arguments: &[&str]) -> Command {
    let mut command = maqal(arguments);
    command.arg("--data-dir").arg(dir.path());
    command
}

/// Posts articles until the service is gone or the stream is to end, and notes
/// those that were answered 201.
fn post_on(url: &str, key: &str, stored: &Mutex<Vec<String>>, end: &AtomicBool) {
    while !end.load(Ordering::Relaxed) {
        let request = Request::new("POST", url.to_owned()).key(key).json(&article("خبر"));
        let Ok(response) = request.try_send() else { return };
        match response.status {
            201 => stored.lock().expect("the list").push(response.header("location").to_owned()),
            // PostgreSQL was killed under it.
            503 => {}
            _ => panic!("{}", response.text()),
        }
    }
}

/// Kills in the middle of a stream of articles.
fn round(dir: &DataDir, key: &str, victim: Victim, stored: &Mutex<Vec<String>>) {
    let serving = Serving::by(on(dir, &["serve"]));
    for path in stored.lock().expect("the list").iter() {
        assert_eq!(serving.get(path).status, 200, "{path} was answered 201 and is gone");
    }
    let url = format!("http://{}/v1/articles", serving.address());
    let end = AtomicBool::new(false);
    let so_far = || stored.lock().expect("the list").len();
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| post_on(&url, key, stored, &end));
        }
        let start = so_far();
        eventually("a stream of articles flows", || so_far() >= start + 15);
        let postmaster = dir.postmaster().expect("there is a postmaster");
        if victim != Victim::Postmaster {
            signal(serving.pid(), libc::SIGKILL);
        }
        if victim != Victim::Maqal {
            signal(postmaster, libc::SIGKILL);
        }
        if victim == Victim::Postmaster {
            eventually("another postmaster is there", || {
                dir.postmaster().is_some_and(|pid| pid != postmaster)
            });
            let start = so_far();
            eventually("the stream flows again", || so_far() >= start + 15);
        }
        end.store(true, Ordering::Relaxed);
    });
}

#[test]
fn no_article_that_was_answered_201_is_lost() {
    let dir = DataDir::new();
    let key = Said::by(on(&dir, &["keys", "create", "--role", "editor", "--name", "stream"])).ok();
    let stored = Mutex::default();
    for victim in [Victim::Maqal, Victim::Postmaster, Victim::Both, Victim::Both, Victim::Maqal] {
        round(&dir, key.trim(), victim, &stored);
    }
    let serving = Serving::by(on(&dir, &["serve"]));
    for path in stored.lock().expect("the list").iter() {
        assert_eq!(serving.get(path).status, 200, "{path} was answered 201 and is gone");
    }
    let log = fs::read_to_string(dir.path().join("postgres.log")).expect("PostgreSQL's log");
    assert!(log.contains("database system was not properly shut down"), "nothing crashed");
}
