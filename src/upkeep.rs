//! What the service does beside its requests to keep the database in order: each job in small transactions, on a
//! connection that no request waits for, nor they for what takes long.

use std::time::Duration;

use actix_web::rt::{self, time::sleep};
use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use crate::{
    db::{Background, Db, idempotency},
    error::ApiResult,
    taxonomy::{LabelKind, counts},
};

/// A job: how often it is done, and a step of it now, which goes on where the one before it came to, and tells of where it
/// came to itself if there may be more to do.
struct Job {
    name: &'static str,
    every: Duration,
    step: Step,
}

type Step = fn(&mut PgConnection, DateTime<Utc>, Option<Uuid>) -> QueryResult<Option<Uuid>>;

static JOBS: [Job; 3] = [
    // Lists by the number of articles are behind by so much: five seconds are promised.
    Job {
        name: "folding the counts of tags",
        every: Duration::from_secs(2),
        step: |connection, _, behind| counts::fold(connection, LabelKind::Tag, behind),
    },
    Job {
        name: "folding the counts of entities",
        every: Duration::from_secs(2),
        step: |connection, _, behind| counts::fold(connection, LabelKind::Entity, behind),
    },
    Job {
        name: "forgetting expired idempotency keys",
        every: Duration::from_secs(60),
        step: |connection, now, _| Ok(idempotency::forget_expired(connection, now)?.then(Uuid::nil)),
    },
];

/// Does the jobs for as long as the service runs, side by side: none waits until all steps of another are done.
pub fn keep(db: &Db) {
    for job in &JOBS {
        rt::spawn(keep_doing(db.clone(), job));
    }
}

async fn keep_doing(db: Db, job: &'static Job) {
    let mut is_well = true;
    loop {
        let result = finish(&db, job).await;
        // Once, and not again each time; of a database that takes no writes others speak.
        if let (Err(error), true) = (&result, is_well)
            && !db.is_read_only().await.unwrap_or(false)
        {
            let cause = error.cause.as_deref().unwrap_or(&error.detail);
            log::warn!("{} has to wait: {cause}", job.name);
        }
        is_well = result.is_ok();
        sleep(job.every).await;
    }
}

async fn finish(db: &Db, job: &Job) -> ApiResult<()> {
    let step = job.step;
    let mut behind = None;
    loop {
        let now = db.clock().now();
        behind = db.write(&Background, move |connection| Ok(step(connection, now, behind)?)).await?;
        if behind.is_none() {
            return Ok(());
        }
    }
}
