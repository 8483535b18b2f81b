//! Feedback slips of the demo shop: signed, countersigned and confirmed as in life, the latest still under way.

use jiff::{SignedDuration, Timestamp};
use liuke_domain::satisfaction::Scores;
use liuke_domain::slip::{Content, canonical, content_hash};
use liuke_platform::args;
use liuke_platform::db::{Value, insert_rows};
use liuke_platform::fault::Fault;
use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use uuid::Uuid;

use super::archive::Writer;
use super::calls::{Dissatisfied, NewTask, QUIET, Rows, Said};
use super::org::Person;

/// How far a slip of this age has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    Raised,
    Answered,
    Countersigned,
    Closed,
}

/// How far the latest slips have come at most, the youngest first: whatever the hour, every desk of the shop has one to work on.
const UNDER_WAY: [Progress; 6] = [
    Progress::Raised,
    Progress::Answered,
    Progress::Countersigned,
    Progress::Raised,
    Progress::Answered,
    Progress::Countersigned,
];

struct Slip<'a> {
    id: Uuid,
    number: String,
    from: &'a Dissatisfied,
    responsible: &'a Person,
    scores: Scores,
    events: Vec<Vec<Value>>,
}

impl Slip<'_> {
    fn event(
        &mut self,
        id: Uuid,
        at: Timestamp,
        who: &Person,
        action: &str,
        text: Option<&str>,
        signed: Option<&(String, String)>,
    ) {
        let place = i64::try_from(self.events.len()).unwrap_or(0) + 1;
        self.events.push(args![
            id,
            self.id,
            place,
            at.as_millisecond(),
            who.id,
            who.name,
            action,
            text,
            signed.map(|(content, _)| content.as_str()),
            signed.map(|(_, hash)| hash.as_str())
        ]);
    }

    /// What lies before the person who signs.
    fn seal(
        &self,
        customer: &str,
        answer_hash: Option<&str>,
        countersign_hash: Option<&str>,
    ) -> Result<(String, String), Fault> {
        let content = Content {
            number: &self.number,
            round: 0,
            customer,
            asset: None,
            raised_at: self.from.at.as_millisecond(),
            raised_by: self.from.caller.name,
            problem: self.from.grievance.words,
            verbatim: Some(self.from.grievance.words),
            scores: self.scores,
            responsible: Some(self.responsible.name),
            answer: Some(self.from.grievance.answer),
            answer_hash,
            countersign_hash,
        };
        let value = serde_json::to_value(&content)?;
        Ok((canonical(&value), content_hash(&value)))
    }
}

impl Writer<'_> {
    /// Writes a slip for each dissatisfied answer; the confirming calls are added to `rows`.
    pub(super) fn slips(
        &self,
        rng: &mut StdRng,
        answers: &[Dissatisfied],
        rows: &mut Rows,
    ) -> Result<SlipRows, Fault> {
        let mut slips = SlipRows::default();
        let mut latest: Vec<usize> = (0..answers.len()).collect();
        latest.sort_by_key(|index| std::cmp::Reverse(answers.get(*index).map(|answer| answer.at)));
        for (index, answer) in answers.iter().enumerate() {
            let rank = latest
                .iter()
                .take(UNDER_WAY.len())
                .position(|i| *i == index);
            let furthest = rank
                .and_then(|rank| UNDER_WAY.get(rank).copied())
                .unwrap_or(Progress::Closed);
            self.slip(rng, index, answer, furthest, rows, &mut slips)?;
        }
        Ok(slips)
    }

    fn slip(
        &self,
        rng: &mut StdRng,
        index: usize,
        from: &Dissatisfied,
        furthest: Progress,
        rows: &mut Rows,
        out: &mut SlipRows,
    ) -> Result<(), Fault> {
        let shop = self
            .firm
            .shops
            .get(from.repair.shop)
            .ok_or_else(|| Fault::other("no such demo shop"))?;
        let responsible = if from.grievance.factor == 0 {
            &from.repair.technician
        } else {
            &from.repair.advisor
        };
        let hours = |rng: &mut StdRng, low: i64, high: i64| {
            SignedDuration::from_mins(rng.random_range(low * 60..high * 60))
        };
        let answered_at = from.at + hours(rng, 2, 22);
        let countersigned_at = answered_at + hours(rng, 1, 8);
        let called_at = countersigned_at + hours(rng, 4, 30);
        let now = self.ctx.now;
        let progress = match (now > called_at, now > countersigned_at, now > answered_at) {
            (true, _, _) => Progress::Closed,
            (_, true, _) => Progress::Countersigned,
            (_, _, true) => Progress::Answered,
            _ => Progress::Raised,
        }
        .min(furthest);
        let day = self.day_of(from.at);
        let due = from.at + SignedDuration::from_hours(24);
        let [result, tangibles, responsiveness, empathy, contrast] =
            from.scores.map(|score| u8::try_from(score).ok());
        let mut slip = Slip {
            id: self.ctx.at(from.at).new_id(),
            number: format!("FK-{}-{:04}", day.replace('-', ""), index + 1),
            from,
            responsible,
            scores: Scores {
                result,
                tangibles,
                responsiveness,
                empathy,
                contrast,
            },
            events: Vec::new(),
        };
        let event_id = |at: Timestamp| -> Uuid { self.ctx.at(at).new_id() };
        slip.event(
            event_id(from.at),
            from.at,
            &from.caller,
            "raised",
            Some(from.grievance.words),
            None,
        );
        let answer = slip.seal("", None, None)?;
        let countersign = slip.seal("", Some(&answer.1), None)?;
        let confirm = slip.seal("", Some(&answer.1), Some(&countersign.1))?;
        if progress >= Progress::Answered {
            slip.event(
                event_id(answered_at),
                answered_at,
                responsible,
                "answered",
                Some(from.grievance.answer),
                Some(&answer),
            );
        }
        if progress >= Progress::Countersigned {
            slip.event(
                event_id(countersigned_at),
                countersigned_at,
                &self.firm.director,
                "countersigned",
                None,
                Some(&countersign),
            );
        }
        let caller = shop
            .agents
            .iter()
            .filter(|agent| agent.id != from.caller.id)
            .collect::<Vec<_>>();
        let caller = caller.choose(rng).copied().unwrap_or(&shop.leader);
        let closed = progress == Progress::Closed;
        if closed {
            slip.event(
                event_id(called_at),
                called_at,
                caller,
                "confirmed",
                Some("客户确认问题已解决"),
                Some(&confirm),
            );
        }
        if progress >= Progress::Countersigned {
            self.confirming(
                rows,
                &slip,
                caller,
                countersigned_at,
                closed.then_some(called_at),
            )?;
        }
        let answered = progress >= Progress::Answered;
        let countersigned = progress >= Progress::Countersigned;
        out.slips.push(args![
            slip.id,
            slip.number.clone(),
            from.customer.id,
            from.task,
            from.repair.asset,
            from.repair.id,
            shop.id,
            from.grievance.words,
            from.scores[0],
            from.scores[1],
            from.scores[2],
            from.scores[3],
            from.scores[4],
            match progress {
                Progress::Raised => "raised",
                Progress::Answered => "answered",
                Progress::Countersigned => "countersigned",
                Progress::Closed => "closed",
            },
            responsible.id,
            from.caller.id,
            from.at.as_millisecond(),
            day,
            due.as_millisecond(),
            answered.then_some(from.grievance.answer),
            answered.then_some(responsible.id),
            answered.then(|| answered_at.as_millisecond()),
            countersigned.then_some(self.firm.director.id),
            countersigned.then(|| countersigned_at.as_millisecond()),
            closed.then_some(caller.id),
            closed.then(|| called_at.as_millisecond()),
            closed.then(|| self.day_of(called_at)),
            0_i64,
            1_i64
        ]);
        out.events.append(&mut slip.events);
        Ok(())
    }

    fn confirming(
        &self,
        rows: &mut Rows,
        slip: &Slip<'_>,
        caller: &Person,
        created: Timestamp,
        called_at: Option<Timestamp>,
    ) -> Result<(), Fault> {
        let task = self.task(
            rows,
            &NewTask {
                plan: None,
                dedup: Some(format!("slip:{}:0", slip.id)),
                customer: &slip.from.customer,
                repair: Some(&slip.from.repair),
                slip: Some(slip.id),
                reason: ("slip_confirm", None, None),
                assignee: Some(caller.id),
                purpose: "确认反馈单的问题已经解决",
                kind: "service_quality",
                created,
                due: created + SignedDuration::from_hours(24),
                done: called_at.map(|at| (at, "reached", caller.id)),
                attempts: i64::from(called_at.is_some()),
            },
        )?;
        if let Some(at) = called_at {
            let said = Said {
                verbatim: Some("这次可以了，谢谢。"),
                ..QUIET("reached", None)
            };
            self.call(rows, task, &slip.from.customer, caller.id, at, &said)?;
        }
        Ok(())
    }
}

/// Slips and what happened to them, for one bulk write each.
#[derive(Default)]
pub(super) struct SlipRows {
    slips: Vec<Vec<Value>>,
    events: Vec<Vec<Value>>,
}

impl SlipRows {
    /// Writes what was gathered; the tasks stand already.
    pub(super) async fn flush(self, tx: &liuke_platform::db::Tx) -> Result<(), Fault> {
        insert_rows(
            tx,
            "slip",
            "id, number, customer_id, task_id, asset_id, service_record_id, branch_id, problem, result_score, tangibles_score, \
             responsiveness_score, empathy_score, contrast_score, state, responsible_id, raised_by, raised_at, raised_day, due_at, \
             answer, answered_by, answered_at, countersigned_by, countersigned_at, confirmed_by, closed_at, closed_day, \
             reopened_count, version",
            self.slips,
            "",
        )
        .await?;
        insert_rows(
            tx,
            "slip_event",
            "id, slip_id, place, at, staff_id, staff_name, action, text, content, content_hash",
            self.events,
            "",
        )
        .await
    }
}
