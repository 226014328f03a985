//! What the service does beside its requests to keep the database in order: each job in small transactions, on the
//! connection of the service's own work, so that no request waits for it.

use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use crate::{
    db::{Background, Db, idempotency},
    error::ApiResult,
    taxonomy::{LabelKind, counts},
};

/// A job: how often it is done, and a step of it, which goes on where the one before it came to, and tells of where it
/// came to itself if there may be more to do.
struct Job {
    name: &'static str,
    every: Duration,
    step: fn(&mut PgConnection, Option<Uuid>) -> QueryResult<Option<Uuid>>,
}

const JOBS: [Job; 3] = [
    // Lists by the number of articles are behind by so much: five seconds are promised.
    Job {
        name: "folding the counts of tags",
        every: Duration::from_secs(2),
        step: |connection, behind| counts::fold(connection, LabelKind::Tag, behind),
    },
    Job {
        name: "folding the counts of entities",
        every: Duration::from_secs(2),
        step: |connection, behind| counts::fold(connection, LabelKind::Entity, behind),
    },
    Job {
        name: "forgetting expired idempotency keys",
        every: Duration::from_secs(60),
        step: |connection, _| Ok(idempotency::forget_expired(connection)?.then(Uuid::nil)),
    },
];

/// How often it is looked whether a job is due.
const TICK: Duration = Duration::from_millis(500);

/// Does the jobs for as long as the service runs.
pub async fn keep(db: Db) {
    let mut due = [Instant::now(); JOBS.len()];
    let mut is_well = [true; JOBS.len()];
    loop {
        for ((job, due), is_well) in JOBS.iter().zip(&mut due).zip(&mut is_well) {
            if Instant::now() < *due {
                continue;
            }
            let result = finish(&db, job).await;
            *due = Instant::now() + job.every;
            // Once, and not again each time; of a database that takes no writes others speak.
            if let (Err(error), true) = (&result, *is_well)
                && !db.is_read_only().await.unwrap_or(false)
            {
                let cause = error.cause.as_deref().unwrap_or(&error.detail);
                log::warn!("{} has to wait: {cause}", job.name);
            }
            *is_well = result.is_ok();
        }
        sleep(TICK).await;
    }
}

async fn finish(db: &Db, job: &Job) -> ApiResult<()> {
    let step = job.step;
    let mut behind = None;
    loop {
        behind = db.write(&Background, move |connection| Ok(step(connection, behind)?)).await?;
        if behind.is_none() {
            return Ok(());
        }
    }
}
