# syntax=docker/dockerfile:1
ARG RUST_VERSION=1.80
FROM rust:${RUST_VERSION} AS build
WORKDIR /src
ENV CARGO_HOME=/cargo \
    RUSTFLAGS="-C target-cpu=native"
COPY --from=deps /deps /deps
COPY . .
RUN apt-get update && \
    apt-get install -y clang
RUN cargo build --release

# The image that ships.
FROM debian:bookworm-slim
LABEL maintainer="someone" version="1.0"
EXPOSE 8080/tcp
VOLUME ["/data"]
USER app:app
COPY --from=build /src/target/release/orders /usr/bin/
HEALTHCHECK --interval=5s CMD curl -f http://localhost/
ENTRYPOINT ["/usr/bin/orders"]
CMD ["--port", "8080"]
