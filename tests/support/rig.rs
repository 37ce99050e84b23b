//! Model servers that others wrote, installed by `tests/rig/install.sh` and found through `GIT_PLANDEX_RIG`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// A program of the rig.
#[derive(Debug, Clone, Copy)]
pub enum Program {
    /// Scripted behaviours in three formats.
    Llmock,
    /// Fixtures in three formats.
    Aimock,
    /// llama.cpp with a small real model.
    Llama,
}

/// A running server; dropping it ends the process.
pub struct Rig {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Program {
    /// The file that must be there, below the rig's directory.
    fn file(self) -> &'static str {
        match self {
            Self::Llmock => "llmock/bin/llmock",
            Self::Aimock => "aimock/node_modules/@copilotkit/aimock/dist/cli.js",
            Self::Llama => "llama/bin/python",
        }
    }

    /// Starts the server with further arguments; says so and gives `None` when it is not installed.
    pub fn start(self, arguments: &[&str]) -> Option<Rig> {
        let file = std::env::var_os("GIT_PLANDEX_RIG").map(|dir| PathBuf::from(dir).join(self.file())).filter(|file| file.exists());
        let Some(file) = file else {
            // Not a macro: the test runner would swallow it.
            let line = format!("skipped: {self:?} is not there; tests/rig/install.sh DIR installs it, GIT_PLANDEX_RIG=DIR names it\n");
            std::io::stderr().write_all(line.as_bytes()).expect("standard error is open");
            return None;
        };
        let port = free_port();
        let mut command = self.command(&file, port, arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("an installed program starts");
        if matches!(self, Self::Llama) {
            let mut line = String::new();
            BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("its output is text");
            assert!(line.starts_with("ready"), "the server said {line:?}");
        }
        let rig = Rig { child, address: SocketAddr::from(([127, 0, 0, 1], port)) };
        rig.wait_until_it_listens();
        Some(rig)
    }

    fn command(self, file: &Path, port: u16, arguments: &[&str]) -> Command {
        let port = port.to_string();
        let mut command = match self {
            Self::Llmock => {
                let mut command = Command::new(file);
                command.args(["serve", "--host", "127.0.0.1", "--port", &port, "--tool-mode", "off", "--log-level", "warning"]);
                command
            }
            Self::Aimock => {
                let mut command = Command::new("node");
                command.arg(file).args(["-h", "127.0.0.1", "-p", &port, "--strict", "--validate-on-load"]);
                command
            }
            Self::Llama => {
                let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rig/serve_llama.py");
                let mut command = Command::new(file);
                command.arg(script).arg(&port);
                command
            }
        };
        command.args(arguments);
        command
    }
}

fn free_port() -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    socket.local_addr().expect("a bound socket has an address").port()
}

impl Rig {
    fn wait_until_it_listens(&self) {
        for _ in 0..3000 {
            if TcpStream::connect_timeout(&self.address, Duration::from_millis(200)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("nothing listens at {}", self.address);
    }

    /// Sends a request with a JSON body, and gives back the answer's body.
    pub fn post(&self, path: &str, body: &Value) -> String {
        self.ask("POST", path, &body.to_string())
    }

    /// Gets a page.
    pub fn get(&self, path: &str) -> String {
        self.ask("GET", path, "")
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        let head = format!(
            "{method} {path} HTTP/1.0\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).expect("the server reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the answer is text");
        answer.split_once("\r\n\r\n").expect("an answer has a head").1.to_owned()
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The Python that has the vendors' SDKs; says so and gives `None` when they are not installed.
pub fn sdk_python() -> Option<PathBuf> {
    let python = std::env::var_os("GIT_PLANDEX_RIG").map(|dir| PathBuf::from(dir).join("sdk/bin/python")).filter(|file| file.exists());
    if python.is_none() {
        let line = "skipped: the vendors' SDKs are not there; tests/rig/install.sh DIR installs them, GIT_PLANDEX_RIG=DIR names it\n";
        std::io::stderr().write_all(line.as_bytes()).expect("standard error is open");
    }
    python
}
