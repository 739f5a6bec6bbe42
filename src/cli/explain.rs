//! `feedroom explain`: the items derived from files, and why each has its title, date, topics and id.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::{Exit, report, setup};
use crate::config::{self, Overrides};
use crate::date::Precision;
use crate::item::{self, Dated, Draft, Source as Place};
use crate::ledger::{Kept, Ledger};
use crate::press::{self, Press};
use crate::problem::Problem;
use crate::{clock, site};

/// Shows the items derived from files, and why each has its title, date, topics and id.
///
/// A folder is one folder, so that its files speak of one another; a file stands for itself.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  feedroom explain releases\n  feedroom explain --json releases/2025-06-05-water.txt\n  feedroom explain --config press.toml releases"
)]
pub(super) struct Explain {
    /// Release files or folders of them
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// One JSON object a release file, on lines of their own
    #[arg(long)]
    json: bool,
    /// Take time zone, language, date order and topics from a configuration; else from the one that is found, where the
    /// path lies in a folder of it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What is known of one file: its items with their lines in it, and its problems.
#[derive(Default)]
struct Sheet {
    items: Vec<(usize, Place)>,
    problems: Vec<Problem>,
}

/// A folder or a file, explained.
struct Explained {
    kept: Vec<(Kept, Arc<Draft>)>,
    topics: Vec<Vec<String>>,
    sheets: BTreeMap<String, Sheet>,
}

impl Explain {
    pub fn run(self) -> Exit {
        let mut exit = Exit::Done;
        for path in &self.paths {
            match self.explain(path) {
                Ok(explained) => {
                    for (file, sheet) in &explained.sheets {
                        exit = exit.max(report::exit_of(&sheet.problems));
                        if self.json {
                            report::line(&json(file, sheet, &explained));
                        } else {
                            show(file, sheet, &explained);
                        }
                    }
                }
                Err(stop) => exit = exit.max(stop.show()),
            }
        }
        exit
    }

    fn explain(&self, path: &Path) -> Result<Explained, setup::Stop> {
        let given = path.to_string_lossy().into_owned();
        let env = |name: &str| std::env::var_os(name);
        let configured = match &self.config {
            Some(file) => Some(config::load(Some(file), &Overrides::default(), &env)?),
            // The one that is found counts where the path lies in a folder of it.
            None => setup::configuration_of(path),
        };
        let home = configured.as_ref().and_then(|settings| setup::home(settings, path));
        // A file is a folder of its own, in which nothing else is looked at.
        let (root, only) = match (path.is_dir(), path.parent(), path.file_name()) {
            (false, Some(parent), Some(name)) => match &home {
                Some((folder, inside)) => (folder.folder.root.clone(), Some(inside.clone())),
                None => {
                    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
                    (parent.to_path_buf(), Some(name.to_string_lossy().into_owned()))
                }
            },
            _ => (path.to_path_buf(), None),
        };
        let mut settings = config::for_folder(&root, &Overrides::default(), &env)?;
        if let Some(configured) = &configured {
            settings.topics.clone_from(&configured.topics);
            settings.newsroom.language.clone_from(&configured.newsroom.language);
            let like = home.as_ref().map(|(folder, _)| *folder).or(configured.folders.first());
            if let (Some(folder), Some(like)) = (settings.folders.first_mut(), like) {
                folder.time_zone = like.time_zone;
                folder.language.clone_from(&like.language);
                folder.date_order = like.date_order;
            }
        }
        let mut press = Press::new(setup::press(&settings, site::Parts::Feeds), Ledger::ephemeral()?);
        match &only {
            Some(name) => {
                press.look_at(0, std::slice::from_ref(name));
            }
            None => {
                press.look(&|_, _| {});
            }
        }
        let (impression, claims) = press.preview(clock::now())?;
        let nothing = only.as_ref().map(|_| nothing_at(path, &given));
        let mut explained = collect(&press, impression, &claims, only.map(|name| (name, given)));
        if explained.sheets.is_empty()
            && let Some(problem) = nothing
        {
            let sheet = Sheet { problems: vec![problem], ..Sheet::default() };
            explained.sheets.insert(sheet.problems[0].path.clone(), sheet);
        }
        Ok(explained)
    }
}

/// Why nothing is read at a path that was named.
fn nothing_at(path: &Path, given: &str) -> Problem {
    if path.symlink_metadata().is_err() {
        return Problem::error(given, "the file is missing; check its name");
    }
    Problem::error(given, "this is not a release: its name is that of a picture, data, or a program's own file")
}

fn collect(
    press: &Press,
    impression: press::Impression,
    claims: &press::Claims,
    renamed: Option<(String, String)>,
) -> Explained {
    let name = |path: &str| match &renamed {
        Some((name, given)) if name == path => given.clone(),
        _ => path.to_string(),
    };
    let mut sheets: BTreeMap<String, Sheet> = press.files().map(|path| (name(&path), Sheet::default())).collect();
    for problem in impression.problems {
        sheets.entry(name(&problem.path)).or_default().problems.push(problem);
    }
    let touched = impression.outcome.touched.into_iter();
    let mut kept: Vec<_> = touched.filter_map(|touched| Some((touched.kept, touched.draft?.draft()))).collect();
    kept.sort_by(|(a, _), (b, _)| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
    for (at, (_, draft)) in kept.iter().enumerate() {
        for source in &draft.sources {
            sheets.entry(name(&source.path)).or_default().items.push((at, source.clone()));
        }
    }
    for sheet in sheets.values_mut() {
        sheet.items.sort_by_key(|(at, source)| (source.lines, *at));
    }
    let topics = kept.iter().map(|(_, draft)| claims.on(draft)).collect();
    Explained { kept, topics, sheets }
}

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    items: Vec<Item<'a>>,
    problems: Vec<Trouble<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    title: &'a str,
    date: Option<String>,
    published: Option<String>,
    precision: &'static str,
    evidence: Evidence<'a>,
    topics: &'a [String],
    lines: [u32; 2],
    body_text: &'a str,
    /// Only of what is not public now.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<Held>,
}

/// Until when an item is held back; `null` where nobody says, or nobody can read it.
#[derive(Serialize)]
struct Held {
    until: Option<String>,
}

#[derive(Serialize)]
struct Evidence<'a> {
    kind: &'static str,
    text: &'a str,
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
}

#[derive(Serialize)]
struct Trouble<'a> {
    line: u32,
    column: u32,
    severity: &'static str,
    message: &'a str,
}

fn json(file: &str, sheet: &Sheet, explained: &Explained) -> String {
    let items = sheet.items.iter().map(|(at, place)| {
        let (kept, draft) = &explained.kept[*at];
        let date = dated(kept, draft);
        Item {
            id: &kept.id,
            title: &draft.title,
            date: date.map(|d| d.published.format("%Y-%m-%d").to_string()),
            published: date.map(|d| d.published.to_rfc3339()),
            precision: precision(date),
            evidence: match date {
                Some(d) => Evidence {
                    kind: d.evidence.kind.as_str(),
                    text: &d.evidence.text,
                    line: d.evidence.line,
                    file: Some(d.evidence.path.as_str()).filter(|path| *path != place.path),
                },
                None => Evidence { kind: "first-seen", text: "", line: 0, file: None },
            },
            topics: &explained.topics[*at],
            lines: [place.lines.first, place.lines.last],
            body_text: &draft.body_text,
            held: held(kept, draft),
        }
    });
    let problems = sheet.problems.iter().map(|p| Trouble {
        line: p.line,
        column: p.column,
        severity: p.severity.as_str(),
        message: &p.message,
    });
    let file = File { file, items: items.collect(), problems: problems.collect() };
    serde_json::to_string(&file).unwrap_or_default()
}

/// What holds an item back now: an embargo or a date to come, or its author.
fn held(kept: &Kept, draft: &Draft) -> Option<Held> {
    if draft.unfinished {
        return Some(Held { until: None });
    }
    let until = kept.opens.filter(|&opens| opens > clock::now())?;
    let written = [draft.embargo, draft.date.as_ref().map(|date| date.published)];
    let written = written.into_iter().flatten().find(|written| *written == until);
    Some(Held { until: Some(written.unwrap_or_else(|| until.fixed_offset()).to_rfc3339()) })
}

/// The date under which an item is published: what prose says of a day to come is none.
fn dated<'d>(kept: &Kept, draft: &'d Draft) -> Option<&'d Dated> {
    draft.date.as_ref().filter(|_| !kept.undated)
}

fn precision(date: Option<&Dated>) -> &'static str {
    match date.map(|date| date.precision) {
        Some(Precision::Second) => "second",
        Some(Precision::Minute) => "minute",
        Some(Precision::Day) => "day",
        Some(Precision::Month | Precision::Year) => "month",
        Some(Precision::None) | None => "none",
    }
}

fn show(file: &str, sheet: &Sheet, explained: &Explained) {
    report::line(&report::bold(file));
    for (at, place) in &sheet.items {
        let (kept, draft) = &explained.kept[*at];
        report::line(&format!("  {}  {}", lines(place), report::bold(&draft.title)));
        let date = match dated(kept, draft) {
            Some(date) => {
                let e = &date.evidence;
                let elsewhere = if e.path == place.path { String::new() } else { format!(" of {}", e.path) };
                let line = if e.line > 0 { format!(", line {}{elsewhere}", e.line) } else { elsewhere };
                let day = match date.precision {
                    Precision::Second => date.published.format("%Y-%m-%d %H:%M:%S %:z").to_string(),
                    Precision::Minute => date.published.format("%Y-%m-%d %H:%M %:z").to_string(),
                    Precision::Month | Precision::Year => date.published.format("%Y-%m").to_string(),
                    _ => date.published.format("%Y-%m-%d").to_string(),
                };
                format!("{day}  {}: “{}”{line}", e.kind.as_str(), e.text)
            }
            None => "none: it will be dated by its first sight".to_string(),
        };
        report::line(&format!("      date    {date}"));
        if let Some(ahead) = draft.date.as_ref().filter(|_| kept.undated) {
            let item::Evidence { text, line, .. } = &ahead.evidence;
            report::line(&report::dim(&format!("      not     “{text}”, line {line}: in the text, and yet to come")));
        }
        for lost in &draft.passed_over {
            report::line(&report::dim(&format!("      not     “{}”, line {}: {}", lost.text, lost.line, lost.reason)));
        }
        match held(kept, draft).map(|held| held.until) {
            Some(Some(until)) => report::line(&format!("      held    until {until}")),
            Some(None) => report::line("      held    until its file says otherwise"),
            None => {}
        }
        let topics = &explained.topics[*at];
        report::line(&format!(
            "      topics  {}",
            if topics.is_empty() { "none".to_string() } else { topics.join(", ") }
        ));
        report::line(&report::dim(&format!("      id      {}", kept.id)));
        let others: Vec<&str> =
            draft.sources.iter().map(|s| s.path.as_str()).filter(|path| *path != place.path).collect();
        if !others.is_empty() {
            report::line(&report::dim(&format!("      also in {}", others.join(", "))));
        }
    }
    for problem in &sheet.problems {
        report::line(&format!("  {}", report::problem(problem)));
    }
    report::line("");
}

fn lines(place: &Place) -> String {
    if place.lines.first == place.lines.last {
        format!("{}", place.lines.first)
    } else {
        format!("{}–{}", place.lines.first, place.lines.last)
    }
}
