//! The network of tests: what is asked of it, it does.
#![expect(clippy::unwrap_used, reason = "a failed call is a failed test")]

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use sealpost_test_support::peers::proxy::{Answer, Fault, Proxy, Strikes};

/// Answers each request with its body, for ever: the length known for PUT, in chunks for POST.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || {
                let mut to = stream.unwrap();
                let mut from = BufReader::new(to.try_clone().unwrap());
                while let Some((first, body)) = read(&mut from) {
                    let length = body.len();
                    let answer = if first.starts_with("POST") {
                        format!(
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
                        )
                    } else {
                        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}")
                    };
                    if to.write_all(answer.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

/// First line and body, which may be in chunks.
fn read(from: &mut impl std::io::BufRead) -> Option<(String, String)> {
    let (mut first, mut length, mut chunked) = (String::new(), 0, false);
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if first.is_empty() {
            first = line.trim_end().to_owned();
        }
        if let Some(value) = line.strip_prefix("Content-Length:") {
            length = value.trim().parse().unwrap();
        }
        chunked |= line.starts_with("Transfer-Encoding: chunked");
        if line.trim_end().is_empty() {
            break;
        }
    }
    if chunked {
        let mut line = String::new();
        from.read_line(&mut line).ok()?;
        length = usize::from_str_radix(line.trim(), 16).ok()?;
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    if chunked {
        let mut rest = [0; 7];
        from.read_exact(&mut rest).ok()?;
        assert_eq!(&rest, b"\r\n0\r\n\r\n");
    }
    Some((first, String::from_utf8(body).unwrap()))
}

struct Client(BufReader<TcpStream>);

impl Client {
    fn of(proxy: &Proxy) -> Self {
        Self(BufReader::new(TcpStream::connect(proxy.address()).unwrap()))
    }

    /// Sends a request and gives the first line and the body of the answer; `None` if the connection was cut.
    fn ask(&mut self, method: &str, body: &str) -> Option<(String, String)> {
        let request = format!("{method} / HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        // Where the connection is cut in the middle of it, reading tells.
        let _ = self.0.get_mut().write_all(request.as_bytes());
        read(&mut self.0)
    }
}

#[test]
fn requests_pass_on_one_connection_with_known_lengths_and_in_chunks() {
    for proxy in [Proxy::http(echo()), Proxy::tcp(echo())] {
        let mut client = Client::of(&proxy);
        let long = "x".repeat(100_000);
        for (method, body) in [("PUT", "one"), ("POST", "two"), ("PUT", ""), ("POST", &long), ("PUT", &long)]
        {
            assert_eq!(client.ask(method, body).unwrap(), ("HTTP/1.1 200 OK".to_owned(), body.to_owned()));
        }
    }
}

#[test]
fn the_next_requests_of_a_method_are_answered_for_the_other_side() {
    let proxy = Proxy::http(echo());
    let busy = Answer::new(503).header("Retry-After", "1").body("<Code>SlowDown</Code>");
    proxy.inject(Some("PUT"), Strikes::Next(2), Fault::Answer(busy));
    let mut client = Client::of(&proxy);
    assert_eq!(client.ask("POST", "x").unwrap().1, "x");
    for _ in 0..2 {
        let (first, body) = client.ask("PUT", "x").unwrap();
        assert_eq!((&first[..12], &*body), ("HTTP/1.1 503", "<Code>SlowDown</Code>"));
    }
    assert_eq!(client.ask("PUT", "x").unwrap().1, "x");
    assert_eq!(proxy.requests(), 4);
}

#[test]
fn a_share_of_the_requests_is_answered_for_the_other_side() {
    let proxy = Proxy::http(echo());
    proxy.inject(None, Strikes::Every(3), Fault::Answer(Answer::new(429)));
    let mut client = Client::of(&proxy);
    let answers: Vec<_> = (0..6).map(|_| client.ask("PUT", "x").unwrap().0[9..12].to_owned()).collect();
    assert_eq!(answers, ["200", "200", "429", "200", "200", "429"]);
    proxy.pass();
    assert!((0..3).all(|_| client.ask("PUT", "x").unwrap().0.contains("200")));
}

#[test]
fn connections_are_cut_where_the_fault_says() {
    let proxy = Proxy::http(echo());
    for fault in [Fault::CutRequest { after: 2 }, Fault::LoseAnswer, Fault::CutAnswer { after: 2 }] {
        proxy.inject(None, Strikes::Next(1), fault);
        assert_eq!(Client::of(&proxy).ask("PUT", "hello"), None);
        proxy.pass();
        assert_eq!(Client::of(&proxy).ask("PUT", "hello").unwrap().1, "hello");
    }
}

#[test]
fn a_proxy_that_refuses_cuts_what_is_open_and_takes_nothing_new() {
    for proxy in [Proxy::http(echo()), Proxy::tcp(echo())] {
        let mut open = Client::of(&proxy);
        assert!(open.ask("PUT", "x").is_some());
        proxy.refuse();
        assert_eq!(open.ask("PUT", "x"), None);
        assert_eq!(Client::of(&proxy).ask("PUT", "x"), None);
        proxy.pass();
        assert!(Client::of(&proxy).ask("PUT", "x").is_some());
    }
}

#[test]
fn a_parted_network_is_silent_until_it_is_whole_again() {
    for proxy in [Proxy::http(echo()), Proxy::tcp(echo())] {
        let mut client = Client::of(&proxy);
        assert!(client.ask("PUT", "x").is_some());
        proxy.hang();
        client.0.get_ref().set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        client.0.get_mut().write_all(b"PUT / HTTP/1.1\r\nContent-Length: 1\r\n\r\ny").unwrap();
        let silent = client.0.fill_buf().unwrap_err();
        assert_eq!(silent.kind(), std::io::ErrorKind::WouldBlock);
        proxy.pass();
        client.0.get_ref().set_read_timeout(None).unwrap();
        assert_eq!(read(&mut client.0).unwrap().1, "y");
    }
}

#[test]
fn a_throttled_or_delayed_network_takes_its_time() {
    let proxy = Proxy::http(echo());
    let mut client = Client::of(&proxy);
    proxy.throttle(100_000);
    let begun = Instant::now();
    assert!(client.ask("PUT", &"x".repeat(10_000)).is_some());
    assert!(begun.elapsed() >= Duration::from_millis(200), "10 kB there and back at 100 kB/s");
    proxy.pass();
    proxy.delay(Duration::from_millis(100));
    let begun = Instant::now();
    assert!(client.ask("PUT", "x").is_some());
    assert!(begun.elapsed() >= Duration::from_millis(100));
}
