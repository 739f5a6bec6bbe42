//! Where the daemon's messages go: the journal in its own fields, a terminal, or JSON.

use std::fs::File;
use std::io::IsTerminal;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat};

/// The module under which each request is told.
const ACCESS: &str = "feedroom::access";

/// Sends messages where the settings want them; the first call of a process counts.
pub(super) fn start(settings: &Log) {
    let access = match settings.access {
        true => format!(",{ACCESS}=info"),
        false if settings.levels.contains(ACCESS) => String::new(),
        false => format!(",{ACCESS}=off"),
    };
    let filter = EnvFilter::new(format!("{}{access}", settings.levels));
    let in_journal = is_journal();
    let wanted = match settings.format {
        LogFormat::Auto if in_journal => LogFormat::Journal,
        other => other,
    };
    if wanted == LogFormat::Journal
        && let Ok(journal) = tracing_journald::layer()
    {
        let journal = journal.with_syslog_identifier("feedroom".to_string()).with_field_prefix(Some("FEEDROOM".into()));
        drop(tracing_subscriber::registry().with(filter).with(journal).try_init());
        return;
    }
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let set = match wanted {
        LogFormat::Json => log.json().with_current_span(false).with_span_list(false).try_init(),
        _ => {
            let is_coloured = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            let log = log.with_target(false).with_ansi(is_coloured);
            // The journal knows the time itself.
            if in_journal { log.without_time().try_init() } else { log.try_init() }
        }
    };
    drop(set);
}

/// Whether standard error is the journal: `JOURNAL_STREAM` names its device and inode (systemd.exec(5)). The variable
/// alone says nothing: programs started by a service inherit it together with another standard error.
fn is_journal() -> bool {
    let about = || std::io::stderr().as_fd().try_clone_to_owned().map(File::from)?.metadata();
    std::env::var("JOURNAL_STREAM")
        .is_ok_and(|named| about().is_ok_and(|about| named == format!("{}:{}", about.dev(), about.ino())))
}
