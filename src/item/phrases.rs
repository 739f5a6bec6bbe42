//! The set phrases of press releases in many languages: labels that are no titles, marks that end a release,
//! headings of boilerplate, words of navigation. Matching is on [`crate::text::fold`]ed text.

use std::sync::LazyLock;

use crate::text::{fold, is_unspaced};

/// A table of phrases, folded once at first use.
type Folded = LazyLock<Vec<String>>;

macro_rules! folded {
    ($($phrase:literal),* $(,)?) => { LazyLock::new(|| vec![$(fold($phrase)),*]) };
}

/// Labels that stand above a release and are never its title. A line that starts with one and says little more is
/// a label too (`Press release no. 12/2025`).
static LABELS: Folded = folded![
    "press release",
    "media release",
    "news release",
    "press statement",
    "media statement",
    "press note",
    "press information",
    "press communique",
    "communique",
    "media advisory",
    "news advisory",
    "press advisory",
    "for immediate release",
    "for release",
    "immediate release",
    "for immediate use",
    "release no",
    "embargoed until",
    "embargo",
    "press corner",
    "communique de presse",
    "pour diffusion immediate",
    "information presse",
    "dossier de presse",
    "sous embargo",
    "pressemitteilung",
    "presseinformation",
    "pressemeldung",
    "medienmitteilung",
    "medieninformation",
    "presseaussendung",
    "sperrfrist",
    "zur sofortigen veroffentlichung",
    "zur sofortigen freigabe",
    "comunicado de prensa",
    "nota de prensa",
    "para publicacion inmediata",
    "para su publicacion inmediata",
    "comunicato stampa",
    "per diffusione immediata",
    "comunicado de imprensa",
    "nota a imprensa",
    "nota de imprensa",
    "para divulgacao imediata",
    "persbericht",
    "pressmeddelande",
    "pressemeddelelse",
    "pressemelding",
    "lehdistotiedote",
    "tiedote",
    "komunikat prasowy",
    "informacja prasowa",
    "do natychmiastowej publikacji",
    "tiskova zprava",
    "tlacova sprava",
    "sajtokozlemeny",
    "comunicat de presa",
    "прес реліз",
    "пресреліз",
    "пресслужба",
    "пресс релиз",
    "прессрелиз",
    "пресс служба",
    "для немедленной публикации",
    "прессъобщение",
    "basin bulteni",
    "basın bülteni",
    "basin aciklamasi",
    "δελτιο τυπου",
    "ανακοινωση τυπου",
    "بيان صحفي",
    "خبر صحفي",
    "新闻稿",
    "新闻通稿",
    "新聞稿",
    "プレスリリース",
    "ニュースリリース",
    "報道発表資料",
    "記者発表資料",
    "記者会見資料",
    "お知らせ",
    "新聞發布",
    "新聞資料",
    "媒体通稿",
    "보도참고자료",
    "보도설명자료",
    "언론보도자료",
    "notas de prensa",
    "boletin de prensa",
    "boletim de imprensa",
    "release",
    "aviso de pauta",
    "comunicado",
    "comunicato",
    "press meddelande",
    "persmededeling",
    "sporocilo za javnost",
    "priopcenje za javnost",
    "saopstenje za javnost",
    "саопштење за јавност",
    "прес саобщение",
    "прес съобщение",
    "pranesimas spaudai",
    "pressiteade",
    "preses relize",
    "siaran pers",
    "siaran media",
    "thong cao bao chi",
    "thông cáo báo chí",
    "ข่าวประชาสัมพันธ์",
    "הודעה לעיתונות",
    "بيان إعلامي",
    "بلاغ صحفي",
    "اطلاعیه مطبوعاتی",
    "प्रेस विज्ञप्ति",
    "報道発表",
    "報道資料",
    "보도자료",
];

/// Names of sections, as they stand alone above a release or a list of them.
static SECTIONS: Folded = folded![
    "press releases",
    "media releases",
    "news releases",
    "news",
    "latest news",
    "announcements",
    "press room",
    "newsroom",
    "pressemitteilungen",
    "medienmitteilungen",
    "neueste meldungen",
    "aktuelles",
    "aktuelle meldungen",
    "nachrichten",
    "communiques de presse",
    "actualites",
    "noticias",
    "sala de prensa",
    "notizie",
    "comunicati stampa",
    "comunicati",
    "comunicados",
    "sala de imprensa",
    "nieuws",
    "persberichten",
    "nyheter",
    "pressmeddelanden",
    "uutiset",
    "aktualnosci",
    "aktuality",
    "tiskove zpravy",
    "hirek",
    "stiri",
    "comunicate de presa",
    "новости",
    "пресс центр",
    "пресс релизы",
    "новини",
    "прес центр",
    "haberler",
    "duyurular",
    "νεα",
    "ανακοινωσεις",
    "أخبار",
    "الأخبار",
    "חדשות",
    "新闻",
    "新聞",
    "新闻中心",
    "最新消息",
    "ニュース",
    "新着情報",
    "뉴스",
    "공지사항",
];

/// Words that open a letterhead's line: `News from the office of …`.
static LETTERHEADS: Folded = folded!["news from", "from the office of", "press office of", "office of the"];

/// Lines that end a release.
const ENDS: &[&str] = &[
    "###", "# # #", "-30-", "- 30 -", "–30–", "-ends-", "- ends -", "--ends--", "ends", "[ends]", "(ends)", "end",
    "-end-", "* * *", "-fin-", "fin", "ende", "-ende-", "xxx", "-xxx-", "-0-",
];

/// Headings of what follows the release itself: notes, contacts, portraits of the house.
static NOTES: Folded = folded![
    "notes to editors",
    "note to editors",
    "notes for editors",
    "editors notes",
    "notes to the editor",
    "contact",
    "contacts",
    "press contact",
    "press contacts",
    "media contact",
    "media contacts",
    "media enquiries",
    "media inquiries",
    "press enquiries",
    "for more information",
    "for further information",
    "further information",
    "for more information contact",
    "contact presse",
    "contacts presse",
    "contact press",
    "pressekontakt",
    "medienkontakt",
    "ansprechpartner",
    "kontakt",
    "ruckfragen",
    "hinweis fur die redaktion",
    "contacto de prensa",
    "contacto",
    "contactos",
    "contatti",
    "contatto stampa",
    "ufficio stampa",
    "contato",
    "contacto de imprensa",
    "perscontact",
    "noot voor de redactie",
    "presskontakt",
    "pressekontakt",
    "kontakt dla mediow",
    "kontakt pro media",
    "контакти",
    "контакты",
    "контакти за медиите",
    "контакты для прессы",
    "контакти для зми",
    "basın iletişim",
    "επικοινωνια",
    "للتواصل",
    "联系方式",
    "媒体联系",
    "媒体联络",
    "お問い合わせ",
    "お問い合わせ先",
    "문의",
];

/// First words of a portrait of the house (`About Example Ltd`).
static ABOUT: Folded = folded![
    "about",
    "uber",
    "a propos",
    "à propos",
    "acerca de",
    "sobre",
    "informazioni su",
    "over",
    "om",
    "o spolce",
    "o firmie",
    "про",
    "о компании",
    "关于",
    "について"
];

/// Words of navigation that may stand alone at the edge of a dumped page.
static NAVIGATION: Folded = folded![
    "back",
    "go back",
    "back to top",
    "back to list",
    "back to overview",
    "to top",
    "top",
    "home",
    "print",
    "share",
    "share this",
    "next",
    "previous",
    "read more",
    "read also",
    "see also",
    "related stories",
    "related content",
    "related news",
    "related articles",
    "you might also like",
    "lesen sie auch",
    "mehr zum thema",
    "weitere meldungen",
    "a lire aussi",
    "lire aussi",
    "lea tambien",
    "lee tambien",
    "leggi anche",
    "leia tambem",
    "lees ook",
    "las ocksa",
    "zobacz takze",
    "czytaj takze",
    "ctete take",
    "читайте также",
    "читайте також",
    "ilgili haberler",
    "διαβαστε επισης",
    "اقرأ أيضا",
    "関連記事",
    "相关阅读",
    "相关新闻",
    "관련기사",
    "more",
    "more news",
    "all news",
    "menu",
    "search",
    "login",
    "log in",
    "skip to",
    "skip navigation",
    "jump to navigation",
    "jump to content",
    "direkt zum inhalt",
    "zum inhalt springen",
    "aller au contenu",
    "saltar al contenido",
    "ir para o conteudo",
    "vai al contenuto",
    "przejdz do tresci",
    "przejdz do",
    "перейти к содержанию",
    "перейти к основному содержанию",
    "перейти до вмісту",
    "icerige gec",
    "μεταβαση στο περιεχομενο",
    "本文へ",
    "跳到主要內容",
    "跳转到主要内容",
    "본문 바로가기",
    "skip to main content",
    "zuruck",
    "zuruck zur ubersicht",
    "nach oben",
    "drucken",
    "teilen",
    "mehr",
    "weiterlesen",
    "startseite",
    "retour",
    "haut de page",
    "imprimer",
    "partager",
    "lire la suite",
    "accueil",
    "volver",
    "imprimir",
    "compartir",
    "leer mas",
    "inicio",
    "indietro",
    "torna indietro",
    "stampa",
    "condividi",
    "voltar",
    "compartilhar",
    "terug",
    "delen",
    "tillbaka",
    "dela",
    "powrot",
    "drukuj",
    "udostepnij",
    "zpet",
    "sdilet",
    "назад",
    "вернуться",
    "вернуться назад",
    "к списку",
    "все новости",
    "печать",
    "поделиться",
    "на главную",
    "повернутися",
    "до списку",
    "усі новини",
    "друк",
    "поділитися",
    "geri",
    "paylas",
    "yazdir",
    "πισω",
    "رجوع",
    "العودة",
    "返回",
    "返回顶部",
    "打印",
    "分享",
    "戻る",
    "一覧へ戻る",
    "ページトップへ",
    "목록",
    "인쇄",
];

/// Words that say an event is under way, so that a range of days is dated by its start.
static UNDER_WAY: Folded = folded![
    "is holding",
    "are holding",
    "is being held",
    "are being held",
    "is taking place",
    "are taking place",
    "is under way",
    "is underway",
    "is hosting",
    "are hosting",
    "is conducting",
    "are conducting",
    "is running",
    "are meeting",
    "is meeting",
    "findet statt",
    "finden statt",
    "lauft",
    "se deroule",
    "se deroulent",
    "se tient",
    "a lieu",
    "ont lieu",
    "se celebra",
    "se celebran",
    "tiene lugar",
    "si svolge",
    "si svolgono",
    "ha luogo",
    "decorre",
    "realiza se",
    "vindt plaats",
    "ager rum",
    "pagar",
    "odbywa sie",
    "trwa",
    "trwaja",
    "probiha",
    "проходит",
    "проходят",
    "проводит",
    "проводят",
    "проходить",
    "проходять",
    "триває",
    "идет",
    "идут",
    "devam ediyor",
    "duzenleniyor",
    "正在",
    "開催中",
    "열리고",
];

/// Whether a line is a label and nothing else.
pub(super) fn is_label(text: &str) -> bool {
    if text.chars().count() > 80 {
        return false;
    }
    let folded = fold(text);
    let is_letterhead = LETTERHEADS.iter().any(|words| folded.starts_with(words.as_str()));
    is_letterhead
        || SECTIONS.contains(&folded)
        || LABELS.iter().any(|label| {
            folded.strip_prefix(label.as_str()).is_some_and(|rest| {
                rest.is_empty()
                    || rest.starts_with(' ')
                        && rest.split(' ').filter(|word| word.chars().all(char::is_alphabetic)).count() <= 3
            })
        })
}

/// Whether a line marks the end of a release (`###`, `-30-`, `ENDS`).
pub(super) fn is_end(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 12 && {
        let lower = text.to_lowercase();
        // `end` in lower case may be a word of the text; the mark is set in capitals or between dashes.
        ENDS.contains(&lower.as_str()) && (text != lower || !text.starts_with(char::is_alphabetic))
    }
}

/// Whether a line heads what follows the release: notes to editors, contacts, a portrait of the house.
pub(super) fn is_notes_heading(text: &str) -> bool {
    let count = text.chars().count();
    if count > 80 || text.trim_end().ends_with(['.', '!', '?']) {
        return false;
    }
    let folded = fold(text);
    NOTES.contains(&folded)
        || ABOUT.iter().any(|about| {
            let next = text.split_whitespace().skip(about.split(' ').count()).take(2);
            // One word may begin a sentence; two and more are a set phrase.
            let named = about.contains(' ') || next.into_iter().any(|word| !word.starts_with(char::is_lowercase));
            let short = |rest: &str| rest.starts_with(' ') && rest.split(' ').count() <= 7;
            named && folded.strip_prefix(about.as_str()).is_some_and(short)
        })
}

/// First words of a byline.
static BYLINES: Folded = folded![
    "by",
    "von",
    "par",
    "por",
    "di",
    "door",
    "av",
    "af",
    "przez",
    "autor",
    "autorin",
    "author",
    "auteur",
    "autore",
    "autora",
    "автор",
    "текст",
    "yazan",
    "text",
    "foto",
    "photo",
    "photograph",
    "photographie",
    "bild",
    "fotos",
    "photos",
    "image",
    "credit",
    "фото",
    "зображення",
    "写真",
    "图片",
];

/// Whether a short line names who wrote a text or took its picture.
pub(super) fn is_byline(text: &str) -> bool {
    if text.chars().count() > 80 || text.ends_with('.') {
        return false;
    }
    let mut words = text.split_whitespace();
    let Some(first) = words.next() else { return false };
    let names: Vec<&str> = words.collect();
    let folded = fold(first);
    let led = BYLINES.contains(&folded) && (first.ends_with(':') || names.len() <= 6);
    led && names.iter().filter(|word| word.starts_with(char::is_lowercase)).count() <= 2
        && names.first().is_none_or(|name| !name.starts_with(char::is_lowercase))
}

/// Whether a line is a word or two of navigation.
pub(super) fn is_navigation(text: &str) -> bool {
    if text.chars().count() > 40 {
        return false;
    }
    let folded = fold(text);
    NAVIGATION.iter().any(|word| folded == *word || (word.contains(' ') && folded.starts_with(word.as_str())))
        || folded.strip_prefix("back to ").is_some_and(|rest| rest.split(' ').count() <= 4)
}

/// Whether a sentence tells of something that is still going on.
pub(super) fn is_under_way(sentence: &str) -> bool {
    let folded = format!(" {} ", fold(sentence));
    UNDER_WAY.iter().any(|words| {
        folded.match_indices(words.as_str()).any(|(at, _)| {
            words.starts_with(is_unspaced)
                || (folded[..at].ends_with(' ') && folded[at + words.len()..].starts_with(' '))
        })
    })
}

/// Words that recall what is known already.
static RECALLED: Folded = folded![
    "recall",
    "recalls",
    "recalled",
    "as a reminder",
    "earlier",
    "previously",
    "rappel",
    "rappelons",
    "pour memoire",
    "zur erinnerung",
    "erinnert",
    "recordamos",
    "recuerda",
    "ricordiamo",
    "si ricorda",
    "lembramos",
    "relembra",
    "herinneren",
    "przypomnijmy",
    "przypominamy",
    "připomínáme",
    "напомним",
    "напоминаем",
    "нагадаємо",
    "нагадуємо",
    "hatirlatmak",
    "υπενθυμιζεται",
    "υπενθυμιζουμε",
];

/// Words of anniversaries and beginnings.
static ANNIVERSARIES: Folded = folded![
    "anniversary",
    "centenary",
    "founded",
    "established",
    "born",
    "since",
    "jubilaum",
    "jahrestag",
    "gegrundet",
    "geboren",
    "anniversaire",
    "fonde",
    "fondee",
    "ne le",
    "nee le",
    "aniversario",
    "fundada",
    "fundado",
    "nacio",
    "anniversario",
    "fondata",
    "fondato",
    "nato",
    "nata",
    "jubileum",
    "opgericht",
    "rocznica",
    "rocznicy",
    "zalozono",
    "výročí",
    "založen",
    "годовщина",
    "годовщину",
    "основан",
    "основана",
    "річниця",
    "річницю",
    "заснований",
    "yildonumu",
    "kuruldu",
    "επετειος",
    "ιδρυθηκε",
];

/// Words before a date that is still to come, or ends something.
static DEADLINES: Folded = folded![
    "until",
    "till",
    "by",
    "before",
    "through",
    "deadline",
    "expires",
    "bis",
    "bis zum",
    "spatestens",
    "jusqu au",
    "avant le",
    "hasta",
    "antes del",
    "entro",
    "fino al",
    "ate",
    "tot",
    "voor",
    "senast",
    "til",
    "do",
    "do dnia",
    "do konce",
    "до",
    "не позднее",
    "не пізніше",
    "kadar",
    "εως",
    "μεχρι",
    "حتى",
];

fn says_any(text: &str, words: &[String]) -> bool {
    let folded = format!(" {} ", fold(text));
    words.iter().any(|word| folded.contains(&format!(" {word} ")))
}

/// Whether a sentence recalls what was told before.
pub(super) fn is_recalled(sentence: &str) -> bool {
    says_any(sentence, &RECALLED)
}

/// Whether a sentence tells of an anniversary or a founding.
pub(super) fn is_anniversary(sentence: &str) -> bool {
    says_any(sentence, &ANNIVERSARIES)
}

/// Whether the words right before a date set it as an end.
pub(super) fn is_deadline(before: &str) -> bool {
    let folded = fold(before);
    DEADLINES
        .iter()
        .any(|word| folded.strip_suffix(word.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_from_titles() {
        for label in [
            "PRESS RELEASE",
            "For Immediate Release:",
            "Pressemitteilung Nr. 12/2025",
            "Communiqué de presse",
            "ПРЕСС-РЕЛИЗ",
            "보도자료",
            "News release no. 44",
        ] {
            assert!(is_label(label), "{label}");
        }
        for title in [
            "Press release archive opens to the public this week",
            "Embargo on river sand lifted by the harbour board",
            "Ferry line reopens",
        ] {
            assert!(!is_label(title), "{title}");
        }
    }

    #[test]
    fn ends_notes_and_navigation() {
        assert!(["###", "-30-", "ENDS", "- ENDS -", "* * *"].iter().all(|end| is_end(end)));
        assert!(!is_end("end") && !is_end("The end"));
        assert!(
            ["Notes to editors:", "About Tidewater Harbour Trust", "Über die Stadtwerke", "Контакти"]
                .iter()
                .all(|n| is_notes_heading(n))
        );
        assert!(!is_notes_heading("About 300 people came to the opening of the lock on Sunday and stayed until night"));
        assert!(["Go back", "Back to the section", "Zurück", "返回"].iter().all(|n| is_navigation(n)));
        assert!(!is_navigation("Back pay for dockers"));
    }

    #[test]
    fn what_is_under_way() {
        assert!(is_under_way("From 17 to 20 March 2025, the port is holding an exercise."));
        assert!(is_under_way("С 3 по 5 июня проходит форум."));
        assert!(!is_under_way("From 17 to 20 March 2025, the port held an exercise."));
    }
}
