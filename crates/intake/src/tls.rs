//! TLS for devices: our certificate, and theirs where the socket asks for one.

use std::{path::Path, sync::Arc};

use base::Timestamp;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use tokio_rustls::{
    TlsAcceptor, TlsConnector,
    rustls::{
        ClientConfig, RootCertStore, ServerConfig, ServerConnection, crypto::ring::default_provider,
        server::WebPkiClientVerifier,
    },
};

use crate::config::{ListenError, TlsFiles};

/// Reads the files of a socket.
pub(crate) fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, ListenError> {
    let wrong = |path: &Path, expected| ListenError::Certificate { path: path.to_owned(), expected };
    let provider = Arc::new(default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|_| wrong(&files.certificate, "a provider with TLS 1.2 or 1.3"))?;
    let builder = match &files.client_authority {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(path)? {
                roots
                    .add(certificate)
                    .map_err(|_| wrong(path, "certificates of an authority in PEM form"))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .allow_unauthenticated()
                .build()
                .map_err(|_| wrong(path, "at least one certificate of an authority in PEM form"))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|_| wrong(&files.key, "a private key in PEM form"))?;
    let config = builder
        .with_single_cert(certificates(&files.certificate)?, key)
        .map_err(|_| wrong(&files.key, "the private key of the certificate"))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Reads whom a client of ours trusts.
pub(crate) fn connector(authority: &Path) -> Result<TlsConnector, ListenError> {
    let expected = "certificates of an authority in PEM form";
    let wrong = || ListenError::Certificate { path: authority.to_owned(), expected };
    let mut roots = RootCertStore::empty();
    // A system's bundle may hold a certificate that is not understood; the others still serve.
    let (added, _) = roots.add_parsable_certificates(certificates(authority)?);
    if added == 0 {
        return Err(wrong());
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| wrong())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// When the certificate of a socket ends; checks on the way that the files can be used together.
pub fn certificate_ends(files: &TlsFiles) -> Result<Timestamp, ListenError> {
    acceptor(files)?;
    let wrong = || ListenError::Certificate {
        path: files.certificate.clone(),
        expected: "a certificate with an end",
    };
    let chain = certificates(&files.certificate)?;
    let first = chain.first().ok_or_else(wrong)?;
    let (_, parsed) = x509_parser::parse_x509_certificate(first.as_ref()).map_err(|_| wrong())?;
    Timestamp::from_second(parsed.validity().not_after.timestamp()).map_err(|_| wrong())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ListenError> {
    let wrong = || ListenError::Certificate { path: path.to_owned(), expected: "certificates in PEM form" };
    let found: Vec<_> = CertificateDer::pem_file_iter(path)
        .map_err(|_| wrong())?
        .collect::<Result<_, _>>()
        .map_err(|_| wrong())?;
    if found.is_empty() { Err(wrong()) } else { Ok(found) }
}

/// The names in the client's certificate: common name and DNS names. Empty when it showed none.
pub(crate) fn peer_names(connection: &ServerConnection) -> Vec<String> {
    let Some(certificate) = connection.peer_certificates().and_then(|chain| chain.first()) else {
        return Vec::new();
    };
    let Ok((_, parsed)) = x509_parser::parse_x509_certificate(certificate.as_ref()) else {
        return Vec::new();
    };
    let common = parsed.subject().iter_common_name().filter_map(|name| name.as_str().ok().map(str::to_owned));
    let alternative = parsed.subject_alternative_name().ok().flatten();
    let dns = alternative.into_iter().flat_map(|extension| extension.value.general_names.clone()).filter_map(
        |name| match name {
            x509_parser::extensions::GeneralName::DNSName(name) => Some(name.to_owned()),
            _ => None,
        },
    );
    common.chain(dns).collect()
}
