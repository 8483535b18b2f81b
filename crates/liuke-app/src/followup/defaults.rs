//! The plans a new installation starts with (默认回访计划), in the language of the first users.

use liuke_domain::customer::Channel;
use liuke_domain::followup::{PlanTrigger, TaskKind};
use liuke_platform::ctx::Ctx;
use liuke_platform::db::Tx;
use liuke_platform::fault::Fault;

use super::plan_input::Fields;
use super::plans;

/// Days after a repair on which the workshop calls (修后第 3 天回访).
const AFTER_SERVICE_DAYS: u32 = 3;
/// Days without a visit after which a customer is called (180 天未到店).
const ABSENT_DAYS: u32 = 180;

/// Writes the default plans while there are none at all; called by the first setup and safe to call again.
pub async fn ensure_default_plans(tx: &Tx, ctx: &Ctx) -> Result<(), Fault> {
    if plans::count(tx).await? > 0 {
        return Ok(());
    }
    for fields in [after_service(), absent()] {
        plans::insert(tx, ctx, &fields).await?;
    }
    Ok(())
}

fn after_service() -> Fields {
    Fields {
        name: "修后三日回访".to_owned(),
        kind: TaskKind::ServiceQuality,
        trigger: PlanTrigger::ServiceClosed {
            days: AFTER_SERVICE_DAYS,
        },
        category: None,
        channel: Channel::Phone,
        purpose: "了解维修质量与服务感受，及时处理不满意".to_owned(),
        opener:
            "您好，我是客户关怀部的回访专员，您的车前几天在我们店做过维修，想了解一下用车情况。"
                .to_owned(),
        permission_ask: "您现在方便说两分钟吗？".to_owned(),
        benefit: "如果有任何不满意的地方，我们会安排专人负责，处理好后再给您回电。".to_owned(),
        recap_hint: Some("复述客户的问题、我们的安排和约定的时间，请客户确认。".to_owned()),
        due_hours: liuke_domain::followup::DUE_HOURS,
        min_gap_days: None,
        branch_id: None,
        active: true,
    }
}

fn absent() -> Fields {
    Fields {
        name: "半年未到店关怀".to_owned(),
        kind: TaskKind::Care,
        trigger: PlanTrigger::NoVisit { days: ABSENT_DAYS },
        category: None,
        channel: Channel::Phone,
        purpose: "了解客户近况与用车需要，邀请回店检查".to_owned(),
        opener: "您好，我是客户关怀部的回访专员，有一段时间没见您来店里了，想问候一下，了解您的用车情况。".to_owned(),
        permission_ask: "您现在接电话方便吗？".to_owned(),
        benefit: "我们可以按您的里程帮您看看该做哪些保养，也可以为您预约不用排队的时间。".to_owned(),
        recap_hint: Some("复述客户的近况、下次保养的时间和预约。".to_owned()),
        due_hours: 72,
        min_gap_days: Some(30),
        branch_id: None,
        active: true,
    }
}
