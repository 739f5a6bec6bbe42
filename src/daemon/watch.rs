//! Keeps watch over the configured folders, and passes bells on to the press room.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::time::Duration;

use tokio::runtime::Handle;

use super::room::Order;
use crate::config;
use crate::folder::{Options, Watcher};

/// The watch over some folders; it ends with the value.
pub(super) struct Watch {
    over: Vec<PathBuf>,
    how: config::Watch,
    orders: Sender<Order>,
    runtime: Handle,
    _watcher: Watcher,
}

impl Watch {
    /// Watches the folders of the settings. What happens from now on is told to the press room.
    pub fn start(settings: &config::Settings, orders: Sender<Order>, runtime: Handle) -> io::Result<Self> {
        let over = roots(settings);
        let (watcher, mut bells) = Watcher::start(over.clone(), options(settings.watch))?;
        let press_room = orders.clone();
        runtime.spawn(async move {
            while let Some(bell) = bells.recv().await {
                if press_room.send(Order::Bell(bell)).is_err() {
                    break;
                }
            }
        });
        Ok(Self { over, how: settings.watch, orders, runtime, _watcher: watcher })
    }

    /// Watches the folders of other settings instead, where they are others.
    pub fn follow(&mut self, settings: &config::Settings) -> io::Result<()> {
        if self.over != roots(settings) || self.how != settings.watch {
            *self = Self::start(settings, self.orders.clone(), self.runtime.clone())?;
        }
        Ok(())
    }
}

fn roots(settings: &config::Settings) -> Vec<PathBuf> {
    settings.folders.iter().map(|folder| folder.folder.root.clone()).collect()
}

fn options(watch: config::Watch) -> Options {
    Options {
        watches: if watch.mode == config::WatchMode::Poll { 0 } else { usize::MAX },
        poll: Duration::from_secs(watch.poll_seconds.into()),
        full_look: Duration::from_secs(u64::from(watch.full_look_minutes) * 60),
        ..Options::default()
    }
}
