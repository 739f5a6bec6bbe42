//! Configurations, good and bad.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use feedroom::config::{self, ConfigError, Listen, Log, LogFormat, Overrides, Settings};
use feedroom::date::DateOrder;
use feedroom::edition::Content;

/// An environment made of pairs.
fn environment(pairs: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> + use<> {
    let map: BTreeMap<String, OsString> = pairs.iter().map(|(name, value)| (name.to_string(), value.into())).collect();
    move |name| map.get(name).cloned()
}

fn load(path: &Path, env: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    config::load(Some(path), &Overrides::default(), &environment(env))
}

/// A folder with one configuration in it.
fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feedroom.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn good(text: &str, env: &[(&str, &str)]) -> Settings {
    let (_folder, path) = written(text);
    load(&path, env).unwrap_or_else(|error| panic!("{error}"))
}

const SMALL: &str = "[[folder]]\npath = 'press-releases'\n";

/// Every file of `tests/config/bad` is wrong, and what is said about it stands beside it. `UPDATE_GOLDEN=1` writes
/// what is said now; read the difference before it is committed.
#[test]
fn each_mistake_is_shown_in_its_line() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config/bad");
    let mut seen = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(&cases).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        seen += 1;
        let error = load(&path, &[]).expect_err(&path.display().to_string());
        let said = format!("{error}\n").replace(&format!("{}/", cases.display()), "");
        let golden = path.with_extension("txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, &said).unwrap();
        }
        if std::fs::read_to_string(&golden).unwrap_or_default() != said {
            wrong.push(format!("{}\n{said}", path.display()));
        }
        if path.file_stem().is_some_and(|name| name != "several") {
            assert_eq!(error.count(), 1, "{said}");
        }
    }
    assert!(wrong.is_empty(), "other words than before:\n{}", wrong.join("\n"));
    assert!(seen >= 40, "only {seen} cases");
}

#[test]
fn little_is_enough() {
    let (folder, path) = written(SMALL);
    let settings = load(&path, &[]).unwrap();
    let base = folder.path().canonicalize().unwrap();
    assert_eq!(settings.newsroom.title, "Press releases");
    assert_eq!(settings.newsroom.base_url, "http://127.0.0.1:8080/");
    assert_eq!(settings.newsroom.language, "en");
    assert_eq!(settings.folders[0].folder.root, base.join("press-releases"));
    assert_eq!(settings.folders[0].time_zone, chrono_tz::Tz::UTC);
    assert_eq!(settings.state_dir, base.join("state"));
    assert_eq!(settings.output_dir, base.join("feeds/public"));
    assert_eq!(settings.listen, [Listen::Tcp("127.0.0.1:8080".parse().unwrap())]);
    assert_eq!((settings.admin, settings.topics.len()), (None, 0));
    assert_eq!(settings.origins["server.listen"], "default");
    assert_eq!(settings.origins["folder[0].path"], "feedroom.toml:2");
}

const FULL: &str = r#"
[newsroom]
title = "Harbour Office"
description = "Tides, \"works\" and notices"
base_url = "https://harbour.example.org/news"
language = "en-GB"
author = { name = "Press desk", email = "press@example.org", url = "https://harbour.example.org/press" }
rights = "© Harbour Office"
icon = "assets/icon.png"
logo = "https://cdn.example.org/logo.svg"
hubs = ["https://hub.example.org/"]

[[folder]]
path = "../releases"
time_zone = "Europe/Berlin"
language = "de"
date_order = "dmy"
include = ["**/*.md", "notices/*"]
exclude = ["drafts/**"]

[[folder]]
path = "/srv/tide tables"

[[topic]]
slug = "works"
title = "Works"
folders = ["./works/", "regions/north"]
tags = ["dredging"]
words = ["dredg*", "quay wall"]
window = 20
content = "excerpt"

[[topic]]
slug = "no-works"
language = "fr"
any = ["works"]
all = ["works"]
none = ["tides"]

[[topic]]
slug = "tides"
words = ["tide"]

[server]
listen = ["0.0.0.0:80", "/run/feedroom/public.sock"]
admin = "[::1]:8081"
certificate = "tls/chain.pem"
key = "/etc/ssl/key.pem"
proxies = ["127.0.0.1", "2001:db8::/32"]
min_age_seconds = 0
max_age_seconds = 0
stale_seconds = 604800
cache_tags = "Cache-Tag"
moved = { "/feed/" = "/rss.xml", "/index.php?feed=rss2" = "/rss.xml", "/caf%C3%A9" = "https://x.example/a%20b", "/a%22b" = "/a%20b" }
gone = ["/staff/rss.xml", "/a b"]

[limits]
connections = 500
head_bytes = 8192
address_bytes = 1024
head_seconds = 5
idle_seconds = 30
stall_seconds = 10
stop_seconds = 3

[watch]
mode = "poll"
poll_seconds = 30
full_look_minutes = 10
configuration = false

[log]
levels = "warn,feedroom::http=debug"
format = "json"
access = true

[state]
dir = "ledger"

[output]
dir = "/srv/www"
"#;

#[test]
fn every_key_arrives() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("config")).unwrap();
    let path = folder.path().join("config/feedroom.toml");
    std::fs::write(&path, FULL).unwrap();
    let settings = load(&path, &[("STATE_DIRECTORY", "/var/lib/feedroom")]).unwrap();
    let base = folder.path().canonicalize().unwrap();
    let newsroom = &settings.newsroom;
    assert_eq!(newsroom.base_url, "https://harbour.example.org/news/");
    assert_eq!(newsroom.icon.as_deref(), Some("https://harbour.example.org/news/assets/icon.png"));
    assert_eq!(newsroom.author.as_ref().unwrap().email.as_deref(), Some("press@example.org"));
    let [first, second] = &settings.folders[..] else { panic!() };
    assert_eq!(first.folder.root, base.join("releases"), "relative to the file's folder");
    assert_eq!(first.date_order, Some(DateOrder::DayFirst));
    assert!(first.folder.include.matches("a/b.md") && !first.folder.include.matches("notices/a/b.txt"));
    assert_eq!(second.folder.root, Path::new("/srv/tide tables"));
    let (topic, rule) = &settings.topics[0];
    assert_eq!((topic.window, topic.content), (20, Content::Excerpt));
    assert_eq!(rule.folders, ["works", "regions/north"]);
    assert_eq!(settings.topics[1].0.title, "No works");
    assert_eq!(settings.listen[1], Listen::Unix("/run/feedroom/public.sock".into()));
    assert_eq!(settings.state_dir, base.join("config/ledger"), "the file stands above systemd's folder");
    assert_eq!(settings.output_dir, Path::new("/srv/www"));
    let server = &settings.server;
    assert_eq!(server.tls, Some((base.join("config/tls/chain.pem"), "/etc/ssl/key.pem".into())));
    assert_eq!(server.proxies, [("127.0.0.1".parse().unwrap(), 32), ("2001:db8::".parse().unwrap(), 32)]);
    assert_eq!((server.max_age, server.stale), (0, 604_800));
    assert_eq!(server.cache_tags, Some("cache-tag"));
    assert_eq!(server.moved["/café"], "https://x.example/a%20b");
    assert_eq!(server.moved["/a\"b"], "/a b");
    assert!(server.gone.contains("/a b") && server.gone.len() == 2);
    assert_eq!((server.limits.connections, server.limits.stop_seconds), (500, 3));
    assert_eq!((settings.watch.poll_seconds, settings.watch.configuration), (30, false));
    let log = Log { levels: "warn,feedroom::http=debug".into(), format: LogFormat::Json, access: true };
    assert_eq!(settings.log, log);
    let env = [("FEEDROOM_LOG", "debug"), ("FEEDROOM_LOG_FORMAT", "text"), ("FEEDROOM_ACCESS_LOG", "0")];
    let settings = load(&path, &env).unwrap();
    assert_eq!(settings.log, Log { levels: "debug".into(), format: LogFormat::Text, access: false });
    assert_eq!(settings.origins["log.levels"], "$FEEDROOM_LOG");
    let error = load(&path, &[("FEEDROOM_ACCESS_LOG", "maybe")]).unwrap_err().to_string();
    assert!(error.contains("$FEEDROOM_ACCESS_LOG") && error.contains("`maybe`"), "{error}");
}

#[test]
fn what_is_printed_reads_back_to_the_same() {
    let outside = format!(
        "{SMALL}[publish.bucket]\nurl = 's3://news'\nprefix = '/press/'\nendpoint = 'https://s.example'\nregion = 'x'\n\
         coding = 'gzip'\ngrace_minutes = 5\nparallel = 3\n[purge]\nurl = 'https://cdn.example/'\nmethod = 'PURGE'\n\
         headers = ['A: $B', 'C: {{keys}}']\nbody = '[\"{{keys}}\"]'\nseparator = '\",\"'\n"
    );
    for text in [SMALL, FULL, &outside] {
        let (_folder, path) = written(text);
        let mut settings = load(&path, &[("FEEDROOM_BASE_URL", "https://x.example/")]).unwrap();
        let printed = config::render(&settings);
        assert!(printed.lines().any(|line| line.ends_with("# $FEEDROOM_BASE_URL")), "{printed}");
        let (_elsewhere, path) = written(&printed);
        let mut again = load(&path, &[]).unwrap_or_else(|error| panic!("{error}\n{printed}"));
        for settings in [&mut settings, &mut again] {
            settings.file = None;
            settings.origins.clear();
        }
        assert_eq!(settings, again, "{printed}");
    }
}

#[test]
fn flags_stand_above_the_environment_above_the_file() {
    let text = "[newsroom]\nbase_url = 'https://file.example/'\n[[folder]]\npath = 'r'\n[state]\ndir = 'file'\n";
    let (folder, path) = written(text);
    let base = folder.path().canonicalize().unwrap();
    let env = [
        ("FEEDROOM_BASE_URL", "https://env.example"),
        ("FEEDROOM_LISTEN", "127.0.0.1:1, 127.0.0.1:2"),
        ("FEEDROOM_TIME_ZONE", "Asia/Tokyo"),
        ("FEEDROOM_ADMIN", ""),
        ("STATE_DIRECTORY", "/var/lib/feedroom:/var/lib/other"),
    ];
    let settings = load(&path, &env).unwrap();
    assert_eq!(settings.newsroom.base_url, "https://env.example/");
    assert_eq!(settings.listen.len(), 2);
    assert_eq!(settings.folders[0].time_zone, chrono_tz::Tz::Asia__Tokyo);
    assert_eq!(settings.admin, None, "set to nothing is not set");
    assert_eq!(settings.state_dir, base.join("file"));
    let flags = Overrides {
        base_url: Some("https://flag.example/".into()),
        state_dir: Some("flag".into()),
        ..Overrides::default()
    };
    let settings = config::load(Some(&path), &flags, &environment(&env)).unwrap();
    assert_eq!(settings.newsroom.base_url, "https://flag.example/");
    assert_eq!(settings.state_dir, std::env::current_dir().unwrap().join("flag"), "relative to where it was typed");
    assert_eq!(settings.origins["state.dir"], "--state");
    let (_folder, path) = written(SMALL);
    assert_eq!(load(&path, &env).unwrap().state_dir, Path::new("/var/lib/feedroom"));
}

#[test]
fn mistakes_outside_the_file_name_their_place() {
    let (_folder, path) = written(SMALL);
    let error = load(&path, &[("FEEDROOM_LISTEN", "8080"), ("FEEDROOM_BASE_URL", "x")]).unwrap_err();
    assert_eq!(error.count(), 2);
    let text = error.to_string();
    assert!(text.contains("$FEEDROOM_LISTEN") && text.contains("$FEEDROOM_BASE_URL"), "{text}");
    let flags = Overrides { admin: Some("nowhere".into()), ..Overrides::default() };
    let error = config::load(Some(&path), &flags, &environment(&[])).unwrap_err();
    assert!(error.to_string().contains("--admin"), "{error}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none.toml");
    assert!(load(&missing, &[]).unwrap_err().to_string().contains("none.toml"));
    assert!(load(folder.path(), &[]).unwrap_err().to_string().contains("it is not a file"));
    let latin = folder.path().join("latin.toml");
    std::fs::write(&latin, b"[newsroom]\ntitle = \"Beh\xF6rde\"\n").unwrap();
    assert!(load(&latin, &[]).unwrap_err().to_string().contains("line 2 is not UTF-8"));
    let found =
        config::load(None, &Overrides::default(), &environment(&[("FEEDROOM_CONFIG", missing.to_str().unwrap())]));
    assert!(found.unwrap_err().to_string().contains("none.toml"));
}

#[test]
fn a_bare_folder_needs_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("town-news");
    std::fs::create_dir(&root).unwrap();
    let env = [("HOME", "/home/anna"), ("FEEDROOM_LISTEN", "127.0.0.1:9000")];
    let settings = config::for_folder(&root, &Overrides::default(), &environment(&env)).unwrap();
    assert_eq!(settings.newsroom.title, "Town news");
    assert_eq!(settings.newsroom.base_url, "http://127.0.0.1:9000/");
    assert_eq!(settings.folders[0].folder.root, root.canonicalize().unwrap());
    assert!(settings.state_dir.starts_with("/home/anna/.local/state/feedroom"), "{:?}", settings.state_dir);
    assert!(!settings.state_dir.starts_with(&root));
    // A folder that is not there is a matter of looking, not of settings.
    config::for_folder(&folder.path().join("missing"), &Overrides::default(), &environment(&env)).unwrap();
}

#[test]
fn subfolders_are_topics() {
    let paths = [
        "water-supply/2025/a.txt",
        "b.txt",
        "items/c.txt",
        "Énergie/d.txt",
        "2025/e.txt",
        "energie/f.txt",
        "энергия/g.txt",
    ];
    let topics = config::topics_of(paths);
    let shown: Vec<_> =
        topics.iter().map(|(t, r)| (t.slug.as_str(), t.title.as_str(), r.folders[0].as_str())).collect();
    assert_eq!(
        shown,
        [
            ("2025-topic", "2025", "2025"),
            ("energie", "Energie", "energie"),
            ("items-topic", "Items", "items"),
            ("water-supply", "Water supply", "water-supply"),
            ("energie-2", "Énergie", "Énergie"),
            ("energiia", "Энергия", "энергия"),
        ]
    );
    let reversed: Vec<_> = paths.iter().rev().copied().collect();
    assert_eq!(config::topics_of(reversed), topics);
}

/// The example shows every key; uncommented as it is, and with every commented key taken in, it is a configuration.
#[test]
fn the_example_is_a_configuration() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/example.toml");
    let text = std::fs::read_to_string(path).unwrap();
    good(&text, &[]);
    let is_key = |line: &str| {
        line.strip_prefix("# ").is_some_and(|rest| {
            rest.starts_with('[')
                || rest
                    .split_once(" = ")
                    .is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        })
    };
    let all: Vec<&str> = text.lines().map(|line| if is_key(line) { &line[2..] } else { line }).collect();
    let settings = good(&all.join("\n"), &[]);
    let defaults: Vec<_> = settings.origins.iter().filter(|(_, origin)| *origin == "default").collect();
    let shown_once = |key: &str| all.iter().any(|line| line.starts_with(&format!("{key} = ")));
    for (key, _) in defaults {
        let key = key.rsplit('.').next().unwrap();
        assert!(shown_once(key), "`{key}` is not in the example");
    }
}
