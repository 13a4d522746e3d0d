//! Ways to look behind the stores.

use std::collections::HashMap;

use portcullis_tests::servers::Redis;
use redis::aio::MultiplexedConnection;
use redis::{FromRedisValue, Value};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;

/// Another connection to the server, to look behind the store.
pub(crate) struct Admin(MultiplexedConnection);

impl Admin {
    pub(crate) async fn of(redis: &Redis) -> Self {
        let client = redis::Client::open(redis.url()).expect("an address");
        let connection = client.get_multiplexed_async_connection().await;
        Self(connection.expect("a connection"))
    }

    pub(crate) async fn ask<T: FromRedisValue>(&mut self, command: &[&str]) -> T {
        let mut asked = redis::cmd(command[0]);
        asked.arg(&command[1..]);
        asked.query_async(&mut self.0).await.expect("an answer")
    }

    /// Everything that is stored, with its name.
    pub(crate) async fn everything(&mut self) -> HashMap<String, String> {
        let mut everything = HashMap::new();
        for key in self.ask::<Vec<String>>(&["KEYS", "*"]).await {
            let kind: String = self.ask(&["TYPE", &key]).await;
            let value: Value = match kind.as_str() {
                "hash" => self.ask(&["HGETALL", &key]).await,
                "zset" => self.ask(&["ZRANGE", &key, "0", "-1"]).await,
                _ => self.ask(&["GET", &key]).await,
            };
            everything.insert(key, format!("{value:?}"));
        }
        everything
    }

    pub(crate) async fn only_key(&mut self, pattern: &str) -> String {
        let keys: Vec<String> = self.ask(&["KEYS", pattern]).await;
        assert_eq!(keys.len(), 1, "{keys:?}");
        keys.concat()
    }

    /// How many connections the server has.
    pub(crate) async fn clients(&mut self) -> usize {
        let clients: String = self.ask(&["CLIENT", "LIST"]).await;
        clients.lines().count()
    }

    /// When a key goes, in seconds from now, rounded to minutes.
    pub(crate) async fn minutes_left(&mut self, key: &str) -> u64 {
        let seconds: u64 = self.ask(&["TTL", key]).await;
        (seconds + 30) / 60
    }
}

/// What clients send to a server.
pub(crate) struct Monitor {
    lines: Lines<BufReader<TcpStream>>,
    admin: Admin,
}

impl Monitor {
    pub(crate) async fn of(redis: &Redis) -> Self {
        let address = redis.url().replace("redis://", "");
        let mut socket = TcpStream::connect(address).await.expect("a connection");
        socket.write_all(b"MONITOR\r\n").await.expect("asked");
        let mut lines = BufReader::new(socket).lines();
        assert_eq!(
            lines.next_line().await.expect("an answer").as_deref(),
            Some("+OK")
        );
        Self {
            lines,
            admin: Admin::of(redis).await,
        }
    }

    /// The names of the commands that were sent since the last time, without those that scripts ran.
    pub(crate) async fn sent(&mut self) -> Vec<String> {
        let () = self.admin.ask(&["ECHO", "that is all"]).await;
        let mut sent = Vec::new();
        loop {
            let line = self
                .lines
                .next_line()
                .await
                .expect("readable")
                .expect("a line");
            if line.ends_with("\"that is all\"") {
                return sent;
            }
            if !line.contains(" lua] ") {
                let command = line.split('"').nth(1).expect("a command");
                sent.push(command.to_uppercase());
            }
        }
    }
}
