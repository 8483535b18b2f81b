//! What the machine gives: folder, rights, room, clock, time zones, and what the configuration asks of it.

use std::fs::Metadata;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use liuke_platform::config::Config;

use super::finding::{Finding, plain, said};

/// Less room than this, and the next write may be the last.
const LEAST_ROOM: u64 = 256 << 20;
/// Below this it is time to look for a larger disk.
const LITTLE_ROOM: u64 = 1 << 30;
/// SQLite shortens its log to 64 MiB after a checkpoint; a log that stays larger is not being taken over.
const LARGE_WAL: u64 = 256 << 20;
/// Clocks of several processes differ by this much at most, milliseconds.
const SKEW_MS: i64 = 5 * 60_000;

/// The folder of the database: there, or to be made; ours to write.
pub(super) fn folder(folder: &Path) -> Finding {
    const WHAT: &str = "folder";
    let shown = folder.display();
    if !folder.exists() {
        let above = nearest(folder);
        return match writable(&above) {
            Ok(()) => Finding::good(
                WHAT,
                said(
                    format!("{shown}：还没有，第一次启动时建立"),
                    format!("{shown}: not there yet; the first start makes it"),
                ),
            ),
            Err(error) => Finding::failed(
                WHAT,
                said(
                    format!(
                        "{shown}：不存在，也不能在 {} 里建立：{error}",
                        above.display()
                    ),
                    format!(
                        "{shown}: missing, and cannot be made in {}: {error}",
                        above.display()
                    ),
                ),
                said(
                    format!(
                        "请管理员运行：install -d -m 750 -o liuke -g liuke {shown}（liuke 为运行本程序的用户）；或修改 database.url"
                    ),
                    format!(
                        "as root: install -d -m 750 -o liuke -g liuke {shown} (liuke being the user that runs this program); or change database.url"
                    ),
                ),
            ),
        };
    }
    match writable(folder) {
        Ok(()) => Finding::good(
            WHAT,
            said(
                format!("{shown}：可写"),
                format!("{shown}: can be written to"),
            ),
        ),
        Err(error) => Finding::failed(
            WHAT,
            said(
                format!("{shown}：不能写入：{error}"),
                format!("{shown}: cannot be written to: {error}"),
            ),
            said(
                format!(
                    "以运行服务的用户执行本命令；请管理员运行：chown -R liuke:liuke {shown}；检查文件系统是否只读（systemd 中只有 StateDirectory 可写）"
                ),
                format!(
                    "run this as the user that serves; as root: chown -R liuke:liuke {shown}; see whether the file system is read-only (under systemd only StateDirectory can be written to)"
                ),
            ),
        ),
    }
}

/// The nearest folder above that is there.
fn nearest(folder: &Path) -> PathBuf {
    folder
        .ancestors()
        .skip(1)
        .map(|above| {
            if above.as_os_str().is_empty() {
                Path::new(".")
            } else {
                above
            }
        })
        .find(|above| above.exists())
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Tries with a file that is gone at once.
fn writable(folder: &Path) -> Result<(), std::io::Error> {
    tempfile::tempfile_in(folder).map(drop)
}

/// Who else on this machine can read or change the data.
#[cfg(unix)]
pub(super) fn access(folder: &Path, database: Option<&Path>) -> Option<Finding> {
    const WHAT: &str = "access";
    let of_folder = mode(&std::fs::metadata(folder).ok()?);
    let of_file = database
        .and_then(|file| std::fs::metadata(file).ok())
        .map(|of| mode(&of));
    let shown = folder.display();
    let others_enter = of_folder & 0o001 != 0;
    let sticky = of_folder & 0o1000 != 0;
    let others_write = (of_folder & 0o002 != 0 && !sticky)
        || (others_enter && of_file.is_some_and(|m| m & 0o002 != 0));
    let others_read = others_enter && of_file.is_none_or(|m| m & 0o004 != 0);
    let advice = || {
        said(
            format!("chmod -R o-rwx {shown}"),
            format!("chmod -R o-rwx {shown}"),
        )
    };
    if others_write {
        return Some(Finding::failed(
            WHAT,
            said(
                format!("{shown}：本机任何用户都能修改数据（{of_folder:o}）"),
                format!("{shown}: every user of this machine can change the data ({of_folder:o})"),
            ),
            advice(),
        ));
    }
    if others_read {
        return Some(Finding::warning(
            WHAT,
            said(
                format!("{shown}：本机任何用户都能读到客户资料（{of_folder:o}）"),
                format!(
                    "{shown}: every user of this machine can read the customers ({of_folder:o})"
                ),
            ),
            advice(),
        ));
    }
    Some(Finding::good(
        WHAT,
        said(
            format!("{shown}：其他用户不能进入"),
            format!("{shown}: closed to other users"),
        ),
    ))
}

#[cfg(not(unix))]
pub(super) fn access(_folder: &Path, _database: Option<&Path>) -> Option<Finding> {
    None
}

/// A configuration file with a password in it that others can read.
#[cfg(unix)]
pub(super) fn secrets(file: &Path, config: &Config) -> Option<Finding> {
    let holds_password = config.database.shown_url() != config.database.url
        && std::fs::read_to_string(file).is_ok_and(|text| text.contains(&config.database.url));
    let readable = mode(&std::fs::metadata(file).ok()?) & 0o004 != 0;
    let shown = file.display();
    (holds_password && readable).then(|| {
        Finding::warning(
            "secrets",
            said(
                format!("{shown}：含数据库密码，本机任何用户都能读"),
                format!("{shown}: holds the database's password, and every user of this machine can read it"),
            ),
            said(
                format!("chmod 640 {shown}，属组改为 liuke；或把 LIUKE_DATABASE_URL 放进 liuke.env"),
                format!("chmod 640 {shown} and give it to the group liuke; or put LIUKE_DATABASE_URL into liuke.env"),
            ),
        )
    })
}

#[cfg(not(unix))]
pub(super) fn secrets(_file: &Path, _config: &Config) -> Option<Finding> {
    None
}

#[cfg(unix)]
fn mode(of: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    of.permissions().mode() & 0o7777
}

/// Bytes free for us where this folder is or will be; nothing where the system does not say.
#[cfg(unix)]
pub(super) fn free(folder: &Path) -> Option<u64> {
    let there = if folder.exists() {
        folder.to_path_buf()
    } else {
        nearest(folder)
    };
    let room = rustix::fs::statvfs(&there).ok()?;
    Some(room.f_bavail.saturating_mul(room.f_frsize))
}

#[cfg(not(unix))]
pub(super) fn free(_folder: &Path) -> Option<u64> {
    None
}

/// Room on the disk. A backup and the copy before a migration are each as large as the database.
pub(super) fn disk(free: u64, database: u64) -> Finding {
    const WHAT: &str = "disk";
    let words = said(
        format!("剩余 {}，数据库 {}", size(free), size(database)),
        format!("{} free, database {}", size(free), size(database)),
    );
    let advice = said(
        "移走旧备份与旧的 .before-m… 副本，或换更大的磁盘；备份、升级前的副本各需要与数据库一样大的空间",
        "move old backups and old .before-m… copies away, or take a larger disk; a backup and the copy before an upgrade each need as much room as the database",
    );
    if free < LEAST_ROOM {
        Finding::failed(WHAT, words, advice)
    } else if free < LITTLE_ROOM.max(database.saturating_mul(2)) {
        Finding::warning(WHAT, words, advice)
    } else {
        Finding::good(WHAT, words)
    }
}

/// The log beside the SQLite file.
pub(super) fn wal(bytes: u64) -> Finding {
    const WHAT: &str = "wal";
    if bytes > LARGE_WAL {
        Finding::warning(
            WHAT,
            said(
                format!("数据库日志 {}，没有并回主文件", size(bytes)),
                format!(
                    "the database's log has {} and is not taken over",
                    size(bytes)
                ),
            ),
            said(
                "看看是否有长时间的读取（导出、另一个打开数据库的程序）占着；重启服务即会并回",
                "look for a long read that holds it (an export, another program with the database open); a restart of the server takes it over",
            ),
        )
    } else {
        Finding::good(WHAT, plain(size(bytes)))
    }
}

/// A clock that shows less than when this program was built, or than what is in the database, is wrong: time limits,
/// sessions and the order of the history depend on it.
pub(super) fn clock(now: Timestamp, built: Timestamp, newest_ms: Option<i64>) -> Finding {
    const WHAT: &str = "clock";
    let advice = said(
        "校准时间：timedatectl set-ntp true；虚拟机与容器请校准宿主机。校准之前不要启动服务",
        "set it: timedatectl set-ntp true; for a virtual machine or container, on its host. Do not start the server before",
    );
    let shown = now.strftime("%Y-%m-%d %H:%M UTC").to_string();
    if now < built {
        let built = built.strftime("%Y-%m-%d %H:%M UTC");
        return Finding::failed(
            WHAT,
            said(
                format!("系统时间 {shown} 早于本程序的编译时间 {built}"),
                format!("{shown} is before this program was built, {built}"),
            ),
            advice,
        );
    }
    if let Some(newest) = newest_ms
        && newest > now.as_millisecond().saturating_add(SKEW_MS)
    {
        let minutes = newest.saturating_sub(now.as_millisecond()) / 60_000;
        return Finding::failed(
            WHAT,
            said(
                format!("系统时间 {shown} 比数据库里最新的记录慢 {minutes} 分钟"),
                format!("{shown} is {minutes} minutes behind the newest row of the database"),
            ),
            advice,
        );
    }
    Finding::good(WHAT, plain(shown))
}

/// The system's list of time zones, by which days and time limits are reckoned.
pub(super) fn zones(found: Result<TimeZone, jiff::Error>) -> Finding {
    const WHAT: &str = "timezones";
    match found {
        Ok(_) => Finding::good(WHAT, said("有", "there")),
        Err(error) => Finding::failed(
            WHAT,
            said(
                format!("找不到时区数据：{error}"),
                format!("not found: {error}"),
            ),
            said(
                "安装 tzdata（apt-get install tzdata）",
                "install tzdata (apt-get install tzdata)",
            ),
        ),
    }
}

/// What travels in the clear.
pub(super) fn network(config: &Config) -> Finding {
    const WHAT: &str = "network";
    let listen = &config.server.listen;
    let near = listen.parse::<SocketAddr>().map_or_else(
        |_| listen.starts_with("localhost:"),
        |address| address.ip().is_loopback(),
    );
    let public = config.server.public_url.as_deref();
    let https = public.is_some_and(|url| url.starts_with("https:"));
    if near || https {
        return Finding::good(
            WHAT,
            said(
                format!("监听 {listen}，对外地址 {}", public.unwrap_or("未设")),
                format!(
                    "listens on {listen}, public address {}",
                    public.unwrap_or("not set")
                ),
            ),
        );
    }
    Finding::warning(
        WHAT,
        said(
            format!(
                "监听 {listen}，本机以外也能连，但 server.public_url 不是 https：密码与客户资料明文传输"
            ),
            format!(
                "listens on {listen}, beyond this machine, and server.public_url is not https: passwords and customers travel in the clear"
            ),
        ),
        said(
            "前面放一个 HTTPS 反向代理（Caddy、nginx），设 server.public_url = \"https://…\" 与 server.trusted_proxies；或只监听 127.0.0.1",
            "put an HTTPS proxy in front (Caddy, nginx), set server.public_url = \"https://…\" and server.trusted_proxies; or listen on 127.0.0.1 only",
        ),
    )
}

/// Safety that was switched off.
pub(super) fn relaxed(config: &Config) -> Option<Finding> {
    config.database.relaxed.then(|| {
        Finding::warning(
            "relaxed",
            said(
                "database.relaxed = true：断电可能损坏数据库",
                "database.relaxed = true: a power cut may damage the database",
            ),
            said("正式使用请去掉这一行", "take the line out for real use"),
        )
    })
}

/// For people: whole MiB, or tenths of a GiB.
pub(super) fn size(bytes: u64) -> String {
    let mib = bytes >> 20;
    if mib < 1024 {
        format!("{mib} MiB")
    } else {
        let tenths = mib.saturating_mul(10) / 1024;
        format!("{}.{} GiB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::finding::Level;
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_folder_that_can_be_made_or_written_to_is_good() {
        let there = tempfile::tempdir().unwrap();
        assert_eq!(folder(there.path()).level, Level::Good);
        assert_eq!(folder(&there.path().join("a/b")).level, Level::Good);
        assert_eq!(std::fs::read_dir(there.path()).unwrap().count(), 0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_folder_that_cannot_be_made_or_written_to_fails() {
        // Nobody, not even root, makes files there.
        assert_eq!(folder(Path::new("/proc")).level, Level::Failed);
        assert_eq!(folder(Path::new("/proc/liuke/data")).level, Level::Failed);
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(folder(&file.path().join("data")).level, Level::Failed);
    }

    #[test]
    #[cfg(unix)]
    fn data_that_others_can_read_warns_and_that_they_can_change_fails() {
        use std::fs::{Permissions, set_permissions, write};
        use std::os::unix::fs::PermissionsExt as _;
        let there = tempfile::tempdir().unwrap();
        let file = there.path().join("liuke.db");
        write(&file, "").unwrap();
        for (of_folder, of_file, level) in [
            (0o750, 0o644, Level::Good),
            (0o700, 0o666, Level::Good),
            (0o755, 0o640, Level::Good),
            (0o755, 0o644, Level::Warning),
            (0o1777, 0o644, Level::Warning),
            (0o755, 0o666, Level::Failed),
            (0o777, 0o600, Level::Failed),
        ] {
            set_permissions(&file, Permissions::from_mode(of_file)).unwrap();
            set_permissions(there.path(), Permissions::from_mode(of_folder)).unwrap();
            let found = access(there.path(), Some(&file)).unwrap();
            assert_eq!(found.level, level, "{of_folder:o} {of_file:o}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_password_that_everybody_can_read_warns() {
        use std::fs::{Permissions, set_permissions, write};
        use std::os::unix::fs::PermissionsExt as _;
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut config = Config::default();
        config.database.url = "postgres://liuke:secret@db/liuke".into();
        write(
            file.path(),
            "[database]\nurl = \"postgres://liuke:secret@db/liuke\"\n",
        )
        .unwrap();
        set_permissions(file.path(), Permissions::from_mode(0o644)).unwrap();
        assert_eq!(secrets(file.path(), &config).unwrap().level, Level::Warning);
        set_permissions(file.path(), Permissions::from_mode(0o640)).unwrap();
        assert_eq!(secrets(file.path(), &config), None);
    }

    #[test]
    fn a_disk_nearly_full_warns_and_a_full_one_fails() {
        let gib = 1 << 30;
        for (free, database, level) in [
            (20 * gib, gib, Level::Good),
            (20 * gib, 11 * gib, Level::Warning),
            (gib - 1, 0, Level::Warning),
            (100 << 20, 0, Level::Failed),
            (0, 0, Level::Failed),
        ] {
            assert_eq!(disk(free, database).level, level, "{free} {database}");
        }
        #[cfg(target_os = "linux")]
        assert!(free(Path::new("/")).is_some());
    }

    #[test]
    fn a_log_that_is_not_taken_over_warns() {
        assert_eq!(wal(64 << 20).level, Level::Good);
        assert_eq!(wal(300 << 20).level, Level::Warning);
    }

    #[test]
    fn a_clock_before_the_build_or_behind_the_database_fails() {
        let built = at("2026-11-01T00:00:00Z");
        let now = at("2026-11-26T08:00:00Z");
        let newest = |minutes: i64| Some(now.as_millisecond() + minutes * 60_000);
        assert_eq!(clock(now, built, None).level, Level::Good);
        assert_eq!(clock(now, built, newest(-60)).level, Level::Good);
        assert_eq!(clock(now, built, newest(4)).level, Level::Good);
        assert_eq!(clock(now, built, newest(60)).level, Level::Failed);
        assert_eq!(
            clock(at("1970-01-01T00:00:09Z"), built, None).level,
            Level::Failed
        );
    }

    #[test]
    fn a_machine_without_time_zones_fails() {
        assert_eq!(zones(Ok(TimeZone::UTC)).level, Level::Good);
        assert_eq!(zones(TimeZone::get("Nowhere/At_All")).level, Level::Failed);
    }

    #[test]
    fn listening_beyond_this_machine_without_https_warns() {
        for (listen, public, level) in [
            ("127.0.0.1:8080", None, Level::Good),
            ("[::1]:8080", None, Level::Good),
            ("localhost:8080", None, Level::Good),
            ("0.0.0.0:8080", Some("https://crm.example.com"), Level::Good),
            ("0.0.0.0:8080", None, Level::Warning),
            (
                "192.168.1.9:80",
                Some("http://crm.example.com"),
                Level::Warning,
            ),
        ] {
            let mut config = Config::default();
            config.server.listen = listen.into();
            config.server.public_url = public.map(str::to_owned);
            assert_eq!(network(&config).level, level, "{listen} {public:?}");
        }
    }

    #[test]
    fn giving_up_safety_for_speed_warns() {
        let mut config = Config::default();
        assert_eq!(relaxed(&config), None);
        config.database.relaxed = true;
        assert_eq!(relaxed(&config).unwrap().level, Level::Warning);
    }
}
