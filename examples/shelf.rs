//! The server alone, over two feeds made up here: what `benches/serve.sh` measures.
//!
//! `shelf make DIRECTORY` writes `big.xml` (150 kB, 50 items) and `small.xml` (12 kB, 4 items), each with the gzip
//! that the server sends; `shelf serve DIRECTORY ADDRESS` serves the two until it is interrupted.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use feedroom::http::{Limits, Listener, Public, serve};
use feedroom::site::{Coding, Content, Resource, Site};

type Done = Result<(), Box<dyn std::error::Error>>;

fn main() -> Done {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["make", directory] => make(Path::new(directory)),
        ["serve", directory, address] => shelve(Path::new(directory), address),
        _ => Err("shelf make DIRECTORY | shelf serve DIRECTORY ADDRESS".into()),
    }
}

fn make(directory: &Path) -> Done {
    for (name, items) in [("big.xml", 50), ("small.xml", 4)] {
        let feed = resource(feed(items));
        let Content::Bytes(body) = feed.content() else { continue };
        std::fs::write(directory.join(name), body.plain())?;
        std::fs::write(directory.join(format!("{name}.gz")), body.coded(Coding::Gzip))?;
    }
    Ok(())
}

fn shelve(directory: &Path, address: &str) -> Done {
    let mut site = Site::default();
    for name in ["big.xml", "small.xml"] {
        site.resources.insert(format!("/{name}"), resource(std::fs::read_to_string(directory.join(name))?));
    }
    site.warm();
    let address = address.parse()?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let public = Public::new(Arc::new(ArcSwap::from_pointee(site)), Arc::default());
        serve(vec![Listener::tcp(address)?], Arc::new(public), Limits::default(), async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await;
        Ok(())
    })
}

fn resource(feed: String) -> Resource {
    Resource::new("application/rss+xml; charset=utf-8", feed, chrono::DateTime::UNIX_EPOCH)
}

/// A feed of made-up releases: words drawn by a fixed rule, the short ones more often, so that it compresses about
/// as text does.
fn feed(items: u32) -> String {
    let words: Vec<String> = (0..2000u32)
        .map(|at| {
            let letters =
                (0..2 + at % 9).map(|i| b"etaoinshrdlucmfwypvbgk"[((at * 7 + i * i * 13 + at / 22) % 22) as usize]);
            letters.map(char::from).collect()
        })
        .collect();
    let mut state = 7u64;
    let mut word = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let draw = (state >> 33) % 2000;
        &words[(draw * draw / 2000) as usize]
    };
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>Example</title>\n",
    );
    for at in 0..items {
        let title: Vec<_> = (0..7).map(|_| word().as_str()).collect();
        let _ =
            write!(out, "<item><title>{}</title><link>https://news.example/{at}</link><description>", title.join(" "));
        for _ in 0..8 {
            let paragraph: Vec<_> = (0..52).map(|_| word().as_str()).collect();
            let _ = writeln!(out, "&lt;p&gt;{}.&lt;/p&gt;", paragraph.join(" "));
        }
        out.push_str("</description></item>\n");
    }
    out.push_str("</channel></rss>\n");
    out
}
