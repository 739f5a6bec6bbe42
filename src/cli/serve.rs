//! `feedroom serve`: the daemon.

use clap::Args;

use super::{Exit, Source, log, report, setup};
use crate::config::Overrides;
use crate::daemon::{self, Plan};
use crate::site;

/// Serves the feeds, and keeps them up with the folder.
///
/// A file written, replaced or removed shows in the feeds at once. SIGHUP reads the configuration again, SIGTERM
/// stops when the answers under way are sent.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  feedroom serve\n  feedroom serve releases --listen 127.0.0.1:8080\n  feedroom serve --config /etc/feedroom/feedroom.toml"
)]
pub(super) struct Serve {
    #[command(flatten)]
    source: Source,
    /// Where to listen: 127.0.0.1:8080, [::]:8080, unix:/run/feedroom.sock; may be given several times
    #[arg(long, value_name = "ADDR")]
    listen: Vec<String>,
    /// Where to serve health, metrics and status
    #[arg(long, value_name = "ADDR")]
    admin: Option<String>,
}

impl Serve {
    pub fn run(self) -> Exit {
        let Serve { source, listen, admin } = self;
        let read = {
            let source = source.clone();
            move || {
                let flags = Overrides { listen: listen.clone(), admin: admin.clone(), ..Overrides::default() };
                setup::settings(&source, flags)
            }
        };
        let started = read().map_err(setup::Stop::from).and_then(|settings| {
            log::start(&settings.log);
            let ledger = setup::ledger(&source, &settings)?;
            Ok((settings, ledger))
        });
        let (settings, ledger) = match started {
            Ok(started) => started,
            Err(stop) => return stop.show(),
        };
        let state = (!source.house.ephemeral).then(|| settings.state_dir.clone());
        let plan = Plan {
            settings,
            press: |settings| setup::press(settings, site::Parts::All),
            reload: Box::new(read),
            ledger,
            state,
        };
        let said = daemon::run(plan, |addresses| {
            let page = |address: &String, path: &str| {
                if address.starts_with("unix:") { address.clone() } else { format!("{address}{path}") }
            };
            for address in &addresses.public {
                report::line(&format!("listening on {}", page(address, "/")));
            }
            for address in &addresses.admin {
                report::line(&format!("status at {}", page(address, "/status")));
            }
            let base_url = &addresses.base_url;
            report::line(&format!("subscribe to {base_url}rss.xml, {base_url}atom.xml or {base_url}feed.json"));
        });
        match said {
            Ok(()) => Exit::Done,
            Err(error) => {
                report::error(&format!("error: {error}"));
                Exit::Failed
            }
        }
    }
}
