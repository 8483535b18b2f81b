//! The demo shop's customers, vehicles, orders and repairs.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Tx, Value, insert_rows};
use liuke_platform::fault::Fault;
use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use uuid::Uuid;

use super::names;
use super::org::{Firm, Person, Shop};
use super::trade::{JOBS, Job, MODELS, Model, NOTES, TAGS};

/// Customers, vehicles and repairs of the demo.
pub(super) const CUSTOMERS: usize = 3_000;
const VEHICLES: usize = 4_000;
const REPAIRS: usize = 12_000;
/// Repairs go back this many days.
const REPAIR_DAYS: i64 = 30 * 30;

/// A repair that follow-up calls refer to.
#[derive(Debug, Clone)]
pub(super) struct Repair {
    pub(super) id: Uuid,
    pub(super) customer: usize,
    pub(super) asset: Uuid,
    pub(super) shop: usize,
    pub(super) closed_at: Timestamp,
    pub(super) day: Date,
    pub(super) advisor: Person,
    pub(super) technician: Person,
}

/// A customer as far as the follow-ups need it.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) id: Uuid,
    pub(super) shop: usize,
    pub(super) last_visit: Option<Date>,
}

/// What was written.
#[derive(Debug)]
pub(super) struct Archive {
    pub(super) customers: Vec<Known>,
    pub(super) repairs: Vec<Repair>,
}

struct Car {
    id: Uuid,
    customer: usize,
    model: &'static Model,
    bought: Date,
}

/// Writing the archive of one firm.
pub(super) struct Writer<'a> {
    pub(super) tx: &'a Tx,
    pub(super) ctx: &'a Ctx,
    pub(super) firm: &'a Firm,
    pub(super) zone: &'a TimeZone,
    pub(super) today: Date,
}

impl Writer<'_> {
    fn at(&self, day: Date, hour: i8, minute: i8) -> Result<Timestamp, Fault> {
        let time =
            Time::new(hour, minute, 0, 0).map_err(|error| Fault::other(error.to_string()))?;
        day.to_datetime(time)
            .to_zoned(self.zone.clone())
            .map(|zoned| zoned.timestamp())
            .map_err(|error| Fault::other(error.to_string()))
    }

    fn days_ago(&self, days: i64) -> Date {
        self.today.checked_sub(days.days()).unwrap_or(self.today)
    }

    fn shop(&self, index: usize) -> Result<&Shop, Fault> {
        self.firm
            .shops
            .get(index)
            .ok_or_else(|| Fault::other("no such demo shop"))
    }

    /// Writes everything.
    pub(super) async fn write(&self, rng: &mut StdRng) -> Result<Archive, Fault> {
        let mut customers = self.customers(rng).await?;
        let cars = self.cars(rng, &customers).await?;
        let repairs = self.repairs(rng, &customers, &cars).await?;
        for repair in &repairs {
            if let Some(known) = customers.get_mut(repair.customer) {
                known.last_visit = known.last_visit.max(Some(repair.day));
            }
        }
        self.orders(rng, &customers, &cars).await?;
        Ok(Archive { customers, repairs })
    }

    async fn customers(&self, rng: &mut StdRng) -> Result<Vec<Known>, Fault> {
        const PERSONALITIES: [&str; 4] = ["perfectionist", "achiever", "self_centred", "expert"];
        const STAGES: [&str; 6] = [
            "known",
            "developed",
            "in_dialogue",
            "satisfied",
            "satisfied",
            "loyal",
        ];
        const SOURCES: [&str; 6] = ["walk_in", "walk_in", "referral", "phone", "web", "event"];
        /// When those customers want to be called who said so: after work, at noon, in the morning, in the afternoon.
        const WINDOWS: [(&str, &str); 5] = [
            ("18:30", "20:00"),
            ("09:00", "11:30"),
            ("12:00", "13:30"),
            ("14:00", "17:00"),
            ("19:00", "20:30"),
        ];
        let mut known = Vec::new();
        let (mut rows, mut phones, mut tags, mut consents, mut notes) = (
            Vec::new(),
            Vec::new(),
            Vec::new(),
            Vec::new(),
            Vec::<Vec<Value>>::new(),
        );
        for number in 1..=CUSTOMERS {
            let shop = *[0_usize, 0, 0, 1, 1, 2].choose(rng).unwrap_or(&0);
            let day = self.days_ago(rng.random_range(3..2_200));
            let created = self.at(day, rng.random_range(9..18), rng.random_range(0..60))?;
            let ctx = self.ctx.at(created);
            let id: Uuid = ctx.new_id();
            let firm = rng.random_bool(0.06);
            let (name, woman) = if firm {
                (names::firm(rng), false)
            } else {
                names::person(rng)
            };
            let gender = if firm {
                None
            } else {
                Some(if woman { "female" } else { "male" })
            };
            let birthday = (!firm && rng.random_bool(0.6)).then(|| {
                format!(
                    "{}-{:02}-{:02}",
                    rng.random_range(1958..2003),
                    rng.random_range(1..=12),
                    rng.random_range(1..=28)
                )
            });
            let owner = self.shop(shop)?.agents.choose(rng).map(|person| person.id);
            // Every third said so. Counted, not drawn: the rest of the shop stays as it is.
            let window = number
                .is_multiple_of(3)
                .then(|| WINDOWS.get(number / 3 % WINDOWS.len()))
                .flatten();
            rows.push(args![
                id,
                format!("KH-{number:06}"),
                format!("DMS{:05}", 10_000 + number),
                if firm { "organisation" } else { "person" },
                name.clone(),
                liuke_domain::pinyin::sort_key(&name),
                gender,
                birthday,
                rng.random_bool(0.7).then(|| names::address(rng)),
                SOURCES.choose(rng).copied(),
                rng.random_bool(0.45)
                    .then(|| PERSONALITIES.choose(rng).copied())
                    .flatten(),
                STAGES.choose(rng).copied().unwrap_or("known"),
                rng.random_bool(0.12)
                    .then(|| NOTES.choose(rng).copied())
                    .flatten(),
                owner,
                self.shop(shop)?.id,
                rng.random_bool(0.008),
                window.map(|(from, _)| *from),
                window.map(|(_, to)| *to),
                false,
                0_i64,
                0_i64,
                0_i64,
                0_i64,
                "",
                1_i64,
                created.as_millisecond(),
                created.as_millisecond()
            ]);
            // A few records are as bad as real ones: no phone, or one that cannot exist.
            let phone = match rng.random_range(0..100) {
                0 => None,
                1 => Some("1380000".to_owned()),
                2..=6 if firm => Some(names::landline(rng)),
                _ => Some(names::mobile(rng)),
            };
            let second = rng.random_bool(0.1).then(|| names::mobile(rng));
            for (position, raw) in (0_i64..).zip(phone.into_iter().chain(second)) {
                let read = liuke_domain::phone::normalise(&raw);
                phones.push(args![
                    ctx.new_id::<Uuid>(),
                    id,
                    position,
                    read.digits.clone(),
                    read.e164.clone(),
                    read.kind.as_str(),
                    read.extension.clone(),
                    None::<String>,
                    position == 0,
                    false,
                    read.valid,
                    None::<String>
                ]);
            }
            if rng.random_bool(0.35) {
                tags.push(args![
                    id,
                    if firm {
                        "车队客户"
                    } else {
                        TAGS.choose(rng).copied().unwrap_or_default()
                    }
                ]);
            }
            for (channel, share) in [("phone", 0.9), ("sms", 0.8), ("wechat", 0.5)] {
                consents.push(args![
                    id,
                    channel,
                    "service",
                    rng.random_bool(share),
                    created.as_millisecond(),
                    "到店签署"
                ]);
                consents.push(args![
                    id,
                    channel,
                    "marketing",
                    rng.random_bool(share * 0.6),
                    created.as_millisecond(),
                    "到店签署"
                ]);
            }
            if let Some(person) = self
                .shop(shop)?
                .agents
                .first()
                .filter(|_| rng.random_bool(0.06))
            {
                let said = NOTES.choose(rng).copied().unwrap_or_default();
                notes.push(args![
                    ctx.new_id::<Uuid>(),
                    id,
                    person.id,
                    said,
                    created.as_millisecond() + 3_600_000
                ]);
            }
            known.push(Known {
                id,
                shop,
                last_visit: None,
            });
        }
        let tx = self.tx;
        insert_rows(
            tx,
            "customer",
            "id, number, external_id, kind, name, sort_key, gender, birthday, address, source, personality, stage, notes, \
             owner_id, branch_id, do_not_call, contact_from, contact_to, ask_at_reception, asset_count, revenue_fen, order_count, \
             visit_count, visit_sort, version, created_at, updated_at",
            rows,
            "",
        )
        .await?;
        // The next customer who is entered or imported gets the next number.
        crate::customer::take_numbers(tx, CUSTOMERS).await?;
        insert_rows(
            tx,
            "customer_phone",
            "id, customer_id, position, number, e164, kind, extension, label, is_primary, do_not_use, valid, verified_on",
            phones,
            "",
        )
        .await?;
        insert_rows(tx, "customer_tag", "customer_id, tag", tags, "").await?;
        insert_rows(
            tx,
            "customer_consent",
            "customer_id, channel, purpose, granted, at, source",
            consents,
            "",
        )
        .await?;
        insert_rows(
            tx,
            "customer_note",
            "id, customer_id, staff_id, text, created_at",
            notes,
            "",
        )
        .await?;
        Ok(known)
    }

    async fn cars(&self, rng: &mut StdRng, customers: &[Known]) -> Result<Vec<Car>, Fault> {
        let mut cars = Vec::new();
        let mut rows = Vec::new();
        for number in 0..VEHICLES {
            // Everybody has one; the rest go to a few, as fleets do.
            let customer = if number < customers.len() {
                number
            } else {
                rng.random_range(0..customers.len() / 3)
            };
            let Some(owner) = customers.get(customer) else {
                continue;
            };
            let Some(model) = MODELS.choose(rng) else {
                continue;
            };
            let age = rng.random_range(60..2_600);
            let bought = self.days_ago(age);
            let km = age * rng.random_range(18..48);
            let created = self.at(bought, 15, 0)?;
            let id: Uuid = self.ctx.at(created).new_id();
            let plate = names::plate(rng, model.electric);
            let vin = names::vin(rng, model.maker);
            rows.push(args![
                id,
                owner.id,
                "vehicle",
                plate.clone(),
                liuke_domain::asset::plate_key(&plate),
                vin.clone(),
                liuke_domain::asset::vin_key(&vin),
                model.name,
                km,
                bought.to_string(),
                bought
                    .checked_add(3.years())
                    .ok()
                    .map(|day| day.to_string()),
                1_i64,
                created.as_millisecond()
            ]);
            cars.push(Car {
                id,
                customer,
                model,
                bought,
            });
        }
        insert_rows(
            self.tx,
            "asset",
            "id, customer_id, kind, plate, plate_key, vin, vin_key, model, mileage_km, purchased_on, warranty_until, version, \
             created_at",
            rows,
            "",
        )
        .await?;
        Ok(cars)
    }

    async fn repairs(
        &self,
        rng: &mut StdRng,
        customers: &[Known],
        cars: &[Car],
    ) -> Result<Vec<Repair>, Fault> {
        let mut made = Vec::new();
        let mut rows = Vec::new();
        for number in 1..=REPAIRS {
            // Squaring makes some cars come often and others hardly ever.
            let luck: f64 = rng.random::<f64>().powi(2);
            let index = pick_index(luck, cars.len());
            let Some(car) = cars.get(index) else { continue };
            let Some(owner) = customers.get(car.customer) else {
                continue;
            };
            let Some(job) = JOBS.choose(rng) else {
                continue;
            };
            let oldest = (self.today - car.bought).get_days().into();
            let days = rng.random_range(0..REPAIR_DAYS.min(i64::max(oldest, 2)));
            let day = self.days_ago(days);
            let opened = self.at(day, rng.random_range(8..16), rng.random_range(0..60))?;
            if opened >= self.ctx.now {
                continue;
            }
            let closed = opened + jiff::SignedDuration::from_mins(rng.random_range(50..190));
            let open = closed >= self.ctx.now;
            let shop = self.shop(owner.shop)?;
            let (Some(advisor), Some(technician)) =
                (shop.advisors.choose(rng), shop.technicians.choose(rng))
            else {
                continue;
            };
            let id: Uuid = self.ctx.at(opened).new_id();
            rows.push(self.repair_row(
                rng,
                id,
                number,
                owner,
                car,
                job,
                (opened, closed, open),
                shop.id,
                (advisor, technician),
            ));
            if !open {
                made.push(Repair {
                    id,
                    customer: car.customer,
                    asset: car.id,
                    shop: owner.shop,
                    closed_at: closed,
                    day,
                    advisor: advisor.clone(),
                    technician: technician.clone(),
                });
            }
        }
        insert_rows(
            self.tx,
            "service_record",
            "id, number, external_id, customer_id, asset_id, branch_id, status, category, opened_at, closed_at, business_day, \
             advisor_id, advisor_name, technician_id, technician_name, work, parts, mileage_km, advice, next_due_on, \
             revenue_fen, cost_fen, version, created_at",
            rows,
            "",
        )
        .await?;
        made.sort_by_key(|repair| repair.closed_at);
        Ok(made)
    }

    #[allow(clippy::too_many_arguments, reason = "one row has many columns")]
    fn repair_row(
        &self,
        rng: &mut StdRng,
        id: Uuid,
        number: usize,
        owner: &Known,
        car: &Car,
        job: &Job,
        (opened, closed, open): (Timestamp, Timestamp, bool),
        shop: Uuid,
        (advisor, technician): (&Person, &Person),
    ) -> Vec<Value> {
        let (low, high) = job.yuan;
        let fen = if high > low {
            rng.random_range(low..high) * 100
        } else {
            low * 100
        };
        let day = opened.to_zoned(self.zone.clone()).date();
        let km = i64::from((day - car.bought).get_days().max(1)) * 32;
        let next = (job.category == "保养")
            .then(|| day.checked_add(180.days()).ok())
            .flatten();
        args![
            id,
            format!("WX-{}-{:05}", day.strftime("%Y%m%d"), number),
            format!("RO{:06}", 200_000 + number),
            owner.id,
            car.id,
            shop,
            if open { "open" } else { "closed" },
            job.category,
            opened.as_millisecond(),
            (!open).then(|| closed.as_millisecond()),
            day.to_string(),
            advisor.id,
            advisor.name,
            technician.id,
            technician.name,
            job.work,
            job.parts,
            km,
            job.advice,
            next.map(|next| next.to_string()),
            fen,
            fen * 58 / 100,
            1_i64,
            opened.as_millisecond()
        ]
    }

    async fn orders(
        &self,
        rng: &mut StdRng,
        customers: &[Known],
        cars: &[Car],
    ) -> Result<(), Fault> {
        const EXTRAS: [(&str, i64, i64); 6] = [
            ("商业险续保", 3_200, 6_800),
            ("延保服务包", 2_800, 5_600),
            ("保养套餐（4 次）", 1_980, 3_600),
            ("行车记录仪", 480, 1_280),
            ("全车贴膜", 2_600, 8_800),
            ("原厂脚垫", 260, 680),
        ];
        let mut rows = Vec::new();
        let mut push = |rng: &mut StdRng,
                        day: Date,
                        owner: &Known,
                        title: String,
                        fen: i64,
                        cost: i64|
         -> Result<(), Fault> {
            let at = self.at(day, rng.random_range(9..18), rng.random_range(0..60))?;
            if at >= self.ctx.now {
                return Ok(());
            }
            let shop = self.shop(owner.shop)?;
            let number = rows.len() + 1;
            rows.push(args![
                self.ctx.at(at).new_id::<Uuid>(),
                format!("DD-{}-{number:05}", day.strftime("%Y%m%d")),
                format!("SO{:06}", 500_000 + number),
                owner.id,
                if fen < 0 { "refund" } else { "sale" },
                title,
                at.as_millisecond(),
                day.to_string(),
                fen,
                cost,
                shop.id,
                shop.advisors.first().map(|person| person.id),
                1_i64,
                at.as_millisecond()
            ]);
            Ok(())
        };
        for car in cars {
            let Some(owner) = customers.get(car.customer) else {
                continue;
            };
            if rng.random_bool(0.45) {
                let fen = car.model.price * 100;
                push(
                    rng,
                    car.bought,
                    owner,
                    format!("新车 {}", car.model.name),
                    fen,
                    fen * 95 / 100,
                )?;
            }
            while rng.random_bool(0.38) {
                let Some((title, low, high)) = EXTRAS.choose(rng) else {
                    break;
                };
                let fen = rng.random_range(*low..*high) * 100;
                let day = self.days_ago(rng.random_range(1..900));
                push(rng, day, owner, (*title).to_owned(), fen, fen * 70 / 100)?;
                if rng.random_bool(0.02) {
                    let back = day.checked_add(5.days()).unwrap_or(day);
                    push(
                        rng,
                        back,
                        owner,
                        format!("退款 {title}"),
                        -fen,
                        -(fen * 70 / 100),
                    )?;
                }
            }
        }
        insert_rows(
            self.tx,
            "sales_order",
            "id, number, external_id, customer_id, kind, title, ordered_at, business_day, revenue_fen, cost_fen, branch_id, \
             seller_id, version, created_at",
            rows,
            "",
        )
        .await
    }
}

/// An index below `len` for a share between 0 and 1.
fn pick_index(share: f64, len: usize) -> usize {
    let len_as_float: f64 = u32::try_from(len).unwrap_or(u32::MAX).into();
    let text = format!("{:.0}", (share * len_as_float).floor());
    text.parse::<usize>()
        .unwrap_or(0)
        .min(len.saturating_sub(1))
}
