//! The running server: spawned, watched, started again when it dies, and stopped.
//!
//! One thread does all of this, for two reasons: the kernel ends PostgreSQL when the *thread* that
//! forked it ends, so that one must live as long as the server; and the only owner of the child
//! can neither miss its death nor signal a pid that has passed to another process.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    process::{Child, ExitStatus},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    cluster::Cluster,
    error::{Result, Trying, last_words},
    process,
};

const POLL_START: Duration = Duration::from_millis(5);
const POLL_EXIT: Duration = Duration::from_millis(50);
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_LAST: Duration = Duration::from_secs(1);
const FOR_OLD_BACKENDS_TO_END: Duration = Duration::from_secs(30);
const UNTIL_A_SLOW_START_IS_TOLD: Duration = Duration::from_secs(5);
const A_SHORT_LIFE: Duration = Duration::from_secs(1);
const FOR_A_CLEAN_STOP: Duration = Duration::from_secs(60);
const FOR_AN_IMMEDIATE_STOP: Duration = Duration::from_secs(10);

/// A PostgreSQL server, kept running until this is stopped or dropped.
#[derive(Debug)]
pub(super) struct Postmaster {
    run: Option<Run>,
}

#[derive(Debug)]
struct Run {
    /// Nothing is sent; the thread stops PostgreSQL when this is dropped.
    until: Sender<()>,
    thread: JoinHandle<()>,
}

impl Postmaster {
    /// Starts the server, and returns when it is ready.
    pub fn start(cluster: Cluster) -> Result<Postmaster> {
        let home = cluster.home().clone();
        let (until, stop) = mpsc::channel();
        let (tell, started) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || Keeper { cluster, stop }.keep(&tell))
            .trying(|| "start a thread".to_owned())?;
        let postmaster = Postmaster { run: Some(Run { until, thread }) };
        let vanished = |_| home.failed("postgres", "its thread ended".to_owned());
        started.recv().map_err(vanished)??;
        Ok(postmaster)
    }

    /// Stops the server, and returns when it has ended.
    pub fn stop(&mut self) {
        let Some(Run { until, thread }) = self.run.take() else {
            return;
        };
        drop(until);
        if thread.join().is_err() {
            log::error!("the thread that kept PostgreSQL running has failed");
        }
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What the thread owns.
struct Keeper {
    cluster: Cluster,
    stop: Receiver<()>,
}

impl Keeper {
    fn keep(&self, tell: &Sender<Result<()>>) {
        let first = self.launch();
        let (outcome, server) = match first {
            Ok(server) => (Ok(()), server),
            Err(e) => (Err(e), None),
        };
        let listening = tell.send(outcome).is_ok();
        let Some(mut server) = server.filter(|_| listening) else {
            return;
        };
        let mut pause = RETRY_FIRST;
        let mut born = Instant::now();
        while let Some(status) = self.watch(&mut server) {
            log::warn!("PostgreSQL ended unexpectedly ({status}): starting it again");
            if born.elapsed() > A_SHORT_LIFE {
                pause = RETRY_FIRST;
            }
            let Some(next) = self.launch_again(&mut pause) else {
                return;
            };
            server = next;
            born = Instant::now();
            log::warn!("PostgreSQL runs again");
        }
        self.shut_down(&mut server);
    }

    /// Is it time to stop? Waits so long for an answer.
    fn told_to_stop(&self, wait: Duration) -> bool {
        self.stop.recv_timeout(wait) != Err(RecvTimeoutError::Timeout)
    }

    /// Watches the server until it ends by itself, or until we are told to stop it.
    fn watch(&self, server: &mut Child) -> Option<ExitStatus> {
        while !self.told_to_stop(POLL_EXIT) {
            if let Ok(Some(status)) = server.try_wait() {
                return Some(status);
            }
        }
        None
    }

    /// Launches until it succeeds, ever more slowly, or until we are told to stop.
    fn launch_again(&self, pause: &mut Duration) -> Option<Child> {
        while !self.told_to_stop(*pause) {
            *pause = (*pause * 2).min(RETRY_LAST);
            match self.launch() {
                Ok(server) => return server,
                Err(e) => log::error!("cannot start PostgreSQL again: {e}"),
            }
        }
        None
    }

    /// Starts the server, and returns when it is ready or, without it, when we are told to stop.
    fn launch(&self) -> Result<Option<Child>> {
        let home = self.cluster.home();
        let started = Instant::now();
        loop {
            self.cluster.reclaim()?;
            let mut log = home.account.open_file(&home.log_path())?;
            let reading = || format!("use {}", home.log_path().display());
            let before = log.seek(SeekFrom::End(0)).trying(reading)?;
            let mut server = self.spawn(&log)?;
            if self.become_ready(&mut server)? {
                return Ok(Some(server));
            }
            let Some(status) = server.try_wait().trying(|| "wait for postgres".to_owned())? else {
                self.shut_down(&mut server);
                return Ok(None);
            };
            let mut said = Vec::new();
            log.seek(SeekFrom::Start(before)).trying(reading)?;
            log.read_to_end(&mut said).trying(reading)?;
            let said = String::from_utf8_lossy(&said);
            let old_backends = said.contains("pre-existing shared memory block");
            if !old_backends || started.elapsed() > FOR_OLD_BACKENDS_TO_END {
                let log = home.log_path();
                let reason = format!("{status}, {} (see {})", last_words(&said), log.display());
                return Err(home.failed("postgres", reason));
            }
            self.cluster.end_old_backends();
            if self.told_to_stop(RETRY_FIRST) {
                return Ok(None);
            }
        }
    }

    fn spawn(&self, log: &File) -> Result<Child> {
        let mut postgres = self.cluster.postgres();
        process::parent_bound(&mut postgres, libc::SIGINT);
        let name = self.cluster.home().account.name();
        let mut spawn = || {
            postgres.stdout(log.try_clone()?).stderr(log.try_clone()?);
            postgres.spawn()
        };
        spawn().trying(|| format!("run postgres as {name}"))
    }

    /// Waits until the server is ready; false when it has ended or we are told to stop.
    fn become_ready(&self, server: &mut Child) -> Result<bool> {
        let mut told_at = Instant::now() + UNTIL_A_SLOW_START_IS_TOLD;
        while server.try_wait().trying(|| "wait for postgres".to_owned())?.is_none() {
            if self.cluster.is_served_by(pid_of(server)) {
                return Ok(true);
            }
            if self.told_to_stop(POLL_START) {
                return Ok(false);
            }
            if Instant::now() > told_at {
                let log = self.cluster.home().log_path();
                log::info!("PostgreSQL is still starting, perhaps recovering: see {}", log.display());
                told_at += UNTIL_A_SLOW_START_IS_TOLD * 6;
            }
        }
        Ok(false)
    }

    fn shut_down(&self, server: &mut Child) {
        let fast = (libc::SIGINT, FOR_A_CLEAN_STOP);
        let immediate = (libc::SIGQUIT, FOR_AN_IMMEDIATE_STOP);
        let steps = if self.cluster.is_disposable() { vec![immediate] } else { vec![fast, immediate] };
        for (number, patience) in steps {
            process::signal(pid_of(server), number);
            let started = Instant::now();
            while started.elapsed() < patience {
                match server.try_wait() {
                    Ok(None) => thread::sleep(POLL_START),
                    Ok(Some(_)) | Err(_) => return,
                }
            }
            log::warn!("PostgreSQL has not stopped for {} s", patience.as_secs());
        }
        if let Err(e) = server.kill().and_then(|()| server.wait()) {
            log::error!("cannot end PostgreSQL (pid {}): {e}", server.id());
        }
    }
}

fn pid_of(child: &Child) -> i32 {
    child.id().cast_signed()
}
