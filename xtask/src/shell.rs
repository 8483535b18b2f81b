//! Starting other programs.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use crate::Outcome;

/// npm is a script on Windows.
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

pub(crate) fn command<S: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Cargo, the one that started us.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// npm, in the web's folder.
pub(crate) fn npm<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = command(NPM, arguments);
    command.current_dir("web");
    command
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

/// Runs it with our own terminal; not succeeding is an error.
pub(crate) fn must(mut command: Command) -> Outcome {
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|fault| format!("{}: {fault}", shown(&command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} ended with {status}", shown(&command)))
    }
}

/// Runs it and answers what it printed.
pub(crate) fn text(mut command: Command) -> Outcome<String> {
    let run = command
        .stdin(Stdio::null())
        .output()
        .map_err(|fault| format!("{}: {fault}", shown(&command)))?;
    if run.status.success() {
        Ok(String::from_utf8_lossy(&run.stdout).into_owned())
    } else {
        // Some say what is wrong on standard output.
        let said = [&run.stdout, &run.stderr].map(|out| String::from_utf8_lossy(out));
        let said = said.concat().trim().to_owned();
        Err(format!(
            "{} ended with {}: {said}",
            shown(&command),
            run.status
        ))
    }
}

/// Runs it quietly and answers whether it went well.
pub(crate) fn well(mut command: Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs it, shows every line and hands it to `look` as well.
pub(crate) fn watched(mut command: Command, mut look: impl FnMut(&str)) -> Outcome {
    let name = shown(&command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|fault| format!("{name}: {fault}"))?;
    let (sender, lines) = mpsc::channel::<String>();
    let out: Option<Box<dyn Read + Send>> = child
        .stdout
        .take()
        .map(|stream| -> Box<dyn Read + Send> { Box::new(stream) });
    let err: Option<Box<dyn Read + Send>> = child
        .stderr
        .take()
        .map(|stream| -> Box<dyn Read + Send> { Box::new(stream) });
    for stream in [out, err].into_iter().flatten() {
        let sender = sender.clone();
        thread::spawn(move || {
            let mut reader = BufReader::new(stream);
            let mut line = Vec::new();
            while reader
                .read_until(b'\n', &mut line)
                .is_ok_and(|read| read > 0)
            {
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                line.clear();
                if sender.send(text).is_err() {
                    break;
                }
            }
        });
    }
    drop(sender);
    for line in lines {
        println!("{line}");
        look(&line);
    }
    let status = child.wait().map_err(|fault| format!("{name}: {fault}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{name} ended with {status}"))
    }
}

/// Where a program is, by the PATH.
pub(crate) fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Reads a file; a missing one is empty.
pub(crate) fn read(file: &Path) -> Outcome<Vec<u8>> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(bytes),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(fault) => Err(format!("{}: {fault}", file.display())),
    }
}

pub(crate) fn write(file: &Path, bytes: &[u8]) -> Outcome {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|fault| format!("{}: {fault}", folder.display()))?;
    }
    std::fs::write(file, bytes).map_err(|fault| format!("{}: {fault}", file.display()))
}
