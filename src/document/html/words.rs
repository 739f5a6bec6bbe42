//! The words by which pages of many languages mark what their parts are: labels before dates, and class names.

use super::dom::{Dom, Id};

/// What a label says of the date that follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// The date of publication.
    Published,
    /// The date of the last change.
    Updated,
    /// Some other date: an event, a deadline, a birthday, a visit.
    Other,
}

const PUBLISHED: &[&str] = &[
    // English, German, Dutch, Nordic
    "published",
    "posted",
    "released",
    "issued",
    "date",
    "dated",
    "publication",
    "created",
    "submitted",
    "written",
    "veröffentlicht",
    "veröffentlichung",
    "erschienen",
    "publiziert",
    "eingestellt",
    "erstellt",
    "verfasst",
    "geschrieben",
    "datum",
    "online seit",
    "gepubliceerd",
    "geplaatst",
    "geschreven",
    "verschenen",
    "aangemaakt",
    "publicerad",
    "publicerat",
    "skapad",
    "skriven",
    "inlagd",
    "publiceret",
    "offentliggjort",
    "oprettet",
    "udgivet",
    "dato",
    "skrevet",
    "publisert",
    "opprettet",
    "lagt ut",
    "julkaistu",
    "luotu",
    "kirjoitettu",
    "birt",
    "skrifað",
    // Romance
    "publié",
    "publiée",
    "mis en ligne",
    "mise en ligne",
    "posté",
    "paru",
    "parution",
    "rédigé",
    "écrit",
    "diffusé",
    "publicado",
    "publicada",
    "publicación",
    "fecha",
    "creado",
    "escrito",
    "postado",
    "publicação",
    "data",
    "criado",
    "divulgado",
    "pubblicato",
    "pubblicata",
    "pubblicazione",
    "scritto",
    "inserito",
    "creato",
    "publicat",
    "publicată",
    "postat",
    "adăugat",
    // Slavic, Baltic, Finno-Ugric, Greek, Turkic, Albanian
    "opublikowano",
    "opublikowany",
    "publikacji",
    "publikacja",
    "dodano",
    "utworzono",
    "zamieszczono",
    "publikováno",
    "zveřejněno",
    "vydáno",
    "vloženo",
    "přidáno",
    "vytvořeno",
    "publikované",
    "zverejnené",
    "uverejnené",
    "vydané",
    "pridané",
    "dátum",
    "objavljeno",
    "objavljen",
    "objava",
    "postavljeno",
    "kreirano",
    "објављено",
    "објавено",
    "датум",
    "опубликован",
    "публикац",
    "размещено",
    "добавлен",
    "создано",
    "дата",
    "опубліковано",
    "розміщено",
    "додано",
    "створено",
    "публікац",
    "публикуван",
    "публікаван",
    "paskelbta",
    "publikuota",
    "įkelta",
    "publicēts",
    "publicēta",
    "pievienots",
    "datums",
    "avaldatud",
    "lisatud",
    "postitatud",
    "kuupäev",
    "közzétéve",
    "megjelent",
    "publikálva",
    "létrehozva",
    "közzététel",
    "feltöltve",
    "δημοσιεύτηκε",
    "δημοσιεύθηκε",
    "δημοσίευση",
    "ημερομηνία",
    "αναρτήθηκε",
    "καταχώρηση",
    "yayınlan",
    "yayımlan",
    "yayın",
    "giriş",
    "eklenme",
    "tarih",
    "oluşturma",
    "oluşturulma",
    "publikuar",
    "tarix",
    "жарияланған",
    "argitaratu",
    // Semitic, Iranian, Indic, South-East Asian
    "نشر",
    "تاريخ",
    "منتشر",
    "انتشار",
    "تاریخ",
    "شائع",
    "פורסם",
    "פורסמה",
    "תאריך",
    "הועלה",
    "प्रकाशित",
    "प्रकाशन",
    "दिनांक",
    "तारीख",
    "पब्लिश",
    "প্রকাশ",
    "তারিখ",
    "পোস্ট",
    "வெளியிடப்பட்ட",
    "பதிவு",
    "પ્રકાશિત",
    "ప్రచురణ",
    "เผยแพร่",
    "วันที่",
    "โพสต์",
    "đăng",
    "ngày",
    "xuất bản",
    "diterbitkan",
    "dipublikasikan",
    "tayang",
    "terbit",
    "disiarkan",
    "diposting",
    "tanggal",
    "tarikh",
    // East Asian
    "发布",
    "發布",
    "發佈",
    "发表",
    "發表",
    "刊登",
    "发稿",
    "日期",
    "时间",
    "時間",
    "公開",
    "投稿",
    "掲載",
    "発表",
    "配信",
    "作成",
    "日付",
    "発行",
    "登録",
    "입력",
    "등록",
    "게시",
    "작성",
    "발행",
    "승인",
    "송고",
    "날짜",
];

const UPDATED: &[&str] = &[
    "updated",
    "update",
    "modified",
    "edited",
    "revised",
    "changed",
    "reviewed",
    "as of",
    "aktualisiert",
    "stand",
    "geändert",
    "änderung",
    "bearbeitet",
    "überarbeitet",
    "bijgewerkt",
    "gewijzigd",
    "aangepast",
    "wijziging",
    "uppdaterad",
    "uppdaterat",
    "ändrad",
    "opdateret",
    "ændret",
    "oppdatert",
    "endret",
    "päivitetty",
    "muokattu",
    "mis à jour",
    "mise à jour",
    "màj",
    "modifié",
    "modifiée",
    "modification",
    "actualisé",
    "actualizado",
    "actualizada",
    "actualización",
    "modificado",
    "modificada",
    "atualizado",
    "atualizada",
    "atualização",
    "alterado",
    "aggiornato",
    "aggiornata",
    "aggiornamento",
    "modificato",
    "modifica",
    "actualitzat",
    "actualizat",
    "modificat",
    "aktualizacja",
    "zaktualizowano",
    "modyfikacj",
    "aktualizováno",
    "upraveno",
    "změněno",
    "aktualizace",
    "aktualizované",
    "upravené",
    "frissítve",
    "frissítés",
    "módosítva",
    "módosítás",
    "обновлен",
    "изменен",
    "оновлен",
    "змінен",
    "актуализ",
    "ажурирано",
    "ažurirano",
    "izmijenjeno",
    "izmenjeno",
    "posodobljeno",
    "ενημερώθηκε",
    "ενημέρωση",
    "τροποποίηση",
    "güncelle",
    "düzenleme",
    "atnaujinta",
    "atjaunots",
    "uuendatud",
    "muudetud",
    "تحديث",
    "بروزرسانی",
    "به‌روز",
    "ویرایش",
    "עודכן",
    "עדכון",
    "अपडेट",
    "अद्यतन",
    "संशोधित",
    "আপডেট",
    "হালনাগাদ",
    "อัปเดต",
    "ปรับปรุง",
    "แก้ไข",
    "cập nhật",
    "diperbarui",
    "dimutakhirkan",
    "kemaskini",
    "更新",
    "修改",
    "修正",
    "수정",
    "업데이트",
];

const OTHER: &[&str] = &[
    "event",
    "deadline",
    "expires",
    "valid",
    "until",
    "since",
    "born",
    "joined",
    "registered",
    "copyright",
    "©",
    "retrieved",
    "accessed",
    "received",
    "accepted",
    "today",
    "starts",
    "ends",
    "termin",
    "beginn",
    "wann",
    "bis zum",
    "gültig",
    "seit",
    "geboren",
    "registriert",
    "dabei seit",
    "mitglied seit",
    "abgerufen",
    "heute",
    "veranstaltung",
    "consulté",
    "jusqu",
    "aujourd",
    "depuis",
    "hasta",
    "hoy",
    "oggi",
    "hoje",
    "vandaag",
    "сегодня",
    "until",
    "gestorben",
    "ausgedruckt",
    "printed",
    "imprimé",
    "gedruckt",
    "next",
    "archived",
    "membro desde",
    "inscrit",
    "anmeldeschluss",
    "締切",
    "開催",
    "本日",
    "今天",
    "截止",
    "오늘",
    "اليوم",
    "امروز",
    "היום",
    "bugün",
];

/// The label that governs a date, read from the words before it (and, in languages that put it last, after it).
pub(super) fn label(before: &str, after: &str) -> Option<Label> {
    nearest(before).or_else(|| {
        let after: String = after.chars().take(8).collect();
        if after.chars().any(|c| c >= '\u{2E80}') { nearest(&after) } else { None }
    })
}

/// The label that stands last in a text.
fn nearest(text: &str) -> Option<Label> {
    let text = text.to_lowercase();
    let lists = [(Label::Published, PUBLISHED), (Label::Updated, UPDATED), (Label::Other, OTHER)];
    let places = lists.iter().flat_map(|(label, words)| {
        words.iter().filter_map(|word| Some((find_word(&text, word)? + word.len(), word.len(), *label)))
    });
    places.max_by_key(|&(end, len, _)| (end, len)).map(|(_, _, label)| label)
}

/// The last place where a word begins a word of the text; words of alphabets may go on (`publiziert` in
/// `publizierten`) where they are long enough to be told from others.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let spaced = word.chars().next().is_some_and(is_spaced);
    text.rmatch_indices(word).map(|(at, _)| at).find(|&at| {
        if !spaced {
            return true;
        }
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric)
            && (word.chars().count() >= 7 || !after.is_some_and(char::is_alphabetic))
    })
}

/// Whether a character is of a script that sets spaces between words and no prefixes before them.
fn is_spaced(c: char) -> bool {
    c.is_alphabetic() && c < '\u{0590}'
}

/// How strongly class names and ids say that an element holds a date of publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DateMark {
    /// It is a date of another kind: an event's, today's, an edition's.
    Foreign,
    /// Nothing is said.
    None,
    /// It may hold one: a byline, a line of details.
    Weak,
    /// It is a date.
    Strong,
}

/// Reads the names of an element: its class, id and item property.
pub(super) fn date_mark(dom: &Dom, id: Id) -> DateMark {
    let mut mark = DateMark::None;
    for word in names(dom, id) {
        let here = match &*word {
            "today" | "heute" | "current" | "currentdate" | "now" | "uhr" | "clock" | "edition" | "editionjour"
            | "countdown" | "deadline" | "expires" | "expiry" | "birthday" | "weather" | "copyright" => {
                return DateMark::Foreign;
            }
            w if w.contains("update") || w.contains("modif") => DateMark::None,
            w if w.contains("date") && !w.contains("candidate") && !w.contains("mandate") => DateMark::Strong,
            w if ["datum", "fecha", "timestamp", "publish", "tarih", "tanggal", "posted", "pubdate", "dato"]
                .iter()
                .any(|d| w.contains(d)) =>
            {
                DateMark::Strong
            }
            "created" | "published" | "publie" | "publicado" | "erschienen" | "veroeffentlicht" => DateMark::Strong,
            "time" | "zeit" | "heure" | "hora" | "data" | "day" | "meta" | "metadata" | "postmeta" | "byline"
            | "dateline" | "info" | "infos" | "details" | "submitted" | "author" | "autor" | "kicker" | "subline"
            | "subtitle" | "metas" | "waktu" | "stamp" | "source" | "credit" | "credits" => DateMark::Weak,
            _ => DateMark::None,
        };
        mark = mark.max(here);
    }
    mark
}

/// What part of a page an element's name says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    /// Comments of readers.
    Comments,
    /// Something beside the text: navigation, related articles, sharing, a banner.
    Beside,
}

/// Reads an element's tag, role and names.
pub(super) fn region(dom: &Dom, id: Id) -> Option<Region> {
    match dom.tag(id) {
        "nav" | "footer" | "aside" | "form" | "dialog" | "button" => return Some(Region::Beside),
        "" | "html" | "body" | "main" | "article" | "h1" => return None,
        _ => {}
    }
    if matches!(
        dom.attr(id, "role"),
        Some("navigation" | "banner" | "contentinfo" | "complementary" | "search" | "dialog" | "alert" | "menu")
    ) {
        return Some(Region::Beside);
    }
    for word in names(dom, id) {
        match &*word {
            w if w.starts_with("comment") && w != "commentary" => return Some(Region::Comments),
            w if w.starts_with("kommentar") || w.starts_with("comentario") || w.starts_with("commento") => {
                return Some(Region::Comments);
            }
            "disqus" | "respond" | "reply" | "replies" | "leserbriefe" | "leserkommentare" | "trackback"
            | "pingback" => return Some(Region::Comments),
            "nav" | "navi" | "navbar" | "menu" | "menue" | "topbar" | "toolbar" | "social" | "socials" | "share"
            | "sharing" | "shares" | "sharebar" | "breadcrumb" | "breadcrumbs" | "cookie" | "cookies" | "consent"
            | "gdpr" | "subscribe" | "subscription" | "ad" | "ads" | "advert" | "advertisement" | "anzeige"
            | "promo" | "promotion" | "popular" | "trending" | "mostread" | "widget" | "widgets" | "carousel"
            | "calendar" | "kalender" | "login" | "modal" | "popup" | "overlay" | "search" | "suche" | "pagination"
            | "pager" | "tagcloud" | "ticker" | "weather" | "wetter" | "rail" | "similar" | "recent" | "outbrain"
            | "taboola" | "paywall" | "offcanvas" | "skip" | "skiplinks" | "sitemap" | "copyright" | "imprint"
            | "readmore" | "weitere" | "weiteres" | "meistgelesen" | "lesenswert" | "next" | "prev" | "previous"
            | "toc" | "banner" | "rss" | "polls" | "poll" | "umfrage" => return Some(Region::Beside),
            w if [
                "sidebar",
                "related",
                "recommend",
                "breadcrumb",
                "cookie",
                "footer",
                "newsletter",
                "navigation",
                "mostread",
                "morenews",
                "teaser",
                "verwandt",
                "relacionad",
                "correlat",
                "advertis",
                "sponsor",
            ]
            .iter()
            .any(|part| w.contains(part)) =>
            {
                return Some(Region::Beside);
            }
            _ => {}
        }
    }
    None
}

/// The words of an element's class, id and item property, lower case, camel case taken apart.
pub(super) fn names(dom: &Dom, id: Id) -> impl Iterator<Item = String> {
    let values = ["class", "id", "itemprop", "data-testid"].into_iter().filter_map(|attr| dom.attr(id, attr));
    let words: Vec<String> = values.flat_map(split).take(40).collect();
    words.into_iter()
}

fn split(value: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower = false;
    for c in value.chars().take(400) {
        if !c.is_alphanumeric() || (lower && c.is_uppercase()) {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        lower = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_label_counts() {
        let cases = [
            ("Published ", "", Some(Label::Published)),
            ("Published 1 May; last updated: ", "", Some(Label::Updated)),
            ("Updated 1 May, first published on ", "", Some(Label::Published)),
            ("Mis à jour le ", "", Some(Label::Updated)),
            ("Stand: ", "", Some(Label::Updated)),
            ("Standort ", "", None),
            ("Mandated by ", "", None),
            ("", "更新", Some(Label::Updated)),
            ("掲載日:", "", Some(Label::Published)),
            ("Опубликовано ", "", Some(Label::Published)),
            ("Mitglied seit ", "", Some(Label::Other)),
            ("By Jane Doe ", "", None),
        ];
        for (before, after, want) in cases {
            assert_eq!(label(before, after), want, "{before}|{after}");
        }
    }

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(
            split("articleDate post__meta--top Entry-Title2"),
            ["article", "date", "post", "meta", "top", "entry", "title2"]
        );
    }
}
