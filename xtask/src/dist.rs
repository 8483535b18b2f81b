//! `dist`: what an operator installs (发布包), as one archive that comes out the same from the same source, and is
//! unpacked and tried before it is called done.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::cluster::free_port;
use crate::dev::{RELEASE, build, source_time};
use crate::shell::{command, found, must, text, write};
use crate::steps::Steps;

const FOLDER: &str = "target/dist";

/// Files of the source, and where they lie in the archive.
const FILES: [(&str, &str); 13] = [
    ("LICENSE", "LICENSE"),
    ("NOTICE", "NOTICE"),
    ("README.md", "README.md"),
    ("README.zh-CN.md", "README.zh-CN.md"),
    ("CHANGELOG.md", "CHANGELOG.md"),
    ("docs/install.md", "docs/install.md"),
    ("packaging/liuke.toml", "liuke.toml"),
    ("packaging/liuke.service", "systemd/liuke.service"),
    (
        "packaging/liuke-backup.service",
        "systemd/liuke-backup.service",
    ),
    ("packaging/liuke-backup.timer", "systemd/liuke-backup.timer"),
    ("packaging/liuke.sysusers", "systemd/liuke.sysusers"),
    ("Dockerfile", "docker/Dockerfile"),
    (".dockerignore", "docker/.dockerignore"),
];

/// What the binary prints, and where it lies in the archive.
const PRINTED: [(&[&str], &str); 5] = [
    (&["licences"], "LICENCES.txt"),
    (&["openapi"], "openapi.json"),
    (&["completions", "bash"], "completions/liuke.bash"),
    (&["completions", "zsh"], "completions/_liuke"),
    (&["completions", "fish"], "completions/liuke.fish"),
];

/// How long the unpacked server may take to be ready; a few hundredths of a second on a quiet machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Builds, packs and tries.
pub(crate) fn dist(steps: &mut Steps) -> Outcome {
    build(steps)?;
    let target = target()?;
    let name = format!("liuke-{}-{target}", env!("CARGO_PKG_VERSION"));
    let stage = Path::new(FOLDER).join(&name);
    steps.run("the binary is whole", || whole(Path::new(RELEASE)))?;
    steps.run("collect", || collect(&stage, &target))?;
    let archive = steps.run("pack", || pack(&stage, source_time()))?;
    steps.run("try what was packed", || tried(&archive, &name))?;
    steps.run("systemd-analyze", || analysed(&stage))?;
    for file in [stage.join("liuke"), archive] {
        let size = fs::metadata(&file)
            .map_err(|fault| at(&file, &fault))?
            .len();
        println!("{}  {} KiB", file.display(), size / 1024);
    }
    Ok(())
}

/// What rustc builds for here.
fn target() -> Outcome<String> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    text(command(&rustc, ["-vV"]))?
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| "rustc -vV names no host".to_owned())
}

/// Refuses a binary without the web interface or the font: its doctor knows.
fn whole(binary: &Path) -> Outcome {
    let binary = fs::canonicalize(binary).map_err(|fault| at(binary, &fault))?;
    let empty = Scratch::new("doctor")?;
    let mut doctor = command(&binary.to_string_lossy(), ["doctor"]);
    doctor.env("LC_ALL", "C").current_dir(&empty.0);
    let said = text(doctor)?;
    for what in ["interface", "font"] {
        let good = said
            .lines()
            .any(|line| line.starts_with("ok") && line.split_whitespace().nth(1) == Some(what));
        if !good {
            return Err(format!("not with this binary: {what}\n{said}"));
        }
    }
    Ok(())
}

/// Everything into one folder, with fixed rights, and the sums last.
fn collect(stage: &Path, target: &str) -> Outcome {
    let _ = fs::remove_dir_all(stage);
    copy(RELEASE, &stage.join("liuke"))?;
    for (from, to) in FILES {
        copy(from, &stage.join(to))?;
    }
    for (arguments, to) in PRINTED {
        write(
            &stage.join(to),
            text(command(RELEASE, arguments))?.as_bytes(),
        )?;
    }
    write(
        &stage.join("liuke.cdx.json"),
        sbom(target, source_time())?.as_bytes(),
    )?;
    let names: Vec<String> = files_of(stage)?;
    write(&stage.join("SHA256SUMS"), sums(stage, &names)?.as_bytes())
}

/// What the product consists of, as CycloneDX.
fn sbom(target: &str, time: u64) -> Outcome<String> {
    let time = time.to_string();
    text(command("node", ["xtask/src/sbom.mjs", target, &time]))
}

/// Checksums as `sha256sum --check` reads them.
fn sums(folder: &Path, names: &[String]) -> Outcome<String> {
    let mut sums = command("sha256sum", ["--"]);
    sums.args(names).current_dir(folder);
    text(sums)
}

/// Names of all files below, sorted, with `/`.
fn files_of(folder: &Path) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(&here).map_err(|fault| at(&here, &fault))? {
            let path = entry.map_err(|fault| at(&here, &fault))?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                names.push(name.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    names.sort();
    Ok(names)
}

/// `<stage>.tar.gz` with its sum beside it. Order, times, owners and rights do not depend on who packs where.
fn pack(stage: &Path, time: u64) -> Outcome<PathBuf> {
    let (folder, name) = stage
        .parent()
        .zip(stage.file_name())
        .ok_or("nothing to pack")?;
    let name = name.to_string_lossy();
    let tar = format!("{name}.tar");
    for file in files_of(stage)? {
        rights(
            &stage.join(&file),
            if file == "liuke" { 0o755 } else { 0o644 },
        )?;
    }
    for part in ["", "systemd", "docs", "docker", "completions"] {
        let part = stage.join(part);
        if part.is_dir() {
            rights(&part, 0o755)?;
        }
    }
    let mut packed = command(
        "tar",
        [
            "--create",
            "--format=ustar",
            "--sort=name",
            &format!("--mtime=@{time}"),
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            &format!("--file={tar}"),
            &name,
        ],
    );
    packed.env("LC_ALL", "C").current_dir(folder);
    text(packed).map_err(|fault| format!("{fault} (GNU tar is needed)"))?;
    let mut pressed = command("gzip", ["--no-name", "--best", "--force", &tar]);
    pressed.current_dir(folder);
    text(pressed)?;
    let archive = format!("{tar}.gz");
    write(
        &folder.join(format!("{archive}.sha256")),
        sums(folder, std::slice::from_ref(&archive))?.as_bytes(),
    )?;
    Ok(folder.join(archive))
}

#[cfg(unix)]
fn rights(path: &Path, mode: u32) -> Outcome {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(|fault| at(path, &fault))
}

#[cfg(not(unix))]
fn rights(_path: &Path, _mode: u32) -> Outcome {
    Ok(())
}

/// Unpacks the archive into an empty folder and lives with it for a moment, as an operator would.
fn tried(archive: &Path, name: &str) -> Outcome {
    let scratch = Scratch::new("tried")?;
    let archive = fs::canonicalize(archive).map_err(|fault| at(archive, &fault))?;
    let mut unpack = command("tar", ["--extract", "--gzip", "--file"]);
    unpack.arg(&archive).current_dir(&scratch.0);
    text(unpack)?;
    let here = scratch.0.join(name);
    let run = |program: &str, arguments: &[&str]| {
        let mut run = command(program, arguments);
        run.env("LC_ALL", "C").current_dir(&here);
        text(run)
    };
    run("sha256sum", &["--check", "--quiet", "SHA256SUMS"])?;
    println!("{}", run("./liuke", &["--version"])?.trim());

    let listen = format!("127.0.0.1:{}", free_port()?);
    // An empty data folder below, and the example as the configuration.
    print!("{}", run("./liuke", &["--config", "liuke.toml", "doctor"])?);
    let serve = command(
        "./liuke",
        ["--config", "liuke.toml", "serve", "--listen", &listen],
    );
    let began = Instant::now();
    let mut server = Server::start(serve, &here)?;
    let ready = loop {
        if let Some(status) = server.0.try_wait().map_err(|fault| fault.to_string())? {
            return Err(format!("the server ended with {status}\n{}", log(&here)));
        }
        match answer(&listen) {
            Ok(text) if text.starts_with("HTTP/1.1 200 ") => break text,
            _ if began.elapsed() > PATIENCE => {
                return Err(format!("not ready in time\n{}", log(&here)));
            }
            _ => thread::sleep(Duration::from_millis(20)),
        }
    };
    println!(
        "ready after {} ms: {}",
        began.elapsed().as_millis(),
        ready.lines().last().unwrap_or_default()
    );
    let mut asked = command("./liuke", ["doctor", "--ready"]);
    asked
        .env("LIUKE__SERVER__LISTEN", &listen)
        .env("LC_ALL", "C")
        .current_dir(&here);
    print!("{}", text(asked)?);
    print!("{}", run("./liuke", &["--config", "liuke.toml", "doctor"])?);
    server.stop()
}

/// The server on trial; killed if the trial ends early.
struct Server(Child);

impl Server {
    fn start(mut serve: std::process::Command, here: &Path) -> Outcome<Self> {
        let log = fs::File::create(here.join("log")).map_err(|fault| at(here, &fault))?;
        let child = serve
            .current_dir(here)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|fault| at(here, &fault))?;
        Ok(Self(child))
    }

    /// Asks it to stop, as systemd does.
    fn stop(mut self) -> Outcome {
        text(command("kill", ["-TERM", &self.0.id().to_string()]))?;
        let status = self.0.wait().map_err(|fault| fault.to_string())?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the server ended with {status}"))
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn log(here: &Path) -> String {
    fs::read_to_string(here.join("log")).unwrap_or_default()
}

/// What `/readyz` answers.
fn answer(listen: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(listen)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n"
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

/// The units by systemd's own measure, where it is installed. Anything above this exposure would be a step back.
fn analysed(stage: &Path) -> Outcome {
    const MOST: u32 = 20;
    if found("systemd-analyze").is_none() {
        println!("not installed");
        return Ok(());
    }
    let scratch = Scratch::new("units")?;
    let binary = fs::canonicalize(stage.join("liuke")).map_err(|fault| at(stage, &fault))?;
    let mut units = Vec::new();
    for unit in [
        "liuke.service",
        "liuke-backup.service",
        "liuke-backup.timer",
    ] {
        let from = stage.join("systemd").join(unit);
        let there = fs::read_to_string(&from)
            .map_err(|fault| at(&from, &fault))?
            .replace("/usr/local/bin/liuke", &binary.to_string_lossy());
        let to = scratch.0.join(unit);
        write(&to, there.as_bytes())?;
        units.push(to.to_string_lossy().into_owned());
    }
    let mut verify = command("systemd-analyze", ["verify", "--man=no"]);
    verify.args(&units);
    must(verify)?;
    for unit in units.iter().filter(|unit| unit.ends_with(".service")) {
        let tenths = MOST.to_string();
        let mut security = command(
            "systemd-analyze",
            ["security", "--offline=yes", "--threshold", &tenths],
        );
        security.arg(unit);
        let said = text(security)?;
        println!("{}", said.trim().lines().last().unwrap_or_default());
    }
    Ok(())
}

/// A folder for the time of a step.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("liuke-dist-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).map_err(|fault| at(&folder, &fault))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &str, to: &Path) -> Outcome {
    let bytes = fs::read(from).map_err(|fault| format!("{from}: {fault}"))?;
    write(to, &bytes)
}

fn at(path: &Path, fault: &std::io::Error) -> String {
    format!("{}: {fault}", path.display())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The workspace's folder: tests run in the crate's.
    fn here() -> PathBuf {
        crate::root()
    }

    fn unit(name: &str) -> String {
        fs::read_to_string(here().join("packaging").join(name)).unwrap()
    }

    #[test]
    fn every_file_to_be_packed_is_there() {
        for (from, _) in FILES {
            assert!(here().join(from).is_file(), "{from}");
        }
    }

    #[test]
    fn the_same_files_make_the_same_archive_whenever_they_were_written() {
        let packed = |order: [&str; 3], mode: u32| {
            let scratch = Scratch::new(&format!("test-{mode}")).unwrap();
            let stage = scratch.0.join("liuke-0-x");
            for name in order {
                write(&stage.join(name), name.as_bytes()).unwrap();
                rights(&stage.join(name), mode).unwrap();
            }
            fs::read(pack(&stage, 1_700_000_000).unwrap()).unwrap()
        };
        let one = packed(["liuke", "docs/install.md", "LICENSE"], 0o600);
        let other = packed(["LICENSE", "liuke", "docs/install.md"], 0o777);
        assert!(!one.is_empty());
        assert!(one == other);
    }

    #[test]
    fn the_server_has_no_rights_but_its_own() {
        let text = unit("liuke.service");
        let lines: BTreeSet<&str> = text.lines().collect();
        for wanted in [
            "User=liuke",
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "ProtectHome=yes",
            "PrivateTmp=yes",
            "PrivateDevices=yes",
            "StateDirectory=liuke",
            "CapabilityBoundingSet=",
            "AmbientCapabilities=",
            "MemoryDenyWriteExecute=yes",
            "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
            "SystemCallFilter=@system-service",
            "SystemCallFilter=~@privileged @resources",
        ] {
            assert!(lines.contains(wanted), "{wanted}");
        }
    }

    #[test]
    fn the_backup_is_shut_in_as_the_server_is() {
        let shut = |name: &str| -> BTreeSet<String> {
            unit(name)
                .lines()
                .skip_while(|line| !line.starts_with("NoNewPrivileges"))
                .filter(|line| line.contains('=') && !line.starts_with("WantedBy"))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(shut("liuke.service"), shut("liuke-backup.service"));
    }

    #[test]
    fn the_list_of_parts_is_the_same_twice_and_names_crates_packages_font_and_sqlite() {
        let run = || {
            let mut node = command("node", ["xtask/src/sbom.mjs", &target().unwrap(), "0"]);
            node.current_dir(here());
            text(node).unwrap()
        };
        let bom = run();
        for part in [
            "\"bomFormat\": \"CycloneDX\"",
            "\"timestamp\": \"1970-01-01T00:00:00.000Z\"",
            "\"purl\": \"pkg:cargo/axum@",
            "\"purl\": \"pkg:npm/react@",
            "\"purl\": \"pkg:npm/%40expo-google-fonts/noto-sans-sc@",
            "\"purl\": \"pkg:generic/sqlite@3.",
        ] {
            assert!(bom.contains(part), "{part}");
        }
        // What only tests need is not in the product; nor is this machine.
        for part in ["pkg:cargo/insta@", "pkg:cargo/proptest@", "pkg:npm/vitest@"] {
            assert!(!bom.contains(part), "{part}");
        }
        assert!(!bom.contains(&*here().to_string_lossy()));
        assert!(bom == run());
    }
}
