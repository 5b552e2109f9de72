//! A page that follows changes hears of those it may show, and of nothing else.

use duly_store::Person;
use duly_web::{Access, Web, serve};
use duly_work::clock::Clock;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::world::{World, now};

/// A server on loopback, and what ends it.
async fn served(world: &World) -> (std::net::SocketAddr, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let web = Web {
        store: world.store.clone(),
        clock: Clock::Fixed(now()),
        access: Access::default(),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(serve(listener, web, async move {
        let _ = stopped.await;
    }));
    (address, stop)
}

/// A page of this person that listens; its answer's head is read.
async fn listening(world: &World, person: &Person, at: std::net::SocketAddr) -> TcpStream {
    let cookie = world.cookie(person).await;
    let mut page = TcpStream::connect(at).await.unwrap();
    let asked = format!("GET /changes HTTP/1.1\r\nhost: {at}\r\ncookie: {cookie}\r\n\r\n");
    page.write_all(asked.as_bytes()).await.unwrap();
    let head = until(&mut page, "\r\n\r\n").await;
    assert!(
        head.contains("200 OK") && head.contains("text/event-stream"),
        "{head}"
    );
    page
}

/// Reads until these words have come.
async fn until(page: &mut TcpStream, words: &str) -> String {
    let mut text = String::new();
    let mut bytes = [0; 1024];
    while !text.contains(words) {
        let read = page.read(&mut bytes).await.unwrap();
        assert!(read > 0, "it ended before {words:?}: {text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    text
}

async fn something_happens(world: &World, client: &str) {
    world
        .person(client, "Somebody", duly_store::Role::Owner)
        .await;
}

#[tokio::test]
async fn a_page_hears_of_a_change_and_an_owner_of_their_own_alone() {
    let world = World::new().await;
    let (address, stop) = served(&world).await;
    let mut tess = listening(&world, &world.tess, address).await;
    let mut omar = listening(&world, &world.omar, address).await;
    something_happens(&world, "lakeside").await;
    until(&mut tess, "event: changed").await;
    // Had Omar heard of the other client, it would stand before what he is told now.
    something_happens(&world, "baker").await;
    let heard = until(&mut omar, "event: changed").await;
    assert_eq!(heard.matches("event: changed").count(), 1, "{heard}");
    until(&mut tess, "event: changed").await;
    stop.send(()).unwrap();
    let mut rest = Vec::new();
    omar.read_to_end(&mut rest).await.unwrap();
}
