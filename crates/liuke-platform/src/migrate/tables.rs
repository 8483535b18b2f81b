//! The tables the platform owns (底座的表): jobs, events, audit, sessions and the like.

use crate::db::Engine;

use super::ddl::ddl;

/// Statements for the platform's own tables, for the application's first migration.
pub fn platform_ddl(engine: Engine) -> Vec<String> {
    let mut statements = ddl(engine, TABLES);
    statements.extend(ddl(
        engine,
        match engine {
            Engine::Sqlite => SQLITE_GUARD,
            Engine::Postgres => POSTGRES_GUARD,
        },
    ));
    statements
}

const TABLES: &str = r"
-- Work to do later (后台任务). due_at moves to the end of the lease while a worker holds the row.
CREATE TABLE job (
    id {id} NOT NULL PRIMARY KEY,
    kind {key} NOT NULL,
    payload {text} NOT NULL,
    due_at {int} NOT NULL,
    attempt {int} NOT NULL DEFAULT 0,
    owner {key},
    lease_until {int},
    dedup_key {key},
    actor_id {id},
    actor_name {text} NOT NULL,
    trace {text} NOT NULL,
    error {text},
    created_at {int} NOT NULL,
    dead_at {int}
);
CREATE INDEX job_due ON job (due_at, id) WHERE dead_at IS NULL;
CREATE UNIQUE INDEX job_dedup ON job (dedup_key) WHERE attempt = 0 AND dead_at IS NULL;
CREATE INDEX job_dedup_any ON job (dedup_key);
CREATE INDEX job_dead ON job (dead_at, id) WHERE dead_at IS NOT NULL;

-- Work that comes round (定时计划).
CREATE TABLE schedule (
    name {key} NOT NULL PRIMARY KEY,
    kind {key} NOT NULL,
    cron {text} NOT NULL,
    zone {text} NOT NULL,
    last_run_at {int},
    next_due_at {int} NOT NULL
);

-- What has happened (事件), for other slices and for open browsers.
CREATE TABLE event (
    id {id} NOT NULL PRIMARY KEY,
    topic {key} NOT NULL,
    subject_id {id},
    payload {text} NOT NULL,
    actor_id {id},
    at {int} NOT NULL
);
CREATE INDEX event_at ON event (at);

-- Who did what (审计), chained by hash; never changed, never deleted.
CREATE TABLE audit (
    seq {int} NOT NULL PRIMARY KEY,
    at {int} NOT NULL,
    actor_id {id},
    actor_name {text} NOT NULL,
    via {key} NOT NULL,
    action {key} NOT NULL,
    subject_kind {key} NOT NULL,
    subject_id {id},
    before_json {text},
    after_json {text},
    trace {text} NOT NULL,
    prev_hash {key} NOT NULL,
    hash {key} NOT NULL
);
CREATE INDEX audit_subject ON audit (subject_kind, subject_id, seq);
CREATE INDEX audit_actor ON audit (actor_id, seq);
CREATE INDEX audit_action ON audit (action, seq);
CREATE INDEX audit_at ON audit (at, seq);

-- Who is signed in (会话). id is the SHA-256 of what the cookie holds.
CREATE TABLE session (
    id {key} NOT NULL PRIMARY KEY,
    staff_id {id} NOT NULL,
    created_at {int} NOT NULL,
    seen_at {int} NOT NULL,
    ends_at {int} NOT NULL,
    address {text} NOT NULL,
    agent {text} NOT NULL
);
CREATE INDEX session_staff ON session (staff_id);
CREATE INDEX session_ends ON session (ends_at);

-- Answers to requests that may come again (幂等键).
CREATE TABLE idempotency (
    actor_id {id} NOT NULL,
    k {key} NOT NULL,
    request_hash {key} NOT NULL,
    status {int},
    media_type {text},
    body {blob},
    created_at {int} NOT NULL,
    PRIMARY KEY (actor_id, k)
);
CREATE INDEX idempotency_created ON idempotency (created_at);

-- Settings of the house (设置), JSON by name.
CREATE TABLE setting (
    name {key} NOT NULL PRIMARY KEY,
    value {text} NOT NULL,
    version {int} NOT NULL,
    updated_at {int} NOT NULL,
    updated_by {id}
);

-- Files kept in the database (文件), cut into pieces.
CREATE TABLE blob (
    id {id} NOT NULL PRIMARY KEY,
    name {text} NOT NULL,
    media_type {text} NOT NULL,
    size {int} NOT NULL,
    sha256 {key} NOT NULL,
    created_at {int} NOT NULL,
    created_by {id}
);
CREATE INDEX blob_created ON blob (created_at);
CREATE TABLE blob_chunk (
    blob_id {id} NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
    part {int} NOT NULL,
    data {blob} NOT NULL,
    PRIMARY KEY (blob_id, part)
);

-- Last numbers given (流水号).
CREATE TABLE counter (
    name {key} NOT NULL PRIMARY KEY,
    value {int} NOT NULL
);

-- Failed attempts to sign in (登录限制).
CREATE TABLE throttle (
    k {key} NOT NULL PRIMARY KEY,
    failures {int} NOT NULL,
    failed_at {int} NOT NULL,
    blocked_until {int} NOT NULL
);
CREATE INDEX throttle_failed ON throttle (failed_at);
";

/// SQLite: the audit refuses changes by trigger.
const SQLITE_GUARD: &str = "
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is append-only');
END;
--;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is append-only');
END;
";

/// PostgreSQL: the same, which needs one function; TRUNCATE as well.
const POSTGRES_GUARD: &str = "
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit is append-only';
END $$;
--;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
";
