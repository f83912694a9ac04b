//! Streams: TCP, and TLS on top of it. One task and one SIP machine per connection.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use sip::{Config, Endpoint, Frame, Incoming, Input, Limits, Output, PONG, Path, StreamFramer, Transport};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    config::ListenError,
    desk::{Desk, Next, Response},
    tls,
    udp::{count_outcome, seed},
};

/// How many connections one socket holds; one more is closed at once and counted.
pub(crate) const CONNECTIONS_MAX: usize = 50_000;
/// How long a connection may be silent. Devices that keep one open send heartbeats or pings far more often.
pub(crate) const SILENT_SECONDS_MAX: u64 = 900;
/// How long a started message or handshake may take: a slow sender cannot hold a place for ever.
pub(crate) const STARTED_SECONDS_MAX: u64 = 15;
const ANSWERS_WAITING_MAX: usize = 64;
const READ_BYTES: usize = 8 * 1024;

/// Opens a socket and serves its connections until told to stop.
pub(crate) async fn start(
    address: SocketAddr,
    acceptor: Option<TlsAcceptor>,
    desk: Arc<Desk>,
    stopped: watch::Receiver<bool>,
) -> Result<(SocketAddr, JoinHandle<()>), ListenError> {
    let transport = if acceptor.is_some() { "tls" } else { "tcp" };
    let bind = |source| ListenError::Bind { transport, address, source };
    let listener = TcpListener::bind(address).await.map_err(bind)?;
    let address = listener.local_addr().map_err(bind)?;
    let task = tokio::spawn(accept(listener, acceptor, desk, stopped));
    Ok((address, task))
}

async fn accept(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    desk: Arc<Desk>,
    mut stopped: watch::Receiver<bool>,
) {
    let open = Arc::new(AtomicUsize::new(0));
    let numbers = AtomicU64::new(1);
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = crate::ended(&mut stopped) => break,
            Some(_) = connections.join_next() => continue,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file handles, most likely: give those that end a moment.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        if open.load(Ordering::Relaxed) >= CONNECTIONS_MAX {
            metrics::counter!("tryggve_connections_refused_total").increment(1);
            continue;
        }
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let (acceptor, desk, open, stopped) =
            (acceptor.clone(), Arc::clone(&desk), Arc::clone(&open), stopped.clone());
        connections.spawn(async move {
            open.fetch_add(1, Ordering::Relaxed);
            serve(stream, peer, number, acceptor, desk, stopped).await;
            open.fetch_sub(1, Ordering::Relaxed);
        });
    }
    while connections.join_next().await.is_some() {}
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    number: u64,
    acceptor: Option<TlsAcceptor>,
    desk: Arc<Desk>,
    stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let local = stream.local_addr().map(|address| address.to_string()).unwrap_or_default();
    let path = |transport| Path { transport, peer, connection: number };
    match acceptor {
        None => Connection::run(stream, path(Transport::Tcp), &local, Vec::new(), desk, stopped).await,
        Some(acceptor) => {
            let limit = Duration::from_secs(STARTED_SECONDS_MAX);
            let Ok(Ok(stream)) = tokio::time::timeout(limit, acceptor.accept(stream)).await else {
                metrics::counter!("tryggve_handshakes_failed_total").increment(1);
                return;
            };
            let names = tls::peer_names(stream.get_ref().1);
            Connection::run(stream, path(Transport::Tls), &local, names, desk, stopped).await;
        }
    }
}

struct Connection<S> {
    stream: S,
    path: Path,
    names: Vec<String>,
    endpoint: Endpoint,
    desk: Arc<Desk>,
    answers: mpsc::Sender<(Incoming, Response)>,
    token: u64,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    async fn run(
        stream: S,
        path: Path,
        local: &str,
        names: Vec<String>,
        desk: Arc<Desk>,
        mut stopped: watch::Receiver<bool>,
    ) {
        let Ok(seed) = seed() else { return };
        let endpoint = Endpoint::new(Config::new(seed, local));
        let (answers, mut answered) = mpsc::channel(ANSWERS_WAITING_MAX);
        let mut connection = Connection { stream, path, names, endpoint, desk, answers, token: 0 };
        let mut framer = StreamFramer::new(Limits::default());
        let mut buffer = vec![0_u8; READ_BYTES];
        loop {
            let started = framer.waiting_bytes() > 0;
            let patience = if started { STARTED_SECONDS_MAX } else { SILENT_SECONDS_MAX };
            let goes_on = tokio::select! {
                biased;
                Some((incoming, response)) = answered.recv() => connection.answer(&incoming, response).await,
                read = connection.stream.read(&mut buffer) => match read {
                    Ok(length) if length > 0 => {
                        framer.push(buffer.get(..length).unwrap_or_default());
                        if length == READ_BYTES {
                            // One that sends without end leaves room for others, and for what is to be answered.
                            tokio::task::yield_now().await;
                        }
                        connection.frames(&mut framer).await
                    }
                    _ => false,
                },
                () = tokio::time::sleep(Duration::from_secs(patience)) => false,
                () = crate::ended(&mut stopped) => false,
            };
            if !goes_on {
                break;
            }
        }
        // What was torn off in the middle may have been a call for help.
        if framer.waiting_bytes() > 0 {
            let bytes = framer.waiting().to_vec();
            connection.endpoint.handle(Input::Received { path, bytes: &bytes }, connection.desk.elapsed());
            connection.drain().await;
        }
        connection.finish(answered).await;
    }

    async fn frames(&mut self, framer: &mut StreamFramer) -> bool {
        loop {
            match framer.next_frame() {
                Ok(None) => return true,
                Ok(Some(Frame::Pong)) => {}
                Ok(Some(Frame::Ping)) => {
                    if self.stream.write_all(PONG).await.is_err() {
                        return false;
                    }
                }
                Ok(Some(Frame::Message(bytes))) => {
                    self.endpoint.handle(Input::Received { path: self.path, bytes }, self.desk.elapsed());
                    if !self.drain().await {
                        return false;
                    }
                }
                Err(error) => {
                    let bytes = framer.waiting().to_vec();
                    let input = Input::Unframed { path: self.path, bytes: &bytes, error };
                    self.endpoint.handle(input, self.desk.elapsed());
                    self.drain().await;
                    framer.push(&[]);
                    return false;
                }
            }
        }
    }

    async fn answer(&mut self, incoming: &Incoming, response: Response) -> bool {
        self.give(incoming, response);
        self.drain().await
    }

    fn give(&mut self, incoming: &Incoming, response: Response) {
        let now = self.desk.elapsed();
        self.endpoint.handle(Input::Answer { request: incoming, answer: response.answer }, now);
        if let Some(request) = response.separate {
            self.token += 1;
            self.endpoint.handle(Input::Send { token: self.token, path: self.path, request }, now);
        }
    }

    /// Does what the machine wants; `false` when the connection is gone.
    async fn drain(&mut self) -> bool {
        while let Some(output) = self.endpoint.poll_output() {
            match output {
                Output::Transmit { bytes, .. } => {
                    if self.stream.write_all(&bytes).await.is_err() {
                        return false;
                    }
                }
                Output::Request(incoming) => self.request(incoming),
                Output::Outcome { outcome, .. } => count_outcome(&outcome),
                Output::Malformed { path, bytes, error, .. } => {
                    self.desk.keep_malformed(path, bytes, error).await
                }
            }
        }
        self.stream.flush().await.is_ok()
    }

    fn request(&mut self, incoming: Incoming) {
        match self.desk.open(&incoming, &self.names) {
            Next::Done(response) => self.give(&incoming, response),
            Next::Store(task) => {
                let (desk, answers) = (Arc::clone(&self.desk), self.answers.clone());
                tokio::spawn(async move {
                    let response = desk.store(&incoming, *task).await;
                    let _ = answers.send((incoming, response)).await;
                });
            }
        }
    }

    /// Answers what is being stored before the connection closes.
    async fn finish(mut self, mut answered: mpsc::Receiver<(Incoming, Response)>) {
        let (closed, _) = mpsc::channel(1);
        drop(std::mem::replace(&mut self.answers, closed));
        while let Some((incoming, response)) = answered.recv().await {
            if !self.answer(&incoming, response).await {
                break;
            }
        }
        self.endpoint.handle(Input::Closed { path: self.path }, self.desk.elapsed());
        while let Some(output) = self.endpoint.poll_output() {
            if let Output::Outcome { outcome, .. } = output {
                count_outcome(&outcome);
            }
        }
        let _ = self.stream.shutdown().await;
    }
}
