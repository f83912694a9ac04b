//! One POST over HTTP/1.1, with TLS by rustls. Nothing is followed, nothing is kept open, everything has a limit.

use std::{sync::Arc, time::Duration};

use base::Private;
use http_body_util::Full;
use hyper::{
    Request,
    body::Bytes,
    client::conn::http1,
    header::{CONTENT_TYPE, HOST, USER_AGENT},
};
use hyper_util::rt::TokioIo;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore},
};

use crate::{Target, TargetError, body, notice::Notice, signature};

/// How long one delivery may take from the first packet to the answer, in seconds.
pub const POST_SECONDS_MAX: u64 = 10;

/// Why a notice did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The address cannot be used.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// Nobody answered in time.
    #[error("no answer within {POST_SECONDS_MAX} s")]
    TooSlow,
    /// No connection could be made.
    #[error("no connection: {0}")]
    Connect(#[from] std::io::Error),
    /// The other side does not speak HTTP, or broke off.
    #[error("no answer in HTTP: {0}")]
    Http(#[from] hyper::Error),
    /// The request could not be built.
    #[error("the request could not be built")]
    Request,
    /// The receiver answered with something else than success.
    #[error("the receiver answered {0}")]
    Status(u16),
}

/// Sends notices.
#[derive(Clone)]
pub struct Client {
    tls: TlsConnector,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl Client {
    /// A client that trusts the public authorities (Mozilla's list) and those that are given, such as the
    /// municipality's own. One that does not read is left out and returned by its place.
    pub fn new(own_authorities: Vec<CertificateDer<'static>>) -> (Self, Vec<usize>) {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let unreadable = own_authorities
            .into_iter()
            .enumerate()
            .filter_map(|(place, authority)| roots.add(authority).err().map(|_| place))
            .collect();
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        (Client { tls: TlsConnector::from(Arc::new(config)) }, unreadable)
    }

    /// Sends one notice, signed. It has arrived when this returns `Ok`.
    pub async fn post(
        &self,
        address: &str,
        secret: &Private<String>,
        notice: &Notice,
    ) -> Result<(), PostError> {
        self.post_text(address, secret, notice.sequence, body(notice)).await
    }

    /// Sends a text of JSON, signed like a notice. It has arrived when this returns `Ok`.
    pub async fn post_text(
        &self,
        address: &str,
        secret: &Private<String>,
        sequence: i64,
        body: String,
    ) -> Result<(), PostError> {
        let target = Target::parse(address)?;
        let sent = self.send(&target, request(&target, secret, sequence, body)?);
        tokio::time::timeout(Duration::from_secs(POST_SECONDS_MAX), sent)
            .await
            .map_err(|_| PostError::TooSlow)?
    }

    async fn send(&self, target: &Target, request: Request<Full<Bytes>>) -> Result<(), PostError> {
        let stream = TcpStream::connect((target.host.as_str(), target.port)).await?;
        if !target.tls {
            return exchange(stream, request).await;
        }
        let name = ServerName::try_from(target.host.clone()).map_err(|_| TargetError::Form)?;
        exchange(self.tls.connect(name, stream).await?, request).await
    }
}

fn request(
    target: &Target,
    secret: &Private<String>,
    sequence: i64,
    body: String,
) -> Result<Request<Full<Bytes>>, PostError> {
    Request::post(&target.path)
        .header(HOST, target.host_header())
        .header(USER_AGENT, concat!("Tryggve/", env!("CARGO_PKG_VERSION")))
        .header(CONTENT_TYPE, "application/json")
        .header("tryggve-sequence", sequence)
        .header("tryggve-signature", signature(secret, &body))
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| PostError::Request)
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<(), PostError> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let answered = sender.send_request(request).await;
    // The body of the answer is of no interest; dropping the connection ends it.
    driver.abort();
    let status = answered?.status();
    if status.is_success() { Ok(()) } else { Err(PostError::Status(status.as_u16())) }
}
