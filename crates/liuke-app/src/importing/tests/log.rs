//! The log says what was done, never to whom (日志): the acts that have most to tell, at the most talkative level.

use liuke_platform::testing::Log;
use serde_json::json;

use super::{rows, step, upload};
use crate::on_both;
use crate::testing::{PASSWORD, TestApp};

on_both!(the_log_names_no_customer_no_phone_no_password_and_no_token);
async fn the_log_names_no_customer_no_phone_no_password_and_no_token(t: TestApp) {
    let log = Log::listen();
    let nobody = t.as_nobody();
    let login = json!({ "login": "clerk", "password": PASSWORD });
    let signed_in = nobody.post("/api/v1/login", login).await;
    signed_in.ok();
    let cookie = signed_in.cookie();
    let wrong = json!({ "login": "clerk", "password": "床前明月光疑是地上霜" });
    nobody
        .post("/api/v1/login", wrong)
        .await
        .refused(401, "login.refused");

    let clerk = t.as_nobody().cookie(&cookie);
    let customer = |name: &str, phone: &str| {
        json!({
            "name": name, "kind": "person", "branch_id": t.org.tianfu, "address": "锦里东路九号", "keep_address": false,
            "keep_birthday": false, "stage": "known", "emails": [], "tags": [], "consents": [], "do_not_call": false,
            "phones": [{ "number": phone, "primary": true, "do_not_use": false }],
        })
    };
    clerk
        .post("/api/v1/customers", customer("欧阳修远", "13911112222"))
        .await
        .ok();
    clerk
        .post("/api/v1/customers", customer(" ", "13911112222"))
        .await
        .refused(422, "invalid");
    for words in ["13911112222", "欧阳修远", "川A54321"] {
        clerk.get(&format!("/api/v1/search?q={words}")).await.ok();
        clerk
            .get(&format!("/api/v1/customers?q={words}"))
            .await
            .ok();
    }
    let file = "姓名,手机,车牌,生日,邮箱\n诸葛思齐,13733334444,川A54321,,zhuge@example.com\n\
                司马长卿,不是电话,,,\n上官婉约,13633335555,坏牌,1980-02-31,\n,13533336666,,,\n";
    let import = upload(&clerk, "customers", "名单.csv", file.as_bytes())
        .await
        .ok();
    let done = step(&t, &clerk, &import, "run").await;
    assert_eq!(
        (&done["counts"]["create"], &done["counts"]["refuse"]),
        (&json!(1), &json!(3))
    );
    rows(&clerk, &done, "refuse").await;
    let token = json!({ "name": "电话系统", "scopes": ["customer.read"], "expires_in_days": 30 });
    let made = t
        .as_role("administrator")
        .post("/api/v1/tokens", token)
        .await
        .ok();
    let secret = made["token"].as_str().unwrap();
    t.with_token(secret)
        .get("/api/v1/search?q=13911112222")
        .await
        .ok();

    let text = log.text();
    for route in [
        "/api/v1/login",
        "/api/v1/customers",
        "/api/v1/search",
        "/api/v1/imports",
    ] {
        assert!(text.contains(route), "{route} is not in the log:\n{text}");
    }
    let session = cookie.split('=').nth(1).unwrap();
    let private = [
        PASSWORD,
        "床前明月光",
        session,
        "欧阳修远",
        "13911112222",
        "锦里东路",
        "诸葛思齐",
        "13733334444",
        "A54321",
        "zhuge",
        "司马长卿",
        "不是电话",
        "上官婉约",
        "13633335555",
        "13533336666",
        "坏牌",
    ];
    for word in private.into_iter().chain([secret]) {
        for line in text.lines() {
            assert!(!line.contains(word), "{word} is in the log: {line}");
        }
    }
}
