# syntax=docker/dockerfile:1
# 留客 Liuke. Build: docker build -t liuke:0.1.0 .    Use: docs/install.md

FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
WORKDIR /src/font
COPY crates/liuke-font/npm/package.json crates/liuke-font/npm/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
WORKDIR /src
COPY web web
COPY xtask/src/precompress.mjs xtask/src/precompress.mjs
RUN npm --prefix web run build && node xtask/src/precompress.mjs web/dist

FROM rust:1.95-bookworm AS program
WORKDIR /src
COPY . .
COPY --from=web /src/web/dist web/dist
COPY --from=web /src/font/node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf /font.ttf
ENV LIUKE_FONT=/font.ttf LIUKE_REQUIRE_FONT=1 LIUKE_REQUIRE_WEB=1
RUN cargo build --release --locked --package liuke

FROM debian:bookworm-slim
# Time zones, by which days are reckoned, and the authorities a PostgreSQL over TLS is checked against. Their versions are
# the base image's own.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin liuke \
    && install -d -m 0750 -o liuke -g liuke /data
COPY --from=program /src/target/release/liuke /usr/local/bin/liuke
COPY LICENSE NOTICE /usr/share/doc/liuke/
COPY packaging/liuke.toml /etc/liuke/liuke.toml
# Inside a container "everywhere" is the container's own network; publish the port to a proxy or to 127.0.0.1 only. The
# default database, ./data/liuke.db from the working folder, is /data/liuke.db.
ENV LIUKE__SERVER__LISTEN=0.0.0.0:8080
WORKDIR /
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s CMD ["liuke", "--config", "/etc/liuke/liuke.toml", "doctor", "--ready"]
ENTRYPOINT ["liuke", "--config", "/etc/liuke/liuke.toml"]
CMD ["serve"]
