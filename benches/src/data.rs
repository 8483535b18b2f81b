//! The firm that is measured: as many customers as wanted, each with 2 vehicles, 3 orders, 3 entries of history and an open task.
//! The same number gives the same firm.

use liuke_app::App;
use liuke_app::customer::bulk::{
    self, CustomerFields, NewAsset, NewCustomer, NewOrder, NewService,
};
use liuke_app::customer::words::OrderKind;
use liuke_domain::phone;
use liuke_platform::args;
use liuke_platform::config::{Config, DatabaseConfig};
use liuke_platform::ctx::{Actor, Ctx};
use liuke_platform::db::{Engine, FromQueryResult, Sql as _, Tx, Value, insert_rows};
use liuke_platform::session::password;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde_json::json;
use uuid::Uuid;

use crate::Outcome;
use crate::client::{Ask, Client};
use crate::server::{Place, Server};

/// The password of everybody in a firm that exists only to be measured.
pub(crate) const PASSWORD: &str = "蓝天白云-2026-测量";
/// How many people call.
pub(crate) const AGENTS: usize = 200;

const SEED: u64 = 20_261_126;
const DAY_MS: i64 = 86_400_000;
/// Customers per transaction: their search keys lie all over the index, each page of which is then written once for many.
const BATCH: usize = 20_000;

const SURNAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗", "曾", "单", "欧阳", "司马",
];
const GIVEN: [&str; 32] = [
    "建国", "志强", "秀兰", "敏", "静", "丽", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "明",
    "超", "文轩", "雅琴", "思远", "玉梅", "立新", "海燕", "国栋", "晓雯", "嘉", "雪", "建平",
    "启明", "浩然", "子涵", "雨桐", "一鸣",
];

#[derive(FromQueryResult)]
struct RoleRow {
    id: Uuid,
    code: String,
}

#[derive(FromQueryResult)]
struct BranchRow {
    id: Uuid,
}

/// Opens the database in this process, as the server does.
pub(crate) async fn open(database: &str) -> Outcome<App> {
    let config = Config {
        database: DatabaseConfig {
            url: database.to_owned(),
            ..DatabaseConfig::default()
        },
        ..Config::default()
    };
    Ok(liuke_app::start(config).await?)
}

/// Founds the firm by the setup page of the real server, as a person would.
pub(crate) async fn found(place: &Place, database: &str) -> Outcome {
    let server = Server::start(&place.binary, database).await?;
    let mut client = Client::connect(&server.host, "").await?;
    client
        .json(&Ask::post(
            "/setup",
            json!({
                "token": server.setup_token()?,
                "company": "测量汽车服务",
                "branch_name": "测量店",
                "login": "admin",
                "name": "测量",
                "password": PASSWORD,
            }),
        ))
        .await?;
    drop(client);
    server.stop()
}

/// Fills the founded firm.
pub(crate) async fn fill(app: &App, customers: usize) -> Outcome {
    let ctx = app.ctx(Actor::cli());
    if app.db.engine() == Engine::Sqlite {
        app.db
            .run_outside("PRAGMA cache_size = -4000000; PRAGMA synchronous = off")
            .await?;
    }
    let tx = app.db.begin().await?;
    let branch = tx
        .one::<BranchRow>(
            "SELECT id FROM branch WHERE kind = 'branch' LIMIT 1",
            args![],
        )
        .await?
        .ok_or("the firm has no branch")?
        .id;
    let people = staff(&tx, &ctx, branch).await?;
    tx.commit().await?;
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut made = 0;
    while made < customers {
        let size = BATCH.min(customers - made);
        batch(app, &ctx, &mut rng, branch, &people, made, size).await?;
        made += size;
        if made % 100_000 == 0 {
            println!("  {made} customers");
        }
    }
    app.db.run_outside("ANALYZE").await?;
    Ok(())
}

/// Agents who call, technicians who served.
struct People {
    agents: Vec<Uuid>,
    technicians: Vec<Uuid>,
}

async fn staff(tx: &Tx, ctx: &Ctx, branch: Uuid) -> Outcome<People> {
    let hash = password::hash(PASSWORD)
        .await
        .map_err(|error| format!("{error:?}"))?;
    let roles: Vec<RoleRow> = tx.all("SELECT id, code FROM role", args![]).await?;
    let team: Uuid = ctx.new_id();
    tx.run(
        "INSERT INTO team (id, branch_id, name, leader_id, version, created_at) VALUES ($1, $2, $3, NULL, 1, $4)",
        args![team, branch, "回访组", ctx.now_ms()],
    )
    .await?;
    let mut people = People {
        agents: Vec::new(),
        technicians: Vec::new(),
    };
    let (mut rows, mut links) = (Vec::new(), Vec::new());
    let wanted = (0..AGENTS)
        .map(|number| (format!("agent{number}"), "agent"))
        .chain((0..20).map(|number| (format!("technician{number}"), "technician")))
        .chain([("director".to_owned(), "service_director")]);
    for (place, (login, role)) in wanted.enumerate() {
        let id: Uuid = ctx.new_id();
        let role_id = roles
            .iter()
            .find(|known| known.code == role)
            .ok_or("a role is missing")?
            .id;
        let name = format!(
            "{}{place}号",
            GIVEN.get(place % GIVEN.len()).copied().unwrap_or("员")
        );
        rows.push(args![
            id,
            login,
            name,
            format!("B{place:04}"),
            branch,
            (role == "agent").then_some(team),
            hash.clone(),
            true,
            1_i64,
            ctx.now_ms()
        ]);
        links.push(args![id, role_id]);
        match role {
            "agent" => people.agents.push(id),
            "technician" => people.technicians.push(id),
            _ => {}
        }
    }
    insert_rows(
        tx,
        "staff",
        "id, login, name, employee_no, branch_id, team_id, password_hash, active, version, created_at",
        rows,
        "",
    )
    .await?;
    insert_rows(tx, "staff_role", "staff_id, role_id", links, "").await?;
    Ok(people)
}

pub(crate) fn name(rng: &mut StdRng) -> String {
    format!(
        "{}{}",
        SURNAMES.choose(rng).copied().unwrap_or("王"),
        GIVEN.choose(rng).copied().unwrap_or("敏")
    )
}

/// A mobile number that no other customer has.
pub(crate) fn mobile(number: usize) -> String {
    format!("13{:09}", (number * 7_919 + 12_345) % 1_000_000_000)
}

async fn batch(
    app: &App,
    ctx: &Ctx,
    rng: &mut StdRng,
    branch: Uuid,
    people: &People,
    first: usize,
    size: usize,
) -> Outcome {
    let now = ctx.now_ms();
    let tx = app.db.begin().await?;
    let rows = (first..first + size)
        .map(|number| NewCustomer {
            branch_id: branch,
            created_at: Some(now - rng.random_range(30..2_000) * DAY_MS),
            fields: CustomerFields {
                name: Some(name(rng)),
                external_id: Some(format!("M{number:08}")),
                phones: vec![phone::normalise(&mobile(number))],
                owner_id: people.agents.choose(rng).copied(),
                source: Some("walk_in".to_owned()),
                ..CustomerFields::default()
            },
        })
        .collect();
    let ids = bulk::insert_customers(&tx, ctx, None, rows).await?;
    let assets: Vec<NewAsset> = ids
        .iter()
        .zip(first..)
        .flat_map(|(id, number)| [(*id, number * 2), (*id, number * 2 + 1)])
        .map(|(customer_id, number)| NewAsset {
            customer_id,
            plate: Some(format!("川A{}", base36(number * 31 + 7, 5))),
            vin: Some(format!("LSVAB2180{}", base36(number + 60_466_176, 8))),
            model: Some("迈腾 330".to_owned()),
            mileage_km: Some(rng.random_range(1_000..150_000)),
            ..NewAsset::default()
        })
        .collect();
    let asset_ids = bulk::insert_assets(&tx, ctx, None, &assets).await?;
    let orders: Vec<NewOrder> = ids
        .iter()
        .flat_map(|id| [*id; 3])
        .map(|customer_id| NewOrder {
            customer_id,
            external_id: None,
            kind: OrderKind::Sale,
            title: Some("保养套餐".to_owned()),
            ordered_at: now - rng.random_range(1..700) * DAY_MS,
            revenue_fen: rng.random_range(10_000..900_000),
            cost_fen: Some(8_000),
            branch_id: branch,
            seller_id: None,
        })
        .collect();
    bulk::insert_orders(&tx, ctx, None, &orders).await?;
    let mut services = Vec::with_capacity(size * 2);
    for (place, id) in ids.iter().enumerate() {
        for turn in 0..2 {
            let closed = now - rng.random_range(1..700) * DAY_MS;
            services.push(NewService {
                customer_id: *id,
                external_id: None,
                asset_id: asset_ids.get(place * 2 + turn).copied(),
                branch_id: branch,
                category: Some("保养".to_owned()),
                opened_at: closed - 7_200_000,
                closed_at: Some(closed),
                advisor_id: people.technicians.choose(rng).copied(),
                advisor_name: None,
                technician_id: people.technicians.choose(rng).copied(),
                technician_name: None,
                work: Some("更换机油机滤，检查制动".to_owned()),
                parts: Some("机油 4L、机滤".to_owned()),
                mileage_km: None,
                advice: None,
                next_due_on: None,
                next_due_km: None,
                revenue_fen: 60_000,
                cost_fen: None,
            });
        }
    }
    let service_ids = bulk::insert_services(&tx, ctx, None, &services).await?;
    let notes: Vec<Vec<Value>> = ids
        .iter()
        .map(|id| {
            args![
                ctx.new_id::<Uuid>(),
                *id,
                people.agents.choose(rng).copied(),
                "客户说最近用车少，年底前会来保养。",
                now - rng.random_range(1..400) * DAY_MS
            ]
        })
        .collect();
    insert_rows(
        &tx,
        "customer_note",
        "id, customer_id, staff_id, text, created_at",
        notes,
        "",
    )
    .await?;
    let mut tasks = Vec::with_capacity(size);
    for (place, id) in ids.iter().enumerate() {
        // Most are due later, as in life: today's are a few dozen for each agent. Everybody has five that are.
        let later = if (first + place) / AGENTS < 5 {
            0
        } else {
            24 * 60
        };
        let due = now + rng.random_range(-48..later) * 3_600_000;
        let day = jiff::Timestamp::from_millisecond(due)?
            .to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai")?)
            .date()
            .to_string();
        tasks.push(args![
            ctx.new_id::<Uuid>(),
            format!("HF-20200101-{:07}", first + place),
            *id,
            asset_ids.get(place * 2).copied(),
            service_ids.get(place * 2).copied(),
            branch,
            people.agents.get((first + place) % AGENTS).copied(),
            "service_quality",
            "phone",
            "了解维修质量与服务感受",
            "service_closed",
            "open",
            due,
            day,
            due - 24 * 3_600_000,
            5_i64,
            0_i64,
            1_i64,
            now
        ]);
    }
    insert_rows(
        &tx,
        "followup_task",
        "id, number, customer_id, asset_id, service_record_id, branch_id, assignee_id, kind, channel, purpose, reason_code, \
         status, due_at, due_day, not_before, tier_rank, attempt_count, version, created_at",
        tasks,
        "",
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The last `places` digits in base 36, without the letters I and O that plates lack.
pub(crate) fn base36(mut number: usize, places: usize) -> String {
    const DIGITS: &[u8; 34] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut text = vec![b'0'; places];
    for place in text.iter_mut().rev() {
        *place = DIGITS.get(number % 34).copied().unwrap_or(b'0');
        number /= 34;
    }
    String::from_utf8(text).unwrap_or_default()
}
