#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
//! What the ledger promises, case by case.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use feedroom::date::Precision;
use feedroom::document::Lines;
use feedroom::item::{Dated, Draft, Evidence, EvidenceKind, Source};
use feedroom::ledger::{self, Ledger, Outcome, Pages, Root, RootState, Scan, Settings, Shelves, State, What};

use super::ledger_reader::{Item, Reader, Seen, seen};

/// An instant, `2025-06-05T10:00:00Z`.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A draft of one file.
pub fn draft(path: &str, title: &str, body: &str) -> Draft {
    Draft {
        sources: vec![Source { path: path.into(), lines: Lines { first: 1, last: 9 } }],
        title: title.into(),
        body_html: format!("<p>{body}</p>"),
        body_text: body.into(),
        excerpt: body.chars().take(80).collect(),
        date: None,
        modified: None,
        embargo: None,
        expires: None,
        unfinished: false,
        declared_id: None,
        slug: None,
        aliases: Vec::new(),
        language: None,
        authors: Vec::new(),
        tags: Vec::new(),
        image: None,
        attachments: Vec::new(),
        link: None,
        passed_over: Vec::new(),
    }
}

/// The same with a date of day precision.
pub fn dated(mut draft: Draft, day: &str, kind: EvidenceKind) -> Draft {
    let published = DateTime::parse_from_rfc3339(&format!("{day}T00:00:00+02:00")).unwrap();
    let evidence = Evidence { kind, text: day.into(), path: draft.sources[0].path.clone(), line: 1 };
    draft.date = Some(Dated { published, precision: Precision::Day, evidence });
    draft
}

const BRIDGE: &str = "The council opened a new footbridge over the river on Monday and closed the old one, which is \
                      to be repaired over the winter. Both will be open from March on, the mayor said.";
const BREAD: &str = "Bread prices rose for the third month in a row, the statistics office said in its regular \
                     bulletin, while milk became cheaper and eggs stayed where they had been since spring.";
const CHOIR: &str = "The city choir sings the requiem in the old town hall on two evenings; tickets are sold at the \
                     door and by the library, and children below twelve years of age need none.";

struct House {
    ledger: Ledger,
    reader: Reader,
    now: DateTime<Utc>,
    settings: Settings,
}

impl House {
    fn new() -> Self {
        let ledger = Ledger::ephemeral().unwrap();
        let mut house =
            Self { ledger, reader: Reader::default(), now: at("2025-06-10T09:00:00Z"), settings: Settings::default() };
        // What comes after the first publication has a first sight.
        house.publish(vec![]);
        house
    }

    fn publish(&mut self, drafts: Vec<Draft>) -> Seen {
        self.now += TimeDelta::minutes(1);
        let scan = Scan { roots: vec![root("", RootState::Present)], ..Scan::of(drafts) };
        self.take(&scan)
    }

    fn take(&mut self, scan: &Scan) -> Seen {
        let outcome = self.ledger.publish(scan, self.now, &self.settings).unwrap();
        self.reader.hear(&self.ledger, outcome)
    }
}

fn root(path: &str, state: RootState) -> Root {
    Root { path: path.into(), state }
}

fn find<'a>(outcome: &'a Seen, title: &str) -> &'a Item {
    outcome.items.iter().find(|item| item.draft.title == title).unwrap()
}

fn what(outcome: &Seen) -> Vec<What> {
    outcome.decisions.iter().map(|decision| decision.what).collect()
}

#[test]
fn an_item_keeps_its_id_through_all_that_authors_do() {
    let mut house = House::new();
    let first = house.publish(vec![draft("a.txt", "New footbridge", BRIDGE), draft("b.txt", "Bread", BREAD)]);
    let id = find(&first, "New footbridge").id.clone();
    let published = find(&first, "New footbridge").published;
    let longer = format!("{BRIDGE} A second bridge is planned.");
    let forms = [
        ("renamed", draft("2025/bridge.md", "New footbridge", BRIDGE)),
        ("retitled", draft("2025/bridge.md", "A bridge for walkers", BRIDGE)),
        ("redated", dated(draft("2025/bridge.md", "A bridge for walkers", BRIDGE), "2025-06-03", EvidenceKind::Header)),
        ("moved and edited", draft("x.txt", "A bridge for walkers", &longer)),
        ("retitled and edited", draft("x.txt", "Footbridge opened", BRIDGE)),
        ("declared", Draft { declared_id: Some("bridge".into()), ..draft("x.txt", "Footbridge opened", BRIDGE) }),
        ("rewritten", Draft { declared_id: Some("bridge".into()), ..draft("y.txt", "Other", CHOIR) }),
    ];
    for (name, form) in forms {
        let outcome = house.publish(vec![draft("b.txt", "Bread", BREAD), form]);
        let item = outcome.items.iter().find(|item| item.draft.title != "Bread").unwrap();
        assert_eq!(item.id, id, "{name}");
        assert_eq!(item.published, published, "{name}");
        assert_eq!(outcome.items.len(), 2, "{name}");
        assert!(outcome.withdrawn.is_empty(), "{name}");
    }
}

#[test]
fn other_news_in_the_same_file_is_another_item() {
    let mut house = House::new();
    let first = house.publish(vec![draft("latest.txt", "New footbridge", BRIDGE)]);
    let second = house.publish(vec![draft("latest.txt", "Bread", BREAD)]);
    assert_ne!(first.items[0].id, second.items[0].id);
    assert_eq!(second.withdrawn[0].id, first.items[0].id);
    // A report on the same form, a month later.
    let report = |month: &str, figures: [u32; 5]| {
        let [a, b, c, d, e] = figures;
        let body = format!(
            "Consumer prices rose by {a} percent. Food became dearer by {b} percent, housing by {c} percent, while \
             transport stood at {d} and clothing at {e} percent above the same month of last year."
        );
        dated(draft("latest.txt", "Monthly prices", &body), month, EvidenceKind::Header)
    };
    let may = house.publish(vec![report("2025-05-10", [31, 42, 23, 14, 55])]);
    let june = house.publish(vec![report("2025-06-09", [28, 47, 21, 19, 51])]);
    assert_ne!(may.items[0].id, june.items[0].id);
}

#[test]
fn short_texts_are_not_mistaken_for_each_other() {
    let mut house = House::new();
    let entry = |version: &str, day: &str| dated(draft("CHANGES.md", version, "Bug fixes."), day, EvidenceKind::Header);
    let first = house.publish(vec![entry("1.0", "2025-01-01"), entry("1.1", "2025-02-01")]);
    let second = house.publish(vec![entry("1.2", "2025-06-01"), entry("1.1", "2025-02-01")]);
    assert_eq!(find(&first, "1.1").id, find(&second, "1.1").id);
    assert!(first.items.iter().all(|item| item.id != find(&second, "1.2").id));
    assert_eq!(second.withdrawn[0].id, find(&first, "1.0").id);
}

#[test]
fn edits_are_graded() {
    let mut house = House::new();
    let first = house.publish(vec![draft("a.txt", "Bridge", BRIDGE)]);
    let touched = Draft { body_html: format!("<p> {BRIDGE}\n</p>\n"), ..draft("a.txt", "Bridge", BRIDGE) };
    let outcome = house.publish(vec![touched]);
    assert_eq!(what(&outcome), [What::Unchanged]);
    let outcome = house.publish(vec![draft("a.txt", "Bridge", &BRIDGE.replace("repaired", "repiared"))]);
    assert_eq!(what(&outcome), [What::Silent]);
    assert_eq!(outcome.items[0].updated, first.items[0].updated);
    assert!(!outcome.items[0].corrected);
    let outcome = house.publish(vec![draft("a.txt", "Bridge", &BRIDGE.replace("March", "April"))]);
    assert_eq!(what(&outcome), [What::Corrected]);
    assert_eq!(outcome.items[0].updated.to_utc(), house.now);
    assert!(outcome.items[0].corrected);
    assert_eq!(outcome.items[0].published, first.items[0].published);
    assert_eq!(outcome.items[0].slug, first.items[0].slug);
    house.settings.silent_typos = 0;
    let outcome =
        house.publish(vec![draft("a.txt", "Bridge", &BRIDGE.replace("March", "April").replace("new", "nwe"))]);
    assert_eq!(what(&outcome), [What::Corrected]);
}

#[test]
fn a_withdrawn_item_returns_as_what_it_was() {
    let mut house = House::new();
    let first = house.publish(vec![draft("a.txt", "Bridge", BRIDGE), draft("b.txt", "Bread", BREAD)]);
    let gone = house.publish(vec![draft("b.txt", "Bread", BREAD)]);
    assert_eq!(gone.withdrawn.len(), 1);
    assert_eq!(gone.withdrawn[0].withdrawn, Some(house.now));
    house.now += TimeDelta::days(20);
    let edited = draft("c.txt", "Bridge", &BRIDGE.replace("Both will", "They will"));
    let back = house.publish(vec![edited.clone(), draft("b.txt", "Bread", BREAD)]);
    assert_eq!(find(&back, "Bridge").id, find(&first, "Bridge").id);
    assert_eq!(find(&back, "Bridge").published, find(&first, "Bridge").published);
    assert!(back.withdrawn.is_empty());
    // Even long after its tombstone's life, the very same text is the same item.
    house.publish(vec![draft("b.txt", "Bread", BREAD)]);
    house.now += TimeDelta::days(400);
    let gone = house.publish(vec![draft("b.txt", "Bread", BREAD)]);
    assert!(gone.withdrawn.is_empty());
    let back = house.publish(vec![edited, draft("b.txt", "Bread", BREAD)]);
    assert_eq!(find(&back, "Bridge").id, find(&first, "Bridge").id);
}

#[test]
fn dates_become_instants_once() {
    let mut house = House::new();
    let header = EvidenceKind::Header;
    let outcome = house.publish(vec![
        dated(draft("a.txt", "Today", BRIDGE), "2025-06-10", header),
        dated(draft("b.txt", "Long ago", BREAD), "2024-06-10", header),
        draft("c.txt", "Undated", CHOIR),
    ]);
    assert_eq!(find(&outcome, "Today").published.to_utc(), house.now);
    assert_eq!(find(&outcome, "Long ago").published.to_rfc3339(), "2024-06-10T00:00:00+02:00");
    assert_eq!(find(&outcome, "Undated").published.to_utc(), house.now);
    assert!(find(&outcome, "Undated").undated);
    assert!(!find(&outcome, "Today").undated);
    let seen = house.now;
    house.now += TimeDelta::days(3);
    let outcome = house.publish(vec![
        dated(draft("a.txt", "Today", BRIDGE), "2025-06-12", header),
        dated(draft("c.txt", "Undated", CHOIR), "2020-01-01", header),
    ]);
    assert_eq!(find(&outcome, "Today").published.to_utc(), seen);
    assert_eq!(find(&outcome, "Undated").published.to_utc(), seen);
}

#[test]
fn an_embargo_holds_until_its_second() {
    let mut house = House::new();
    let until: DateTime<FixedOffset> = "2025-06-11T10:00:00+02:00".parse().unwrap();
    let secret = Draft { embargo: Some(until), ..draft("a.txt", "Secret", BRIDGE) };
    let prose = dated(draft("b.txt", "Concert", CHOIR), "2025-07-01", EvidenceKind::Sentence);
    let planned = dated(draft("c.txt", "Planned", BREAD), "2025-06-20", EvidenceKind::FrontMatter);
    let scan = vec![secret.clone(), prose, planned];
    let outcome = house.publish(scan.clone());
    assert_eq!(find(&outcome, "Secret").state(house.now), State::Embargoed(until.to_utc()));
    assert_eq!(find(&outcome, "Secret").published, until);
    assert!(find(&outcome, "Concert").is_public(house.now));
    assert!(find(&outcome, "Concert").undated);
    assert!(!find(&outcome, "Planned").is_public(house.now));
    assert_eq!(outcome.next_change, Some(until.to_utc()));
    assert!(!find(&outcome, "Secret").is_public(until.to_utc() - TimeDelta::microseconds(1)));
    assert!(find(&outcome, "Secret").is_public(until.to_utc()));
    // Edited, moved up and retitled before anybody saw it: no correction, and a slug that fits.
    let sooner = Draft { embargo: Some("2025-06-11T08:00:00+02:00".parse().unwrap()), ..secret };
    let sooner = Draft { title: "Bridge".into(), body_text: format!("{BRIDGE} And more."), ..sooner };
    let outcome = house.publish(vec![sooner.clone(), scan[1].clone(), scan[2].clone()]);
    let item = find(&outcome, "Bridge");
    assert_eq!((item.corrected, item.slug.as_str()), (false, "bridge"));
    assert_eq!(item.published.to_rfc3339(), "2025-06-11T08:00:00+02:00");
    // Taken away before it was public: nobody hears of it.
    let outcome = house.publish(vec![scan[1].clone(), scan[2].clone()]);
    assert!(outcome.withdrawn.is_empty());
    house.publish(vec![sooner.clone(), scan[1].clone(), scan[2].clone()]);
    house.now = at("2025-06-11T06:00:00Z");
    let outcome = house.publish(vec![sooner.clone(), scan[1].clone(), scan[2].clone()]);
    assert!(outcome.changed);
    assert!(find(&outcome, "Bridge").is_public(house.now));
    // The clock is set back, and something is edited: what is out stays out.
    house.now = at("2025-06-11T05:00:00Z");
    let edited = Draft { tags: vec!["river".into()], ..sooner.clone() };
    let outcome = house.publish(vec![edited, scan[1].clone(), scan[2].clone()]);
    assert!(find(&outcome, "Bridge").is_public(house.now));
    assert!(outcome.withdrawn.is_empty());
    // Its author takes it back until another day; then it returns as what it was.
    let later = Draft { embargo: Some("2025-06-11T09:00:00+02:00".parse().unwrap()), ..sooner };
    let outcome = house.publish(vec![later.clone(), scan[1].clone(), scan[2].clone()]);
    assert_eq!(outcome.withdrawn.len(), 1);
    assert_eq!(outcome.next_change, Some(at("2025-06-11T07:00:00Z")));
    house.now = at("2025-06-11T07:00:00Z");
    let outcome = house.publish(vec![later, scan[1].clone(), scan[2].clone()]);
    assert_eq!(find(&outcome, "Bridge").published.to_rfc3339(), "2025-06-11T08:00:00+02:00");
    assert!(find(&outcome, "Bridge").is_public(house.now) && outcome.withdrawn.is_empty());
}

#[test]
fn expired_and_unfinished_items_leave_like_withdrawn_ones() {
    let mut house = House::new();
    let end: DateTime<FixedOffset> = "2025-06-12T00:00:00Z".parse().unwrap();
    let offer = Draft { expires: Some(end), ..draft("a.txt", "Offer", BRIDGE) };
    let outcome = house.publish(vec![offer.clone(), draft("b.txt", "Bread", BREAD)]);
    assert_eq!(outcome.next_change, Some(end.to_utc()));
    house.now = end.to_utc();
    let unfinished = Draft { unfinished: true, ..draft("b.txt", "Bread", BREAD) };
    let outcome = house.publish(vec![offer, unfinished]);
    assert!(outcome.items.iter().all(|item| !item.is_public(house.now)));
    assert_eq!(outcome.withdrawn.len(), 2);
    assert_eq!(outcome.withdrawn[1].withdrawn, Some(end.to_utc()));
    let outcome = house.publish(vec![draft("b.txt", "Bread", BREAD)]);
    assert_eq!(what(&outcome), [What::Withdrawn, What::Returned]);
    assert!(find(&outcome, "Bread").is_public(house.now));
}

#[test]
fn slugs_are_unique_and_stay() {
    let mut house = House::new();
    let outcome = house.publish(vec![
        dated(draft("a.txt", "Weekly news", BRIDGE), "2025-06-01", EvidenceKind::Header),
        dated(draft("b.txt", "Weekly news", BREAD), "2025-05-25", EvidenceKind::Header),
        draft("c.txt", "…", CHOIR),
    ]);
    let slugs: Vec<&str> = outcome.items.iter().map(|item| item.slug.as_str()).collect();
    assert_eq!(slugs[1..], ["weekly-news-2025-06-01", "weekly-news"]);
    assert_eq!(slugs[0].len(), 8);
    house.publish(vec![]);
    let outcome = house.publish(vec![dated(draft("d.txt", "Weekly news", "Else"), "2025-06-08", EvidenceKind::Header)]);
    assert_eq!(outcome.items[0].slug, "weekly-news-2025-06-08");
}

fn many(n: usize, day: &str) -> Vec<Draft> {
    let one = |i: usize| {
        let words: Vec<String> = (0..30).map(|k| format!("word{}{day}", (i * 7919 + k * 104_729) % 100_003)).collect();
        dated(
            draft(&format!("{day}/{i:04}.txt"), &format!("Release {day} {i}"), &words.join(" ")),
            day,
            EvidenceKind::Header,
        )
    };
    (0..n).map(one).collect()
}

#[test]
fn fuses_hold_what_looks_like_an_accident() {
    let mut house = House::new();
    let all = many(30, "2025-06-10");
    house.publish(all.clone());
    // Ten go without a word; more than half do not.
    house.publish(all[10..].to_vec());
    let outcome = house.publish(all[21..].to_vec());
    let hold = outcome.held.clone().unwrap();
    assert_eq!((outcome.items.len(), hold.withdrawn.len()), (20, 11));
    assert!(hold.reasons[0].contains("11 of the 20"), "{:?}", hold.reasons);
    assert!(house.publish(all[21..].to_vec()).held.is_some());
    assert!(house.publish(all[10..].to_vec()).held.is_none(), "what came back needs no confirmation");
    house.publish(all[21..].to_vec());
    assert!(house.ledger.confirm(house.now).unwrap().is_some());
    // One more going is still what was confirmed, and a little.
    let outcome = house.publish(all[22..].to_vec());
    assert!(outcome.held.is_none());
    assert_eq!(outcome.items.len(), 8);
    // The root vanishes.
    let gone = Scan { roots: vec![root("", RootState::Gone)], ..Scan::of(vec![]) };
    let outcome = house.take(&gone);
    assert!(outcome.held.is_some());
    assert_eq!(outcome.items.len(), 8);
    // A flood of old items, though not on the very first day.
    let outcome = house.publish([all[22..].to_vec(), many(21, "2024-01-01")].concat());
    assert!(outcome.outcome.held.unwrap().reasons[0].contains("21 old items"));
    assert!(house.publish([all[22..].to_vec(), many(20, "2024-01-01")].concat()).held.is_none());
    let mut fresh = Ledger::ephemeral().unwrap();
    assert!(fresh.publish(&Scan::of(many(500, "2024-01-01")), house.now, &house.settings).unwrap().held.is_none());
}

#[test]
fn files_that_cannot_be_read_keep_their_items() {
    let mut house = House::new();
    let first = house.publish(vec![draft("in/a.txt", "Bridge", BRIDGE), draft("b.txt", "Bread", BREAD)]);
    let mut scan = Scan { unread: vec!["in".into()], ..Scan::of(vec![draft("b.txt", "Bread", BREAD)]) };
    let outcome = house.take(&scan);
    assert_eq!(outcome.items, first.items);
    assert!(!outcome.changed);
    // Moved out of the folder that can't be read: known again.
    scan.came.extend(ledger::places([Arc::new(draft("c.txt", "Bridge", BRIDGE))]));
    let outcome = house.take(&scan);
    assert_eq!(find(&outcome, "Bridge").id, find(&first, "Bridge").id);
    assert_eq!(outcome.items.len(), 2);
}

#[test]
fn a_declared_id_belongs_to_one() {
    let mut house = House::new();
    let with = |draft: Draft| Draft { declared_id: Some("https://example.org/1".into()), ..draft };
    let first = house.publish(vec![with(draft("b.txt", "Bridge", BRIDGE))]);
    assert_eq!(first.items[0].id, "https://example.org/1");
    let outcome = house.publish(vec![with(draft("a.txt", "Bread", BREAD)), with(draft("b.txt", "Bridge", BRIDGE))]);
    assert_eq!(find(&outcome, "Bridge").id, "https://example.org/1");
    assert_ne!(find(&outcome, "Bread").id, "https://example.org/1");
    assert_eq!(outcome.problems[0].path, "a.txt");
}

#[test]
fn without_a_ledger_two_runs_agree_at_any_hour_and_in_any_order() {
    let mut drafts = many(40, "2025-06-01");
    drafts.push(draft("u.txt", "Undated", CHOIR));
    drafts.push(dated(draft("x.txt", "Twice", BRIDGE), "2025-06-02", EvidenceKind::Header));
    drafts.push(dated(draft("y.txt", "Twice", BREAD), "2025-06-02", EvidenceKind::Header));
    let run = |drafts: Vec<Draft>, now: &str| {
        let mut ledger = Ledger::ephemeral().unwrap();
        let outcome = ledger.publish(&Scan::of(drafts), at(now), &Settings::default()).unwrap();
        seen(&ledger, outcome).items
    };
    let one = run(drafts.clone(), "2025-06-02T10:00:00Z");
    drafts.reverse();
    assert_eq!(one, run(drafts.clone(), "2029-01-01T00:00:00Z"));
    let titled = draft("v.txt", "Undated", CHOIR);
    let renamed: Vec<Draft> =
        drafts.into_iter().map(|d| if d.title == "Undated" { titled.clone() } else { d }).collect();
    let two = run(renamed, "2025-06-02T10:00:00Z");
    assert!(one.iter().zip(&two).all(|(one, two)| one.id == two.id));
}

#[test]
fn a_ledger_remembers_across_restarts() {
    let dir = tempfile::tempdir().unwrap();
    let (now, settings) = (at("2025-06-10T09:00:00Z"), Settings::default());
    let mut rich =
        Draft { tags: vec!["a".into()], embargo: Some(now.fixed_offset()), ..draft("a.txt", "Bridge", BRIDGE) };
    rich.link = Some("https://example.org/x".into());
    let scan = Scan::of(vec![rich, dated(draft("b.txt", "Bread", BREAD), "2025-06-01", EvidenceKind::Dateline)]);
    let first = {
        let mut ledger = Ledger::open(dir.path()).unwrap();
        let outcome = ledger.publish(&scan, now, &settings).unwrap();
        seen(&ledger, outcome)
    };
    let later = now + TimeDelta::hours(5);
    let mut ledger = Ledger::open(dir.path()).unwrap();
    assert_eq!(seen(&ledger, ledger.recall(later, &settings).unwrap()).items, first.items);
    assert_eq!(seen(&ledger, ledger.preview(&scan, later, &settings).unwrap()).items, first.items);
    let again = ledger.publish(&scan, later, &settings).unwrap();
    let again = seen(&ledger, again);
    assert_eq!(again.items, first.items);
    assert!(!again.changed);
}

#[test]
fn what_was_served_is_remembered() {
    let ledger = Ledger::ephemeral().unwrap();
    let now = at("2025-06-10T09:00:00Z");
    let one = |etag: &str, n: usize| ledger::Representation {
        path: "/rss.xml".into(),
        etag: etag.into(),
        last_modified: now,
        entries: (0..n).map(|i| (format!("urn:{i}"), now.fixed_offset())).collect(),
    };
    for n in 1..12 {
        ledger.remember(&[one(&format!("e{n}"), n), one(&format!("e{n}"), n)], &Shelves::new()).unwrap();
    }
    assert_eq!(ledger.representation("/rss.xml").unwrap(), Some(one("e11", 11)));
    assert_eq!(ledger.editions("/rss.xml").unwrap().len(), 8);
    assert_eq!(ledger.validators().unwrap()["/rss.xml"].0, "e11");
    let known = Some(("e11", now));
    assert_eq!(ledger::last_modified(known, "e11", now + TimeDelta::hours(1)), now);
    assert_eq!(ledger::last_modified(known, "e12", now - TimeDelta::hours(1)), now + TimeDelta::seconds(1));
}

#[test]
fn a_ledger_may_move_to_another_thread() {
    fn sendable<T: Send>() {}
    sendable::<Ledger>();
    sendable::<Outcome>();
}

#[test]
fn archive_pages_are_remembered_by_topic() {
    let dir = tempfile::tempdir().unwrap();
    let page = |name: &str| (0..3).map(|n| format!("urn:{name}:{n}")).collect::<Vec<_>>();
    let remembered = |ledger: &Ledger| ledger.shelves().unwrap();
    let ledger = Ledger::open(dir.path()).unwrap();
    assert_eq!(remembered(&ledger), Shelves::new());
    let mut all = Shelves::from([(String::new(), vec![page("a"), page("b")]), ("water".into(), vec![page("c")])]);
    ledger.remember(&[], &all).unwrap();
    assert_eq!(remembered(&ledger), all);
    // More pages, a page that was taken apart, and a topic that nothing was said of.
    all.insert(String::new(), vec![page("a")]);
    ledger.remember(&[], &Shelves::from([(String::new(), vec![page("a")])])).unwrap();
    assert_eq!(remembered(&ledger), all);
    // What follows the first pages, which stay; and one page fewer.
    let behind = |first, pages| Pages::from([("water".to_string(), (first, pages))]);
    ledger.remember_pages(&[], &behind(1, vec![page("d"), page("e")])).unwrap();
    all.insert("water".into(), vec![page("c"), page("d"), page("e")]);
    assert_eq!(remembered(&ledger), all);
    ledger.remember_pages(&[], &behind(2, vec![])).unwrap();
    all.insert("water".into(), vec![page("c"), page("d")]);
    assert_eq!(remembered(&ledger), all);
    drop(ledger);
    assert_eq!(remembered(&Ledger::read(dir.path()).unwrap()), all);
}

#[test]
fn a_ledger_of_the_first_version_is_read_and_taken_over() {
    let dir = tempfile::tempdir().unwrap();
    drop(Ledger::open(dir.path()).unwrap());
    let sqlite = rusqlite::Connection::open(dir.path().join("ledger.db")).unwrap();
    sqlite
        .execute_batch(
            "DROP TABLE shelf; DROP TABLE face; DROP TABLE memory; ALTER TABLE item DROP COLUMN passed; \
             PRAGMA user_version = 1",
        )
        .unwrap();
    assert_eq!(Ledger::read(dir.path()).unwrap().shelves().unwrap(), Shelves::new());
    let ledger = Ledger::open(dir.path()).unwrap();
    let all = Shelves::from([("water".to_string(), vec![vec!["urn:1".to_string()]])]);
    ledger.remember(&[], &all).unwrap();
    assert_eq!(ledger.shelves().unwrap(), all);
}

#[test]
fn texts_are_read_from_another_thread_while_the_ledger_is_at_work() {
    let dir = tempfile::tempdir().unwrap();
    for mut ledger in [Ledger::open(dir.path()).unwrap(), Ledger::ephemeral().unwrap()] {
        let (now, settings) = (at("2025-06-10T09:00:00Z"), Settings::default());
        let first = ledger.publish(&Scan::of(vec![draft("a.txt", "Bridge", BRIDGE)]), now, &settings).unwrap();
        let one = first.touched[0].clone();
        let texts = ledger.texts().unwrap();
        let texts = std::thread::spawn(move || {
            assert_eq!(texts.draft(one.slot, one.kept.raw).unwrap(), Some(draft("a.txt", "Bridge", BRIDGE)));
            assert_eq!(texts.draft(one.slot + 1, one.kept.raw).unwrap(), None);
            texts
        });
        let texts = texts.join().unwrap();
        let second = ledger.publish(&Scan::of(vec![draft("a.txt", "Bridge", CHOIR)]), now, &settings).unwrap();
        let edited = second.touched.iter().find(|one| one.kept.withdrawn.is_none()).unwrap();
        let says = |raw| texts.draft(edited.slot, raw).unwrap().map(|draft| draft.body_text);
        assert_eq!(says(edited.kept.raw).as_deref(), Some(CHOIR));
        assert_eq!(says(first.touched[0].kept.raw).is_some(), edited.slot != first.touched[0].slot);
    }
}

#[test]
fn faces_are_kept_for_a_key_until_their_item_changes() {
    let dir = tempfile::tempdir().unwrap();
    let (now, settings) = (at("2025-06-10T09:00:00Z"), Settings::default());
    let all = |body: &str| Scan::of(vec![draft("a.txt", "Bridge", body), draft("b.txt", "Bread", BREAD)]);
    let mut ledger = Ledger::open(dir.path()).unwrap();
    ledger.publish(&all(BRIDGE), now, &settings).unwrap();
    let faces = [(0, vec![1, 2]), (1, vec![3])];
    ledger.keep_faces("v1", &faces).unwrap();
    let faces_of = |ledger: &Ledger, key: &str| ledger.texts().unwrap().faces(key, 0..9).unwrap();
    assert_eq!(faces_of(&ledger, "v1"), faces);
    assert_eq!(faces_of(&ledger, "v2"), []);
    assert_eq!(ledger.texts().unwrap().faces("v1", 1..2).unwrap(), faces[1..]);
    let edited = ledger.publish(&all(&format!("{BRIDGE} And more.")), now, &settings).unwrap();
    let slot = edited.touched.iter().find(|one| one.kept.paths == ["a.txt"]).unwrap().slot;
    drop(ledger);
    let mut ledger = Ledger::open(dir.path()).unwrap();
    assert_eq!(faces_of(&ledger, "v1"), [faces[1 - slot].clone()]);
    ledger.keep_faces("v2", &[(slot, vec![4])]).unwrap();
    assert_eq!((faces_of(&ledger, "v1"), faces_of(&ledger, "v2")), (vec![], vec![(slot, vec![4])]));
}

#[test]
fn what_the_clock_does_at_an_opening_changes_nothing_of_it() {
    // Half past two comes twice in this night: 00:30 and 01:30 UTC.
    let zone = chrono_tz::Europe::Berlin;
    let mut house = House::new();
    house.settings.zone = zone;
    house.now = at("2025-10-25T22:00:00Z");
    let first = "2025-10-26T02:30:00+02:00".parse().unwrap();
    let second = "2025-10-26T02:30:00+01:00".parse().unwrap();
    let secret =
        |path: &str, title: &str, body: &str, until| Draft { embargo: Some(until), ..draft(path, title, body) };
    let scan = vec![secret("a.txt", "First", BRIDGE, first), secret("b.txt", "Second", BREAD, second)];
    let outcome = house.publish(scan.clone());
    assert_eq!(outcome.next_change, Some(at("2025-10-26T00:30:00Z")));
    let shown = |house: &mut House, now: &str| -> Vec<String> {
        house.now = at(now) - TimeDelta::minutes(1);
        let outcome = house.publish(scan.clone());
        outcome.items.iter().filter(|item| item.is_public(house.now)).map(|item| item.draft.title.clone()).collect()
    };
    assert!(shown(&mut house, "2025-10-26T00:29:59Z").is_empty());
    assert_eq!(shown(&mut house, "2025-10-26T00:30:00Z"), ["First"]);
    assert_eq!(shown(&mut house, "2025-10-26T01:29:59Z"), ["First"]);
    assert_eq!(shown(&mut house, "2025-10-26T01:30:00Z"), ["Second", "First"]);
    // The clock is set back by a day, and forward by two: what is out stays out, as it was.
    assert_eq!(shown(&mut house, "2025-10-25T01:00:00Z"), ["Second", "First"]);
    assert_eq!(shown(&mut house, "2025-10-27T01:00:00Z"), ["Second", "First"]);
}
