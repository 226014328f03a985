set dotenv-load

# list the recipes
default:
    @just --list

# run the server
serve *args:
    cargo run --release --locked -- serve {{ args }}

# run the server with the sample content
demo *args:
    cargo run --release --locked -- serve --demo {{ args }}

# run the tests
test *args:
    cargo test --locked {{ args }}

# format, lint and document, warnings as errors
check:
    cargo fmt --check
    cargo clippy --locked --all-targets -- -D warnings
    RUSTDOCFLAGS=-Dwarnings cargo doc --locked --no-deps

# what a change must pass
ci:
    .ci/run

# write openapi/openapi.json from the code
openapi:
    # By way of a second file: a failed build must not leave an empty one.
    cargo run --quiet --locked -- openapi > openapi/openapi.json.new
    mv openapi/openapi.json.new openapi/openapi.json

# try the running API with OpenAPI's own tools; all, or those named
conformance *tools:
    conformance/run {{ tools }}

# measure it beside nginx, pgbench and COPY, and write benches/RESULTS.md
bench *args:
    benches/run {{ args }}

# measure it at 10,000, 100,000 and 1,000,000 articles
bench-growth *args:
    benches/run --growth {{ args }}

# how writers keep each other and readers waiting, of one build or beside the one before
bench-writers *args:
    benches/writers {{ args }}

# what searches that cost much leave to others, of a service with articles: just hostile-searches http://127.0.0.1:8080
hostile-searches url *args:
    benches/hostile-searches {{ url }} {{ args }}

# what a search finds of the names of a list, beside PostgreSQL's own search
eval-search articles names:
    benches/eval-search {{ articles }} {{ names }}

# how many of the first results merely look like the Arabic word that was asked for
eval-precision articles *args:
    benches/eval-precision {{ articles }} {{ args }}

# what searches find in the texts of a file with a line for each language
eval-languages languages:
    cargo run --release --locked -p maqal-text --example languages {{ languages }}

# the order of relevance, on Reuters-21578 with its topics, beside PostgreSQL's own
eval-reuters articles *args:
    benches/eval-reuters {{ articles }} {{ args }}

# direct speech and who says it, in sentences of our own that are marked
eval-quotes:
    cargo run --release -p maqal-text --example quotes benches/quotes.tsv

# which mentions of entities are found in an article that was read with care, and which falsely
eval-mentions article entities mentions *more:
    benches/eval-mentions {{ article }} {{ entities }} {{ mentions }} {{ more }}

# make small mistakes in the code, and say which no test notices: just mutants auth -- --shard 0/20 --sharding round-robin
mutants *args:
    mutants/run {{ args }}

# lint the container files and the scripts
lint-files:
    conformance/run hadolint dclint shellcheck

# licences, sources and advisories of the dependencies
deny:
    cargo deny check

# build the image and start it with PostgreSQL
up:
    docker compose up --build --wait

# stop it; its data stay
down:
    docker compose down

# psql on DATABASE_URL
db-shell:
    psql "${DATABASE_URL:?needs DATABASE_URL}"
