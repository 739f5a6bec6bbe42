//! The words of embargoes in many languages, folded as [`names::fold`](super::names::fold) does.

/// What stands in every line that says embargo; a text without any of them is not looked at.
#[rustfmt::skip] // words read as running text
pub(super) const STEMS: &[&str] = &[
    "embarg", "ambargo", "sperrfrist", "sperrvermerk", "sperrefrist", "sperret", "эмбарго", "ембарго", "εμπάργκο",
    "εμπαργκο", " interdite", "publiceras ej", "freigeben", "得發布", "勿发布", "勿發布", "止发布", "止發布", "得报道", "得報導",
    "禁發", "محظور نشر", "حظر نشر", "אמברגו", "אין לפרסם", "not for ", "not to be ", "do not ", "no publication", "hold for ", "veröffentlich",
    "veroffentlich", "publizieren", "pas diffuser", "pas publier", "no publicar", "no difundir", "no divulgar",
    "prohibida su", "non pubblicare", "non diffondere", "não publicar", "nao publicar", "nao divulgar",
    "nezverejnovat", "do publikacji", "не подлежит", "não divulgar", "niet publiceren", "niet voor publicatie",
    "ej publiceras", "ikke offentlig", "nie publikowa", "nezveřejňovat", "nepublikovat", "не публик", "не публік",
    "не для публ", "не оприлюдн", "δημοσιευ", "النشر", "解禁", "禁发", "エンバーゴ", "엠바고", "不得发布",
];

/// Words that may stand before: who is held back, how strictly, articles.
#[rustfmt::skip] // words read as running text
pub(super) const QUALIFIERS: &[&str] = &[
    "press", "media", "news", "strict", "strictly", "release", "releases", "this", "these", "the", "of", "is",
    "are", "contents", "content", "information", "all", "document", "report", "statement", "announcement", "text",
    "material", "story", "article", "please", "note", "attention", "important", "confidential", "and", "for",
    "advance", "copy", "mitteilung", "pressemitteilung", "medienmitteilung", "presseinformation", "meldung",
    "diese", "dieser", "die", "der", "das", "achtung", "bitte", "beachten", "wichtig", "ist", "streng", "strenge",
    "communique", "ce", "de", "presse", "est", "le", "strict", "prensa", "nota", "comunicado", "este", "esta", "es",
    "la", "el", "stampa", "comunicato", "questo", "e", "il", "imprensa", "persbericht", "dit", "bericht",
    "pressmeddelande", "pressemeddelelse", "пресс", "прес", "релиз", "реліз", "informacja", "prasowa", "a",
];

/// Participles and names that only the press uses.
#[rustfmt::skip] // words read as running text
pub(super) const PARTICIPLES: &[&str] = &[
    "embargoed", "embargad", "embargat", "embargoad", "embargert", "sperrfrist", "sperrvermerk", "sperrefrist",
    "sperret", "embargolu", "ambargolu", "embargowan", "embargovan", "geembargeerd",
];

/// Beginnings of the noun, alone or joined to the press.
#[rustfmt::skip] // words read as running text
pub(super) const NOUNS: &[&str] = &[
    "embarg", "ambargo", "эмбарго", "ембарго", "εμπαργκο", "presseembargo", "medienembargo", "mediaembargo",
    "persembargo", "pressembargo", "newsembargo",
];

/// Words that lead into the noun.
#[rustfmt::skip] // words read as running text
pub(super) const UNDER: &[&str] = &[
    "under", "unter", "sous", "bajo", "sotto", "sob", "onder", "pod", "objete", "objeta", "objety", "под", "під",
    "υπο", "hold",
];

/// How strictly.
#[rustfmt::skip] // words read as running text
pub(super) const STRICT: &[&str] = &[
    "strict", "strictly", "a", "an", "strengem", "striktem", "estricto", "stretto", "streng", "strikt", "строгим",
    "press",
];

/// Words that lead into the end of an embargo and into nothing else.
#[rustfmt::skip] // words read as running text
pub(super) const UNTIL: &[&str] = &[
    "until", "untill", "till", "til", "bis", "jusqu", "jusqua", "hasta", "fino", "ate", "tot", "tills", "do", "до",
    "εωσ", "μεχρι", "kadar", "asti", "saakka",
];

/// Words that lead into a time, and into other things.
#[rustfmt::skip] // words read as running text
pub(super) const INTO: &[&str] = &[
    "to", "au", "al", "alle", "before", "vor", "avant", "antes", "prima", "voor", "prior", "from", "ab", "on", "at",
    "le", "am", "przed", "pred", "по", "lifts", "ends", "expires", "lifted", "endet", "ende", "levee", "pana",
];

/// Articles: before the noun they make it one of a sentence.
#[rustfmt::skip] // words read as running text
pub(super) const ARTICLES: &[&str] = &[
    "the", "this", "a", "die", "der", "das", "le", "la", "el", "il", "de", "ce",
];

/// Words behind a participle that go on to its time.
#[rustfmt::skip] // words read as running text
pub(super) const AFTER: &[&str] = &[
    "for", "release", "publication", "copy", "advance", "material", "strictly", "not", "news", "local", "time",
    "and", "press", "broadcast", "delivery",
];

/// Words between the noun and what is said of its time.
#[rustfmt::skip] // words read as running text
pub(super) const LEADS: &[&str] = &[
    "date", "time", "in", "force", "effect", "is", "applies", "gilt", "ist", "est", "stretto", "strict", "estricto",
    "period", "strikt", "notice",
];

/// What a field says where nothing is held back.
#[rustfmt::skip] // words read as running text
pub(super) const NEGATIONS: &[&str] = &[
    "no", "none", "not", "lifted", "na", "n", "kein", "keine", "keines", "nein", "aufgehoben", "aucun", "non",
    "leve", "ninguno", "sin", "levantado", "nessuno", "nenhum", "geen", "inget", "brak", "nie", "zadne", "нет",
    "немає", "снято", "yok", "ουδεν", "over",
];

/// Behind the noun, that nothing is held back.
pub(super) const IMMEDIATE: &[&str] = &["none", "lifted", "aufgehoben"];

/// Words of a time of day or a day, other than names of months and weekdays.
#[rustfmt::skip] // words read as running text
pub(super) const TIMES: &[&str] = &[
    "noon", "midday", "midnight", "mittag", "mittags", "mitternacht", "midi", "minuit", "mediodia", "medianoche",
    "mezzogiorno", "mezzanotte", "meio", "dia", "meia", "noite", "middag", "middernacht", "midnatt", "clock",
    "oclock", "morning", "afternoon", "evening", "night", "today", "tomorrow", "tonight", "heute", "morgen",
    "abend", "nachmittag", "matin", "soir", "demain", "aujourd", "manana", "tarde", "noche", "hoy", "domani",
    "oggi", "mattina", "sera", "полдень", "полудня", "полночь", "полуночи", "утра", "вечера", "завтра", "сегодня",
    "μεσημερι", "μεσανυχτα", "poludnie", "poludnia", "polnocy", "poledne", "pulnoc", "ogle", "close", "business",
    "am", "pm", "uhr", "hrs",
];

/// Words that forbid to publish, before the word that says until when.
#[rustfmt::skip] // words read as running text
pub(super) const NOT_BEFORE: &[&str] = &[
    "not for release", "not for publication", "not for broadcast", "not for transmission", "not to be published",
    "not to be released", "not to be broadcast", "do not publish", "do not release", "do not broadcast",
    "do not distribute", "no publication", "hold for release", "hold for publication", "nicht veroffentlichen",
    "nicht zur veroffentlichung", "nicht zu veroffentlichen", "veroffentlichung nicht", "keine veroffentlichung",
    "nicht publizieren", "ne pas diffuser", "ne pas publier", "a ne pas diffuser", "a ne pas publier",
    "diffusion interdite", "publication interdite", "no publicar", "no difundir", "no divulgar",
    "prohibida su publicacion", "prohibida su difusion", "non pubblicare", "non diffondere", "da non pubblicare",
    "da non diffondere", "nao publicar", "nao divulgar", "niet publiceren", "niet voor publicatie",
    "far ej publiceras", "ej publiceras", "publiceras ej", "ma ikke offentliggores", "nie publikowac",
    "nie do publikacji", "nepublikovat", "nezverejnovat", "не публиковать", "не для публикации",
    "не подлежит публикации", "не публікувати", "не для публікації", "не оприлюднювати", "να μη δημοσιευθει",
    "να μη δημοσιευτει", "να μην δημοσιευθει", "να μην δημοσιευτει", "οχι για δημοσιευση", "publizieren nicht",
    "nicht freigeben",
];

/// Words behind these that lead into the time.
#[rustfmt::skip] // words read as running text
pub(super) const BEFORE: &[&str] = &[
    "before", "until", "till", "prior", "earlier", "vor", "bis", "avant", "antes", "hasta", "prima", "fino", "ate",
    "voor", "tot", "fore", "innan", "for", "ennen", "przed", "pred", "do", "до", "ранее", "раньше", "раніше",
    "перед", "πριν", "μεχρι", "εωσ",
];

/// Words of scripts without spaces or with prefixes, and what must stand with them (nothing: an empty word).
pub(super) const UNSPACED: &[(&str, &str)] = &[
    ("解禁时间|解禁時間|解禁日時|報道解禁|新闻解禁|新聞解禁|エンバーゴ", ""),
    ("不得发布|不得發布|请勿发布|請勿發布|禁止发布|禁止發布|不得报道|不得報導", "前|至|直到"),
    ("禁发至|禁發至|禁发期至|禁发期", ""),
    ("엠바고", "까지|"),
    ("محظور النشر|محظور نشره|يحظر النشر|يُحظر النشر|ممنوع النشر|يمنع النشر|حظر النشر|حظر نشر", "حتى|قبل"),
    ("אמברגו|אין לפרסם", "עד|לפני"),
];

/// Words that stand with a time and say nothing else.
#[rustfmt::skip] // words read as running text
pub(super) const CLOCKS: &[&str] = &[
    "h", "hr", "hours", "heures", "heure", "horas", "hora", "ore", "ora", "kl", "klo", "klokken", "klockan", "godz",
    "hod", "uur", "saat", "o", "p", "m", "г", "год", "года", "году", "року", "р", "r", "час", "часов", "годин",
    "годині", "gmt", "cet", "zeit", "ortszeit", "las", "los", "horaires",
];
