//! From the slip to its paper (打印): fills the form that [`super::paper`] draws.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use liuke_domain::slip::Signature;
use liuke_domain::worktime;
use liuke_platform::ctx::Ctx;
use liuke_platform::fault::Fault;
use liuke_platform::identity::Identity;
use liuke_platform::problem::Problem;

use super::paper::{PaperConfirmation, PaperSignature, PaperWords, SlipPaper, render};
use super::seal::Standing;
use super::store::{self, SlipData};
use super::view;
use crate::App;

/// Names of the five factors, in the order of [`crate::customer::Scores`].
const FACTORS_ZH: [&str; 5] = ["结果度", "有形度", "反应度", "情感度", "对比度"];
const FACTORS_EN: [&str; 5] = [
    "Result",
    "Tangibles",
    "Responsiveness",
    "Empathy",
    "Contrast",
];

/// The slip as a PDF in Chinese, or in English when asked for. `origin` is where the browser sees us.
pub(super) async fn pdf(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    slip: &SlipData,
    language: Option<&str>,
    origin: Option<&str>,
) -> Result<Vec<u8>, Problem> {
    let words = PaperWords::of(language.unwrap_or("zh"));
    let english = words.language == "en";
    let zone = worktime::zone(&slip.branch_zone)
        .ok_or_else(|| Fault::inconsistent("branch", "zone", slip.branch_id))?;
    let standing = Standing::of(&store::events(&app.db, slip.id).await?)?;
    let company = crate::team::settings(&app.db).await?.company;
    let names = if english { FACTORS_EN } else { FACTORS_ZH };
    let scores = [
        slip.result_score,
        slip.tangibles_score,
        slip.responsiveness_score,
        slip.empathy_score,
        slip.contrast_score,
    ];
    let sheet = SlipPaper {
        company,
        number: slip.number.clone(),
        remark: match slip.reopened_count {
            0 => String::new(),
            n if english => format!("reopened {n}×"),
            n => format!("重开 {n} 次"),
        },
        customer_name: slip.customer_name.clone(),
        tier: slip.tier.as_deref().and_then(|t| t.chars().next()),
        phone_masked: slip.phone_masked.clone().unwrap_or_default(),
        asset_line: view::asset_line(slip).unwrap_or_default(),
        problem: slip.problem.clone(),
        factors: names
            .into_iter()
            .zip(scores)
            .filter_map(|(name, score)| Some((name.to_owned(), u8::try_from(score?).ok()?)))
            .collect(),
        raised_by: slip.raised_by_name.clone(),
        raised_at: shown_ms(slip.raised_at, &zone),
        responsible: slip.responsible_name.clone().unwrap_or_default(),
        due_at: shown_ms(slip.due_at, &zone),
        answer: slip.answer.clone().filter(|_| standing.answer.is_some()),
        answered: standing.answer.as_ref().map(|s| signature(s, &zone)),
        countersigned: standing.countersign.as_ref().map(|s| signature(s, &zone)),
        confirmed: standing.confirm.as_ref().map(|s| PaperConfirmation {
            signature: signature(s, &zone),
            satisfied: true,
        }),
        printed: format!("{} {}", shown(ctx.now, &zone), who.name),
        printed_at: ctx.now,
        qr_url: app.address(origin, &format!("/slips/{}", slip.id)),
        words,
    };
    // Laying out a page and subsetting the font takes milliseconds of pure computing.
    let page = tokio::task::spawn_blocking(move || render(&sheet))
        .await
        .map_err(|e| Fault::other(format!("slip paper: {e}")))?;
    Ok(page.map_err(|e| Fault::other(format!("slip paper: {e}")))?)
}

fn signature(signature: &Signature, zone: &TimeZone) -> PaperSignature {
    PaperSignature {
        name: signature.name.clone(),
        at: shown(signature.at, zone),
        hash: signature.hash.clone(),
    }
}

fn shown(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

fn shown_ms(at: i64, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(at)
        .map(|at| shown(at, zone))
        .unwrap_or_default()
}
