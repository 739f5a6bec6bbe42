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
    "報道発表",
    "報道資料",
    "보도자료",
];

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
    LABELS.iter().any(|label| {
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
            let named = next.into_iter().any(|word| !word.starts_with(char::is_lowercase));
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
