//! The commands as somebody types them: the built program, a folder of its own, a fresh SQLite file (命令行).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use liuke_platform::args;
use liuke_platform::config::DatabaseConfig;
use liuke_platform::db::{Db, Sql as _};
use serde_json::Value;

/// A folder in which the program is called; gone afterwards.
struct Desk(PathBuf);

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Desk {
    fn empty(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("commands-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// With a database and a firm in it.
    fn founded(name: &str) -> Self {
        let desk = Self::empty(name);
        assert!(desk.good(&["migrate"]).contains("applied"));
        desk.sql(
            "INSERT INTO branch (id, code, name, kind, zone, active, version, created_at)
             VALUES (randomblob(16), 'HQ', '留客', 'company', 'Asia/Shanghai', TRUE, 1, 0)",
        );
        desk
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_liuke"));
        // Only what the test says: no setting of the machine it runs on.
        command.env_clear().current_dir(&self.0).args(words);
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Standard output of a command that goes well.
    #[track_caller]
    fn good(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{words:?}: {}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn json(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.good(words)).unwrap()
    }

    /// Everything a command says that goes wrong.
    #[track_caller]
    fn bad(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(!output.status.success(), "{words:?}: {}", told(&output));
        told(&output)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn sql(&self, sql: &str) {
        let file = self.0.join("data/liuke.db");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let url = format!("sqlite:{}", file.display());
            let db = Db::connect(&DatabaseConfig::of(url)).await.unwrap();
            let tx = db.begin().await.unwrap();
            tx.run(sql, args![]).await.unwrap();
            tx.commit().await.unwrap();
            db.close().await.unwrap();
        });
    }

    /// Names of all customers, by an export.
    fn customers(&self) -> Vec<String> {
        self.good(&["export", "all.csv", "--lang", "en"]);
        let mut reader = csv::Reader::from_path(self.0.join("all.csv")).unwrap();
        let place = |heading: &csv::StringRecord| {
            heading.iter().position(|h| h.eq_ignore_ascii_case("name"))
        };
        let place = place(reader.headers().unwrap()).expect("a column of names");
        let mut names: Vec<String> = reader
            .records()
            .map(|record| record.unwrap()[place].to_owned())
            .collect();
        names.sort();
        names
    }
}

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_file_is_tried_imported_and_exported() {
    let desk = Desk::founded("import");
    desk.write(
        "list.csv",
        "谁,打给,暗号\nWang,13800138000,芝麻\nLi,13900139000,\nZhao,不是电话,\n",
    );
    let import = [
        "import",
        "list.csv",
        "--map",
        "谁=name",
        "--map",
        "打给=phone",
        "--map",
        "暗号=-",
    ];
    let tried = desk.json(&[&import[..], &["--dry-run"]].concat());
    assert_eq!(
        (&tried["status"], &tried["create"]),
        (&"checked".into(), &2.into())
    );
    assert!(desk.customers().is_empty(), "a dry run writes nothing");

    let done = desk.json(&[&import[..], &["--errors", "refused.csv", "--lang", "en"]].concat());
    assert_eq!(
        (&done["status"], &done["create"], &done["refuse"]),
        (&"done".into(), &2.into(), &1.into())
    );
    assert_eq!(done["reasons"][0][0], "import.bad_phone");
    assert_eq!(done["columns"][2], serde_json::json!(["暗号", null]));
    let refused = desk.read("refused.csv");
    assert!(refused.contains("Zhao,不是电话,,4,"), "{refused}");
    assert!(desk.bad(&import).contains("import.already_imported"));

    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped
        .write_all("Name,Mobile\nSun,13700137000\n".as_bytes())
        .unwrap();
    std::fs::write(desk.0.join("more.csv.gz"), zipped.finish().unwrap()).unwrap();
    assert_eq!(desk.json(&["import", "more.csv.gz"])["create"], 1);

    assert_eq!(desk.customers(), ["Li", "Sun", "Wang"]);
    let all = desk.read("all.csv");
    assert!(!all.contains("13800138000"), "phones stay masked: {all}");
    desk.good(&["export", "all.xlsx"]);
    assert!(
        std::fs::read(desk.0.join("all.xlsx"))
            .unwrap()
            .starts_with(b"PK")
    );

    desk.write("empty.csv", "");
    desk.write("places.csv", "城市\n成都\n");
    for (words, zh, en) in [
        (
            &["nowhere.csv"][..],
            "文件 nowhere.csv 读不出来",
            "nowhere.csv cannot be read",
        ),
        (&["empty.csv"], "文件里没有内容", "The file is empty"),
        (
            &["places.csv"],
            "还缺少必要的列：name 之一",
            "A column is missing, one of: name",
        ),
        (
            &["list.csv", "--map", "谁=whom"],
            "没有名为 whom 的字段",
            "There is no field whom",
        ),
        (
            &["list.csv", "--map", "名=name"],
            "文件里没有这一列：名",
            "has no column 名",
        ),
        (
            &["list.csv", "--branch", "XX"],
            "没有代码为 XX 的网点",
            "No branch has the code XX",
        ),
        (
            &["list.csv", "--on-match", "merge"],
            "--on-match 只能是",
            "--on-match takes",
        ),
        (
            &["list.csv", "--encoding", "morse"],
            "不认识的编码",
            "Unknown encoding",
        ),
    ] {
        for (lang, expected) in [("zh", zh), ("en", en)] {
            let told = desk.bad(&[&["import", "--lang", lang], words].concat());
            assert!(told.contains(expected), "{words:?}: {told}");
        }
    }
    assert!(
        desk.good(&["import", "--fields", "orders"])
            .contains("revenue")
    );
}

#[test]
fn phones_are_read_as_the_product_reads_them() {
    let desk = Desk::empty("phone");
    let read = desk.json(&["calc", "phone", "138 0013 8000", "028-86661234转801", "12"]);
    let keys: Vec<&str> = read[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, ["e164", "extension", "input", "kind", "valid"]);
    assert_eq!(
        (
            &read[0]["input"],
            &read[0]["e164"],
            &read[0]["kind"],
            &read[0]["valid"]
        ),
        (
            &"138 0013 8000".into(),
            &"+8613800138000".into(),
            &"mobile".into(),
            &true.into()
        )
    );
    assert_eq!(
        (&read[1]["e164"], &read[1]["extension"]),
        (&"+862886661234".into(), &"801".into())
    );
    assert_eq!(read[2]["valid"], false);
    assert!(!desk.0.join("data").exists(), "reckoning needs no database");
}

#[test]
fn a_thousand_customers_are_ranked_one_four_fifteen_eighty() {
    let desk = Desk::empty("pyramid");
    let mut text = String::from("customer,date,amount\n");
    for n in 1..=1_000 {
        writeln!(text, "C{n:04},2026-02-{:02},{n}.50", n % 28 + 1).unwrap();
    }
    // Before and after the period.
    text.push_str("C0001,2025-12-31,999999\nX,2026-03-01,999999\n");
    desk.write("sales.csv", &text);
    let period = ["--from", "2026-01-01", "--to", "2026-02-28"];
    let ranked = desk.json(&[&["calc", "pyramid", "--input", "sales.csv"][..], &period].concat());
    assert_eq!(ranked["customers"], 1_000);
    let tiers = ranked["tiers"].as_array().unwrap();
    let heads: Vec<i64> = tiers
        .iter()
        .map(|tier| tier["heads"].as_i64().unwrap())
        .collect();
    assert_eq!(heads, [10, 40, 150, 800]);
    let keys: Vec<&str> = tiers[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, ["heads", "revenue", "share", "threshold", "tier"]);
    // 991.50 to 1000.50, and the whole.
    assert_eq!(
        (
            tiers[0]["revenue"].as_f64(),
            tiers[0]["threshold"].as_f64(),
            ranked["revenue"].as_f64()
        ),
        (Some(9_960.0), Some(991.5), Some(501_000.0))
    );
    let all = desk.json(&["calc", "pyramid", "--input", "sales.csv"]);
    assert_eq!(all["customers"], 1_001);

    desk.write("wrong.csv", "customer,date,amount\nC1,yesterday,5\n");
    let wrong = desk.bad(&["calc", "pyramid", "--input", "wrong.csv"]);
    assert!(wrong.contains("wrong.csv, line 2: not a date"), "{wrong}");
    desk.write("other.csv", "who,date,amount\n");
    assert!(
        desk.bad(&["calc", "pyramid", "--input", "other.csv"])
            .contains("customer")
    );
}

#[test]
fn a_backup_is_verified_and_brought_back_only_by_force() {
    let desk = Desk::founded("backup");
    desk.write("list.csv", "Name,Mobile\nWang,13800138000\n");
    desk.json(&["import", "list.csv"]);
    for file in ["kept.db", "kept.jsonl.gz"] {
        assert!(desk.good(&["backup", "--to", file]).contains("sha256"));
        assert!(desk.good(&["verify", file]).starts_with("good:"));
    }
    assert!(desk.good(&["verify"]).starts_with("good:"));
    desk.write("more.csv", "Name,Mobile\nLi,13900139000\n");
    desk.json(&["import", "more.csv"]);
    for file in ["kept.db", "kept.jsonl.gz"] {
        let refused = desk.bad(&["restore", file]);
        assert!(refused.contains("--force"), "{refused}");
    }
    assert_eq!(desk.customers(), ["Li", "Wang"]);
    desk.good(&["restore", "kept.jsonl.gz", "--force"]);
    assert_eq!(desk.customers(), ["Wang"]);
    // Into a place where nothing is no force is needed.
    desk.good(&["--database", "sqlite:new/liuke.db", "restore", "kept.db"]);

    let mut bytes = std::fs::read(desk.0.join("kept.jsonl.gz")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(desk.0.join("kept.jsonl.gz"), bytes).unwrap();
    desk.bad(&["verify", "kept.jsonl.gz"]);
    desk.bad(&["restore", "kept.jsonl.gz", "--force"]);
    assert_eq!(
        desk.customers(),
        ["Wang"],
        "a damaged backup touches nothing"
    );
}

#[test]
fn what_it_says_about_itself_is_complete() {
    let desk = Desk::empty("about");
    let api = desk.json(&["openapi"]);
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(api["paths"]["/api/v1/imports/{id}/run"]["post"].is_object());
    for (shell, word) in [
        ("bash", "_liuke"),
        ("zsh", "#compdef liuke"),
        ("fish", "complete -c liuke"),
    ] {
        let words = desk.good(&["completions", shell]);
        assert!(words.contains(word) && words.contains("restore"), "{shell}");
    }
    assert!(desk.bad(&["frobnicate"]).contains("frobnicate"));
}

#[test]
fn a_key_nobody_knows_is_named() {
    let desk = Desk::empty("config");
    desk.write("liuke.toml", "[log]\ncolour = \"red\"\n");
    let wrong = desk.bad(&["migrate"]);
    assert!(wrong.contains("log.colour"), "{wrong}");
    desk.write("liuke.toml", "");
    let output = desk
        .command(&["migrate"])
        .env("LIUKE__LOG__COLOUR", "red")
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(
        told(&output).to_lowercase().contains("colour"),
        "{}",
        told(&output)
    );
    assert!(!desk.0.join("data").exists(), "it stops before it begins");
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let desk = Desk::founded("newer");
    desk.sql("UPDATE schema_migration SET number = 999 WHERE number = (SELECT max(number) FROM schema_migration)");
    desk.write("list.csv", "Name,Mobile\nWang,13800138000\n");
    for words in [
        &["migrate"][..],
        &["import", "list.csv"],
        &["export", "all.csv"],
    ] {
        let wrong = desk.bad(words);
        assert!(wrong.contains("999"), "{words:?}: {wrong}");
    }
    assert!(
        desk.bad(&["--database", "sqlite:nowhere.db", "export", "x.csv"])
            .contains("no such database")
    );
}
