//! Licences of everything that is compiled in, against the list in deny.toml. cargo-deny says more, but takes minutes to
//! install; this takes a second and runs with every test.

use std::collections::BTreeSet;

use crate::Outcome;
use crate::shell::{cargo, text};

/// Refuses a dependency whose licence is not allowed.
pub(crate) fn check() -> Outcome {
    let deny =
        std::fs::read_to_string("deny.toml").map_err(|fault| format!("deny.toml: {fault}"))?;
    let allowed = allowed(&deny);
    let tree = text(cargo([
        "tree",
        "--workspace",
        "--locked",
        "--edges=normal,build",
        "--prefix=none",
        "--format={p}\t{l}",
    ]))?;
    let mut packages = BTreeSet::new();
    let mut refused = BTreeSet::new();
    for line in tree.lines().filter(|line| !line.trim().is_empty()) {
        let line = line.trim_end_matches(" (*)");
        let (package, licence) = line.split_once('\t').unwrap_or((line, ""));
        packages.insert(package.to_owned());
        if !satisfied(licence, &allowed) {
            refused.insert(format!(
                "  {package}: {}",
                if licence.is_empty() {
                    "none stated"
                } else {
                    licence
                }
            ));
        }
    }
    if packages.is_empty() {
        return Err("cargo tree lists nothing".to_owned());
    }
    if refused.is_empty() {
        println!(
            "{} packages, every licence allowed by deny.toml",
            packages.len()
        );
        return Ok(());
    }
    let list: Vec<String> = refused.into_iter().collect();
    Err(format!("not allowed by deny.toml:\n{}", list.join("\n")))
}

/// The strings of `allow = [ … ]` in the section `[licenses]`.
fn allowed(deny: &str) -> BTreeSet<String> {
    deny.lines()
        .skip_while(|line| line.trim() != "[licenses]")
        .skip_while(|line| !line.trim_start().starts_with("allow"))
        .skip(1)
        .take_while(|line| line.trim() != "]")
        .filter_map(|line| line.split('"').nth(1))
        .map(str::to_owned)
        .collect()
}

/// Whether an SPDX expression can be met: any part of OR, every part of AND, which binds tighter. The old
/// `MIT/Apache-2.0` means OR.
fn satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let expression = expression.trim();
    if let Some(parts) = split(expression, " OR ").or_else(|| split(expression, "/")) {
        return parts.iter().any(|part| satisfied(part, allowed));
    }
    if let Some(parts) = split(expression, " AND ") {
        return parts.iter().all(|part| satisfied(part, allowed));
    }
    match expression
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        Some(inner) => satisfied(inner, allowed),
        None => allowed.contains(expression),
    }
}

/// Cuts at `between` outside parentheses; `None` if it does not occur there.
fn split<'a>(expression: &'a str, between: &str) -> Option<Vec<&'a str>> {
    let mut parts = Vec::new();
    let mut depth = 0_i32;
    let mut start = 0;
    for (at, character) in expression.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0
            && at >= start
            && expression
                .get(at..)
                .is_some_and(|rest| rest.starts_with(between))
        {
            parts.extend(expression.get(start..at));
            start = at + between.len();
        }
    }
    if parts.is_empty() {
        return None;
    }
    parts.extend(expression.get(start..));
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_met_as_spdx_says() {
        let allowed: BTreeSet<String> = ["MIT", "Apache-2.0", "Unicode-3.0"]
            .map(str::to_owned)
            .into();
        for good in [
            "MIT",
            "MIT OR GPL-3.0",
            "GPL-3.0/MIT",
            "GPL-3.0 / MIT",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "MIT OR Apache-2.0 AND GPL-3.0 OR Unicode-3.0",
        ] {
            assert!(satisfied(good, &allowed), "{good}");
        }
        for bad in [
            "GPL-3.0",
            "",
            "MIT AND GPL-3.0",
            "(GPL-3.0 OR AGPL-3.0) AND MIT",
            "Apache-2.0 WITH X",
        ] {
            assert!(!satisfied(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn the_list_is_read_from_deny_toml() {
        let deny = "[graph]\nallow = [\n \"no\",\n]\n[licenses]\nversion = 2\nallow = [\n  \"MIT\", # \"x\"\n  \"ISC\",\n]\n[bans]\n";
        assert_eq!(allowed(deny), ["ISC", "MIT"].map(str::to_owned).into());
    }
}
