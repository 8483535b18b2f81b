//! First schema: people and rights, the archive, import, the pyramid, follow-up and slips.

use liuke_platform::db::Engine;
use liuke_platform::migrate::{Migration, ddl, platform_ddl};

pub(super) const MIGRATION: Migration = Migration {
    number: 1,
    slug: "ground",
    up,
};

fn up(engine: Engine) -> Vec<String> {
    let mut statements = platform_ddl(engine);
    for part in [TEAM, CUSTOMER, IMPORT, VALUE, FOLLOWUP, SLIP] {
        statements.extend(ddl(engine, part));
    }
    statements
}

/// 组织与权限: branches, teams, staff, roles, tokens.
const TEAM: &str = "
CREATE TABLE branch (
    id {id} NOT NULL PRIMARY KEY,
    parent_id {id} REFERENCES branch(id),
    code {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    kind {text} NOT NULL CHECK (kind IN ('company', 'region', 'branch')),
    zone {text} NOT NULL,
    active {bool} NOT NULL,
    version {int} NOT NULL,
    created_at {int} NOT NULL
);
CREATE INDEX branch_parent ON branch (parent_id);
CREATE TABLE team (
    id {id} NOT NULL PRIMARY KEY,
    branch_id {id} NOT NULL REFERENCES branch(id),
    name {text} NOT NULL,
    leader_id {id},
    version {int} NOT NULL,
    created_at {int} NOT NULL,
    UNIQUE (branch_id, name)
);
CREATE TABLE staff (
    id {id} NOT NULL PRIMARY KEY,
    login {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    phone {text},
    employee_no {text} UNIQUE,
    branch_id {id} NOT NULL REFERENCES branch(id),
    team_id {id} REFERENCES team(id),
    password_hash {text},
    invite_hash {text} UNIQUE,
    invite_expires_at {int},
    active {bool} NOT NULL,
    last_login_at {int},
    version {int} NOT NULL,
    created_at {int} NOT NULL
);
CREATE INDEX staff_branch ON staff (branch_id, name);
CREATE INDEX staff_team ON staff (team_id);
CREATE INDEX staff_name ON staff (name, id);
CREATE TABLE role (
    id {id} NOT NULL PRIMARY KEY,
    code {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    builtin {bool} NOT NULL,
    scope {text} NOT NULL CHECK (scope IN ('own', 'team', 'branch', 'all')),
    version {int} NOT NULL,
    created_at {int} NOT NULL
);
CREATE TABLE role_permission (
    role_id {id} NOT NULL REFERENCES role(id),
    permission {text} NOT NULL,
    PRIMARY KEY (role_id, permission)
);
CREATE TABLE staff_role (
    staff_id {id} NOT NULL REFERENCES staff(id),
    role_id {id} NOT NULL REFERENCES role(id),
    PRIMARY KEY (staff_id, role_id)
);
CREATE INDEX staff_role_role ON staff_role (role_id);
CREATE TABLE api_token (
    id {id} NOT NULL PRIMARY KEY,
    staff_id {id} NOT NULL REFERENCES staff(id),
    name {text} NOT NULL,
    prefix {text} NOT NULL,
    token_hash {text} NOT NULL UNIQUE,
    scopes {text} NOT NULL,
    expires_at {int} NOT NULL,
    last_used_at {int},
    revoked_at {int},
    created_at {int} NOT NULL
);
CREATE INDEX api_token_staff ON api_token (staff_id);
";

/// 客户档案: customers, how to reach them, what they own, bought and had serviced.
///
/// `customer` carries figures that lists sort by (`revenue_fen`, `order_count`, `visit_count`, `last_visit_on`);
/// they are kept in the transaction that writes the order or service record. `visit_sort` is `last_visit_on`, or empty for a customer
/// who has never come, so that both engines sort alike.
const CUSTOMER: &str = "
CREATE TABLE customer (
    id {id} NOT NULL PRIMARY KEY,
    number {text} NOT NULL UNIQUE,
    external_id {text},
    kind {text} NOT NULL CHECK (kind IN ('person', 'organisation')),
    name {text} NOT NULL,
    sort_key {key} NOT NULL,
    gender {text} CHECK (gender IN ('male', 'female')),
    birthday {text},
    address {text},
    source {text},
    personality {text} CHECK (personality IN ('perfectionist', 'achiever', 'self_centred', 'expert')),
    stage {text} NOT NULL,
    notes {text},
    owner_id {id} REFERENCES staff(id),
    preferred_staff_id {id} REFERENCES staff(id),
    branch_id {id} NOT NULL REFERENCES branch(id),
    do_not_call {bool} NOT NULL,
    ask_at_reception {bool} NOT NULL,
    tier {text} CHECK (tier IN ('A', 'B', 'C', 'D')),
    phone_masked {text},
    asset_line {text},
    asset_count {int} NOT NULL,
    revenue_fen {int} NOT NULL,
    order_count {int} NOT NULL,
    visit_count {int} NOT NULL,
    last_visit_on {key},
    visit_sort {key} NOT NULL,
    last_contact_at {int},
    import_id {id},
    version {int} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    deleted_at {int}
);
CREATE UNIQUE INDEX customer_external ON customer (external_id) WHERE deleted_at IS NULL;
CREATE INDEX customer_created ON customer (created_at DESC, id DESC);
CREATE INDEX customer_sort ON customer (sort_key, id);
CREATE INDEX customer_visit ON customer (visit_sort, id);
CREATE INDEX customer_visited ON customer (last_visit_on, id);
CREATE INDEX customer_revenue ON customer (revenue_fen DESC, id DESC);
CREATE INDEX customer_branch_created ON customer (branch_id, created_at DESC, id DESC);
CREATE INDEX customer_branch_revenue ON customer (branch_id, revenue_fen DESC, id DESC);
CREATE INDEX customer_branch_visit ON customer (branch_id, visit_sort, id);
CREATE INDEX customer_branch_sort ON customer (branch_id, sort_key, id);
CREATE INDEX customer_owner_created ON customer (owner_id, created_at DESC, id DESC);
CREATE INDEX customer_preferred ON customer (preferred_staff_id) WHERE preferred_staff_id IS NOT NULL;
CREATE INDEX customer_tier_created ON customer (tier, created_at DESC, id DESC);
CREATE INDEX customer_tier_revenue ON customer (tier, revenue_fen DESC, id DESC);
CREATE INDEX customer_tier_visit ON customer (tier, visit_sort, id);
CREATE INDEX customer_tier_sort ON customer (tier, sort_key, id);
CREATE TABLE customer_phone (
    id {id} NOT NULL PRIMARY KEY,
    customer_id {id} NOT NULL REFERENCES customer(id),
    position {int} NOT NULL,
    number {text} NOT NULL,
    e164 {text},
    kind {text} NOT NULL,
    extension {text},
    label {text},
    is_primary {bool} NOT NULL,
    do_not_use {bool} NOT NULL,
    valid {bool} NOT NULL,
    verified_on {text}
);
CREATE INDEX customer_phone_customer ON customer_phone (customer_id, position);
CREATE INDEX customer_phone_e164 ON customer_phone (e164);
CREATE INDEX customer_phone_number ON customer_phone (number);
CREATE TABLE customer_email (
    id {id} NOT NULL PRIMARY KEY,
    customer_id {id} NOT NULL REFERENCES customer(id),
    position {int} NOT NULL,
    address {text} NOT NULL,
    label {text},
    is_primary {bool} NOT NULL
);
CREATE INDEX customer_email_customer ON customer_email (customer_id, position);
CREATE TABLE customer_tag (
    customer_id {id} NOT NULL REFERENCES customer(id),
    tag {text} NOT NULL,
    PRIMARY KEY (customer_id, tag)
);
CREATE INDEX customer_tag_tag ON customer_tag (tag, customer_id);
CREATE TABLE customer_consent (
    customer_id {id} NOT NULL REFERENCES customer(id),
    channel {text} NOT NULL,
    purpose {text} NOT NULL CHECK (purpose IN ('service', 'marketing')),
    granted {bool} NOT NULL,
    at {int} NOT NULL,
    source {text},
    PRIMARY KEY (customer_id, channel, purpose)
);
CREATE TABLE customer_key (
    k {key} NOT NULL,
    customer_id {id} NOT NULL REFERENCES customer(id),
    PRIMARY KEY (k, customer_id)
);
CREATE INDEX customer_key_customer ON customer_key (customer_id, k);
CREATE TABLE customer_note (
    id {id} NOT NULL PRIMARY KEY,
    customer_id {id} NOT NULL REFERENCES customer(id),
    staff_id {id} NOT NULL REFERENCES staff(id),
    text {text} NOT NULL,
    created_at {int} NOT NULL
);
CREATE INDEX customer_note_customer ON customer_note (customer_id, created_at DESC, id DESC);
CREATE TABLE customer_reveal (
    id {id} NOT NULL PRIMARY KEY,
    staff_id {id} NOT NULL REFERENCES staff(id),
    customer_id {id} NOT NULL REFERENCES customer(id),
    field {text} NOT NULL,
    business_day {text} NOT NULL,
    at {int} NOT NULL
);
CREATE INDEX customer_reveal_day ON customer_reveal (staff_id, business_day);
CREATE TABLE asset (
    id {id} NOT NULL PRIMARY KEY,
    customer_id {id} NOT NULL REFERENCES customer(id),
    kind {text} NOT NULL CHECK (kind IN ('vehicle', 'equipment')),
    external_id {text},
    plate {text},
    plate_key {text},
    vin {text},
    vin_key {text},
    serial {text},
    model {text} NOT NULL,
    mileage_km {int},
    purchased_on {text},
    warranty_until {text},
    site {text},
    notes {text},
    next_due_on {text},
    next_due_km {int},
    import_id {id},
    version {int} NOT NULL,
    created_at {int} NOT NULL,
    deleted_at {int}
);
CREATE UNIQUE INDEX asset_external ON asset (external_id) WHERE deleted_at IS NULL;
CREATE INDEX asset_customer ON asset (customer_id, created_at);
CREATE INDEX asset_plate ON asset (plate_key);
CREATE INDEX asset_vin ON asset (vin_key);
CREATE INDEX asset_serial ON asset (serial);
CREATE TABLE sales_order (
    id {id} NOT NULL PRIMARY KEY,
    number {text} NOT NULL UNIQUE,
    external_id {text} UNIQUE,
    customer_id {id} NOT NULL REFERENCES customer(id),
    kind {text} NOT NULL CHECK (kind IN ('sale', 'refund')),
    title {text},
    ordered_at {int} NOT NULL,
    business_day {text} NOT NULL,
    revenue_fen {int} NOT NULL,
    cost_fen {int},
    branch_id {id} NOT NULL REFERENCES branch(id),
    seller_id {id} REFERENCES staff(id),
    import_id {id},
    version {int} NOT NULL,
    created_at {int} NOT NULL
);
CREATE INDEX sales_order_customer ON sales_order (customer_id, ordered_at DESC, id DESC);
CREATE INDEX sales_order_ordered ON sales_order (ordered_at DESC, id DESC);
CREATE INDEX sales_order_day ON sales_order (business_day, customer_id, revenue_fen, cost_fen);
CREATE TABLE service_record (
    id {id} NOT NULL PRIMARY KEY,
    number {text} NOT NULL UNIQUE,
    external_id {text} UNIQUE,
    customer_id {id} NOT NULL REFERENCES customer(id),
    asset_id {id} REFERENCES asset(id),
    branch_id {id} NOT NULL REFERENCES branch(id),
    status {text} NOT NULL CHECK (status IN ('open', 'closed')),
    category {text},
    opened_at {int} NOT NULL,
    closed_at {int},
    business_day {text} NOT NULL,
    advisor_id {id} REFERENCES staff(id),
    advisor_name {text},
    technician_id {id} REFERENCES staff(id),
    technician_name {text},
    work {text},
    parts {text},
    mileage_km {int},
    advice {text},
    next_due_on {text},
    next_due_km {int},
    revenue_fen {int} NOT NULL,
    cost_fen {int},
    import_id {id},
    version {int} NOT NULL,
    created_at {int} NOT NULL
);
CREATE INDEX service_record_customer ON service_record (customer_id, opened_at DESC, id DESC);
CREATE INDEX service_record_asset ON service_record (asset_id, opened_at DESC, id DESC);
CREATE INDEX service_record_opened ON service_record (opened_at DESC, id DESC);
CREATE INDEX service_record_closed ON service_record (closed_at, id);
CREATE INDEX service_record_day ON service_record (business_day, customer_id, revenue_fen, cost_fen);
CREATE INDEX service_record_technician ON service_record (technician_id, customer_id);
CREATE INDEX service_record_advisor ON service_record (advisor_id, customer_id);
";

/// 导入: one row per uploaded file; every refused line with its cells, and examples of what the others do.
const IMPORT: &str = "
CREATE TABLE import_batch (
    id {id} NOT NULL PRIMARY KEY,
    number {text} NOT NULL UNIQUE,
    kind {text} NOT NULL CHECK (kind IN ('customers', 'assets', 'orders', 'service_records')),
    file_name {text} NOT NULL,
    file_blob_id {id} NOT NULL,
    size {int} NOT NULL,
    format {text} NOT NULL CHECK (format IN ('csv', 'xlsx')),
    encoding {text} NOT NULL,
    delimiter {text} NOT NULL,
    sheet {text},
    sheets {text} NOT NULL,
    has_header {bool} NOT NULL,
    mapping {text} NOT NULL,
    options {text} NOT NULL,
    status {text} NOT NULL CHECK (status IN ('draft', 'checking', 'checked', 'running', 'done', 'failed', 'cancelled')),
    counts {text} NOT NULL,
    progress_bp {int} NOT NULL,
    resume_line {int} NOT NULL,
    error {text},
    branch_id {id} NOT NULL REFERENCES branch(id),
    created_by {id} REFERENCES staff(id),
    created_at {int} NOT NULL,
    finished_at {int},
    version {int} NOT NULL
);
CREATE INDEX import_batch_created ON import_batch (created_at DESC, id DESC);
CREATE TABLE import_row (
    import_id {id} NOT NULL REFERENCES import_batch(id),
    line {int} NOT NULL,
    outcome {text} NOT NULL CHECK (outcome IN ('create', 'update', 'skip', 'refuse')),
    summary {text} NOT NULL,
    reason {text},
    customer_id {id},
    cells {text},
    PRIMARY KEY (import_id, line)
);
CREATE INDEX import_row_outcome ON import_row (import_id, outcome, line);
";

/// 客户金字塔: the tiers of each month, as they were.
const VALUE: &str = "
CREATE TABLE tier_month (
    month {text} NOT NULL PRIMARY KEY,
    basis {text} NOT NULL CHECK (basis IN ('revenue', 'profit')),
    from_day {text} NOT NULL,
    to_day {text} NOT NULL,
    ranked {int} NOT NULL,
    newcomers {int} NOT NULL,
    total_fen {int} NOT NULL,
    tiers {text} NOT NULL,
    moved_up {int} NOT NULL,
    moved_down {int} NOT NULL,
    ran_at {int} NOT NULL
);
CREATE TABLE tier_result (
    month {text} NOT NULL REFERENCES tier_month(month),
    customer_id {id} NOT NULL REFERENCES customer(id),
    tier {text} NOT NULL CHECK (tier IN ('A', 'B', 'C', 'D')),
    place {int} NOT NULL,
    amount_fen {int} NOT NULL,
    orders {int} NOT NULL,
    newcomer {bool} NOT NULL,
    previous_tier {text},
    PRIMARY KEY (month, customer_id)
);
CREATE INDEX tier_result_place ON tier_result (month, tier, place);
CREATE INDEX tier_result_customer ON tier_result (customer_id, month DESC);
";

/// 回访: plans make tasks; attempts are made on them; a call sheet holds what was said.
///
/// `followup_task.tier_rank` repeats the customer's tier (A 1 … D 4, none 5), so that the order of Today is an index.
/// `followup_left_out` says why a plan made no task; `followup_completeness` is the daily count of service records without either.
const FOLLOWUP: &str = "
CREATE TABLE followup_plan (
    id {id} NOT NULL PRIMARY KEY,
    name {text} NOT NULL,
    kind {text} NOT NULL CHECK (kind IN ('service_quality', 'marketing', 'care')),
    trigger_kind {text} NOT NULL CHECK (trigger_kind IN ('service_closed', 'no_visit')),
    days {int} NOT NULL,
    category {text},
    channel {text} NOT NULL,
    purpose {text} NOT NULL,
    opener {text} NOT NULL,
    permission_ask {text} NOT NULL,
    benefit {text} NOT NULL,
    recap_hint {text},
    due_hours {int} NOT NULL,
    min_gap_days {int},
    branch_id {id} REFERENCES branch(id),
    active {bool} NOT NULL,
    active_since {int} NOT NULL,
    last_run_at {int},
    version {int} NOT NULL,
    created_at {int} NOT NULL
);
CREATE TABLE followup_task (
    id {id} NOT NULL PRIMARY KEY,
    number {text} NOT NULL UNIQUE,
    dedup {text} UNIQUE,
    plan_id {id} REFERENCES followup_plan(id),
    customer_id {id} NOT NULL REFERENCES customer(id),
    asset_id {id} REFERENCES asset(id),
    service_record_id {id} REFERENCES service_record(id),
    slip_id {id},
    branch_id {id} NOT NULL REFERENCES branch(id),
    assignee_id {id} REFERENCES staff(id),
    kind {text} NOT NULL CHECK (kind IN ('service_quality', 'marketing', 'care')),
    channel {text} NOT NULL,
    purpose {text} NOT NULL,
    reason_code {text} NOT NULL CHECK (reason_code IN ('service_closed', 'no_visit', 'slip_confirm', 'manual')),
    reason_on {text},
    reason_days {int},
    status {text} NOT NULL CHECK (status IN ('open', 'done', 'cancelled')),
    due_at {int} NOT NULL,
    due_day {text} NOT NULL,
    not_before {int} NOT NULL,
    tier_rank {int} NOT NULL,
    attempt_count {int} NOT NULL,
    last_outcome {text},
    closed_at {int},
    closed_day {text},
    closed_by {id} REFERENCES staff(id),
    cancel_reason {text},
    version {int} NOT NULL,
    created_at {int} NOT NULL
);
CREATE INDEX followup_task_assignee ON followup_task (assignee_id, status, due_at, tier_rank, id);
CREATE INDEX followup_task_branch ON followup_task (branch_id, status, due_at, tier_rank, id);
CREATE INDEX followup_task_open ON followup_task (status, due_at, tier_rank, id);
CREATE INDEX followup_task_customer ON followup_task (customer_id, status, created_at);
CREATE INDEX followup_task_created ON followup_task (created_at DESC, id DESC);
CREATE INDEX followup_task_plan ON followup_task (plan_id, status);
CREATE INDEX followup_task_due_day ON followup_task (due_day, branch_id, assignee_id);
CREATE INDEX followup_task_closed_day ON followup_task (closed_day, closed_by);
CREATE INDEX followup_task_service ON followup_task (service_record_id);
CREATE INDEX followup_task_slip ON followup_task (slip_id);
CREATE TABLE followup_task_served (
    task_id {id} NOT NULL REFERENCES followup_task(id),
    staff_id {id} NOT NULL REFERENCES staff(id),
    PRIMARY KEY (task_id, staff_id)
);
CREATE TABLE followup_left_out (
    dedup {text} NOT NULL PRIMARY KEY,
    plan_id {id} NOT NULL REFERENCES followup_plan(id),
    customer_id {id} NOT NULL REFERENCES customer(id),
    service_record_id {id} REFERENCES service_record(id),
    reason {text} NOT NULL CHECK (reason IN ('min_gap', 'no_consent', 'do_not_call', 'no_phone', 'already_open')),
    reason_on {text} NOT NULL,
    covered_by {id} REFERENCES followup_task(id),
    at {int} NOT NULL
);
CREATE INDEX followup_left_out_service ON followup_left_out (service_record_id);
CREATE INDEX followup_left_out_customer ON followup_left_out (customer_id);
CREATE INDEX followup_left_out_task ON followup_left_out (covered_by);
CREATE TABLE followup_completeness (
    branch_id {id} NOT NULL PRIMARY KEY REFERENCES branch(id),
    missing {int} NOT NULL,
    checked_at {int} NOT NULL
);
CREATE TABLE followup_sheet (
    task_id {id} NOT NULL PRIMARY KEY REFERENCES followup_task(id),
    draft {text} NOT NULL,
    saved_by {id} REFERENCES staff(id),
    saved_at {int} NOT NULL,
    version {int} NOT NULL
);
CREATE TABLE followup_attempt (
    id {id} NOT NULL PRIMARY KEY,
    task_id {id} NOT NULL REFERENCES followup_task(id),
    customer_id {id} NOT NULL REFERENCES customer(id),
    branch_id {id} NOT NULL REFERENCES branch(id),
    staff_id {id} NOT NULL REFERENCES staff(id),
    channel {text} NOT NULL,
    outcome {text} NOT NULL CHECK (outcome IN ('reached', 'call_again', 'no_answer', 'refused', 'wrong_number')),
    at {int} NOT NULL,
    business_day {text} NOT NULL,
    note {text},
    next_at {int},
    permission {text},
    result_score {int},
    tangibles_score {int},
    responsiveness_score {int},
    empathy_score {int},
    contrast_score {int},
    dissatisfied {bool} NOT NULL,
    verbatim {text},
    discussed {text},
    planned {text},
    agreed {text}
);
CREATE INDEX followup_attempt_task ON followup_attempt (task_id, at);
CREATE INDEX followup_attempt_customer ON followup_attempt (customer_id, at DESC, id DESC);
CREATE INDEX followup_attempt_day ON followup_attempt (business_day, branch_id, staff_id);
CREATE VIEW v_followup_task AS
    SELECT id, number, customer_id, branch_id, assignee_id AS staff_id, due_day AS day, due_at, status, last_outcome
    FROM followup_task;
CREATE VIEW v_followup_answer AS
    SELECT id, task_id, customer_id, branch_id, staff_id, business_day AS day, at, dissatisfied, result_score,
           tangibles_score, responsiveness_score, empathy_score, contrast_score
    FROM followup_attempt WHERE outcome = 'reached' AND (result_score IS NOT NULL OR tangibles_score IS NOT NULL
        OR responsiveness_score IS NOT NULL OR empathy_score IS NOT NULL OR contrast_score IS NOT NULL);
";

/// 反馈单 (the view is what reports may read): raised, answered and signed, countersigned, confirmed by another caller.
const SLIP: &str = "
CREATE TABLE slip (
    id {id} NOT NULL PRIMARY KEY,
    number {text} NOT NULL UNIQUE,
    customer_id {id} NOT NULL REFERENCES customer(id),
    task_id {id} REFERENCES followup_task(id),
    asset_id {id} REFERENCES asset(id),
    service_record_id {id} REFERENCES service_record(id),
    branch_id {id} NOT NULL REFERENCES branch(id),
    problem {text} NOT NULL,
    result_score {int},
    tangibles_score {int},
    responsiveness_score {int},
    empathy_score {int},
    contrast_score {int},
    state {text} NOT NULL CHECK (state IN ('raised', 'answered', 'countersigned', 'closed')),
    responsible_id {id} REFERENCES staff(id),
    raised_by {id} NOT NULL REFERENCES staff(id),
    raised_at {int} NOT NULL,
    raised_day {text} NOT NULL,
    due_at {int} NOT NULL,
    answer {text},
    answered_by {id} REFERENCES staff(id),
    answered_at {int},
    countersigned_by {id} REFERENCES staff(id),
    countersigned_at {int},
    confirmed_by {id} REFERENCES staff(id),
    closed_at {int},
    closed_day {text},
    reopened_count {int} NOT NULL,
    version {int} NOT NULL
);
CREATE INDEX slip_state_due ON slip (state, due_at, id);
CREATE INDEX slip_branch_raised ON slip (branch_id, raised_at DESC, id DESC);
CREATE INDEX slip_raised ON slip (raised_at DESC, id DESC);
CREATE INDEX slip_responsible ON slip (responsible_id, state, due_at, id);
CREATE INDEX slip_customer ON slip (customer_id, raised_at DESC, id DESC);
CREATE INDEX slip_raised_day ON slip (raised_day, branch_id);
CREATE INDEX slip_closed_day ON slip (closed_day, branch_id);
CREATE INDEX slip_task ON slip (task_id);
CREATE TABLE slip_event (
    id {id} NOT NULL PRIMARY KEY,
    slip_id {id} NOT NULL REFERENCES slip(id),
    place {int} NOT NULL,
    at {int} NOT NULL,
    staff_id {id} NOT NULL REFERENCES staff(id),
    staff_name {text} NOT NULL,
    action {text} NOT NULL CHECK (action IN ('raised', 'assigned', 'answered', 'returned', 'countersigned', 'confirmed', 'reopened')),
    text {text},
    content {text},
    content_hash {text},
    UNIQUE (slip_id, place)
);
CREATE VIEW v_slip AS
    SELECT id, number, customer_id, task_id, branch_id, responsible_id AS staff_id, raised_at, raised_day, due_at, state,
           closed_at, closed_day, reopened_count
    FROM slip;
";
