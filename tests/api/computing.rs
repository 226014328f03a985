//! What is computed of what was read, while others read.

use std::{
    sync::{Mutex, mpsc},
    time::Duration,
};

use actix_web::rt::{System, time::sleep};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    dsl::sql,
    sql_types::{BigInt, Integer},
};
use futures_util::future::join;
use maqal::{
    db::{Background, Db, batch::Batches},
    error::{ApiError, ApiResult},
};

use serde_json::json;

use crate::support::TestApp;

/// Long enough for a read that has the connection, and not for ever where it does not get it.
const PATIENCE: Duration = Duration::from_secs(60);

fn wait(others: &mpsc::Receiver<()>) -> ApiResult<()> {
    others.recv_timeout(PATIENCE).map_err(ApiError::internal)
}

async fn read(db: &Db) -> ApiResult<i32> {
    db.read(|connection| Ok(sql::<Integer>("SELECT 1").get_result(connection)?)).await
}

#[test]
fn who_computes_has_given_the_connection_back() {
    let app = TestApp::with(crate::support::TestDatabase::new(), &["--pool-size", "1"]);
    let db = app.db.clone();
    System::new().block_on(async {
        let (tell, others) = mpsc::channel();
        let computing = db.read_then(|_| Ok(1), move |found| wait(&others).map(|()| found));
        let reading = async {
            let found = read(&db).await;
            let _ = tell.send(());
            found
        };
        let (computed, found) = join(computing, reading).await;
        assert_eq!((computed.expect("it is computed"), found.expect("it is read")), (1, 1));
    });
}

#[test]
fn answers_of_a_batch_are_made_without_a_connection() {
    let app = TestApp::with(crate::support::TestDatabase::new(), &["--pool-size", "1"]);
    let db = app.db.clone();
    System::new().block_on(async {
        let (tell, others) = mpsc::channel();
        let others = Mutex::new(others);
        let answers = Batches::new(
            db.clone(),
            1,
            |_, questions: &[u32]| Ok(questions.iter().map(|question| Ok(question + 1)).collect()),
            move |question: &u32, found: u32| {
                wait(&others.lock().expect("no code panics with it")).map(|()| (*question, found))
            },
        );
        let reading = async {
            let found = read(&db).await;
            let _ = tell.send(());
            found
        };
        let (answer, found) = join(answers.ask(1), reading).await;
        assert_eq!(answer.expect("it is answered"), (1, 2));
        assert_eq!(found.expect("it is read"), 1);
    });
}

#[test]
fn counts_are_folded_however_long_the_rest_of_the_services_own_work_takes() {
    let app = TestApp::start();
    app.create("/v1/tags", json!({"slug": "sea", "kind": "topic", "names": {"en": "Sea"}}));
    let db = app.db.clone();
    System::new().block_on(async {
        let (tell, others) = mpsc::channel();
        let (begun, has_begun) = mpsc::channel();
        let others = Mutex::new(others);
        let working = db.for_background();
        // As an annotator would that has very much to do.
        let working = working.write(&Background, move |_| {
            let _ = begun.send(());
            wait(&others.lock().expect("no code panics with it"))
        });
        let folding = async {
            while has_begun.try_recv().is_err() {
                sleep(Duration::from_millis(10)).await;
            }
            app.publish("The sea", json!({"slug": "sea", "tags": ["sea"]}));
            let mut folded = false;
            for _ in 0..300 {
                folded |= db.read(|connection| Ok(base(connection)?)).await.expect("a number") == 1;
                if folded {
                    break;
                }
                sleep(Duration::from_millis(100)).await;
            }
            let _ = tell.send(());
            folded
        };
        let (worked, folded) = join(working, folding).await;
        worked.expect("it goes on as long as it is to");
        assert!(folded);
    });
}

/// How many articles the tag's row says that it has.
fn base(connection: &mut PgConnection) -> QueryResult<i64> {
    sql::<BigInt>("SELECT article_count FROM tags").get_result(connection)
}
