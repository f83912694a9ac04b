//! One short mail through a mail server of the municipality's own network (RFC 5321), without encryption or password.
//!
//! Meant for words about Tryggve itself: nothing personal may leave this way, since nothing here is encrypted.

use std::time::Duration;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// How long one mail may take from the first packet to the receipt, in seconds.
pub const MAIL_SECONDS_MAX: u64 = 20;
/// The longest line that a server may answer with, and how many of them.
const ANSWER_BYTES_MAX: usize = 2_048;
const ANSWER_LINES_MAX: usize = 50;

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The server, such as `mail.example.org:25`.
    pub server: String,
    /// Whom it comes from.
    pub from: String,
    /// Whom it goes to.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// The text; lines end with a line feed.
    pub text: String,
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// No connection, or it broke.
    #[error("no connection to the mail server: {0}")]
    Connect(#[from] std::io::Error),
    /// The server said no, or something that cannot be read.
    #[error("the mail server answered {0:?} to {1}")]
    Refused(String, &'static str),
    /// An address or a subject that cannot stand in a mail.
    #[error("{0} cannot stand in a mail")]
    Form(&'static str),
    /// Nobody answered in time.
    #[error("no answer within {MAIL_SECONDS_MAX} s")]
    TooSlow,
}

impl Mail {
    /// Sends it. The server has taken it in charge when this returns `Ok`.
    pub async fn send(&self) -> Result<(), MailError> {
        let plain =
            |text: &str| text.is_ascii() && !text.contains(['\r', '\n', '<', '>', ' ']) && text.contains('@');
        if !plain(&self.from) || !plain(&self.to) {
            return Err(MailError::Form("the address"));
        }
        if self.subject.contains(['\r', '\n']) || !self.subject.is_ascii() {
            return Err(MailError::Form("the subject"));
        }
        tokio::time::timeout(Duration::from_secs(MAIL_SECONDS_MAX), self.exchange())
            .await
            .map_err(|_| MailError::TooSlow)?
    }

    async fn exchange(&self) -> Result<(), MailError> {
        let mut stream = BufReader::new(TcpStream::connect(&self.server).await?);
        expect(&mut stream, "2", "the connection").await?;
        for (line, expected, what) in [
            ("EHLO tryggve.invalid".to_owned(), "2", "EHLO"),
            (format!("MAIL FROM:<{}>", self.from), "2", "MAIL FROM"),
            (format!("RCPT TO:<{}>", self.to), "2", "RCPT TO"),
            ("DATA".to_owned(), "3", "DATA"),
            (self.data(), "2", "the text"),
        ] {
            stream.write_all(format!("{line}\r\n").as_bytes()).await?;
            expect(&mut stream, expected, what).await?;
        }
        // It is taken; how the goodbye ends changes nothing.
        let _ = stream.write_all(b"QUIT\r\n").await;
        Ok(())
    }

    fn data(&self) -> String {
        let mut data = format!(
            "From: <{}>\r\nTo: <{}>\r\nSubject: {}\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
            self.from, self.to, self.subject
        );
        for line in self.text.lines() {
            // A line that begins with a full stop would end the text.
            data.push_str(if line.starts_with('.') { "." } else { "" });
            data.push_str(line);
            data.push_str("\r\n");
        }
        data + "."
    }
}

/// Reads one answer, which may have many lines.
async fn expect(stream: &mut BufReader<TcpStream>, class: &str, what: &'static str) -> Result<(), MailError> {
    for _ in 0..ANSWER_LINES_MAX {
        let mut line = String::new();
        let read = (&mut *stream).take(ANSWER_BYTES_MAX as u64).read_line(&mut line).await?;
        if read == 0 || read == ANSWER_BYTES_MAX || !line.starts_with(class) {
            return Err(MailError::Refused(line.trim().chars().take(200).collect(), what));
        }
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(());
        }
    }
    Err(MailError::Refused("too many lines".to_owned(), what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(server: String) -> Mail {
        Mail {
            server,
            from: "tryggve@example.org".to_owned(),
            to: "jour@example.org".to_owned(),
            subject: "Tryggve".to_owned(),
            text: "Databasen svarar inte.\n.slut".to_owned(),
        }
    }

    /// A server that answers line by line with what it is given, and returns what it read.
    async fn talk(answers: &'static [&'static str]) -> (Result<(), MailError>, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = listener.local_addr().unwrap().to_string();
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut said = String::new();
            for answer in answers {
                stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
                let mut buffer = [0; 4_096];
                let length = stream.read(&mut buffer).await.unwrap_or(0);
                said.push_str(&String::from_utf8_lossy(&buffer[..length]));
            }
            said
        });
        let sent = mail(server).send().await;
        (sent, heard.await.unwrap())
    }

    #[tokio::test]
    async fn a_mail_is_taken_when_the_server_says_so() {
        let (sent, said) =
            talk(&["220 a", "250-a\r\n250 b", "250 ok", "250 ok", "354 go", "250 taken"]).await;
        sent.unwrap();
        assert!(said.contains("RCPT TO:<jour@example.org>\r\n"), "{said}");
        assert!(said.contains("svarar inte.\r\n..slut\r\n.\r\n"), "{said}");
    }

    #[tokio::test]
    async fn a_refusal_says_at_what() {
        let (sent, _) = talk(&["220 a", "250 b", "250 ok", "550 no such user"]).await;
        assert_eq!(sent.unwrap_err().to_string(), "the mail server answered \"550 no such user\" to RCPT TO");
    }

    #[tokio::test]
    async fn an_address_with_a_line_end_never_leaves() {
        let injected = Mail { to: "a@b\r\nDATA".to_owned(), ..mail("127.0.0.1:1".to_owned()) };
        assert!(matches!(injected.send().await, Err(MailError::Form(_))));
    }
}
