//! Lines that say embargo, told from prose about embargoes, and the times that they name.

use feedroom::date::{self, Hints};

#[test]
fn lines_that_hold_back() {
    let mut wrong = Vec::new();
    for line in [
        "EMBARGOED UNTIL 5 May 2199 10:00 CET",
        "EMBARGOED UNTIL Friday 27 November 10:00",
        "Embargoed until 5 May, 10:00",
        "EMBARGOED UNTIL 10:00 CET ON 27 NOVEMBER",
        "Embargoed until further notice",
        "STRICTLY EMBARGOED UNTIL 25:61",
        "EMBARGOED UNTIL 1000 HRS FRIDAY",
        "embargoed until 31 June 2036",
        "EMBARGOED",
        "EMBARGO",
        "*EMBARGOED FOR RELEASE: 5 May 2199*",
        "[EMBARGO 5 May 2199, 10:00]",
        "PRESS RELEASE – EMBARGOED UNTIL 5 MAY 2199",
        "Press release | Embargo: 5 May 2199",
        "This press release is under strict embargo until 00:01 on 5 May 2199.",
        "The contents of this report are embargoed until Monday.",
        "1. This release is embargoed until 00:01 on 5 May 2199.",
        "Harbour opens new lock (embargoed until 5 May 2199, 10:00)",
        "5 May 2199, 10:00: EMBARGO",
        "Embargo lifts at 10:00 on 5 May 2199",
        "Embargo: 99.99.2036",
        "Embargo: Friday noon",
        "Embargo until the minister's speech",
        "Embargo until the minister's speech on 5 May 2199",
        "Not for release before 30 February 2036",
        "Not for publication or broadcast before 5 May 2199",
        "DO NOT PUBLISH BEFORE 10:00 ON FRIDAY",
        "HOLD FOR RELEASE UNTIL 5 May 2199",
        "Sperrfrist: 32. Mai 2036, 10 Uhr",
        "Sperrfrist bis Freitag, 10 Uhr",
        "ACHTUNG: Sperrfrist 5. Mai 2199",
        "Nicht zur Veröffentlichung vor dem 5. Mai 2199",
        "Sous embargo jusqu'au 31 juin 2036",
        "Embargo jusqu’au 5 mai 2199 à 10 h",
        "Ne pas diffuser avant le 5 mai 2199",
        "Bajo embargo hasta el 5 de mayo de 2199",
        "EMBARGO hasta el 5 de mayo de 2199 a las 10:00",
        "Embargo hasta las 10:00 horas del 5 de mayo de 2199",
        "Embargo bis zum 5. Mai 2199 um 10 Uhr MESZ",
        "Embargo fino alle ore 10 del 5 maggio 2199",
        "Embargo jusqu'au mardi 5 mai 2199 à midi",
        "Embargo until midnight on Friday 5 May 2199 (London time)",
        "Embargado hasta las 10:00 del 5 de mayo",
        "Sotto embargo fino al 5 maggio 2199",
        "Non pubblicare prima del 5 maggio 2199",
        "Sob embargo até 5 de maio de 2199",
        "Onder embargo tot 5 mei 2199, 10.00 uur",
        "Embargo till 5 maj 2199 kl. 10",
        "Embargo do 5 maja 2199, godz. 10:00",
        "Nie publikować przed 5 maja 2199",
        "Embargo do 5. května 2199",
        "Под эмбарго до 5 мая 2199 года",
        "Не публиковать до 10:00 5 мая 2199 г.",
        "ЕМБАРГО до 5 травня 2199 року",
        "Εμπάργκο έως 5 Μαΐου 2199",
        "5 Mayıs 2199 saat 10:00'a kadar ambargolu",
        "解禁时间：2199年5月5日10时",
        "2199年5月5日10时前不得发布",
        "2199年5月5日10時前請勿發布",
        "Diffusion interdite avant le 5 mai 2199",
        "אין לפרסם לפני 5 במאי 2199",
        "報道解禁日時:2199年5月5日 10時",
        "【엠바고】 2199년 5월 5일 10시",
        "엠바고: 2199. 5. 5. 10:00",
        "محظور النشر حتى ٥ مايو ٢١٩٩",
    ] {
        wrong.extend(date::embargo(line).is_none().then_some(line));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn prose_about_embargoes() {
    let mut wrong = Vec::new();
    for line in [
        "Embargo on grain exports extended until 2036",
        "Embargo: none",
        "Embargo: keine",
        "Council lifts embargo",
        "No embargo until 2027",
        "The embargo ended in 2019, says the harbour board.",
        "The arms embargo until 2027 stays in force.",
        "The embargo on oil",
        "The Embargo",
        "Embargo on oil lifted",
        "Embargo until 2027 agreed",
        "Embargo until 5 May 2199 agreed by ministers",
        "Oil embargo until 5 May 2199",
        "Arms embargo extended until 5 May 2199",
        "Embargo on grain exports extended until 5 May 2199",
        "Embargo to be lifted on 5 May 2199",
        "embargo until 2027, the minister said. The board agreed on Friday.",
        "Embargoed goods seized at the port on 5 May 2199",
        "Embargoed until 2019, the report shows how the board worked.",
        "Embargo 1973: how the oil stopped flowing",
        "Embargo: 40 years of sanctions against the island",
        "Under embargo, traders turned to the northern port on 5 May.",
        "Open until 5 pm",
        "Not for release in the United States, Canada or Japan",
        "NOT FOR PUBLICATION OR DISTRIBUTION IN THE UNITED STATES",
        "Do not use after 5 May 2199",
        "Ölembargo bis Mai 2199 verlängert",
        "Das Embargo bis 2027",
        "Embargo vor dem Aus",
        "Sperrfrist für das Arbeitslosengeld endet am 5. Mai 2199",
        "Nicht vor Mai 2199 öffnet die neue Brücke.",
        "L'embargo sur le pétrole jusqu'au 5 mai 2199",
        "Embargo pétrolier prolongé jusqu'au 5 mai 2199",
        "El embargo de armas hasta 2027",
        "Embargo de bienes: qué hacer hasta el 5 de mayo",
        "L'embargo sulle armi fino al 2027",
        "Het wapenembargo geldt tot 5 mei 2199",
        "Эмбарго на поставки нефти до 5 мая 2199 года",
        "Нефтяное эмбарго продлено до 2027 года",
        "Silah ambargosu 2027'ye kadar uzatıldı",
        "정부는 엠바고를 2199년 5월 5일까지 연장했다",
        "アユ釣り解禁、6月1日から",
        "النائب العام يقرر حظر النشر في القضية رقم 5",
    ] {
        wrong.extend(date::embargo(line).map(|_| line));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn times_of_embargoes() {
    let mut wrong = Vec::new();
    for (line, expected) in [
        ("EMBARGOED UNTIL 5 May 2199 10:00 CET", Ok("2199-05-05T10:00:00+01:00")),
        ("EMBARGOED UNTIL 10:00 CET ON 27 NOVEMBER 2199", Ok("2199-11-27T10:00:00+01:00")),
        ("Embargoed until 00:01 on 5 May 2199", Ok("2199-05-05T00:01:00+00:00")),
        ("embargoed until 00.01hrs on 5 May 2199", Ok("2199-05-05T00:01:00+00:00")),
        ("EMBARGOED UNTIL 0001 HRS, 5 MAY 2199", Ok("2199-05-05T00:01:00+00:00")),
        ("EMBARGOED UNTIL 09:00 CET, 14 January 2026", Ok("2026-01-14T09:00:00+01:00")),
        ("Embargo: 12 noon on 5 May 2199", Ok("2199-05-05T12:00:00+00:00")),
        ("Embargo 5 May 2199 noon", Ok("2199-05-05T12:00:00+00:00")),
        ("Embargoed until 5 May 2199", Ok("2199-05-05T00:00:00+00:00")),
        ("Embargoed for 10 a.m. ET, May 5, 2199", Ok("2199-05-05T10:00:00-05:00")),
        ("Embargoed until 5 May 2026, in Bern until 7 May 2026", Ok("2026-05-07T00:00:00+00:00")),
        ("Sperrfrist: 5. Mai 2199, 10 Uhr", Ok("2199-05-05T10:00:00+00:00")),
        ("Sous embargo jusqu'au 5 mai 2199 à 10 h 30", Ok("2199-05-05T10:30:00+00:00")),
        ("Embargado hasta las 10:00 del 5 de mayo de 2199", Ok("2199-05-05T10:00:00+00:00")),
        ("Onder embargo tot 5 mei 2199, 10.00 uur", Ok("2199-05-05T10:00:00+00:00")),
        ("Не публиковать до 10:00 5 мая 2199 г.", Ok("2199-05-05T10:00:00+00:00")),
        ("解禁时间：2199年5月5日10时", Ok("2199-05-05T10:00:00+00:00")),
        ("エンバーゴ 2199年5月5日午前10時", Ok("2199-05-05T10:00:00+00:00")),
        ("5 Mayıs 2199 saat 10:00'a kadar ambargolu", Ok("2199-05-05T10:00:00+00:00")),
        ("Embargoed until 5 May, 10:00", Ok("no year")),
        ("EMBARGOED UNTIL 1 December 10:00", Ok("no year")),
        ("EMBARGOED UNTIL 31 June 2199", Err("there is no 31 June 2199")),
        ("Embargoed until May 2199", Err("it names no day")),
        ("Embargoed until 5 May 2199, ten o'clock", Err("its time of day can't be read")),
        ("Embargoed until the afternoon of 5 May 2199", Err("its time of day can't be read")),
        ("Embargoed until 5 May 2199, 25:61", Err("its time of day can't be read")),
        ("Embargoed until Monday 27 November 2026 10:00", Err("the day of the week is another one")),
        ("EMBARGOED", Err("it names no day")),
    ] {
        let read = date::embargo_time(line, &Hints::default());
        let read = read.map(|found| {
            found.resolve(chrono_tz::Tz::UTC).map_or("no year".to_string(), |(instant, _)| instant.to_rfc3339())
        });
        let read = read.as_deref().map_err(String::as_str);
        wrong.extend((read != expected).then(|| format!("{line}: {read:?}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
