//! The Dockerfile is held against a few rules that need no other program (容器镜像).

/// Lines that continue joined, comments left out.
fn instructions(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut whole = String::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(head) = line.strip_suffix('\\') {
            whole.push_str(head);
            continue;
        }
        whole.push_str(line);
        let (word, rest) = whole.split_once(' ').unwrap_or((&whole, ""));
        found.push((word.to_uppercase(), rest.trim().to_owned()));
        whole.clear();
    }
    found
}

/// What is wrong with it; nothing for a good one.
fn complaints(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut stages: Vec<String> = Vec::new();
    let mut user = String::new();
    for (word, rest) in instructions(text) {
        let mut words = rest
            .split_whitespace()
            .filter(|word| !word.starts_with("--"));
        match word.as_str() {
            "FROM" => {
                let image = words.next().unwrap_or_default();
                let tag = image
                    .rsplit('/')
                    .next()
                    .and_then(|last| last.split_once(':'));
                match tag {
                    _ if stages.iter().any(|stage| stage == image) || image == "scratch" => {}
                    None => wrong.push(format!("{image}: without a tag")),
                    Some((_, "latest")) => wrong.push(format!("{image}: latest")),
                    Some(_) => {}
                }
                let name = rest
                    .split_whitespace()
                    .skip_while(|w| !w.eq_ignore_ascii_case("as"));
                stages.extend(name.skip(1).map(str::to_owned));
                user = String::new();
            }
            "USER" => user = rest,
            "ADD" => wrong.push(format!("ADD {rest}: COPY does not fetch or unpack")),
            "ENV" | "ARG" => {
                let upper = rest.to_uppercase();
                if ["PASSWORD", "SECRET", "TOKEN", "DATABASE_URL"]
                    .iter()
                    .any(|word| upper.contains(word))
                {
                    wrong.push(format!("{word} {rest}: a secret stays in the image"));
                }
            }
            "RUN" if rest.contains("sudo ") => wrong.push("RUN sudo".to_owned()),
            _ => {}
        }
    }
    let name = user.split(':').next().unwrap_or_default();
    if ["", "0", "root"].contains(&name) {
        wrong.push("the last stage runs as root".to_owned());
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_dockerfile_keeps_the_rules() {
        let text = std::fs::read_to_string(crate::root().join("Dockerfile")).unwrap();
        assert_eq!(complaints(&text), Vec::<String>::new());
        for wanted in ["VOLUME", "HEALTHCHECK", "ENTRYPOINT"] {
            let there = instructions(&text).iter().any(|(word, _)| word == wanted);
            assert!(there, "{wanted}");
        }
    }

    #[test]
    fn every_rule_finds_its_fault() {
        let good = "FROM debian:12 AS one\nFROM one\nUSER 10001:10001\n";
        assert_eq!(complaints(good), Vec::<String>::new());
        for (bad, said) in [
            ("FROM debian\nUSER x\n", "without a tag"),
            ("FROM registry:5000/debian\nUSER x\n", "without a tag"),
            ("FROM debian:latest\nUSER x\n", "latest"),
            ("FROM debian:12\n", "as root"),
            ("FROM debian:12\nUSER x\nFROM debian:12\n", "as root"),
            ("FROM debian:12\nUSER 0:0\n", "as root"),
            (
                "FROM debian:12\nADD https://example.com/x /x\nUSER x\n",
                "ADD",
            ),
            (
                "FROM debian:12\nENV A=1 \\\n  DB_PASSWORD=x\nUSER x\n",
                "secret",
            ),
        ] {
            let found = complaints(bad);
            assert_eq!(found.len(), 1, "{bad}: {found:?}");
            assert!(found.first().unwrap().contains(said), "{bad}: {found:?}");
        }
    }
}
