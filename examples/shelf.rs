//! Serves the files of a directory as a site from memory: what `benches/serve.sh` loads when the server alone is
//! measured. Usage: `shelf DIRECTORY ADDRESS`.

use std::sync::Arc;

use arc_swap::ArcSwap;
use feedroom::http::{Limits, Listener, Public, serve};
use feedroom::site::{Resource, Site};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().ok_or("which directory?")?;
    let address = arguments.next().unwrap_or("127.0.0.1:8080".into()).parse()?;
    let mut site = Site::default();
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".xml") {
            let changed = entry.metadata()?.modified()?.into();
            let resource = Resource::new("text/xml", std::fs::read(entry.path())?, changed);
            site.resources.insert(format!("/{name}"), resource);
        }
    }
    site.warm();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listeners = vec![Listener::tcp(address)?];
        let site = Arc::new(ArcSwap::from_pointee(site));
        serve(listeners, Arc::new(Public::new(site, Arc::default())), Limits::default(), async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await;
        Ok(())
    })
}
