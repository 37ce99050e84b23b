//! A proxy that cuts what a server sends into small pieces.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};

/// A TCP proxy on loopback. Its threads end with their connections, and the last one with the process.
pub struct RecutProxy {
    address: SocketAddr,
}

impl RecutProxy {
    /// Starts a proxy in front of `target` that passes answers on in writes of `size` bytes.
    pub fn start(target: SocketAddr, size: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(target) else { continue };
                let (Ok(to_client), Ok(to_server)) = (client.try_clone(), server.try_clone()) else { continue };
                drop(client.set_nodelay(true));
                std::thread::spawn(move || pass(client, to_server, 65536));
                std::thread::spawn(move || pass(server, to_client, size));
            }
        });
        Self { address }
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, size: usize) {
    let mut buffer = [0; 65536];
    while let Ok(read) = from.read(&mut buffer) {
        if read == 0 || buffer[..read].chunks(size).try_for_each(|piece| to.write_all(piece)).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Write));
}
