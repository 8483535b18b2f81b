//! Asks the server that runs with this configuration whether it is ready: for containers and watchdogs, which then
//! need no other program.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use liuke_platform::config::Config;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::finding::{Finding, plain, said};

const PATIENCE: Duration = Duration::from_secs(5);
/// An answer of `/readyz` is far shorter.
const LONGEST: u64 = 64 << 10;

/// `/readyz` of the server.
pub(super) async fn ask(config: &Config) -> Finding {
    const WHAT: &str = "server";
    let listen = &config.server.listen;
    let answer = tokio::time::timeout(PATIENCE, get(config)).await;
    let trouble = match answer {
        Ok(Ok(text)) => {
            let status = text.split(' ').nth(1).unwrap_or_default();
            let body = text.rsplit("\r\n\r\n").next().unwrap_or_default().trim();
            if status == "200" {
                return Finding::good(WHAT, plain(format!("{listen}: {body}")));
            }
            format!("{status} {body}")
        }
        Ok(Err(error)) => error.to_string(),
        Err(late) => late.to_string(),
    };
    Finding::failed(
        WHAT,
        plain(format!("{listen}: {trouble}")),
        said(
            "服务是否在运行：systemctl status liuke，journalctl -u liuke；其余用 liuke doctor 查",
            "is the server running: systemctl status liuke, journalctl -u liuke; liuke doctor looks at the rest",
        ),
    )
}

async fn get(config: &Config) -> Result<String, std::io::Error> {
    let mut stream = match near(&config.server.listen) {
        Some(address) => TcpStream::connect(address).await?,
        None => TcpStream::connect(&config.server.listen).await?,
    };
    let host = config
        .server
        .allowed_hosts
        .first()
        .unwrap_or(&config.server.listen);
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.take(LONGEST).read_to_end(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A server that listens everywhere is asked on this machine.
fn near(listen: &str) -> Option<SocketAddr> {
    let address: SocketAddr = listen.parse().ok()?;
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    };
    Some(SocketAddr::new(ip, address.port()))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::super::finding::Level;
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_asked_on_this_machine() {
        assert_eq!(near("0.0.0.0:80").unwrap().to_string(), "127.0.0.1:80");
        assert_eq!(near("[::]:80").unwrap().to_string(), "[::1]:80");
        assert_eq!(near("10.0.0.9:80").unwrap().to_string(), "10.0.0.9:80");
        assert_eq!(near("localhost:80"), None);
    }

    /// Answers one request with this head.
    async fn asked(head: &str) -> Level {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = Config::default();
        config.server.listen = listener.local_addr().unwrap().to_string();
        let serve = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0_u8; 512];
            let _ = stream.read(&mut request).await.unwrap();
            stream.write_all(head.as_bytes()).await.unwrap();
        };
        let (found, ()) = tokio::join!(ask(&config), serve);
        found.level
    }

    #[tokio::test]
    async fn only_a_server_that_is_ready_is_good() {
        let ready = "HTTP/1.1 200 OK\r\n\r\n{\"ready\":true}";
        let unready = "HTTP/1.1 503 Service Unavailable\r\n\r\n{\"ready\":false}";
        assert_eq!(asked(ready).await, Level::Good);
        assert_eq!(asked(unready).await, Level::Failed);
        assert_eq!(asked("").await, Level::Failed);
        let mut config = Config::default();
        config.server.listen = "127.0.0.1:1".into();
        assert_eq!(ask(&config).await.level, Level::Failed);
    }
}
