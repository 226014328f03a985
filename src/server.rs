//! The service: its routes and middleware, from start to stop.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
    time::Duration,
};

use actix_http::HttpService;
use actix_service::{ServiceFactoryExt, fn_service, map_config};
use actix_web::{
    App, Error, Resource,
    dev::{AppConfig, Server},
    guard,
    middleware::{Compress, from_fn},
    rt::net::TcpStream,
    web::{self, Data},
};
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};
use utoipa_swagger_ui::SwaggerUi;

use crate::{
    analytics,
    annotator::{background, matcher::SharedMatcher},
    articles::{self, read::ArticleReads, terms::TermCache},
    auth::{
        self,
        operations::{self, Operations},
    },
    blocking,
    cache::{hot, responses::Cache},
    clock::Clock,
    config::{ServeConfig, cores},
    db::{self, Db, migrations},
    demo, entities,
    http::{
        cors::{self, Readers},
        problem, request,
        transport::{Connection, Patience},
        unread::Unread,
    },
    index, mentions, openapi, ops,
    search::{self, read::ListReads, suggest},
    startup::CommandError,
    tags, upkeep,
};

/// Every documented route.
pub fn configure(config: &mut ServiceConfig) {
    ops::configure(config);
    problem::configure(config);
    openapi::configure(config);
    config.service(
        utoipa_actix_web::scope("/v1")
            // Before articles, one of which has a path that would take those of lists as well.
            .configure(search::configure)
            .configure(articles::configure)
            .configure(tags::configure)
            .configure(analytics::configure)
            .configure(entities::configure)
            .configure(mentions::configure)
            .configure(suggest::configure),
    );
}

/// The OpenAPI document of the service.
pub fn document() -> serde_json::Value {
    openapi::document(configure)
}

/// Takes the address to serve on.
pub fn listen(address: SocketAddr) -> Result<TcpListener, CommandError> {
    let listener = TcpListener::bind(address).map_err(|error| CommandError::Bind(address, error))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Prepares the database, and serves until a signal says to stop.
pub fn serve(
    listener: TcpListener,
    config: ServeConfig,
    database_url: &str,
    data_dir: &Path,
) -> Result<(), CommandError> {
    let mut connection = db::establish_sessions(database_url)?;
    db::warn_of_settings(&mut connection)?;
    if config.no_migrate {
        if !migrations::are_current(&mut connection)? {
            log::warn!("the schema is not current: run maqal migrate");
        }
        if let Some(why) = db::read_only(&mut connection)? {
            log::warn!("{why}, so reads alone are answered");
        }
    } else {
        for name in migrations::run(&mut connection)? {
            log::info!("ran migration {name}");
        }
    }
    let (address, clock) = (listener.local_addr()?, Clock::default());
    if config.demo {
        demo::fill_if_empty(&mut connection, data_dir, clock.now())?;
        demo::print_first_steps(address, data_dir);
    }
    drop(connection);
    let db = Db::new(database_url, &config.pool, clock);
    allow_open_files();
    log::info!("serving http://{address}, docs at http://{address}/docs");
    actix_web::rt::System::new().block_on(async {
        let server = build(listener, &config, db.clone())?;
        // It takes the longer the more articles there are, and nobody has to wait for it.
        actix_web::rt::spawn(warn_of_stale_searches(db.for_background()));
        server.await.map_err(CommandError::from)
    })
}

/// Each connection is an open file, and most systems allow a thousand, unless a program asks for more: without one
/// left, PostgreSQL could not be asked either.
#[expect(unsafe_code, reason = "the standard library knows no limits of processes")]
fn allow_open_files() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls read or write the one struct, which outlives them.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit);
        }
    }
}

async fn warn_of_stale_searches(db: Db) {
    let has_stale = db.read(|connection| Ok(index::has_stale(connection)?)).await;
    if has_stale.unwrap_or(false) {
        log::warn!("some articles are not found as they should be: run maqal reindex, while this serves");
    }
}

/// The running service, on a socket that listens already.
pub fn build(listener: TcpListener, config: &ServeConfig, db: Db) -> std::io::Result<Server> {
    let document = document();
    let operations = Data::new(Operations::of(&document));
    let document_json = Data::new(openapi::Served::new(&document));
    // Also without a cache of answers: what searches stand for is kept as well, and new names are
    // waited for.
    db.listen()?;
    let cache = Data::new(Cache::new(&config.cache, db.invalidation().clone()));
    let terms = Arc::new(TermCache::new(db.invalidation()));
    let article_reads = Data::new(ArticleReads::new(&db, terms.clone()));
    let list_reads = Data::new(ListReads::new(&db, terms, config.cache.listed_cache_size));
    let matcher = SharedMatcher::default();
    actix_web::rt::spawn(background::keep(db.for_background(), matcher.clone()));
    upkeep::keep(&db.for_upkeep());
    let matcher = Data::new(matcher);
    let readers = Readers::of(&config.cors);
    let (limits, cors_config, db) = (Data::new(config.limits), config.cors.clone(), Data::new(db));
    let workers = config.workers.map_or_else(cores, |workers| workers.get() as usize);
    // Those that `Db` lets run at once, and those of what computes meanwhile. Each worker has threads of its own, so each
    // has as many as all could need at it; they are made when they are needed.
    let blocking_threads = db::blocking_threads(&config.pool) + blocking::threads();
    let app = move || {
        let (app, _) = App::new()
            .into_utoipa_app()
            .app_data(db.clone())
            .app_data(cache.clone())
            .app_data(article_reads.clone())
            .app_data(list_reads.clone())
            .app_data(matcher.clone())
            .app_data(Data::new(readers))
            .app_data(limits.clone())
            .app_data(operations.clone())
            .app_data(document_json.clone())
            .configure(configure)
            .split_for_parts();
        let app = app
            .service(redirect_to_docs("/"))
            .service(redirect_to_docs("/docs"))
            .service(
                web::scope("/docs")
                    .wrap(openapi::docs_headers())
                    .service(web::resource(["/", "/index.html"]).guard(guard::Get()).to(openapi::docs_page))
                    .service(SwaggerUi::new("/{_:.*}").config(openapi::swagger_config())),
            )
            .default_service(web::to(operations::fallback))
            .wrap(from_fn(operations::refuse_stray_parameters))
            .wrap(from_fn(auth::gate))
            .wrap(from_fn(request::refuse_unreadable))
            .wrap(cors::middleware(&cors_config))
            // After CORS, which rewrites Vary.
            .wrap(Compress::default())
            .wrap(from_fn(request::observe));
        hot::behind(cache.clone(), readers, app)
    };
    let patience = Patience {
        head: Duration::from_secs(config.clients.head_timeout),
        answer: Duration::from_secs(config.clients.answer_timeout),
    };
    let server = Server::build()
        .workers(workers)
        .max_concurrent_connections((config.clients.max_connections as usize).div_ceil(workers))
        .worker_max_blocking_threads(blocking_threads)
        .shutdown_timeout(config.shutdown_timeout);
    let stopping = server.graceful_shutdown_signal();
    let (told, seconds) = (stopping.clone(), config.shutdown_timeout);
    actix_web::rt::spawn(async move {
        told.notified().await;
        log::info!("stopping: what is being answered has up to {seconds} seconds to end");
    });
    // As `HttpServer` puts it together, but for the connections.
    let server = server.listen("http", listener, move || {
        let stopping = stopping.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(Duration::from_secs(75))
            // The connection itself waits for heads, of all requests.
            .client_request_timeout(Duration::ZERO)
            .client_disconnect_timeout(Duration::from_secs(1))
            .h1_allow_half_closed(true)
            .on_connect_ext(|connection: &Connection, data| {
                data.insert(connection.outgoing());
                data.insert(connection.underway());
                data.insert(connection.body_fault());
                data.insert(Unread::default());
            })
            .h1(map_config(app().map_err(|error: Error| error.error_response()), |_| AppConfig::default()));
        fn_service(move |stream: TcpStream| async move {
            let peer = stream.peer_addr().ok();
            // Else the end of an answer in several parts waits for the client's acknowledgement; a connection
            // that refuses is gone already, and told so by its first read.
            let _ = stream.set_nodelay(true);
            Ok((Connection::new(stream, patience), peer))
        })
        .and_then(http)
    })?;
    Ok(server.run())
}

fn redirect_to_docs(path: &str) -> Resource {
    let redirect = || async { web::Redirect::to("/docs/") };
    web::resource(path).route(web::get().to(redirect)).default_service(web::to(operations::fallback))
}
