use liuke_platform::args;
use liuke_platform::db::Sql as _;
use serde_json::{Value, json};

use super::{enter, id, input, phone};
use crate::customer::{mark_phone_unusable, set_ask_at_reception, touch_contact, withdraw_consent};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    a_customer_comes_back_as_it_was_entered,
    the_second_of_two_edits_is_refused,
    wrong_input_is_refused_field_by_field,
    a_customer_names_the_hours_to_be_called_in_and_takes_them_back,
    masked_values_stay_when_they_are_not_typed_anew,
    every_change_is_an_audit_entry_of_what_differs,
    an_external_number_belongs_to_one_customer,
    contacts_leave_their_mark,
    the_same_request_twice_makes_one_customer,
);

async fn a_customer_comes_back_as_it_was_entered(t: TestApp) {
    let view = enter(&t, "agent", " 张　三 ", json!({
        "phones": [{ "number": "028-85551234", "label": "家", "primary": false, "do_not_use": false },
                   { "number": "13800138000", "primary": true, "do_not_use": false }],
        "emails": [{ "address": "z@Example.com", "primary": true }],
        "gender": "male", "source": "转介绍", "personality": "self_centred", "notes": "喜欢周末来\n", "owner_id": t.staff("agent"),
        "preferred_staff_id": t.staff("technician"), "tags": ["大客户", "大客户", " 周末 "], "birthday": "1985-06-07",
        "consents": [{ "channel": "phone", "purpose": "service", "granted": true, "source": "到店" }], "do_not_call": false
    }))
    .await;
    assert_eq!(view["row"]["name"], "张三");
    assert_eq!(view["row"]["number"], "KH-000001");
    assert_eq!(view["row"]["owner_name"], "客户关怀专员");
    assert_eq!(view["preferred_staff_name"], "技师");
    assert_eq!(view["row"]["branch_name"], "天府店");
    assert_eq!(
        view["row"]["phone_masked"], "138****8000",
        "the primary one"
    );
    assert_eq!(view["phones"][0]["label"], "家");
    assert_eq!(view["phones"][0]["kind"], "landline");
    assert_eq!(view["consents"][0]["at"], t.now_ms());
    assert_eq!(
        view["row"]["tags"],
        json!(["周末", "大客户"])
            .as_array()
            .map(|_| view["row"]["tags"].clone())
            .unwrap()
    );
    assert_eq!(view["row"]["tags"].as_array().unwrap().len(), 2);
    assert_eq!(view["gaps"], json!(["no_asset", "no_address"]));
    assert_eq!(view["row"]["version"], 1);
    let again = t
        .as_role("agent")
        .get(&format!("/api/v1/customers/{}", id(&view)))
        .await
        .ok();
    assert_eq!(again, view);
}

async fn the_second_of_two_edits_is_refused(t: TestApp) {
    let view = enter(&t, "agent", "张三", json!({})).await;
    let path = format!("/api/v1/customers/{}", id(&view));
    let edit = |name: &str| input(&t, name, json!({ "version": 1 }));
    let first = t.as_role("agent").put(&path, edit("张三丰")).await.ok();
    assert_eq!(first["row"]["version"], 2);
    t.as_role("agent2")
        .put(&path, edit("张三峰"))
        .await
        .refused(409, "edited_elsewhere");
    t.as_role("agent2")
        .put(&path, input(&t, "张三峰", json!({})))
        .await
        .refused(409, "edited_elsewhere");
    assert_eq!(
        t.as_role("agent").get(&path).await.ok()["row"]["name"],
        "张三丰"
    );
}

async fn wrong_input_is_refused_field_by_field(t: TestApp) {
    let agent = t.as_role("agent");
    let cases: Vec<(Value, Vec<&str>)> = vec![
        (json!({ "name": " " }), vec!["name:field.required"]),
        (
            json!({ "phones": [phone("13800138000"), phone("138abc45678")] }),
            vec!["phones[1].number:field.bad_phone"],
        ),
        (
            json!({ "phones": [phone("13800138000"), phone("+86 138 0013 8000")] }),
            vec!["phones[1].number:field.duplicate"],
        ),
        (
            json!({ "phones": [{ "primary": true, "do_not_use": false }] }),
            vec!["phones[0].number:field.required"],
        ),
        (
            json!({ "emails": [{ "address": "nobody", "primary": true }] }),
            vec!["emails[0].address:field.bad_email"],
        ),
        (
            json!({ "birthday": "3000-01-01" }),
            vec!["birthday:field.in_future"],
        ),
        (
            json!({ "birthday": "2001-02-29" }),
            vec!["birthday:field.bad_day"],
        ),
        (
            json!({ "stage": "married" }),
            vec!["stage:field.unknown_value"],
        ),
        (
            json!({ "owner_id": uuid::Uuid::nil() }),
            vec!["owner_id:field.unknown_value"],
        ),
        (
            json!({ "branch_id": uuid::Uuid::nil() }),
            vec!["branch_id:field.unknown_value"],
        ),
        (json!({ "kind": "dog" }), vec!["kind:unknown_value"]),
        (
            json!({ "tags": ["一".repeat(31)] }),
            vec!["tags[0]:field.too_long"],
        ),
        (
            json!({ "contact_from": "18:30" }),
            vec!["contact_to:field.required"],
        ),
        (
            json!({ "contact_from": " ", "contact_to": "6 pm" }),
            vec!["contact_from:field.required", "contact_to:field.bad_time"],
        ),
        (
            json!({ "contact_from": "20:00", "contact_to": "18:30" }),
            vec!["contact_to:field.ends_before_start"],
        ),
        (
            json!({ "name": "", "birthday": "3000-01-01" }),
            vec!["birthday:field.in_future", "name:field.required"],
        ),
    ];
    for (over, want) in cases {
        let said = agent
            .post("/api/v1/customers", input(&t, "张三", over.clone()))
            .await;
        said.refused(422, "invalid");
        assert_eq!(said.fields(), want, "{over}");
    }
    let said = agent
        .post(
            "/api/v1/customers",
            input(&t, "张三", json!({ "phones": [phone("138abc45678")] })),
        )
        .await
        .json();
    assert_eq!(said["fields"][0]["params"]["reason"], "not_a_number");
    assert_eq!(
        t.as_role("agent").get("/api/v1/customers/count").await.ok()["count"],
        0
    );
    t.as_role("technician")
        .post("/api/v1/customers", input(&t, "张三", json!({})))
        .await
        .refused(403, "forbidden");
    t.as_nobody()
        .get("/api/v1/customers")
        .await
        .refused(401, "unauthenticated");
}

async fn a_customer_names_the_hours_to_be_called_in_and_takes_them_back(t: TestApp) {
    let evening = json!({ "contact_from": "18:30", "contact_to": "20:00" });
    let view = enter(&t, "agent", "张三", evening).await;
    assert_eq!(
        (&view["contact_from"], &view["contact_to"]),
        (&json!("18:30"), &json!("20:00"))
    );
    let path = format!("/api/v1/customers/{}", id(&view));
    let edit = input(
        &t,
        "张三",
        json!({ "version": 1, "contact_from": "", "contact_to": null }),
    );
    let after = t.as_role("agent").put(&path, edit).await.ok();
    assert_eq!(
        (&after["contact_from"], &after["contact_to"]),
        (&Value::Null, &Value::Null)
    );
    let entries = t
        .as_role("auditor")
        .get(&format!(
            "/api/v1/audit?action=customer.update&subject_id={}",
            id(&view)
        ))
        .await
        .ok();
    let change = &entries["items"][0];
    assert_eq!(
        (&change["before"], &change["after"]),
        (
            &json!({ "contact_from": "18:30", "contact_to": "20:00" }),
            &json!({ "contact_from": null, "contact_to": null })
        )
    );
}

async fn masked_values_stay_when_they_are_not_typed_anew(t: TestApp) {
    let view = enter(&t, "agent", "张三", json!({
        "phones": [phone("13800138000"), phone("13900139000")], "emails": [{ "address": "z@example.com", "primary": true }],
        "address": "成都市高新区天府大道1号", "birthday": "1985-06-07"
    }))
    .await;
    let kept = |list: &str, at: usize| view[list][at]["id"].clone();
    let edit = input(
        &t,
        "张三",
        json!({
            "version": 1, "keep_address": true, "keep_birthday": true,
            "phones": [{ "id": kept("phones", 1), "primary": true, "do_not_use": false, "label": "新" }],
            "emails": [{ "id": kept("emails", 0), "primary": true }]
        }),
    );
    let path = format!("/api/v1/customers/{}", id(&view));
    let after = t.as_role("agent").put(&path, edit).await.ok();
    assert_eq!(after["address_masked"], view["address_masked"]);
    assert_eq!(after["birthday_masked"], "1985-**-**");
    assert_eq!(after["phones"].as_array().unwrap().len(), 1);
    assert_eq!(
        (
            &after["phones"][0]["id"],
            after["row"]["phone_masked"].as_str()
        ),
        (&kept("phones", 1), Some("139****9000"))
    );
    assert_eq!(after["emails"], view["emails"]);
    let gone = t
        .as_role("agent")
        .put(&path, input(&t, "张三", json!({ "version": 2 })))
        .await
        .ok();
    assert_eq!(
        (&gone["address_masked"], &gone["birthday_masked"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&gone["row"]["phone_masked"], gone["gaps"][0].as_str()),
        (&Value::Null, Some("no_phone"))
    );
}

async fn every_change_is_an_audit_entry_of_what_differs(t: TestApp) {
    let view = enter(
        &t,
        "agent",
        "张三",
        json!({ "phones": [phone("13800138000")] }),
    )
    .await;
    let path = format!("/api/v1/customers/{}", id(&view));
    let same = input(
        &t,
        "张三",
        json!({ "version": 1, "phones": [{ "id": view["phones"][0]["id"], "primary": true, "do_not_use": false }] }),
    );
    t.as_role("agent").put(&path, same).await.ok();
    let other = input(
        &t,
        "张三",
        json!({ "version": 2, "stage": "loyal", "phones": [phone("13900139000")] }),
    );
    t.as_role("agent").put(&path, other).await.ok();
    let entries = t
        .as_role("auditor")
        .get(&format!("/api/v1/audit?subject_id={}", id(&view)))
        .await
        .ok();
    let entries = entries["items"].as_array().unwrap();
    assert_eq!(entries.len(), 2, "an edit that changes nothing leaves none");
    let change = entries
        .iter()
        .find(|e| e["action"] == "customer.update")
        .unwrap();
    assert_eq!(
        change["before"],
        json!({ "stage": "known", "phones": ["138****8000 primary"] })
    );
    assert_eq!(
        change["after"],
        json!({ "stage": "loyal", "phones": ["139****9000 primary"] })
    );
    assert_eq!(change["actor_name"], "客户关怀专员");
}

async fn an_external_number_belongs_to_one_customer(t: TestApp) {
    enter(&t, "agent", "张三", json!({ "external_id": "C-1" })).await;
    let said = t
        .as_role("agent")
        .post(
            "/api/v1/customers",
            input(&t, "李四", json!({ "external_id": "C-1" })),
        )
        .await;
    said.refused(409, "duplicate");
    assert_eq!(said.fields(), ["external_id:taken"]);
}

async fn contacts_leave_their_mark(t: TestApp) {
    let view = enter(
        &t,
        "agent",
        "张三",
        json!({ "phones": [phone("13800138000"), phone("13900139000")],
        "consents": [{ "channel": "phone", "purpose": "service", "granted": true }] }),
    )
    .await;
    let customer = id(&view);
    let first = view["phones"][0]["id"].as_str().unwrap().parse().unwrap();
    let ctx = t.ctx_of("agent");
    let tx = t.db().begin().await.unwrap();
    touch_contact(&tx, customer, 2_000).await.unwrap();
    touch_contact(&tx, customer, 1_000).await.unwrap();
    mark_phone_unusable(&tx, &ctx, first).await.unwrap();
    set_ask_at_reception(&tx, &ctx, customer, true)
        .await
        .unwrap();
    withdraw_consent(&tx, &ctx, customer, "phone", "service", "回访")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let path = format!("/api/v1/customers/{customer}");
    let seen = t.as_role("agent").get(&path).await.ok();
    assert_eq!(seen["row"]["last_contact_at"], 2_000);
    assert_eq!(
        (
            seen["phones"][0]["do_not_use"].as_bool(),
            seen["row"]["phone_masked"].as_str()
        ),
        (Some(true), Some("139****9000"))
    );
    let primary = |n: usize| seen["phones"][n]["primary"].clone();
    assert_eq!(
        (primary(0), primary(1)),
        (json!(false), json!(true)),
        "the next number that can be used is tried first"
    );
    assert_eq!(seen["ask_at_reception"], true);
    assert_eq!(seen["consents"][0]["granted"], false);
    assert!(
        seen["gaps"]
            .as_array()
            .unwrap()
            .contains(&json!("wrong_phone"))
    );
    // A new number answers the reception's question.
    let edit = input(
        &t,
        "张三",
        json!({ "version": 1, "phones": [phone("13700137000")] }),
    );
    assert_eq!(
        t.as_role("agent").put(&path, edit).await.ok()["ask_at_reception"],
        false
    );
}

async fn the_same_request_twice_makes_one_customer(t: TestApp) {
    let body = input(&t, "张三", json!({}));
    let one = t
        .as_role("agent")
        .key("k-1")
        .post("/api/v1/customers", body.clone())
        .await
        .ok();
    let two = t
        .as_role("agent")
        .key("k-1")
        .post("/api/v1/customers", body)
        .await
        .ok();
    assert_eq!(one, two);
    let count: Option<i64> = t
        .db()
        .scalar("SELECT COUNT(*) FROM customer", args![])
        .await
        .unwrap();
    assert_eq!(count, Some(1));
}
