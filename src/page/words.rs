//! What the pages say around the releases, in a handful of languages; dates and sizes as these languages write them.

use chrono::{DateTime, Datelike, FixedOffset, Locale};

/// The words of one language. Texts with `{}` take a date there.
#[derive(Debug)]
pub(super) struct Words {
    /// BCP 47 language of these words.
    pub code: &'static str,
    pub skip: &'static str,
    pub topics: &'static str,
    pub newest: &'static str,
    pub archive: &'static str,
    pub subscribe: &'static str,
    pub what_a_feed_is: &'static str,
    pub opml: &'static str,
    pub nothing: &'static str,
    pub undated: &'static str,
    pub corrected: &'static str,
    pub downloads: &'static str,
    pub tags: &'static str,
    pub original: &'static str,
    pub languages: &'static str,
    pub withdrawn: &'static str,
    pub withdrawn_note: &'static str,
    pub missing: &'static str,
    pub missing_note: &'static str,
    pub home: &'static str,
    pub feed: &'static str,
    pub address: &'static str,
    /// The names of months, and how a day is written with them (strftime).
    locale: Locale,
    day: &'static str,
    /// Months as they stand alone, where they differ from those in a date.
    months: Option<[&'static str; 12]>,
    decimal: char,
    /// Bytes, thousands and millions of bytes.
    units: [&'static str; 3],
}

impl Words {
    /// The words for a BCP 47 language: by its primary subtag, English where there is none.
    pub fn of(language: &str) -> &'static Words {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("en-US") {
            return &AMERICAN;
        }
        ALL.iter().copied().find(|words| words.code.eq_ignore_ascii_case(primary)).unwrap_or(&ENGLISH)
    }

    /// A day as written in a sentence: `5 June 2026`, `5. Juni 2026`, `1er juin 2026`.
    pub fn date(&self, at: &DateTime<FixedOffset>) -> String {
        let date = at.format_localized(self.day, self.locale).to_string();
        match date.strip_prefix("1 ") {
            Some(rest) if self.code == "fr" => format!("1er {rest}"),
            _ => date,
        }
    }

    /// A month with its year, standing alone.
    pub fn month(&self, at: &DateTime<FixedOffset>) -> String {
        match self.months {
            Some(names) => format!("{} {}", names[at.month0() as usize], at.year()),
            None => at.format_localized("%B %Y", self.locale).to_string(),
        }
    }

    /// A file size in decimal units, with one decimal below ten.
    pub fn size(&self, bytes: u64) -> String {
        let [unit, kilo, mega] = self.units;
        let shown = |step: u64, unit: &str| {
            let (tenths, whole) = ((bytes + step / 20) / (step / 10), (bytes + step / 2) / step);
            if tenths < 100 && !tenths.is_multiple_of(10) {
                format!("{}{}{}\u{A0}{unit}", tenths / 10, self.decimal, tenths % 10)
            } else {
                format!("{whole}\u{A0}{unit}")
            }
        };
        match bytes {
            0..1_000 => format!("{bytes}\u{A0}{unit}"),
            1_000..999_500 => shown(1_000, kilo),
            _ => shown(1_000_000, mega),
        }
    }
}

/// The name of a language in itself, by its primary subtag; the BCP 47 tag where it is not among the common ones.
pub(super) fn own_name(language: &str) -> &str {
    const NAMES: [(&str, &str); 26] = [
        ("ar", "العربية"),
        ("bg", "Български"),
        ("cs", "Čeština"),
        ("da", "Dansk"),
        ("de", "Deutsch"),
        ("el", "Ελληνικά"),
        ("en", "English"),
        ("es", "Español"),
        ("fa", "فارسی"),
        ("fi", "Suomi"),
        ("fr", "Français"),
        ("he", "עברית"),
        ("hu", "Magyar"),
        ("it", "Italiano"),
        ("ja", "日本語"),
        ("ko", "한국어"),
        ("nb", "Norsk bokmål"),
        ("nl", "Nederlands"),
        ("pl", "Polski"),
        ("pt", "Português"),
        ("ro", "Română"),
        ("ru", "Русский"),
        ("sv", "Svenska"),
        ("tr", "Türkçe"),
        ("uk", "Українська"),
        ("zh", "中文"),
    ];
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    NAMES.iter().find(|(code, _)| code.eq_ignore_ascii_case(primary)).map_or(language, |(_, name)| name)
}

const ALL: [&Words; 5] = [&ENGLISH, &GERMAN, &FRENCH, &SPANISH, &UKRAINIAN];

static ENGLISH: Words = Words {
    code: "en",
    skip: "Skip to content",
    topics: "Topics",
    newest: "Latest news",
    archive: "Archive",
    subscribe: "Subscribe",
    what_a_feed_is: "A feed brings every new release to you by itself. Copy an address into a feed reader to subscribe.",
    opml: "All feeds in one file (OPML)",
    nothing: "Nothing has been published here yet.",
    undated: "Without a date",
    corrected: "Corrected on {}",
    downloads: "Downloads",
    tags: "Tags",
    original: "Original page",
    languages: "Other languages",
    withdrawn: "Withdrawn",
    withdrawn_note: "This release was withdrawn on {}.",
    missing: "Page not found",
    missing_note: "There is nothing at this address. It may be mistyped, or the page may have moved.",
    home: "To the front page",
    feed: "This is a feed",
    address: "Address of the feed",
    locale: Locale::en_GB,
    day: "%-d %B %Y",
    months: None,
    decimal: '.',
    units: ["bytes", "kB", "MB"],
};

/// English with the month first.
static AMERICAN: Words = Words { locale: Locale::en_US, day: "%B %-d, %Y", ..ENGLISH };

static GERMAN: Words = Words {
    code: "de",
    skip: "Zum Inhalt springen",
    topics: "Themen",
    newest: "Neueste Meldungen",
    archive: "Archiv",
    subscribe: "Abonnieren",
    what_a_feed_is: "Ein Feed bringt Ihnen jede neue Meldung von selbst. Kopieren Sie eine Adresse in ein Leseprogramm für Feeds, um ihn zu abonnieren.",
    opml: "Alle Feeds in einer Datei (OPML)",
    nothing: "Hier ist noch nichts erschienen.",
    undated: "Ohne Datum",
    corrected: "Berichtigt am {}",
    downloads: "Zum Herunterladen",
    tags: "Schlagwörter",
    original: "Ursprüngliche Seite",
    languages: "Andere Sprachen",
    withdrawn: "Zurückgezogen",
    withdrawn_note: "Diese Meldung wurde am {} zurückgezogen.",
    missing: "Seite nicht gefunden",
    missing_note: "Unter dieser Adresse gibt es nichts. Vielleicht ist sie falsch geschrieben, oder die Seite ist umgezogen.",
    home: "Zur Startseite",
    feed: "Dies ist ein Feed",
    address: "Adresse des Feeds",
    locale: Locale::de_DE,
    day: "%-d. %B %Y",
    months: None,
    decimal: ',',
    units: ["Byte", "kB", "MB"],
};

static FRENCH: Words = Words {
    code: "fr",
    skip: "Aller au contenu",
    topics: "Thèmes",
    newest: "Derniers communiqués",
    archive: "Archives",
    subscribe: "S’abonner",
    what_a_feed_is: "Un flux vous apporte de lui-même chaque nouveau communiqué. Pour vous abonner, copiez une adresse dans un lecteur de flux.",
    opml: "Tous les flux en un seul fichier (OPML)",
    nothing: "Rien n’a encore été publié ici.",
    undated: "Sans date",
    corrected: "Corrigé le {}",
    downloads: "À télécharger",
    tags: "Mots-clés",
    original: "Page d’origine",
    languages: "Autres langues",
    withdrawn: "Communiqué retiré",
    withdrawn_note: "Ce communiqué a été retiré le {}.",
    missing: "Page introuvable",
    missing_note: "Il n’y a rien à cette adresse. Elle est peut-être mal écrite, ou la page a été déplacée.",
    home: "Retour à l’accueil",
    feed: "Ceci est un flux",
    address: "Adresse du flux",
    locale: Locale::fr_FR,
    day: "%-d %B %Y",
    months: None,
    decimal: ',',
    units: ["octets", "ko", "Mo"],
};

static SPANISH: Words = Words {
    code: "es",
    skip: "Saltar al contenido",
    topics: "Temas",
    newest: "Últimas noticias",
    archive: "Archivo",
    subscribe: "Suscribirse",
    what_a_feed_is: "Un canal le trae por sí solo cada nuevo comunicado. Para suscribirse, copie una dirección en un lector de canales.",
    opml: "Todos los canales en un solo archivo (OPML)",
    nothing: "Aquí todavía no se ha publicado nada.",
    undated: "Sin fecha",
    corrected: "Corregido el {}",
    downloads: "Descargas",
    tags: "Etiquetas",
    original: "Página original",
    languages: "Otros idiomas",
    withdrawn: "Comunicado retirado",
    withdrawn_note: "Este comunicado se retiró el {}.",
    missing: "Página no encontrada",
    missing_note: "En esta dirección no hay nada. Puede estar mal escrita, o la página puede haberse trasladado.",
    home: "Ir a la portada",
    feed: "Esto es un canal",
    address: "Dirección del canal",
    locale: Locale::es_ES,
    day: "%-d de %B de %Y",
    months: None,
    decimal: ',',
    units: ["bytes", "kB", "MB"],
};

static UKRAINIAN: Words = Words {
    code: "uk",
    skip: "Перейти до змісту",
    topics: "Теми",
    newest: "Останні новини",
    archive: "Архів",
    subscribe: "Підписатися",
    what_a_feed_is: "Стрічка сама приносить вам кожне нове повідомлення. Щоб підписатися, скопіюйте адресу до програми для читання стрічок.",
    opml: "Усі стрічки в одному файлі (OPML)",
    nothing: "Тут ще нічого не опубліковано.",
    undated: "Без дати",
    corrected: "Виправлено {}",
    downloads: "Файли",
    tags: "Мітки",
    original: "Сторінка-джерело",
    languages: "Іншими мовами",
    withdrawn: "Відкликано",
    withdrawn_note: "Це повідомлення відкликано {}.",
    missing: "Сторінку не знайдено",
    missing_note: "За цією адресою нічого немає. Можливо, її написано з помилкою або сторінку перенесено.",
    home: "На головну",
    feed: "Це стрічка новин",
    address: "Адреса стрічки",
    locale: Locale::uk_UA,
    day: "%-d %B %Y р.",
    months: Some([
        "січень",
        "лютий",
        "березень",
        "квітень",
        "травень",
        "червень",
        "липень",
        "серпень",
        "вересень",
        "жовтень",
        "листопад",
        "грудень",
    ]),
    decimal: ',',
    units: ["байт", "кБ", "МБ"],
};

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn days_and_months_are_written_as_each_language_does() {
        let day = at("2026-03-01T00:00:00+01:00");
        for (language, date, month) in [
            ("en", "1 March 2026", "March 2026"),
            ("en-US", "March 1, 2026", "March 2026"),
            ("de-AT", "1. März 2026", "März 2026"),
            ("fr", "1er mars 2026", "mars 2026"),
            ("es", "1 de marzo de 2026", "marzo 2026"),
            ("uk", "1 березня 2026 р.", "березень 2026"),
            ("xx", "1 March 2026", "March 2026"),
        ] {
            let words = Words::of(language);
            assert_eq!((words.date(&day), words.month(&day)), (date.into(), month.into()), "{language}");
        }
        assert_eq!(Words::of("fr").date(&at("2026-03-11T00:00:00+01:00")), "11 mars 2026");
    }

    #[test]
    fn sizes_round_and_take_the_decimal_sign() {
        for (language, bytes, shown) in [
            ("en", 0, "0\u{A0}bytes"),
            ("en", 999, "999\u{A0}bytes"),
            ("en", 1_000, "1\u{A0}kB"),
            ("en", 3_964, "4\u{A0}kB"),
            ("de", 1_449, "1,4\u{A0}kB"),
            ("en", 9_960, "10\u{A0}kB"),
            ("en", 24_520, "25\u{A0}kB"),
            ("en", 999_499, "999\u{A0}kB"),
            ("en", 999_500, "1\u{A0}MB"),
            ("fr", 1_250_000, "1,3\u{A0}Mo"),
            ("en", 2_000_000_000, "2000\u{A0}MB"),
        ] {
            assert_eq!(Words::of(language).size(bytes), shown, "{language} {bytes}");
        }
    }

    #[test]
    fn words_can_stand_in_a_css_string() {
        for words in ALL {
            for text in [words.feed, words.what_a_feed_is, words.address] {
                assert!(!text.contains(['"', '\\', '\n']), "{text}");
            }
        }
    }
}
