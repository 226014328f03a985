# syntax=docker/dockerfile:1
FROM rust:1.95-slim-trixie AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
ARG TARGETPLATFORM
# Cache mounts keep the registry and the compiled dependencies between builds, so that a change
# of the sources compiles this crate alone; the binary leaves them, since a mount is no layer.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,id=maqal-target-$TARGETPLATFORM,target=/src/target,sharing=locked \
    cargo build --profile dist --locked --features tls \
    && install -D target/dist/maqal /out/maqal

FROM debian:trixie-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3t64 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 maqal \
    && useradd --uid 10001 --gid maqal --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin maqal
COPY --from=build /out/maqal /usr/local/bin/maqal
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
ENV MAQAL_BIND=0.0.0.0:8080
EXPOSE 8080
# bash opens the socket itself: the image needs no HTTP client. The timeout lies below Docker's.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["timeout", "4", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${MAQAL_BIND##*:} && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [[ $status == 200 ]]"]
# Exec form: the server is process 1 and gets SIGTERM itself, and drains its requests.
STOPSIGNAL SIGTERM
ENTRYPOINT ["maqal"]
CMD ["serve"]
