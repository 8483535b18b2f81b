//! Who is at the other end of the line.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};

use crate::config::ServerConfig;
use crate::ctx::Base;
use crate::problem::Problem;

/// Address and program of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its address; empty when unknown.
    pub address: String,
    /// What it calls itself, at most 200 characters.
    pub agent: String,
}

impl<S> FromRequestParts<S> for Peer
where
    Base: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let base = Base::from_ref(state);
        let address = client_address(&parts.headers, &parts.extensions, &base.config.server);
        let agent = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        Ok(Self {
            address: address.map(|a| a.to_string()).unwrap_or_default(),
            agent: agent.chars().take(200).collect(),
        })
    }
}

/// The client's address: the other end of the line, or what trusted proxies say about it.
pub fn client_address(
    headers: &HeaderMap,
    extensions: &Extensions,
    config: &ServerConfig,
) -> Option<IpAddr> {
    let ConnectInfo(socket) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let mut address = socket.ip().to_canonical();
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok());
    let mut hops: Vec<&str> = forwarded
        .flat_map(|v| v.split(','))
        .map(str::trim)
        .collect();
    while is_trusted(address, &config.trusted_proxies) {
        let Some(hop) = hops.pop() else { break };
        let Some(next) = hop_address(hop) else {
            break;
        };
        address = next.to_canonical();
    }
    Some(address)
}

/// An address as proxies write it: some with the port.
fn hop_address(hop: &str) -> Option<IpAddr> {
    hop.parse()
        .or_else(|_| hop.parse().map(|socket: SocketAddr| socket.ip()))
        .ok()
}

/// Whether a proxy that the configuration does not name has passed the request on: whom it comes from is unknown then.
pub(super) fn is_passed_on(
    headers: &HeaderMap,
    extensions: &Extensions,
    config: &ServerConfig,
) -> bool {
    let from_proxy =
        extensions
            .get::<ConnectInfo<SocketAddr>>()
            .is_some_and(|ConnectInfo(socket)| {
                is_trusted(socket.ip().to_canonical(), &config.trusted_proxies)
            });
    !from_proxy
        && ["x-forwarded-for", "forwarded", "x-real-ip", "via"]
            .iter()
            .any(|name| headers.contains_key(*name))
}

fn is_trusted(address: IpAddr, networks: &[String]) -> bool {
    networks.iter().any(|network| contains(network, address))
}

/// Whether a network such as `10.0.0.0/8`, or a single address, contains the address.
fn contains(network: &str, address: IpAddr) -> bool {
    let (base, length) = match network.split_once('/') {
        Some((base, length)) => (base, length.parse::<u32>().ok()),
        None => (network, Some(128)),
    };
    let (Ok(base), Some(length)) = (base.trim().parse::<IpAddr>(), length) else {
        return false;
    };
    match (base, address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => {
            let shift = 32 - length.min(32);
            u64::from(base.to_bits()) >> shift == u64::from(address.to_bits()) >> shift
        }
        (IpAddr::V6(base), IpAddr::V6(address)) => {
            let shift = 128 - length.min(128);
            shift == 128 || base.to_bits() >> shift == address.to_bits() >> shift
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use axum::http::HeaderValue;

    use super::*;

    fn seen(socket: &str, forwarded: &str, trusted: &[&str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(socket.parse::<SocketAddr>().unwrap()));
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_str(forwarded).unwrap());
        let config = ServerConfig {
            trusted_proxies: trusted.iter().map(|t| (*t).to_owned()).collect(),
            ..Default::default()
        };
        client_address(&headers, &extensions, &config)
            .unwrap()
            .to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(seen("8.8.8.8:1", "1.2.3.4", &[]), "8.8.8.8");
        assert_eq!(seen("10.0.0.2:1", "1.2.3.4", &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(
            seen("10.0.0.2:1", "6.6.6.6, 1.2.3.4, 10.9.9.9", &["10.0.0.0/8"]),
            "1.2.3.4"
        );
        assert_eq!(
            seen("10.0.0.2:1", "6.6.6.6, 1.2.3.4:4711", &["10.0.0.0/8"]),
            "1.2.3.4"
        );
        assert_eq!(
            seen("[::ffff:10.0.0.2]:1", "1.2.3.4", &["10.0.0.2"]),
            "1.2.3.4"
        );
        assert_eq!(
            seen("[fd00::1]:1", "2001:db8::7", &["fd00::/8"]),
            "2001:db8::7"
        );
    }
}
