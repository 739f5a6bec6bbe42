//! The words by which pages of many languages say what a date or a part is: labels, and headings that lead away.

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

#[rustfmt::skip] // words read as running text
const PUBLISHED: &[&str] = &[
    "published", "posted", "released", "issued", "date", "dated", "publication", "created", "submitted", "written",
    "veröffentlicht", "veröffentlichung", "erschienen", "publiziert", "eingestellt", "erstellt", "verfasst",
    "geschrieben", "datum", "online seit", "gepubliceerd", "geplaatst", "geschreven", "verschenen", "aangemaakt",
    "publicerad", "publicerat", "skapad", "skriven", "inlagd", "publiceret", "offentliggjort", "oprettet", "udgivet",
    "dato", "skrevet", "publisert", "opprettet", "lagt ut", "julkaistu", "luotu", "kirjoitettu", "birt", "skrifað",
    "publié", "publiée", "mis en ligne", "mise en ligne", "posté", "paru", "parution", "rédigé", "écrit", "diffusé",
    "publicado", "publicada", "publicación", "fecha", "creado", "escrito", "postado", "publicação", "data", "criado",
    "divulgado", "pubblicato", "pubblicata", "pubblicazione", "scritto", "inserito", "creato", "publicat",
    "publicată", "postat", "adăugat", "opublikowano", "opublikowany", "publikacji", "publikacja", "dodano",
    "utworzono", "zamieszczono", "publikováno", "zveřejněno", "vydáno", "vloženo", "přidáno", "vytvořeno",
    "publikované", "zverejnené", "uverejnené", "vydané", "pridané", "dátum", "objavljeno", "objavljen", "objava",
    "postavljeno", "kreirano", "објављено", "објавено", "датум", "опубликован", "публикац", "размещено", "добавлен",
    "создано", "дата", "опубліковано", "розміщено", "додано", "створено", "публікац", "публикуван", "публікаван",
    "paskelbta", "publikuota", "įkelta", "publicēts", "publicēta", "pievienots", "datums", "avaldatud", "lisatud",
    "postitatud", "kuupäev", "közzétéve", "megjelent", "publikálva", "létrehozva", "közzététel", "feltöltve",
    "δημοσιεύτηκε", "δημοσιεύθηκε", "δημοσίευση", "ημερομηνία", "αναρτήθηκε", "καταχώρηση", "yayınlan", "yayımlan",
    "yayın", "giriş", "eklenme", "tarih", "oluşturma", "oluşturulma", "publikuar", "tarix", "жарияланған",
    "argitaratu", "نشر", "تاريخ", "منتشر", "انتشار", "تاریخ", "شائع", "פורסם", "פורסמה", "תאריך", "הועלה", "प्रकाशित",
    "प्रकाशन", "दिनांक", "तारीख", "पब्लिश", "প্রকাশ", "তারিখ", "পোস্ট", "வெளியிடப்பட்ட", "பதிவு", "પ્રકાશિત",
    "ప్రచురణ", "เผยแพร่", "วันที่", "โพสต์", "đăng", "ngày", "xuất bản", "diterbitkan", "dipublikasikan", "tayang",
    "terbit", "disiarkan", "diposting", "tanggal", "tarikh", "发布", "發布", "發佈", "发表", "發表", "刊登", "发稿", "日期", "时间",
    "時間", "公開", "投稿", "掲載", "発表", "配信", "作成", "日付", "発行", "登録", "입력", "등록", "게시", "작성", "발행", "승인", "송고", "날짜",
];

#[rustfmt::skip] // words read as running text
const UPDATED: &[&str] = &[
    "updated", "update", "modified", "edited", "revised", "changed", "reviewed", "as of", "aktualisiert", "stand",
    "geändert", "änderung", "bearbeitet", "überarbeitet", "bijgewerkt", "gewijzigd", "aangepast", "wijziging",
    "uppdaterad", "uppdaterat", "ändrad", "opdateret", "ændret", "oppdatert", "endret", "päivitetty", "muokattu",
    "mis à jour", "mise à jour", "màj", "modifié", "modifiée", "modification", "actualisé", "actualizado",
    "actualizada", "actualización", "modificado", "modificada", "atualizado", "atualizada", "atualização", "alterado",
    "aggiornato", "aggiornata", "aggiornamento", "modificato", "modifica", "actualitzat", "actualizat", "modificat",
    "aktualizacja", "zaktualizowano", "modyfikacj", "aktualizováno", "upraveno", "změněno", "aktualizace",
    "aktualizované", "upravené", "frissítve", "frissítés", "módosítva", "módosítás", "обновлен", "изменен", "оновлен",
    "змінен", "актуализ", "ажурирано", "ažurirano", "izmijenjeno", "izmenjeno", "posodobljeno", "ενημερώθηκε",
    "ενημέρωση", "τροποποίηση", "güncelle", "düzenleme", "atnaujinta", "atjaunots", "uuendatud", "muudetud", "تحديث",
    "بروزرسانی", "به‌روز", "ویرایش", "עודכן", "עדכון", "अपडेट", "अद्यतन", "संशोधित", "আপডেট", "হালনাগাদ", "อัปเดต",
    "ปรับปรุง", "แก้ไข", "cập nhật", "diperbarui", "dimutakhirkan", "kemaskini", "更新", "修改", "修正", "수정", "업데이트",
];

#[rustfmt::skip] // words read as running text
const OTHER: &[&str] = &[
    "when", "event", "cuándo", "quand", "когда", "日時", "日时", "deadline", "expires", "valid", "until", "since", "born", "joined", "registered", "copyright", "©",
    "retrieved", "accessed", "received", "accepted", "today", "starts", "ends", "termin", "beginn", "wann", "bis zum",
    "gültig", "seit", "geboren", "registriert", "dabei seit", "mitglied seit", "abgerufen", "heute", "veranstaltung",
    "consulté", "jusqu", "aujourd", "depuis", "hasta", "hoy", "oggi", "hoje", "vandaag", "сегодня", "gestorben",
    "ausgedruckt", "printed", "imprimé", "gedruckt", "next", "archived", "membro desde", "inscrit", "anmeldeschluss",
    "締切", "開催", "本日", "今天", "截止", "오늘", "اليوم", "امروز", "היום", "bugün",
];

/// Words that mean no more than `date`: the word beside one says whose (`Event date:`, `Fecha de cierre:`).
#[rustfmt::skip] // words read as running text
const DATE: &[&str] = &[
    "date", "datum", "dato", "fecha", "data", "dátum", "datums", "дата", "датум", "ημερομηνία", "tarih", "תאריך", "تاريخ", "تاریخ",
    "日期", "时间", "時間", "日付", "날짜", "दिनांक", "तारीख", "তারিখ", "วันที่", "ngày", "tanggal", "tarikh",
];

/// Words that make a date another's than the release's.
#[rustfmt::skip] // words read as running text
const OF_ANOTHER: &[&str] = &[
    "start", "starting", "end", "closing", "due", "birth", "meeting", "hearing", "session", "launch", "effective", "expiry",
    "application", "submission deadline", "event", "evento", "inicio", "cierre", "nacimiento", "événement", "évènement", "début",
    "limite", "clôture", "naissance", "début des", "scadenza", "nascita", "início", "encerramento", "nascimento",
    "veranstaltung", "beginn", "ablauf", "geburt", "evenement", "geboorte", "aanvang", "evenemang", "födelse",
    "wydarzenia", "zakończenia", "rozpoczęcia", "urodzenia", "konání", "akce", "narození", "мероприят", "события", "начала",
    "окончания", "рождения", "заход", "початку", "народження", "εκδήλωσης", "γέννησης", "etkinlik", "doğum", "başlangıç",
    "活动", "活動", "开会", "出生", "開催", "締切", "행사", "생년", "마감", "الفعالية", "الميلاد",
];

/// The label that governs a date, read from the words before it (and, in languages that put it last, after it).
pub(super) fn label(before: &str, after: &str) -> Option<Label> {
    nearest(before).or_else(|| {
        let after: String = after.chars().take(8).collect();
        if after.chars().any(|c| c >= '\u{2E80}') { nearest(&after) } else { None }
    })
}

/// Phrases by which a text speaks of itself: `This entry was posted on …`.
#[rustfmt::skip] // words read as running text
const ITSELF: &[&str] = &[
    "this entry", "this post", "this article", "this page", "this item", "dieser beitrag", "dieser artikel",
    "dieser eintrag", "diese seite", "der artikel", "der beitrag", "diese meldung", "cet article", "cette entrée",
    "ce billet", "cette page", "esta entrada", "este artículo", "este artigo", "este post", "questo articolo",
    "questa voce", "dit bericht", "dit artikel", "detta inlägg", "denna artikel", "dette innlegg", "ten wpis",
    "ten artykuł", "tento příspěvek", "tento článek", "ez a bejegyzés", "acest articol", "bu yazı", "bu haber",
    "эта запись", "данная статья", "цей запис", "この記事", "この投稿", "本文",
];

/// Whether a line speaks of the page's own text.
pub(super) fn tells_of_itself(line: &str) -> bool {
    let line = line.to_lowercase();
    ITSELF.iter().any(|phrase| line.contains(phrase))
}

/// Headings over what leads away from a release.
#[rustfmt::skip] // words read as running text
const ELSEWHERE: &[&str] = &[
    "related", "related articles", "related news", "related stories", "related posts", "related content", "read more",
    "read also", "read next", "see also", "more news", "more from", "more stories", "you may also like",
    "you might also like", "recommended", "latest news", "recent posts", "most read", "popular", "share this",
    "comments", "leave a reply", "leave a comment", "weitere meldungen", "weitere artikel", "weitere nachrichten",
    "weitere beiträge", "weitere themen", "weitere informationen", "mehr zum thema", "zum thema",
    "das könnte sie auch interessieren", "das könnte dich auch interessieren", "auch interessant", "lesen sie auch",
    "ähnliche artikel", "ähnliche beiträge", "verwandte artikel", "verwandte themen", "kommentare", "meistgelesen",
    "neueste beiträge", "à lire aussi", "lire aussi", "sur le même sujet", "articles similaires", "articles liés",
    "voir aussi", "commentaires", "te puede interesar", "lee también", "ver también", "noticias relacionadas",
    "artículos relacionados", "comentarios", "leia também", "veja também", "notícias relacionadas",
    "artigos relacionados", "comentários", "leggi anche", "articoli correlati", "potrebbe interessarti", "commenti",
    "lees ook", "lees meer", "gerelateerde artikelen", "meer nieuws", "reacties", "läs mer", "läs också",
    "relaterade artiklar", "les også", "læs også", "lue myös", "czytaj także", "czytaj również", "zobacz także",
    "zobacz też", "powiązane artykuły", "komentarze", "mohlo by vás zajímat", "čtěte také", "související články",
    "kapcsolódó cikkek", "citește și", "articole similare", "читайте также", "похожие статьи", "по теме",
    "другие новости", "комментарии", "читайте також", "схожі новини", "pročitajte još", "povezani članci",
    "διαβάστε επίσης", "σχετικά άρθρα", "ilgili haberler", "benzer haberler", "bunlar da ilginizi çekebilir",
    "اقرأ أيضا", "مواضيع ذات صلة", "أخبار ذات صلة", "مطالب مرتبط", "कृपया यह भी पढ़ें", "यह भी पढ़ें", "আরও পড়ুন",
    "อ่านเพิ่มเติม", "ข่าวที่เกี่ยวข้อง", "tin liên quan", "xem thêm", "baca juga", "berita terkait",
    "artikel terkait", "相关新闻", "相关阅读", "相关文章", "延伸閱讀", "相關新聞", "関連記事", "関連ニュース", "おすすめ記事", "あわせて読みたい", "관련기사",
    "관련 기사", "댓글",
];

/// Whether a heading opens what leads away from the release: related articles, comments.
pub(super) fn leads_away(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    let heading = heading.trim_matches(|c: char| !c.is_alphanumeric());
    ELSEWHERE.contains(&heading)
}

/// The label that stands last in a text.
fn nearest(text: &str) -> Option<Label> {
    // Most dates stand alone.
    if !text.contains(|c: char| c.is_alphabetic() || c == '©') {
        return None;
    }
    let text = text.to_lowercase();
    let lists = [(Label::Published, PUBLISHED), (Label::Updated, UPDATED), (Label::Other, OTHER)];
    let places = lists.iter().flat_map(|(label, words)| {
        words.iter().filter_map(|word| Some((find_word(&text, word)? + word.len(), word.len(), *label)))
    });
    let (end, len, label) = places.max_by_key(|&(end, len, _)| (end, len))?;
    let clause = text[..end - len].rmatch_indices([',', ';', '|', '.', '•', '·', '–']).next();
    let clause = clause.map_or(0, |(at, mark)| at + mark.len());
    let company = || text[clause..].trim_end_matches([':', '：', ' ']);
    let of_another =
        DATE.contains(&&text[end - len..end]) && OF_ANOTHER.iter().any(|word| find_word(company(), word).is_some());
    Some(if of_another { Label::Other } else { label })
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
            ("Event date: ", "", Some(Label::Other)),
            ("Fecha de inicio: ", "", Some(Label::Other)),
            ("Termin, Datum: ", "", Some(Label::Published)),
            ("Event · Date: ", "", Some(Label::Published)),
            ("活动–Date: ", "", Some(Label::Published)),
            ("·Date: ", "", Some(Label::Published)),
            ("Дата рождения: ", "", Some(Label::Other)),
            ("活动时间：", "", Some(Label::Other)),
            ("Release date: ", "", Some(Label::Published)),
        ];
        for (before, after, want) in cases {
            assert_eq!(label(before, after), want, "{before}|{after}");
        }
    }
}
