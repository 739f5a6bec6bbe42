//! Dates in prose: languages, notations, traps, and the properties that hold for any text.

use chrono::{Locale, NaiveDate};
use feedroom::date::{DateOrder, Found, Hints, Notation, PartialDate, Zone, find, impossible, in_name, line, parse};
use proptest::prelude::*;

/// A date in short: `2025-06-05`, `-06-05` without its year, `2025-06` without its day, `start/end`, `T10:00+02:00`.
fn short(found: &Found) -> String {
    let date = |date: &PartialDate| {
        let mut out = date.year.map_or(String::new(), |year| format!("{year:04}"));
        out += &format!("-{:02}", date.month.unwrap_or(0));
        if let Some(day) = date.day {
            out += &format!("-{day:02}");
        }
        out
    };
    let mut out = date(&found.start);
    if let Some(end) = &found.end {
        out += &format!("/{}", date(end));
    }
    if let Some(time) = found.time {
        out += &format!("T{:02}:{:02}", time.hour, time.minute);
        match time.zone {
            Some(Zone::Offset(offset)) => out += &format!("{offset}"),
            Some(Zone::Named(zone)) => out += &format!("[{zone}]"),
            None => {}
        }
    }
    out
}

fn dates(text: &str, language: &str) -> String {
    let language = (!language.is_empty()).then_some(language);
    let found = find(text, &Hints { order: None, language });
    found.iter().map(short).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(table: &[(&str, &str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(language, text, expected)| {
            let read = dates(text, language);
            (read != *expected).then(|| format!("[{language}] {text}\n  read     {read}\n  expected {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

/// In every language: a sentence with a date, with and without the hint of its language.
#[test]
fn every_language_in_a_sentence() {
    let table = [
        ("en", "The council met on Thursday, 5 June 2025, in Geneva.", "2025-06-05"),
        ("en", "GENEVA, June 5th, 2025 — The council met.", "2025-06-05"),
        ("fr", "Le conseil s’est réuni le jeudi 5 juin 2025 à Genève.", "2025-06-05"),
        ("fr", "Depuis le 1er août 2025, et avant le 2 fevrier 2026.", "2025-08-01 2026-02-02"),
        ("fr", "À compter du 14 févr. 2025, du 3 juil. 2025 et du 5 déc. 2025", "2025-02-14 2025-07-03 2025-12-05"),
        ("de", "Der Rat tagte am Donnerstag, dem 5. Juni 2025, in Genf.", "2025-06-05"),
        ("de", "Ab dem 1. Jänner 2025 und am 3. Mär. 2025, am 12. Marz 2025", "2025-01-01 2025-03-03 2025-03-12"),
        ("es", "El consejo se reunió el jueves 5 de junio de 2025.", "2025-06-05"),
        ("es", "El 15 de setiembre del 2025 y el 1.º de mayo de 2025", "2025-09-15 2025-05-01"),
        ("it", "Il consiglio si è riunito giovedì 5 giugno 2025 e il 1º maggio 2025.", "2025-06-05 2025-05-01"),
        ("pt", "O conselho reuniu-se na quinta-feira, 5 de junho de 2025.", "2025-06-05"),
        ("pt", "em 1º de março de 2025 e 12 de out. de 2025", "2025-03-01 2025-10-12"),
        ("nl", "De raad kwam op donderdag 5 juni 2025 bijeen, na 12 mrt. 2025.", "2025-06-05 2025-03-12"),
        ("sv", "Rådet möttes torsdagen den 5 juni 2025 och 6 maj 2025.", "2025-06-05 2025-05-06"),
        ("da", "Rådet mødtes torsdag den 5. juni 2025 og 3. marts 2025.", "2025-06-05 2025-03-03"),
        ("nb", "Rådet møttes torsdag 5. juni 2025, 12. des. 2025.", "2025-06-05 2025-12-12"),
        ("fi", "Neuvosto kokoontui torstaina 5. kesäkuuta 2025.", "2025-06-05"),
        ("pl", "Rada spotkała się w czwartek, 5 czerwca 2025 r. w Genewie.", "2025-06-05"),
        ("cs", "Rada se sešla ve čtvrtek 5. června 2025 a 5. 6. 2025.", "2025-06-05 2025-06-05"),
        ("sk", "Rada sa zišla 5. júna 2025 a 1. januára 2025.", "2025-06-05 2025-01-01"),
        ("hu", "A tanács 2025. június 5-én ülésezett, majd 2025. 06. 07.", "2025-06-05 2025-06-07"),
        ("hu", "2025. március 15., szombat", "2025-03-15"),
        ("ro", "Consiliul s-a întrunit joi, 5 iunie 2025, la Geneva.", "2025-06-05"),
        ("hr", "Vijeće se sastalo 5. lipnja 2025. u Ženevi, a 3. listopada 2025. opet.", "2025-06-05 2025-10-03"),
        ("sr", "Савет се састао 5. јуна 2025. године, a veće 7. jula 2025.", "2025-06-05 2025-07-07"),
        ("sl", "Svet se je sestal 5. junija 2025 v Ženevi.", "2025-06-05"),
        ("bg", "Съветът заседава на 5 юни 2025 г. в Женева.", "2025-06-05"),
        ("uk", "Рада зібралася у четвер, 5 червня 2025 року.", "2025-06-05"),
        ("ru", "Совет собрался в четверг, 5 июня 2025 года, в Женеве.", "2025-06-05"),
        ("ru", "Москва, 5 июня 2025 г. – Совет; 12 сент. 2025г.", "2025-06-05 2025-09-12"),
        ("be", "Савет сабраўся 5 чэрвеня 2025 года.", "2025-06-05"),
        ("mk", "Советот заседаваше на 5 јуни 2025 година.", "2025-06-05"),
        ("tr", "Konsey 5 Haziran 2025 Perşembe günü toplandı; 3 Ağustos 2025’te", "2025-06-05 2025-08-03"),
        ("el", "Το συμβούλιο συνεδρίασε στις 5 Ιουνίου 2025.", "2025-06-05"),
        ("el", "Την Πέμπτη 5 Ιούνιος 2025 και 1η Μαΐου 2025", "2025-06-05 2025-05-01"),
        ("ar", "اجتمع المجلس يوم الخميس 5 يونيو 2025 في جنيف.", "2025-06-05"),
        ("ar", "اجتمع المجلس في ٥ حزيران/يونيو ٢٠٢٥", "2025-06-05"),
        ("ar", "في 5 تشرين الثاني 2025 و3 كانون الأول ٢٠٢٤", "2025-11-05 2024-12-03"),
        ("he", "המועצה התכנסה ב-5 ביוני 2025 בז׳נבה.", "2025-06-05"),
        ("he", "יום חמישי, 5 ביוני 2025", "2025-06-05"),
        ("fa", "شورا در ۵ ژوئن ۲۰۲۵ تشکیل شد.", "2025-06-05"),
        ("zh", "理事会于2025年6月5日在日内瓦召开。", "2025-06-05"),
        ("zh", "二〇二五年六月五日，星期四，十二月十一日", "2025-06-05 -12-11"),
        ("zh", "中華民國114年6月5日", "2025-06-05"),
        ("zh", "2025 年 6 月 5 日（星期四）下午3:20", "2025-06-05T15:20"),
        ("ja", "理事会は令和7年6月5日（木）に開催された。", "2025-06-05"),
        ("ja", "令和元年５月１日、２０２５年６月５日午後３時", "2019-05-01 2025-06-05T15:00"),
        ("ja", "会期は2025年6月3日～5日、6月28日から7月2日", "2025-06-03/2025-06-05 -06-28/-07-02"),
        ("ko", "이사회는 2025년 6월 5일 목요일 오전 10시 30분에 열렸다.", "2025-06-05T10:30"),
        ("ko", "2025. 6. 5.(목) 발표, 2025.06.07 배포", "2025-06-05 2025-06-07"),
        ("hi", "परिषद की बैठक 5 जून 2025 को हुई, फिर १२ फरवरी २०२६ को।", "2025-06-05 2026-02-12"),
        ("id", "Dewan bertemu pada Kamis, 5 Juni 2025, lalu 17 Agustus 2025.", "2025-06-05 2025-08-17"),
        ("vi", "Hội đồng họp ngày 5 tháng 6 năm 2025 tại Geneva.", "2025-06-05"),
        ("vi", "Thứ Năm, 5 tháng 6, 2025; tháng 6/2025; ngày 5/6/2025", "2025-06-05 2025-06 2025-06-05"),
        ("th", "ประชุมเมื่อวันที่ 5 มิถุนายน พ.ศ. 2568 และ 12 มิ.ย. 68 และ 5 มิถุนายน 2568", "2025-06-05 2025-06-12 2025-06-05"),
        ("lt", "Taryba posėdžiavo 2025 m. birželio 5 d. Ženevoje.", "2025-06-05"),
        ("lv", "Padome sanāca 2025. gada 5. jūnijā Ženēvā.", "2025-06-05"),
        ("et", "Nõukogu kogunes 5. juunil 2025 Genfis.", "2025-06-05"),
        ("is", "Ráðið kom saman 5. júní 2025.", "2025-06-05"),
        ("ca", "El consell es va reunir el 5 de juny del 2025 i l’1 d’abril de 2025.", "2025-06-05 2025-04-01"),
        ("hy", "2025 թ. հունիսի 5, 5 հունիսի 2025", "2025-06-05 2025-06-05"),
        ("ka", "საბჭო შეიკრიბა 5 ივნისს 2025", "2025-06-05"),
    ];
    check(&table);
    let unaided = table.map(|(_, text, expected)| {
        if text.contains("listopad") || text.contains("68 และ") { ("", "", "") } else { ("", text, expected) }
    });
    check(&unaided);
}

#[test]
fn notations() {
    check(&[
        ("", "On 5 June 2025, and on June 5, 2025, and on 5th of June", "2025-06-05 2025-06-05 -06-05"),
        (
            "",
            "05.06.2025 5.6.2025 05/06/2025 5-6-2025 7.02 2025",
            "2025-06-05 2025-06-05 2025-06-05 2025-06-05 2025-02-07",
        ),
        ("", "Signed 5/6/25 in Rome", "2025-06-05"),
        ("", "am 05.06.25 in Rom", "2025-06-05"),
        ("", "25.12.2024 and 12/25/2024", "2024-12-25 2024-12-25"),
        ("", "05-JUN-2025, 5-Jun-25, 05/Jun/2025, Jun 05, 2025", "2025-06-05 2025-06-05 2025-06-05 2025-06-05"),
        ("", "in June 2025, in June '25, in 2025-06, in Sept. 2025", "2025-06 2025-06 2025-06 2025-09"),
        ("", "2025-06-05, 2025/06/05, 2025.06.05, 20250605", "2025-06-05 2025-06-05 2025-06-05 2025-06-05"),
        ("", "2023.01.18 - GNU nano 7.2", "2023-01-18"),
        ("", "On 28 April 2003. in the city", "2003-04-28"),
        ("", "JUNE 5, 2025", "2025-06-05"),
        ("", "the 5 june 2025 meeting; june 5, 2025", "2025-06-05 2025-06-05"),
        ("", "2025 June 5; 2025-Jun-05", "2025-06-05 2025-06-05"),
        ("", "since 2024, June 5, 2025 is the day", "2025-06-05"),
        ("", "5 June, 6 June and 7 June", "-06-05 -06-06 -06-07"),
        ("", "Thursday 5 June, Friday 6 June", "-06-05 -06-06"),
        ("", "5 décembre, 6 décembre", "-12-05 -12-06"),
        ("", "２０２５／０６／０５", "2025-06-05"),
    ]);
}

#[test]
fn ranges() {
    check(&[
        ("", "On 3-5 June, the Republic hosted talks", "-06-03/-06-05"),
        ("", "On 27-30 May 2025", "2025-05-27/2025-05-30"),
        ("", "28 May – 2 June 2025", "2025-05-28/2025-06-02"),
        ("", "30 December – 2 January 2026", "2025-12-30/2026-01-02"),
        ("", "30 December 2025 to 2 January 2026", "2025-12-30/2026-01-02"),
        ("", "From 17 to 20 March 2025, talks", "2025-03-17/2025-03-20"),
        ("", "From 17th to 20th of March 2025", "2025-03-17/2025-03-20"),
        ("", "on 5 and 6 June 2025", "2025-06-05/2025-06-06"),
        ("", "May 28-30, 2025", "2025-05-28/2025-05-30"),
        ("", "May 28 – June 2, 2025", "2025-05-28/2025-06-02"),
        ("", "May–June 2025", "2025-05/2025-06"),
        ("fr", "du 3 au 5 juin", "-06-03/-06-05"),
        ("fr", "du 28 mai au 2 juin 2025", "2025-05-28/2025-06-02"),
        ("de", "vom 3. bis 5. Juni 2025 und vom 17.–20. März", "2025-06-03/2025-06-05 -03-17/-03-20"),
        ("de", "17.-20.03.2025 und 17.03.–20.03.2025", "2025-03-17/2025-03-20 2025-03-17/2025-03-20"),
        ("ru", "с 3 по 5 июня 2025 года", "2025-06-03/2025-06-05"),
        ("uk", "з 3 до 5 червня", "-06-03/-06-05"),
        ("es", "del 3 al 5 de junio de 2025", "2025-06-03/2025-06-05"),
        ("it", "dal 3 al 5 giugno 2025", "2025-06-03/2025-06-05"),
        ("pt", "de 3 a 5 de junho de 2025", "2025-06-03/2025-06-05"),
        ("pl", "w dniach 3–5 czerwca 2025 r.", "2025-06-03/2025-06-05"),
        ("hu", "2025. június 3–5.", "2025-06-03/2025-06-05"),
        ("", "05.06.2025 – 07.06.2025", "2025-06-05/2025-06-07"),
        ("", "2025-06-03/2025-06-05", "2025-06-03/2025-06-05"),
        ("zh", "2025年6月3日至5日", "2025-06-03/2025-06-05"),
    ]);
}

#[test]
fn times_and_zones() {
    check(&[
        ("", "EMBARGOED UNTIL 5 June 2025 10:00 CET", "2025-06-05T10:00+01:00"),
        ("", "EMBARGOED UNTIL 10:00 CET, 5 June 2025", "2025-06-05T10:00+01:00"),
        ("", "Embargo: 00:01 BST on Thursday 5 June 2025", "2025-06-05T00:01+01:00"),
        ("", "For release at 10 a.m. ET, June 5, 2025", "2025-06-05T10:00[America/New_York]"),
        ("", "June 5, 2025 at 3:05 p.m. (Moscow time)", "2025-06-05T15:05[Europe/Moscow]"),
        ("de", "Sperrfrist: 5. Juni 2025, 10.30 Uhr MESZ", "2025-06-05T10:30+02:00"),
        ("fr", "le 5 juin 2025 à 10h30", "2025-06-05T10:30"),
        ("es", "5 de junio de 2025 a las 10:00 h", "2025-06-05T10:00"),
        ("da", "torsdag den 5. juni 2025 kl. 10.30", "2025-06-05T10:30"),
        ("ru", "5 июня 2025 г. в 10:00 мск", "2025-06-05T10:00+03:00"),
        (
            "",
            "5 June 2025, noon; 6 June 2025, midnight; 7 June 2025 24:00",
            "2025-06-05T12:00 2025-06-06T24:00 2025-06-07T24:00",
        ),
        ("", "2025-06-05T10:00:00Z and 2025-06-05 10:00 UTC+03:00", "2025-06-05T10:00+00:00 2025-06-05T10:00+03:00"),
        ("", "Thu, 05 Jun 2025 10:00:00 GMT+2", "2025-06-05T10:00+02:00"),
        ("", " -- A Name <a@example.org>  Thu, 05 Jun 2025 10:00:00 +0200", "2025-06-05T10:00+02:00"),
        ("", "Thu Jun  5 10:00:00 UTC 2025", "2025-06-05T10:00+00:00"),
        ("", "[05/Jun/2025:10:00:00 +0200] GET", "2025-06-05T10:00+02:00"),
        ("", "5 June 2025 – 10 people came", "2025-06-05"),
        ("", "On 5 June 2025, 3.5 million", "2025-06-05"),
    ]);
}

#[test]
fn what_is_no_date() {
    let none = [
        "1.14.10",
        "version 2.34.2",
        "nginx 1.10.14",
        "v2025.06.05",
        "Ubuntu 22.04.05",
        "release 20.04.06.1",
        "OpenSSL 3.0.12",
        "192.168.1.10",
        "10.12.2024.1",
        "+7-495-795-27-10",
        "tel. 27-10-95",
        "(495) 795-27-10",
        "24/7",
        "9/11",
        "1/2/3",
        "16:9",
        "10:00",
        "at 10.30 p.m. we left",
        "$5.06",
        "5,000 May",
        "ISBN 978-3-16-148410-0",
        "S. 662",
        "section 3.5",
        "3.5.1 Scope",
        "24/7/365",
        "may 5 people attend",
        "they march 5 times",
        "you may 2025 times",
        "It may 10:00",
        "CVE-2020-8203",
        "№ 05.06.2025",
        "pages 12-14",
        "season 2010-11",
        "Jan 5 goals",
        "de 5 des 10",
        "5 out 20",
        "set 5",
        "20250699",
        "https://example.org/2025/06/05/slug",
        "/var/log/2025-06-05/x",
        "1 of 5",
        "5 of the 6",
        "2 Mars bars",
        "June",
        "Thursday",
        "10 June", // see below: a date, to prove that the list is looked at
    ];
    let read: Vec<&str> = none.iter().copied().filter(|text| !dates(text, "").is_empty()).collect();
    assert_eq!(read, ["10 June"]);
    check(&[
        ("", "for Unicode 4.1. 2005.", ""),
        ("", "GNU License Version 2, June 1991", "1991-06"),
        ("en", "The Mars 2020 rover", ""),
        ("en", "In march 5 people", ""),
        ("es", "el 5 de mayo, el 12 de may. de 2025", "-05-05 2025-05-12"),
        ("", "listopad 2025", ""),
        ("pl", "listopad 2025", "2025-11"),
        ("hr", "listopad 2025", "2025-10"),
        ("", "May 5,000 people; May 5.5; May 5%", ""),
        ("", "In May 5 was the day. June 10:30", "-05-05"),
    ]);
}

#[test]
fn impossible_dates_are_told() {
    let text = "On 31.02.2025, 30 February 2025, 2025-02-29 and 2025-13-01, not on 1.14.10 or 29 February 2024";
    let bad = impossible(text, &Hints::default());
    let told: Vec<(&str, &str)> = bad.iter().map(|bad| (&text[bad.span.clone()], bad.message.as_str())).collect();
    assert_eq!(
        told,
        [
            ("31.02.2025", "there is no 31 February 2025"),
            ("30 February 2025", "there is no 30 February 2025"),
            ("2025-02-29", "there is no 29 February 2025"),
            ("2025-13-01", "there is no month 13"),
        ]
    );
    assert_eq!(dates(text, ""), "2024-02-29");
}

#[test]
fn the_order_of_numeric_dates() {
    let read = |text: &str, order: Option<DateOrder>| {
        let found = find(text, &Hints { order, language: None }).remove(0);
        (short(&found), found.notation)
    };
    let sure = Notation::Numeric { ambiguous: false };
    let unsure = Notation::Numeric { ambiguous: true };
    for (text, order, expected, notation) in [
        ("05/06/2025", None, "2025-06-05", unsure),
        ("05/06/2025", Some(DateOrder::DayFirst), "2025-06-05", unsure),
        ("05/06/2025", Some(DateOrder::MonthFirst), "2025-05-06", unsure),
        ("25/06/2025", Some(DateOrder::MonthFirst), "2025-06-25", sure),
        ("06/25/2025", Some(DateOrder::DayFirst), "2025-06-25", sure),
        ("06/06/2025", None, "2025-06-06", sure),
        ("25/06/05", Some(DateOrder::YearFirst), "2025-06-05", unsure),
        ("05/06/25", Some(DateOrder::MonthFirst), "2025-05-06", unsure),
        ("2025/06/05", Some(DateOrder::DayFirst), "2025-06-05", Notation::YearFirst),
        ("25/06/05", None, "2005-06-25", unsure),
        ("25.06.05", None, "2005-06-25", sure),
        ("06/25/05", None, "2005-06-25", sure),
        ("5/6/69", None, "1969-06-05", unsure),
        ("5/6/68", None, "2068-06-05", unsure),
    ] {
        assert_eq!(read(text, order), (expected.to_string(), notation), "{text} {order:?}");
    }
}

#[test]
fn a_weekday_decides_the_order() {
    for (text, order, expected) in [
        ("Mon, 11/06/2023 - 10:15", None, "2023-11-06"),
        ("Mon, 11/06/2023", Some(DateOrder::DayFirst), "2023-11-06"),
        ("Sunday 11/06/2023", Some(DateOrder::MonthFirst), "2023-06-11"),
        ("пн, 06.11.2023", Some(DateOrder::MonthFirst), "2023-11-06"),
        ("11/06/2023 (Mon.)", None, "2023-11-06"),
        // Neither reading is a Tuesday, and a day above 12 can be read one way only.
        ("Tue, 11/06/2023", None, "2023-06-11"),
        ("Tue, 11/16/2023", None, "2023-11-16"),
    ] {
        let found = find(text, &Hints { order, language: None }).remove(0);
        assert_eq!(found.day().map(|day| day.to_string()).as_deref(), Some(expected), "{text}");
    }
    assert_eq!(feedroom::date::order_proofs("Mon, 11/06/2023").order(), Some(DateOrder::MonthFirst));
}

#[test]
fn spans_cover_the_words_and_weekdays_are_kept() {
    for (text, words) in [
        ("On Thursday, 5 June 2025, in", "Thursday, 5 June 2025"),
        ("am Montag, den 5. Juni 2025 um 10 Uhr MESZ hier", "Montag, den 5. Juni 2025 um 10 Uhr MESZ"),
        ("は2025年6月5日（木）に", "2025年6月5日（木）"),
        ("we czwartek 5 czerwca 2025 r. w", "czwartek 5 czerwca 2025 r."),
        ("na quinta-feira, 5 de junho de 2025.", "quinta-feira, 5 de junho de 2025"),
        ("2025-06-05 (Thu) 10:00", "2025-06-05 (Thu) 10:00"),
    ] {
        let found = &find(text, &Hints::default())[0];
        assert_eq!(&text[found.span.clone()], words);
        assert!(found.weekday.is_some(), "{text}");
    }
    let found = &find("Monday, 5 June 2025", &Hints::default())[0];
    assert!(!found.weekday_agrees());
}

/// A million of anything takes time in proportion: each of these would take hours if it were quadratic.
#[test]
fn long_runs_of_anything_are_survived() {
    let units = [
        "1",
        ".",
        "1.",
        "1 ",
        "1/",
        "1-",
        "5.6.",
        "June ",
        "5 June ",
        "June 5 ",
        "5-",
        "5 - ",
        "2025-",
        "(5",
        "10:00 ",
        "10:00, ",
        "年",
        "1月",
        "一月",
        "十",
        "يونيو/",
        "١",
        "5.\u{301}",
        "1 \t\u{A0}",
        "tháng 6 ",
        "May–",
        "Mon, ",
        "5 June – ",
        "2025. ",
        "Jan 5 – ",
        "[05/Jun/2025:",
        "令和元",
    ];
    for unit in units {
        let text = unit.repeat(100_000 / unit.len());
        let _ = find(&text, &Hints::default());
        let _ = line(&text, &Hints::default());
        let _ = parse(&text, &Hints::default());
        let _ = in_name(&text);
    }
}

/// Locales with their own words, and a format that their readers use.
const LOCALES: &[(Locale, &str, &str)] = &[
    (Locale::en_US, "en-US", "%B %-d, %Y"),
    (Locale::en_GB, "en-GB", "%A %-d %B %Y"),
    (Locale::fr_FR, "fr", "le %A %-d %B %Y"),
    (Locale::de_DE, "de", "%A, den %-d. %B %Y"),
    (Locale::es_ES, "es", "%A %-d de %B de %Y"),
    (Locale::it_IT, "it", "%A %-d %B %Y"),
    (Locale::pt_BR, "pt-BR", "%-d de %B de %Y"),
    (Locale::nl_NL, "nl", "%A %-d %B %Y"),
    (Locale::sv_SE, "sv", "%A den %-d %B %Y"),
    (Locale::da_DK, "da", "%A den %-d. %B %Y"),
    (Locale::nb_NO, "nb", "%A %-d. %B %Y"),
    (Locale::fi_FI, "fi", "%-d. %Bta %Y"),
    (Locale::pl_PL, "pl", "%A, %-d %B %Y r."),
    (Locale::cs_CZ, "cs", "%A %-d. %B %Y"),
    (Locale::sk_SK, "sk", "%-d. %B %Y"),
    (Locale::hu_HU, "hu", "%Y. %B %-d., %A"),
    (Locale::ro_RO, "ro", "%A, %-d %B %Y"),
    (Locale::hr_HR, "hr", "%-d. %B %Y."),
    (Locale::sr_RS, "sr", "%-d. %B %Y."),
    (Locale::sl_SI, "sl", "%-d. %B %Y"),
    (Locale::bg_BG, "bg", "%-d %B %Y г."),
    (Locale::uk_UA, "uk", "%-d %B %Y року"),
    (Locale::ru_RU, "ru", "%A, %-d %B %Y г."),
    (Locale::tr_TR, "tr", "%-d %B %Y %A"),
    (Locale::el_GR, "el", "%A %-d %B %Y"),
    (Locale::ar_EG, "ar", "%A %-d %B %Y"),
    (Locale::ar_SY, "ar", "%-d %B %Y"),
    (Locale::he_IL, "he", "%-d ב%B %Y"),
    (Locale::zh_CN, "zh", "%Y年%-m月%-d日"),
    (Locale::ja_JP, "ja", "%Y年%-m月%-d日（%a）"),
    (Locale::ko_KR, "ko", "%Y년 %-m월 %-d일 %A"),
    (Locale::hi_IN, "hi", "%-d %B %Y"),
    (Locale::id_ID, "id", "%A, %-d %B %Y"),
    (Locale::vi_VN, "vi", "ngày %-d tháng %-m năm %Y"),
    (Locale::lt_LT, "lt", "%Y m. %B %-d d."),
    (Locale::et_EE, "et", "%-d. %B %Y"),
    (Locale::is_IS, "is", "%-d. %B %Y"),
    (Locale::ca_ES, "ca", "%-d %B de %Y"),
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the text: no panic, spans in bounds, on character boundaries, in order, apart.
    #[test]
    fn spans_are_sound(text in any_text()) {
        let found = find(&text, &Hints::default());
        let mut floor = 0;
        for date in &found {
            prop_assert!(date.span.start >= floor && date.span.end > date.span.start);
            prop_assert!(text.get(date.span.clone()).is_some());
            floor = date.span.end;
        }
        for bad in impossible(&text, &Hints::default()) {
            prop_assert!(text.get(bad.span).is_some());
        }
        if let Ok(date) = parse(&text, &Hints::default()) {
            prop_assert!(text.get(date.span).is_some());
        }
        if let Some(read) = line(&text, &Hints { order: None, language: Some("de") }) {
            prop_assert!(text.get(read.found.span).is_some());
            prop_assert!(read.place.is_none_or(|range| text.get(range).is_some()));
            prop_assert!(read.author.is_none_or(|range| text.get(range).is_some()));
        }
        if let Some(date) = in_name(&text) {
            prop_assert!(text.get(date.span).is_some());
        }
    }

    /// What a locale writes is found again, in a sentence, as a line and as a field.
    #[test]
    fn locales_round_trip(days in 0i64..55_000, which in 0..LOCALES.len()) {
        let day = NaiveDate::from_ymd_opt(1950, 1, 1).unwrap() + chrono::TimeDelta::days(days);
        let (locale, language, format) = LOCALES[which];
        let written = day.format_localized(format, locale).to_string();
        let hints = Hints { order: None, language: Some(language) };
        let sentence = format!("Xyz ({written}) 17 xyz.");
        let found = find(&sentence, &hints);
        prop_assert_eq!(found.len(), 1, "{}", sentence);
        prop_assert_eq!(found[0].day(), Some(day), "{}", sentence);
        prop_assert!(found[0].weekday_agrees(), "{}", sentence);
        prop_assert_eq!(parse(&written, &hints).ok().and_then(|date| date.day()), Some(day), "{}", written);
        prop_assert_eq!(line(&written, &hints).and_then(|line| line.found.day()), Some(day), "{}", written);
    }

    /// RFC 3339 and RFC 5322 are read to the second.
    #[test]
    fn instants_round_trip(seconds in 0i64..4_000_000_000, quarters in -48i32..=56) {
        let offset = chrono::FixedOffset::east_opt(quarters * 900).unwrap();
        let instant = chrono::DateTime::from_timestamp(seconds, 0).unwrap().with_timezone(&offset);
        for written in [instant.to_rfc3339(), instant.to_rfc2822(), instant.format("%Y%m%dT%H%M%S%z").to_string()] {
            let read = parse(&written, &Hints::default()).map(|date| date.resolve(chrono_tz::UTC).unwrap().0);
            prop_assert_eq!(read, Ok(instant), "{}", written);
        }
    }
}

/// Any characters, and pieces of dates thrown together.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "5",
        "05",
        "2025",
        "31",
        "1",
        " ",
        " ",
        ".",
        ",",
        "-",
        "–",
        "/",
        ":",
        "June",
        "juin",
        "May",
        "5 June",
        "2025-06",
        "T10:00",
        "10:00",
        "Z",
        "年",
        "月",
        "日",
        "六",
        "十",
        "元",
        "令和",
        "tháng",
        "ngày",
        "Thursday",
        "(",
        ")",
        "|",
        "By ",
        "to",
        "bis",
        "de",
        "é",
        "\u{301}",
        "\u{200F}",
        "٥",
        "يونيو",
        "ก.ค.",
        "\n",
        "am",
        "p.m.",
        "+02",
        "UTC",
        "’",
        "€",
        "Published:",
        "🙂",
    ]);
    prop_oneof![".{0,60}", prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())]
}
