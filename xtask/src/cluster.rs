//! A private PostgreSQL cluster for one run of the tests (测试库): made in a temporary folder, removed at the end, also
//! after a failure, Ctrl-C or a kill.
//!
//! The removal is the duty of a small shell that waits for our end of a pipe to close, whatever the reason. `initdb`
//! refuses the superuser, so as root everything runs as `postgres` or `nobody`.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::Outcome;
use crate::machine::root;
use crate::shell::{command, found, text};

/// Oldest major version that the product supports.
const OLDEST: u32 = 15;

/// Stops the server and removes the folder as soon as its standard input ends.
/// Arguments: folder, then the command that stops the server.
const GUARDIAN: &str = r#"trap "" INT TERM HUP QUIT; cat >/dev/null; folder=$1; shift; "$@" >/dev/null 2>&1; rm -rf "$folder""#;

pub(crate) struct Cluster {
    /// Where tests connect: `postgres://…`.
    pub(crate) url: String,
    guardian: Option<Child>,
}

impl Cluster {
    /// The one named in `LIUKE_TEST_PG`, or a new one.
    pub(crate) fn start() -> Outcome<Self> {
        if let Ok(url) = std::env::var("LIUKE_TEST_PG") {
            println!("using LIUKE_TEST_PG");
            return Ok(Self {
                url,
                guardian: None,
            });
        }
        let programs =
            programs().ok_or("no initdb of PostgreSQL 15 or later; install Debian's postgresql")?;
        let user = unprivileged()?;
        let folder = std::env::temp_dir().join(format!("liuke-test-pg-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).map_err(|fault| format!("{}: {fault}", folder.display()))?;
        let data = folder.join("data");
        let as_user =
            |program: &str, arguments: &[&str]| as_user(user, &programs.join(program), arguments);

        let data_text = data.to_string_lossy().into_owned();
        let stop = as_user("pg_ctl", &["-D", &data_text, "-m", "immediate", "stop"]);
        let mut guardian = Command::new("sh");
        guardian
            .args(["-c", GUARDIAN, "sh"])
            .arg(&folder)
            .arg(stop.get_program())
            .args(stop.get_args());
        guardian
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut guardian, 0);
        let guardian = guardian.spawn().map_err(|fault| format!("sh: {fault}"))?;
        let mut cluster = Self {
            url: String::new(),
            guardian: Some(guardian),
        };

        if let Some(user) = user {
            text(command("chown", [user, &folder.to_string_lossy()]))?;
        }
        text(as_user(
            "initdb",
            &[
                "-D",
                &data_text,
                "-U",
                "liuke",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
        ))?;
        let port = free_port()?;
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\nmax_connections = 200\n\
             fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nshared_buffers = 256MB\nmax_wal_size = 2GB\njit = off\n",
            folder.display()
        );
        append(&data.join("postgresql.conf"), &settings)?;
        let log = folder.join("log");
        let started = text(as_user(
            "pg_ctl",
            &[
                "-D",
                &data_text,
                "-l",
                &log.to_string_lossy(),
                "-w",
                "start",
            ],
        ));
        if let Err(fault) = started {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            return Err(format!("{fault}\n{said}"));
        }
        cluster.url = format!("postgres://liuke@127.0.0.1:{port}/postgres");
        println!(
            "{} {} at {}",
            programs.display(),
            folder.display(),
            cluster.url
        );
        Ok(cluster)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut guardian) = self.guardian.take() {
            drop(guardian.stdin.take());
            let _ = guardian.wait();
        }
    }
}

/// The folder of `initdb` and `pg_ctl`, newest version first.
pub(crate) fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(version, bin)| *version >= OLDEST && bin.join("initdb").is_file())
        .collect();
    versions.sort();
    if let Some((_, bin)) = versions.pop() {
        return Some(bin);
    }
    let initdb = found("initdb")?;
    let said = text(command(&initdb.to_string_lossy(), ["--version"])).ok()?;
    let version: u32 = said
        .split_whitespace()
        .find_map(|word| word.split('.').next()?.parse().ok())?;
    (version >= OLDEST)
        .then(|| initdb.parent().map(Path::to_path_buf))
        .flatten()
}

/// The user to run the server as: nobody special unless we are root.
fn unprivileged() -> Outcome<Option<&'static str>> {
    if !root() {
        return Ok(None);
    }
    ["postgres", "nobody"]
        .into_iter()
        .find(|user| text(command("id", ["-u", user])).is_ok())
        .map(Some)
        .ok_or_else(|| {
            "initdb refuses the superuser, and there is neither a user postgres nor nobody"
                .to_owned()
        })
}

/// A program of PostgreSQL, run as the unprivileged user.
fn as_user(user: Option<&str>, program: &Path, arguments: &[&str]) -> Command {
    let mut command = match user {
        Some(user) => {
            let mut runuser = Command::new("runuser");
            runuser.args(["-u", user, "--"]).arg(program);
            runuser
        }
        None => Command::new(program),
    };
    // The server keeps the folder it was started in: not one that the user may not enter.
    command.args(arguments).current_dir("/");
    for name in [
        "PGDATA",
        "PGHOST",
        "PGPORT",
        "PGUSER",
        "PGDATABASE",
        "PGPASSWORD",
    ] {
        command.env_remove(name);
    }
    command
}

/// A port that nobody listens on just now.
pub(crate) fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|fault| fault.to_string())?;
    Ok(listener
        .local_addr()
        .map_err(|fault| fault.to_string())?
        .port())
}

fn append(file: &Path, text: &str) -> Outcome {
    std::fs::OpenOptions::new()
        .append(true)
        .open(file)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|fault| format!("{}: {fault}", file.display()))
}
