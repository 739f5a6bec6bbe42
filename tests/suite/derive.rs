//! From files to dated items: tables of invented texts, each with the title, date and evidence that a careful press
//! officer would give it.

use std::fmt::Write as _;

use feedroom::date::DateOrder;
use feedroom::document::{self, Document};
use feedroom::item::{self, Draft, Settings};
use feedroom::problem::Problem;

fn settings() -> Settings {
    Settings { time_zone: chrono_tz::Tz::UTC, language: None, date_order: None }
}

fn read(path: &str, text: &str) -> Document {
    document::read(path, text.as_bytes(), &document::Settings::default()).0.expect("the text is readable")
}

fn derive(files: &[(&str, &str)]) -> (Vec<Draft>, Vec<Problem>) {
    let documents: Vec<Document> = files.iter().map(|(path, text)| read(path, text)).collect();
    item::derive(&documents.iter().collect::<Vec<_>>(), &settings())
}

/// One line a draft: `title | date | evidence | lines`.
fn told(drafts: &[Draft]) -> String {
    let mut out = String::new();
    for draft in drafts {
        let (date, kind) = match &draft.date {
            Some(date) => (date.published.date_naive().to_string(), date.evidence.kind.as_str()),
            None => ("-".to_string(), "-"),
        };
        let lines = draft.sources[0].lines;
        writeln!(out, "{} | {date} | {kind} | {}-{}", draft.title, lines.first, lines.last)
            .expect("a string takes all");
    }
    out
}

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let (drafts, _) = derive(&[("release.txt", text)]);
        let expected: String = expected.lines().map(|line| format!("{}\n", line.trim())).collect();
        assert_eq!(told(&drafts), expected, "{text}");
    }
}

#[test]
fn releases_of_many_languages() {
    check(&[
        (
            "KOMUNIKAT PRASOWY\n\nNowa oczyszczalnia otwarta w Zalesiu\n\nZalesie, 5 czerwca 2025 r. – Burmistrz otworzył dziś nową oczyszczalnię. Inwestycja kosztowała 12 mln zł.\n\nKontakt dla mediów\nAnna Nowak, tel. +48 22 123 45 67\n",
            "Nowa oczyszczalnia otwarta w Zalesiu | 2025-06-05 | dateline | 1-5",
        ),
        (
            "Порт увеличил грузооборот\n\nВЫБОРГ, 5 июня 2025 года. /Агентство/ — Грузооборот порта вырос на 12 процентов. Об этом говорится в отчёте.\n",
            "Порт увеличил грузооборот | 2025-06-05 | dateline | 1-3",
        ),
        (
            "新华社北京2025年6月5日电（记者王明）港口新码头今天正式启用，预计年吞吐量将达到一百万吨。负责人表示，二期工程将于明年开工。\n",
            "港口新码头今天正式启用，预计年吞吐量将达到一百万吨。 | 2025-06-05 | dateline | 1-1",
        ),
        (
            "報道発表資料\n令和7年6月5日\n港湾局\n\n新しい防波堤の運用開始について\n\n港湾局は、新しい防波堤の運用を開始しました。総延長は1.2キロメートルです。\n",
            "新しい防波堤の運用開始について | 2025-06-05 | header | 1-7",
        ),
        (
            "보도자료\n2025년 6월 5일\n\n항만청, 새 방파제 운영 개시\n\n항만청은 새 방파제의 운영을 시작했다고 밝혔다. 총 길이는 1.2킬로미터이다.\n",
            "항만청, 새 방파제 운영 개시 | 2025-06-05 | header | 1-6",
        ),
        (
            "ΔΕΛΤΙΟ ΤΥΠΟΥ\nΑθήνα, 5 Ιουνίου 2025\n\nΝέα γραμμή πλοίων για τα νησιά\n\nΗ νέα γραμμή ξεκινά το καλοκαίρι. Θα εξυπηρετεί δώδεκα νησιά.\n",
            "Νέα γραμμή πλοίων για τα νησιά | 2025-06-05 | header | 1-6",
        ),
        (
            "بيان صحفي\n٥ يونيو ٢٠٢٥\n\nافتتاح رصيف جديد في الميناء\n\nافتتح الوزير اليوم رصيفاً جديداً في الميناء. وتبلغ طاقته مليون طن سنوياً.\n",
            "افتتاح رصيف جديد في الميناء | 2025-06-05 | header | 1-6",
        ),
        (
            "Prefeitura inaugura nova escola no bairro\n\nPorto Alegre, 5 de junho de 2025 - A prefeitura inaugurou nesta quinta-feira a nova escola. Ela atenderá 500 alunos.\n\nMais informações: (51) 3333-4444\n",
            "Prefeitura inaugura nova escola no bairro | 2025-06-05 | dateline | 1-3",
        ),
        (
            "BASIN BÜLTENİ\n5 Haziran 2025, İstanbul\n\nYeni feribot hattı açıldı\n\nYeni feribot hattı bugün açıldı. Hat günde iki bin yolcu taşıyacak.\n",
            "Yeni feribot hattı açıldı | 2025-06-05 | header | 1-6",
        ),
        (
            "Tisková zpráva\n\nV Praze dne 5. června 2025\n\nNový přístav zahájil provoz\n\nNový přístav zahájil provoz. Stavba trvala čtyři roky.\n",
            "Nový přístav zahájil provoz | 2025-06-05 | header | 1-7",
        ),
        (
            "Прес-реліз\n5 червня 2025 року\n\nУ порту відкрили новий причал\n\nУ порту відкрили новий причал. Його довжина становить 300 метрів.\n",
            "У порту відкрили новий причал | 2025-06-05 | header | 1-6",
        ),
        (
            "PRESSMEDDELANDE 2025-06-05\n\nNy färjelinje till öarna\n\nDen nya färjelinjen öppnar i sommar. Två fartyg ska gå året runt.\n",
            "Ny färjelinje till öarna | 2025-06-05 | header | 1-5",
        ),
        (
            "Persbericht\nRotterdam, 5 juni 2025\n\nHaven opent nieuwe sluis\n\nDe haven heeft vandaag een nieuwe sluis geopend. De sluis is 300 meter lang.\n",
            "Haven opent nieuwe sluis | 2025-06-05 | header | 1-6",
        ),
        (
            "NOTA DE PRENSA\nMadrid, jueves 5 de junio de 2025\n\nEl puerto abre un nuevo muelle\n\nEl puerto ha abierto un nuevo muelle. Tiene 300 metros de largo.\n",
            "El puerto abre un nuevo muelle | 2025-06-05 | header | 1-6",
        ),
        (
            "COMUNICATO STAMPA\n\nIl porto inaugura la nuova diga\n\nGenova, 5 giugno 2025 – Il porto ha inaugurato oggi la nuova diga. È lunga 300 metri.\n",
            "Il porto inaugura la nuova diga | 2025-06-05 | dateline | 1-5",
        ),
        (
            "Sajtóközlemény\nBudapest, 2025. június 5.\n\nÚj komp indul a Dunán\n\nÚj komp indul a Dunán. Naponta kétezer utast szállít.\n",
            "Új komp indul a Dunán | 2025-06-05 | header | 1-6",
        ),
        (
            "COMMUNIQUÉ DE PRESSE\n\nParis, le 5 juin 2025\n\nLe port ouvre une nouvelle écluse\nLes travaux ont duré quatre ans\n\nLe port a ouvert la nouvelle écluse. Elle mesure 300 mètres de long.\n\nA propos du port\nLe port existe depuis 1850.\n",
            "Le port ouvre une nouvelle écluse | 2025-06-05 | header | 1-8",
        ),
    ]);
}

#[test]
fn datelines_of_every_make() {
    check(&[
        (
            "FOR IMMEDIATE RELEASE\nContact: Jane Roe, (555) 123-4567, press@example.org\n\nHarbor Board Approves Dredging Plan\nWork to begin in the spring\n\nSPRINGFIELD, Ill. (June 5, 2025) -- The Harbor Board today approved a plan to dredge the channel. It will take until December 31, 2027.\n\n###\n\nAbout the Harbor Board\nThe board was founded on March 3, 1912.\n",
            "Harbor Board Approves Dredging Plan | 2025-06-05 | dateline | 1-7",
        ),
        (
            "(Tunis) - 5 June 2025 - The ministry opened a new pier in the harbour. It is 300 metres long and cost 12 million.\n",
            "The ministry opened a new pier in the harbour. | 2025-06-05 | dateline | 1-1",
        ),
        // A year is not guessed.
        (
            "МОСКВА, 5 июня. /Агентство/. Совет утвердил программу развития портов до 2030 года. Об этом сообщила служба.\n",
            "Совет утвердил программу развития портов до 2030 года. | - | - | 1-1",
        ),
        // A dash that was read in another encoding.
        (
            "San Mateo, CA â€” Senator Example today welcomed the opening of the new pier. It cost $12 million.\n",
            "Senator Example today welcomed the opening of the new pier. | - | - | 1-1",
        ),
    ]);
}

#[test]
fn traps_are_no_publication_dates() {
    check(&[
        (
            "Museum marks its centenary\n\nOn 5 June 1925 the museum opened its doors for the first time. A hundred years later it shows a new exhibition.\n",
            "Museum marks its centenary | - | - | 1-3",
        ),
        (
            "Mayor thanks volunteers\n\n\"On 5 June 2025 we saw what this town can do,\" said the mayor. The volunteers had cleaned the beach.\n",
            "Mayor thanks volunteers | - | - | 1-3",
        ),
        (
            "Call for proposals: small harbours\n\nDeadline: 5 September 2025\n\nThe board invites proposals for the renewal of small harbours.\n",
            "Call for proposals: small harbours | - | - | 1-5",
        ),
        (
            "Open day at the harbour on 5 June 2025\n\nThe harbour invites all to its open day. There will be music.\n",
            "Open day at the harbour on 5 June 2025 | - | - | 1-3",
        ),
        (
            "Harbour opens new lock\n\nThe harbour board opened the new lock. It is 300 metres long.\n\n© 2019 Harbour Board. All rights reserved. Last updated 3 March 2021.\n",
            "Harbour opens new lock | - | - | 1-3",
        ),
    ]);
    let text = "Court confirms decision\n\nThe court confirmed the decision. We recall that on 3 March 2024 the council had closed the road. The notice is public (see that of 4 April 2024).\n";
    let (drafts, _) = derive(&[("release.txt", text)]);
    let lost: Vec<(&str, &str)> = drafts[0].passed_over.iter().map(|p| (p.text.as_str(), p.reason.as_ref())).collect();
    assert_eq!(lost, [("3 March 2024", "recalled"), ("4 April 2024", "in parentheses")]);
}

#[test]
fn embargoes_are_kept() {
    for (text, instant) in [
        (
            "EMBARGOED UNTIL 5 June 2035 10:00 CET\n\nHarbour opens new lock\n\nThe harbour board will open the new lock. It is 300 metres long.\n",
            "2035-06-05T10:00:00+01:00",
        ),
        (
            "PRESSEMITTEILUNG\nSperrfrist: 5. Juni 2035, 10 Uhr\n\nNeue Schleuse in Betrieb\n\nDie neue Schleuse ist 300 Meter lang.\n\nRostock, 4. Juni 2035\n",
            "2035-06-05T10:00:00+00:00",
        ),
    ] {
        let (drafts, problems) = derive(&[("release.txt", text)]);
        assert_eq!(drafts[0].embargo.map(|at| at.to_rfc3339()).as_deref(), Some(instant), "{text}");
        assert_eq!(problems, [], "{text}");
    }
    // A date in prose that lies ahead holds nothing back.
    let text = "Ferry line to reopen next year\n\nThe ferry line will reopen on 5 June 2035, the council said. Work has begun.\n";
    assert_eq!(derive(&[("release.txt", text)]).0[0].embargo, None);
}

#[test]
fn dates_that_cannot_be_are_problems_with_a_place() {
    let (drafts, problems) = derive(&[(
        "a.txt",
        "Council adopts budget\n\nPublished: 31.02.2025\n\nThe council adopted the budget. It runs to 12 million.\n",
    )]);
    assert_eq!(told(&drafts), "Council adopts budget | - | - | 1-5\n");
    assert_eq!((problems[0].line, problems[0].column), (3, 12));
    let (drafts, problems) = derive(&[(
        "b.txt",
        "Published: 5 June 2025\n\nCouncil adopts budget\n\nHARL, 9 May 2025 - The council adopted the budget. It runs to 12 million.\n",
    )]);
    assert_eq!(told(&drafts), "Council adopts budget | 2025-06-05 | header | 1-5\n");
    assert!(problems[0].message.contains("5 June 2025") && problems[0].message.contains("9 May 2025"));
}

#[test]
fn listings() {
    check(&[
        (
            "News archive\n\n05.06.2025 New ferry line opens for the summer\n03.06.2025 Harbour board elects a new chair after a long debate\n28.05.2025 Lock closed for repairs until further notice\n",
            "New ferry line opens for the summer | 2025-06-05 | title | 3-3
             Harbour board elects a new chair after a long debate | 2025-06-03 | title | 4-4
             Lock closed for repairs until further notice | 2025-05-28 | title | 5-5",
        ),
        (
            "New ferry line opens for the summer, June 5, 2025\nHarbour board elects a new chair (3 June 2025)\nLock closed for repairs - May 28, 2025\nBeach cleaned by volunteers | 25 May 2025\n",
            "New ferry line opens for the summer | 2025-06-05 | title | 1-1
             Harbour board elects a new chair | 2025-06-03 | title | 2-2
             Lock closed for repairs | 2025-05-28 | title | 3-3
             Beach cleaned by volunteers | 2025-05-25 | title | 4-4",
        ),
        (
            "Новый паром начал ходить на острова\n5 июня 2025\n\nИзбран новый председатель совета порта\n3 июня 2025\n\nШлюз закрыт на ремонт\n28 мая 2025\n",
            "Новый паром начал ходить на острова | 2025-06-05 | header | 1-2
             Избран новый председатель совета порта | 2025-06-03 | header | 4-5
             Шлюз закрыт на ремонт | 2025-05-28 | header | 7-8",
        ),
        (
            "Archive\n\nJune 2025\n\n05 New ferry line opens for the summer\n03 Harbour board elects a new chair\n\nMay 2025\n\n28 Lock closed for repairs until further notice\n",
            "New ferry line opens for the summer | 2025-06-05 | title | 5-5
             Harbour board elects a new chair | 2025-06-03 | title | 6-6
             Lock closed for repairs until further notice | 2025-05-28 | title | 10-10",
        ),
        (
            "2025-06-05  New ferry line opens for the summer and will call at all of\n            the twelve islands\n2025-06-03  Harbour board elects a new chair after a debate that lasted\n            until the early hours\n2025-05-28  Lock closed for repairs\n",
            "New ferry line opens for the summer and will call at all of the twelve islands | 2025-06-05 | title | 1-2
             Harbour board elects a new chair after a debate that lasted until the early hours | 2025-06-03 | title | 3-4
             Lock closed for repairs | 2025-05-28 | title | 5-5",
        ),
    ]);
}

#[test]
fn the_article_of_a_dumped_page() {
    check(&[
        (
            "Przejdź do treści\nMenu\nAktualności\nUrząd\nRada Miasta\nKontakt\nSzukaj\nDla mieszkańców\nKultura\nSport\nNowa oczyszczalnia ścieków otwarta w Zalesiu\n05.06.2025 10:30\nBurmistrz otworzył dziś nową oczyszczalnię ścieków przy ulicy Portowej. Inwestycja kosztowała 12 mln zł i potrwała dwa lata.\nMieszkańcy skorzystają z niej już od lipca, a opłaty pozostaną bez zmian do końca roku. Szczegóły opisano w biuletynie.\nZobacz także\nRemont mostu zakończony\n01.06.2025\nNowy plac zabaw w parku\n28.05.2025\nPolityka prywatności\n",
            "Nowa oczyszczalnia ścieków otwarta w Zalesiu | 2025-06-05 | header | 11-14",
        ),
        (
            "We use cookies to improve your experience on this site. By continuing you accept our use of cookies and our policy.\nAccept all\nReject\nHome\nAbout us\nWhat we do\nNews\nDonate\nContact\nHome / News / Rivers campaign\nVillages win back access to the river after nine years\nBy Ann Author | June 5, 2025 | 11:15 PM\nNine years after the dam was closed, the villages along the lower river may fish there again, a court decided this week.\nThe judges said that the permit of 3 March 2016 had been given without hearing the people who live from the river.\nShare\nRelated stories\nDam plans dropped in the north\nAugust 31, 2024\nFish return to the upper river\nFebruary 25, 2024\nPrivacy policy\n",
            "Villages win back access to the river after nine years | 2025-06-05 | header | 11-14",
        ),
        (
            "本文へ\nホーム\n大臣・副大臣\n組織案内\n報道・広報\n政策\n統計\n申請\nホーム > 報道・広報 > 報道発表資料\n新しい防波堤の運用開始について\n令和7年6月5日\n港湾局は、本日、新しい防波堤の運用を開始しました。総延長は1.2キロメートルで、完成までに四年を要しました。\nこれにより、港内の静穏度が向上し、荷役の効率が高まることが期待されます。詳細は別紙を参照してください。\nページトップへ\nサイトマップ\n",
            "新しい防波堤の運用開始について | 2025-06-05 | header | 10-13",
        ),
    ]);
}

#[test]
fn two_languages_make_two_items() {
    check(&[(
        "PRESS RELEASE\n\n5 June 2025\n\nHarbour opens new lock\n\nThe harbour board opened the new lock. It is 300 metres long.\n\n---\n\nCOMMUNIQUÉ DE PRESSE\n\n5 juin 2025\n\nLe port ouvre une nouvelle écluse\n\nLe port a ouvert la nouvelle écluse. Elle mesure 300 mètres de long.\n",
        "Harbour opens new lock | 2025-06-05 | header | 3-7
         Le port ouvre une nouvelle écluse | 2025-06-05 | header | 13-17",
    )]);
}

#[test]
fn a_month_stays_a_month() {
    let (drafts, _) = derive(&[(
        "a.txt",
        "July 2020\n\nNewsletter of the rowing club\n\nThe club had a good year. We won three races.\n",
    )]);
    let date = drafts[0].date.as_ref().expect("a month is a date");
    assert_eq!(date.precision, feedroom::date::Precision::Month);
}

#[test]
fn a_folder_proves_the_order_of_its_dates() {
    let text = |date: &str, what: &str| {
        format!("{date}\n\nCouncil {what} the budget\n\nThe council {what} the budget. It runs to 12 million.\n")
    };
    let (first, second) = (text("05/06/2025", "adopts"), text("06/25/2025", "revises"));
    let (alone, _) = derive(&[("a.txt", &first)]);
    assert_eq!(told(&alone), "Council adopts the budget | 2025-06-05 | header | 1-5\n");
    let (both, _) = derive(&[("a.txt", &first), ("b.txt", &second)]);
    assert!(told(&both).starts_with("Council adopts the budget | 2025-05-06 | header | 1-5\n"));
}

#[test]
fn the_order_of_an_ambiguous_date_is_explained() {
    let text = |date: &str| format!("{date}\n\nCouncil adopts the budget\n\nThe council adopted it after a debate.\n");
    let lost = |files: &[(&str, &str)], settings: &Settings| -> Vec<String> {
        let documents: Vec<Document> = files.iter().map(|(path, text)| read(path, text)).collect();
        let (drafts, _) = feedroom::item::derive(&documents.iter().collect::<Vec<_>>(), settings);
        drafts[0].passed_over.iter().map(|p| format!("{}: {}", p.text, p.reason)).collect()
    };
    let plain = text("05/06/2025");
    let named = format!("{plain}\nIt was put off on March 3, 2025 and on May 4, 2025.\n");
    let proved = format!("{plain}\nDraft of 13/05/2025.\n");
    let front = "---\ntitle: Budget\ndate: 05/06/2025\nlang: en-US\n---\n\nIt was adopted.\n";
    let of = |language: Option<&str>, date_order| Settings {
        language: language.map(str::to_string),
        date_order,
        ..settings()
    };
    let us = text("06/25/2025");
    for (files, settings, expected) in [
        (&[("a.txt", plain.as_str())][..], of(None, None), "as 2025-05-06: read day first, as nothing tells otherwise"),
        (
            &[("a.txt", &plain)],
            of(Some("de"), Some(DateOrder::MonthFirst)),
            "as 2025-06-05: read month first, as the folder's settings say",
        ),
        (
            &[("a.txt", &plain)],
            of(Some("en-US"), None),
            "as 2025-06-05: read month first, as is the custom of the language",
        ),
        (
            &[("a.txt", &proved)],
            of(Some("en-US"), None),
            "as 2025-05-06: read day first, as other dates of the file prove",
        ),
        (
            &[("a.txt", &plain), ("b.txt", &us)],
            of(None, None),
            "as 2025-06-05: read month first, as dates in other files of the folder prove",
        ),
        (
            &[("a.txt", &named)],
            of(None, None),
            "as 2025-06-05: read month first, as the file's dates with names are written",
        ),
        (&[("a.md", front)], of(None, None), "as 2025-06-05: read month first, as is the custom of the language"),
    ] {
        let lost = lost(files, &settings);
        assert_eq!(lost.first().map(String::as_str), Some(format!("05/06/2025 {expected}").as_str()), "{files:?}");
    }
    // Nothing to explain where there is but one reading.
    for date in ["25/06/2025", "06/06/2025", "2025-05-06", "5 June 2025"] {
        assert_eq!(lost(&[("a.txt", &text(date))], &of(None, None)), [""; 0], "{date}");
    }
}

#[test]
fn what_repeats_at_the_end_of_files_is_no_part_of_each() {
    let boilerplate =
        "The Tidewater Harbour Trust runs nine small harbours on the northern coast and was founded in 1912.\n";
    let text = |title: &str, lede: &str| format!("{title}\n\n5 June 2025\n\n{lede}\n\n{boilerplate}");
    let a = text("Trust opens new lock", "The trust opened a new lock at its largest harbour. It is 300 metres long.");
    let b = text("Trust elects a chair", "The trust elected a new chair at its yearly meeting. The debate was long.");
    let (drafts, _) = derive(&[("a.txt", &a), ("b.txt", &b)]);
    assert_eq!(drafts.len(), 2);
    assert!(drafts.iter().all(|draft| !draft.body_text.contains("Tidewater")), "{drafts:?}");
    // A single file keeps its last paragraph: nothing shows that it repeats.
    let (alone, _) = derive(&[("a.txt", &a)]);
    assert!(alone[0].body_text.contains("Tidewater"));
}

#[test]
fn a_teaser_cut_short_is_its_release() {
    let full = "Trust opens new lock\n\n5 June 2025\n\nThe trust opened a new lock at its largest harbour, which had been closed to larger ships for nine years. It is 300 metres long.\n\nThe next lock is to follow in autumn.\n";
    let teasers = "4 June 2025\n\nThe trust elected a new chair at its yearly meeting. The debate was long.\n\n5 June 2025\n\nThe trust opened a new lock at its largest harbour, which had been closed to…\n";
    let (drafts, _) = derive(&[("a.txt", full), ("z.txt", teasers)]);
    assert_eq!(drafts.len(), 2, "{}", told(&drafts));
    assert_eq!(drafts[0].sources.len(), 2);
    assert_eq!(drafts[0].title, "Trust opens new lock");
}

#[test]
fn a_teaser_without_its_dateline_and_a_short_text_twice_are_one_release() {
    let lede =
        "The trust opened a new lock at its largest harbour, which had been closed to larger ships for nine years.";
    let full =
        format!("Trust opens new lock\n\nHALLWIG, 5 June 2025 — {lede}\n\nThe next lock is to follow in autumn.\n");
    let dump = format!("5 June 2025\n\n{lede}\n\n4 June 2025\n\nThe board met and elected Ann Arbour.\n");
    let (drafts, _) = derive(&[("a.txt", &full), ("z.txt", &dump)]);
    assert_eq!(drafts.len(), 2, "{}", told(&drafts));
    assert_eq!(drafts[0].sources.len(), 2);
    let short = "A ferry\n\n6 June 2025\n\nIt takes forty cars.\n";
    assert_eq!(derive(&[("ferry.txt", short), ("line.txt", short)]).0.len(), 1);
}

#[test]
fn versions_to_come_are_unfinished_or_nothing() {
    let text = "# Changelog\n\n## [Unreleased]\n\n- a new flag\n\n## [1.2.0] - 2025-06-05\n\n- fixes\n\n## [1.1.0] - 2025-05-05\n\n- more fixes\n";
    let (drafts, _) = derive(&[("CHANGELOG.md", text)]);
    assert_eq!(drafts.iter().map(|draft| draft.unfinished).collect::<Vec<_>>(), [true, false, false]);
    let empty = text.replace("- a new flag\n\n", "");
    assert_eq!(derive(&[("CHANGELOG.md", &empty)]).0.len(), 2);
}

#[test]
fn a_long_text_tells_its_language() {
    let text = format!("Le port ouvre une écluse\n\n5 juin 2025\n\n{}\n", "Le port a ouvert la nouvelle écluse, et les bateaux peuvent enfin remonter la rivière jusqu'à la vieille ville. ".repeat(6));
    assert_eq!(derive(&[("a.txt", &text)]).0[0].language.as_deref(), Some("fr"));
    assert_eq!(derive(&[("a.txt", "Le port ouvre\n\n5 juin 2025\n\nLe port a ouvert.\n")]).0[0].language, None);
}

#[test]
fn titles_have_a_limit() {
    let text = format!(
        "{}\n\n5 June 2025\n\nThe board met on Monday. It adopted the plan.\n",
        "Harbour board adopts plan ".repeat(400).trim()
    );
    let (drafts, problems) = derive(&[("a.txt", &text)]);
    assert!(drafts.iter().all(|draft| draft.title.chars().count() <= 301), "{}", told(&drafts));
    assert!(problems.iter().any(|problem| problem.message.contains("title") && problem.line == 1), "{problems:?}");
}

#[test]
fn letterheads_and_sections_are_no_titles() {
    check(&[
        (
            "                     For Immediate Release          Contact: Jane Roe\nMarch 14, 2011                                     202-555-0101\n\n         SENATOR EXAMPLE INTRODUCES BILL TO\n         PROTECT SMALL HARBORS\n\nWASHINGTON - Senator Example today introduced a bill that\nwould protect small harbors on the coast. The bill has twelve\nco-sponsors.\n\n                              -30-\n",
            "SENATOR EXAMPLE INTRODUCES BILL TO PROTECT SMALL HARBORS | 2011-03-14 | header | 1-9",
        ),
        (
            "Press Releases\nSC/12345\n5 June 2025\n\nCouncil Renews Mandate of Harbour Mission until 30 June 2026\n\nThe Council renewed the mandate of the mission. The vote was unanimous.\n",
            "Council Renews Mandate of Harbour Mission until 30 June 2026 | 2025-06-05 | header | 1-7",
        ),
        (
            "Stadt Harl\nPresse- und Informationsamt\n\nMedieninformation Nr. 123 vom 05.06.2025\n\nNeue Brücke über die Harl freigegeben\n\nOberbürgermeisterin Beispiel hat heute die neue Brücke freigegeben. Der Bau dauerte vier Jahre.\n",
            "Neue Brücke über die Harl freigegeben | 2025-06-05 | header | 1-8",
        ),
        (
            "2025年6月5日\n株式会社みなと\n\n新型フェリー「しおかぜ」の就航について\n\n株式会社みなと（本社：横浜市）は、2025年7月1日（火）より、新型フェリー「しおかぜ」を就航いたします。全長は120メートルです。\n",
            "新型フェリー「しおかぜ」の就航について | 2025-06-05 | header | 1-6",
        ),
        (
            "港务局关于新航线开通的通知\n\n发布时间：2025-06-05 10:30　来源：港务局　浏览次数：123\n\n自7月1日起，新航线正式开通。每日往返两班。\n",
            "港务局关于新航线开通的通知 | 2025-06-05 | header | 1-5",
        ),
    ]);
}

#[test]
fn several_releases_in_one_file() {
    check(&[
        (
            "Neueste Meldungen\n\nBrücke freigegeben (05.06.2025)\nDie neue Brücke über die Harl ist freigegeben. Der Bau dauerte vier Jahre.\n\nFreibad öffnet (01.06.2025)\nDas Freibad öffnet am Samstag seine Tore. Der Eintritt bleibt gleich.\n",
            "Brücke freigegeben | 2025-06-05 | title | 3-4
             Freibad öffnet | 2025-06-01 | title | 6-7",
        ),
        (
            "Board opens new lock\n\n5 June 2025\n\nThe harbour board opened the new lock. It is 300 metres long and cost 12 million.\n\nRead also:\n\n3 June 2025\nBoard elects a new chair\n\n28 May 2025\nBeach cleaned by volunteers\n",
            "Board opens new lock | 2025-06-05 | header | 1-5
             Board elects a new chair | 2025-06-03 | header | 9-10
             Beach cleaned by volunteers | 2025-05-28 | header | 12-13",
        ),
    ]);
}

#[test]
fn several_notices_stand_under_one_date() {
    let text = "05.06.2024\n\nSchleuse wieder frei\nDie Schleuse ist wieder befahrbar.\n\n28.05.2024\n\nPegel steigt weiter an\nDer Pegel steigt.\n\nNeue Anzeige am Steg\nSie misst alle fünf Minuten.\n\n02.05.2024\n\nWinterlager geräumt\nAlle Boote sind im Wasser.\n";
    check(&[(
        text,
        "Schleuse wieder frei | 2024-06-05 | header | 1-4
        Pegel steigt weiter an | 2024-05-28 | header | 6-9
        Neue Anzeige am Steg | 2024-05-28 | header | 11-12
        Winterlager geräumt | 2024-05-02 | header | 14-17",
    )]);
    // A longer release has chapters, not notices.
    let long =
        text.replace("Sie misst", "Sie wurde am Montag montiert.\n\nSie kostet wenig.\n\nSie ist blau.\n\nSie misst");
    let (drafts, _) = derive(&[("digest.txt", &long)]);
    assert_eq!(drafts.len(), 3, "{}", told(&drafts));
    let headings = "# Notes\n\n## 5 June 2024\n\n### Berth opened\n\nIt is new.\n\n### Crane painted\n\nIt is blue.\n\n## 29 May 2024\n\n### Rings replaced\n\nAll of them.\n\n### Dog rescued\n\nIt had fallen.\n";
    let (drafts, problems) = derive(&[("notes.md", headings)]);
    let dates: Vec<String> =
        drafts.iter().map(|d| d.date.as_ref().unwrap().published.date_naive().to_string()).collect();
    assert_eq!(dates, ["2024-06-05", "2024-06-05", "2024-05-29", "2024-05-29"], "{}", told(&drafts));
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn a_file_of_boilerplate_holds_no_release() {
    for text in [
        "Home\nNews\nContact\n\n© 2024 Tidewater Harbour Trust\n",
        "PRESS RELEASE\n\n###\n",
        "About the Tidewater Harbour Trust\n\nThe trust runs nine harbours.\n\nMedia contact\nAnn Arbour, press@tidewater.example\n\n###\n",
        "# Über die Hafenbehörde\n\nDie Behörde betreibt neun Häfen.\n",
    ] {
        let (drafts, problems) = derive(&[("page.txt", text)]);
        assert!(drafts.is_empty(), "{}", told(&drafts));
        assert_eq!((problems.len(), problems[0].line, problems[0].column), (1, 1, 1), "{problems:?}");
    }
}

#[test]
fn how_offices_elsewhere_date_their_releases() {
    check(&[
        (
            "NOTA DE PRENSA\n\nEl puerto abre el muelle norte\n\nGijón, a 5 de junio de 2025.- El alcalde inauguró el muelle. Costó tres millones.\n",
            "El puerto abre el muelle norte | 2025-06-05 | dateline | 1-5",
        ),
        (
            "보도자료\n\n보도일시: 2025. 6. 5.(목) 조간\n\n시, 새 부두 개통\n\n시는 오늘 새 부두를 개통했다.\n",
            "시, 새 부두 개통 | 2025-06-05 | header | 1-7",
        ),
        (
            "Version 2.4 is out\n\nPosted by Ann Arbour on June 5, 2025\n\nIt reads tides of all harbours.\n",
            "Version 2.4 is out | 2025-06-05 | header | 1-5",
        ),
        (
            "Сообщение для СМИ\n\nПричал открыт\n\n05 июня 2025 г.\n\nВ порту открыт новый причал.\n",
            "Причал открыт | 2025-06-05 | header | 1-7",
        ),
        (
            "Câmara abre o cais\n\n5 de junho de 2025\n\nO cais norte abriu hoje ao público, disse a autoridade.\n\nNotas aos editores\nFotos em anexo.\n",
            "Câmara abre o cais | 2025-06-05 | header | 1-5",
        ),
    ]);
}

#[test]
fn a_versions_title_ends_before_the_words_that_lead_to_its_date() {
    let news = "Changes in version 2.0 (released on 2025-06-05)\n---\n\n* Tides\n\nChanges in version 1.9, released 2025-05-01\n---\n\n* Moons\n";
    let (drafts, _) = derive(&[("NEWS", news)]);
    let expected =
        "Changes in version 2.0 | 2025-06-05 | header | 1-4\nChanges in version 1.9 | 2025-05-01 | header | 6-9\n";
    assert_eq!(told(&drafts), expected);
}

#[test]
fn a_date_that_a_title_needs_is_no_publication_date() {
    for title in [
        "Tidewater Corp results for the quarter ended March 31, 2025",
        "TIDEWATER CORP RESULTS FOR THE YEAR ENDED 31 DECEMBER 2024",
        "MINUTES OF THE MEETING OF 3 JUNE 2025",
        "Circular to captains, effective 1 July 2025",
        "Jahresabschluss zum 31.12.2024",
    ] {
        check(&[(
            &format!("{title}\n\nThe trust tells what it took and what it spent in its harbours.\n"),
            &format!("{title} | - | - | 1-3"),
        )]);
    }
}

#[test]
fn what_is_wrong_is_told_with_line_and_column() {
    let long = "Water ".repeat(1700);
    let titled = format!("---\ndate: 2025-06-05\ntitle: \"{long}\"\n---\nThe quay closes.\n");
    let untitled = format!("{long}\n\n5 June 2025\n\nThe quay closes.\n");
    let changes = "# Changelog\n\n## [1.2.0] - 2025-02-31\n\n- Add\n\n## [2025.13.01] - 2025-01-31\n\n- Add\n";
    let debian = "quay (1.2-1) unstable; urgency=medium\n\n  * Add\n\n -- Ann <a@quay.example>  Mon, 31 Feb 2025 10:00:00 +0100\n";
    let page = "<html><head><title>Quay</title>\n<meta property='article:published_time' content='2025-02-31'></head>\n<body><h1>Quay closes</h1>\n<p>31.02.2025</p><p>The quay closes on Monday because the wall is weak, the board says.</p></body></html>";
    let dates = "Quay closes\n\n5 June 2025\n\nGENEVA, 7 June 2025 -- The quay closes on Monday.\n";
    for (path, text, expected) in [
        ("long.md", titled.as_str(), "3:1 the title has"),
        ("long.txt", &untitled, "1:1 there is no title"),
        ("CHANGELOG.md", changes, "3:14 “2025-02-31” is no date"),
        ("changelog", debian, "5:"),
        ("quay.html", page, "2:1 article:published_time: “2025-02-31” is no date|4:1 “31.02.2025” is no date"),
        ("quay.txt", dates, "3:1 “5 June 2025” and “GENEVA"),
    ] {
        let (document, mut problems) = document::read(path, text.as_bytes(), &document::Settings::default());
        problems.extend(item::derive(&document.iter().collect::<Vec<_>>(), &settings()).1);
        let said: Vec<String> = problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.message)).collect();
        let expected: Vec<&str> = expected.split('|').collect();
        assert_eq!(said.len(), expected.len(), "{path}: {said:?}");
        assert!(said.iter().zip(expected).all(|(said, start)| said.starts_with(start)), "{path}: {said:?}");
    }
}

#[test]
fn more_items_than_can_be_meant_are_a_problem_where_they_begin() {
    let text: String = (0..20_010).map(|n| format!("{} May 2025\n\nWater {n} rises.\n\n", n % 28 + 1)).collect();
    let (drafts, problems) = derive(&[("many.txt", &text)]);
    let [problem] = problems.as_slice() else { panic!("one problem, not {problems:?}") };
    assert!(drafts.len() <= 20_000 && problem.message.contains("20010"), "{problem}");
    assert_eq!((problem.line, problem.column), (80_001, 1), "{problem}");
}

#[test]
fn a_field_that_opens_a_release_contradicts_no_other() {
    let (drafts, problems) = derive(&[(
        "plan.md",
        "---\ntitle: Planned\ndate: 2024-01-10\npublishDate: 2024-02-01T09:00:00Z\n---\nText of it.\n",
    )]);
    assert_eq!(told(&drafts), "Planned | 2024-01-10 | front-matter | 6-6\n");
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(drafts[0].embargo.unwrap().to_rfc3339(), "2024-02-01T09:00:00+00:00");
    let (drafts, _) = derive(&[("plan.md", "---\ntitle: Planned\npublishDate: 2024-02-01\n---\nText of it.\n")]);
    assert_eq!(told(&drafts), "Planned | 2024-02-01 | front-matter | 5-5\n");
}

#[test]
fn a_text_of_marks_is_read_as_plain_text() {
    for unit in ["[a](", "> ", "<", "*a _b ", "|1|2|\n", "<p>x"] {
        let text = unit.repeat((1 << 18) / unit.len());
        let (document, problems) = document::read("marks.md", text.as_bytes(), &document::Settings::default());
        assert!(document.is_some_and(|document| document.syntax == document::Syntax::Plain), "{unit}");
        assert!(problems.iter().any(|problem| problem.message.contains("plain text") && problem.line == 1), "{unit}");
    }
    let links = "A word, then [another](https://harbour.example/a) and *some* more of them.\n\n".repeat(4000);
    let (document, problems) = document::read("links.md", links.as_bytes(), &document::Settings::default());
    assert!(document.is_some_and(|document| document.syntax == document::Syntax::Markdown) && problems.is_empty());
}

#[test]
fn a_change_tells_only_what_it_makes_be_read_otherwise() {
    let teaser = "The trust opened a new lock at its largest harbour, which had been closed to larger ships for nine years and a hard winter.";
    let dump = format!(
        "{teaser}\nBoard elects a chair\n\nOn 4 June 2025 the board met and elected Ann Arbour.\n\nShe thanked it.\n"
    );
    let digest = format!("5 June 2025\n\n{teaser}\n\n4 June 2025\n\nThe board met and elected Ann Arbour.\n");
    let files = [("dump.txt", dump.as_str()), ("other.txt", "A ferry\n\n6 June 2025\n\nIt takes forty cars.\n")];
    let again = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(path, text)| read(path, text));
    let documents = || files.iter().map(|(path, text)| read(path, text)).collect::<Vec<_>>();
    let paths = |change: &item::Change| -> Vec<String> {
        change.came.iter().map(|(place, _)| format!("{} {}", place.path, place.number)).collect()
    };
    let mut folder = item::Folder::new(settings());
    assert_eq!(paths(&folder.update(documents(), &[], &again)), ["dump.txt 0", "other.txt 0"]);
    assert_eq!(paths(&folder.update(documents(), &[], &again)), [""; 0], "nothing changed");
    let change = folder.update(vec![read("digest.txt", &digest)], &[], &again);
    assert_eq!(paths(&change), ["digest.txt 0", "digest.txt 1", "dump.txt 1"], "the dump is divided now");
}

#[test]
fn reading_on_from_a_line_break_comes_to_an_end() {
    for (path, text) in [
        ("quote.md", "# A ferry\n\n> One\n>\n> by 5 June 2025 it sails, and 6 June 2025\n"),
        ("break.md", "# A ferry\n\nOne line  \nuntil 5 June 2025 it sails.\n"),
    ] {
        let (drafts, _) = derive(&[(path, text)]);
        assert_eq!(drafts[0].title, "A ferry");
        assert!(!drafts[0].passed_over.is_empty(), "the date was looked at");
    }
}

#[test]
fn a_letterhead_is_no_part_of_the_text() {
    let text = "Marren Harbour Trust\nPress release, 8 June 2025\n\nOpen day on Sunday at the old crane\n\nOn Sunday the trust opens every door.\n";
    let (drafts, _) = derive(&[("a.txt", text)]);
    assert_eq!(drafts[0].title, "Open day on Sunday at the old crane");
    assert_eq!(drafts[0].excerpt, "On Sunday the trust opens every door.");
}

#[test]
fn the_same_words_under_another_title_and_time_are_another_release() {
    let bulletin = |title: &str, date: &str| {
        let words = "The office reports on the works at the quay and the bridge, and on the levels of the river.";
        format!("---\ntitle: {title}\ndate: {date}\n---\n\n{words}\n")
    };
    let count = |texts: [(&str, &str); 2]| {
        let [a, b] = texts.map(|(title, date)| bulletin(title, date));
        item::derive(&[&read("a.md", &a), &read("b.md", &b)], &settings()).0.len()
    };
    assert_eq!(count([("Bulletin at nine", "2025-06-05T09:00:00Z"), ("Bulletin at ten", "2025-06-05T10:00:00Z")]), 2);
    // The same time, the same title, or no time at all: one release.
    assert_eq!(count([("Bulletin", "2025-06-05T09:00:00Z"), ("The bulletin", "2025-06-05T09:00:00Z")]), 1);
    assert_eq!(count([("Bulletin", "2025-06-05T09:00:00Z"), ("Bulletin", "2025-06-05T10:00:00Z")]), 1);
    assert_eq!(count([("Bulletin", "2025-06-05"), ("The bulletin", "2025-06-06")]), 1);
}

/// Who edits a copy of a release has, for a while, two files that begin alike.
#[test]
fn an_edited_copy_leaves_the_release_whole() {
    let head = "Lamps of another kind for the harbour road\n\n5 June 2025\n\n";
    let first =
        "The harbour office replaces the lamps along the harbour road from Monday. They need a third of the power.";
    for gap in ["\n", "\n\n"] {
        let text = |last: &str| format!("{head}{first}{gap}They shine upon the road only, so that birds {last}.\n");
        let (one, two) = (text("keep to their way at night"), text("find theirs"));
        let (drafts, _) = derive(&[("lamp.txt", &one), ("new-lamp.txt", &two)]);
        let whole = |draft: &Draft| draft.body_text.starts_with(first) && draft.body_text.contains("They shine");
        assert!(drafts.len() <= 2 && drafts.iter().all(whole), "{}", told(&drafts));
    }
}

#[test]
fn an_embargo_that_nobody_can_read_holds_back() {
    let text = "Harbour opens new lock\n\nThe harbour board will open the new lock. It is 300 metres long.\n";
    let lines = ["EMBARGOED UNTIL 31 June 2036", "Sperrfrist: 32. Mai 2036, 10 Uhr", "Embargoed until further notice"];
    for line in lines {
        let (drafts, problems) = derive(&[("a.txt", &format!("{line}\n\n{text}"))]);
        assert!(drafts.iter().all(|draft| draft.unfinished) && !drafts.is_empty(), "{line}");
        let found = problems.iter().find(|problem| problem.message.contains("held back")).expect(line);
        assert_eq!((found.severity, found.line), (feedroom::problem::Severity::Error, 1), "{line}");
        assert!(drafts[0].title.contains("Harbour opens"), "{line}: {}", drafts[0].title);
    }
    let (drafts, problems) =
        derive(&[("a.md", &format!("---\ntitle: Lock\nembargo: next week perhaps\n---\n\n{text}"))]);
    assert!(drafts[0].unfinished && problems.iter().any(|problem| problem.message.contains("held back")));
    // One that is read, and a headline about one, are no such line.
    for line in ["EMBARGOED UNTIL 5 June 2025 10:00 CET", "Embargo on grain exports extended"] {
        assert!(!derive(&[("a.txt", &format!("{line}\n\n{text}"))]).0[0].unfinished, "{line}");
    }
}

#[test]
fn a_teaser_never_has_the_date_of_the_article_below_it() {
    let teasers = "Am 3. Juni 2025 hat die Hafenverwaltung das neue Pegelhaus an der Ostmole feierlich in Betrieb genommen.\n\nDie zwölf Taucher haben die Spundwand am Holzkai untersucht und dabei keine Schäden gefunden, die zu beheben wären.\n\n";
    let museum =
        format!("{teasers}Alte Werft wird Museum\n\nDie alte Werft wird ein Museum. Das hat der Rat beschlossen.\n");
    let ferry = format!(
        "{teasers}Fähre ruht im Winter\n\n12. November 2019\n\nDie Fähre ruht bis Februar. Busse fahren weiter.\n"
    );
    let (drafts, _) = derive(&[("ferry.txt", &ferry), ("museum.txt", &museum)]);
    assert_eq!(
        told(&drafts),
        "Am 3. Juni 2025 hat die Hafenverwaltung das neue Pegelhaus an der Ostmole feierlich in Betrieb genommen. | 2025-06-03 | sentence | 1-1\n\
         Die zwölf Taucher haben die Spundwand am Holzkai untersucht und dabei keine Schäden gefunden, die zu beheben wären. | - | - | 3-3\n\
         Fähre ruht im Winter | 2019-11-12 | header | 5-9\n\
         Alte Werft wird Museum | - | - | 5-7\n"
    );
}

#[test]
fn undated_items_stand_between_dated_ones() {
    for mark in ["## ", ""] {
        let text = format!(
            "{mark}Nový jeřáb (5. června 2025)\n\nPřístav má nový jeřáb. Zvedne čtyřicet tun.\n\n{mark}Hledáme plavčíka na celé léto\n\nPřístav hledá plavčíka. Hlaste se v kanceláři.\n\n{mark}Most otevřen (28. května 2025)\n\nMost je otevřen. Auta mohou jet.\n"
        );
        let path = if mark.is_empty() { "a.txt" } else { "a.md" };
        assert_eq!(
            told(&derive(&[(path, &text)]).0),
            "Nový jeřáb | 2025-06-05 | title | 1-3\nHledáme plavčíka na celé léto | - | - | 5-7\nMost otevřen | 2025-05-28 | title | 9-11\n"
        );
    }
}

#[test]
fn a_date_line_behind_a_short_text_is_no_part_of_it() {
    check(&[(
        "Kran blev malet\nKranen på kajen blev malet blå. Det tog to uger.\n5. juni 2025\n\nBro blev lukket\nBroen er lukket for biler. Den åbner om efteråret.\n2. juni 2025\n",
        "Kran blev malet | 2025-06-05 | header | 1-3
         Bro blev lukket | 2025-06-02 | header | 5-7",
    )]);
}

#[test]
fn a_file_has_a_limit_of_items_and_of_bytes() {
    let entry = |n: usize| format!("05.06.2025\n\nNotice {n} of the harbour\n\nGate {n} opens.\n\n");
    let many: String = (0..20_010).map(entry).collect();
    let (drafts, problems) = derive(&[("many.txt", &many)]);
    assert_eq!(drafts.len(), 20_000);
    let told = problems.iter().find(|problem| problem.message.contains("20010 items")).expect("the limit is told");
    assert!(told.message.contains("first 20000") && told.message.contains("split"), "{told:?}");
    let million: String = (0..1_000_000).map(|n| format!("{n}: 05.06.2025\n")).collect();
    let (document, problems) = document::read("million.txt", million.as_bytes(), &document::Settings::default());
    assert!(document.is_none() && problems.len() == 1 && problems[0].message.contains("8.0 MiB"), "{problems:?}");
}
