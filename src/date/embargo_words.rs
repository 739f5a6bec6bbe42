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
    "не для публ", "не оприлюдн", "δημοσιευ", "النشر", "解禁", "禁发", "エンバーゴ", "엠바고", "不得发布", "보도시점",
    "gesperrt bis", "frei ab ", "frei erst", "frei für ", "frei: ", "freigegeben ab", "freigegeben erst", "freigabe",
    "for release", "for publication", "release: ", "release time", "release date", "hold until", "not be published",
    "not be released", "proibida até", "proibida ate", "interdit de pub", "interdit de dif", "diffusion à partir", "vietata la ",
    "inte publicer", "ikke publi", "klausuler", "ei julk", "julkaisuvapaa", "yayımlan", "yayınlan", "zverejňova", "nu se public",
    "nem közöl", "не за публик", "забранено за публ", "заборонено публ", "запрещено публ", "запрещена публ",
    "后发布", "後發布", "לא לפרסום", "tidak untuk", "cấm phát", "nie publikuj",
    "publish on ", "to be publ", "to be released", "time of release", "publication time", "pour diffusion", "pour publication",
    "diffuser le", "diffuser à", "à publier", "para publica", "para divulga", "publicar el", "da pubblicare", "для публикации",
    "ter publicatie", "te publiceren", "gesperrt", "verwendung frei", "verwendungssperre", "nachrichtensperre",
    "not for use", "autorisée à partir", "proibida a ", "zakaz publ", "zákaz zveř", "запрет на публ", "не распростран",
    "не опублик", "не для пошир", "publicatie niet", "публикации не", "δημοσίευ", "publikacji po", "først offentlig",
    "fri til publ", "publiceringsförbud", "vrijgegeven vanaf", "后刊发", "後刊發", "報道禁止", "publishable from",
    "pubblicabile",
];

/// Words that may stand before: who is held back, how strictly, articles.
#[rustfmt::skip] // words read as running text
pub(super) const QUALIFIERS: &[&str] = &[
    "press", "media", "news", "strict", "strictly", "release", "releases", "this", "these", "the", "of", "is",
    "are", "contents", "content", "information", "all", "document", "report", "statement", "announcement", "text",
    "material", "story", "article", "paper", "study", "manuscript", "please", "note", "attention", "important", "confidential", "and", "for",
    "advance", "copy", "mitteilung", "pressemitteilung", "medienmitteilung", "presseinformation", "meldung",
    "diese", "dieser", "die", "der", "das", "achtung", "bitte", "beachten", "wichtig", "ist", "streng", "strenge",
    "communique", "ce", "de", "presse", "est", "le", "strict", "prensa", "nota", "comunicado", "este", "esta", "es",
    "la", "el", "stampa", "comunicato", "questo", "e", "il", "imprensa", "persbericht", "dit", "bericht",
    "pressmeddelande", "pressemeddelelse", "пресс", "прес", "релиз", "реліз", "informacja", "prasowa", "a",
];

/// Words that stand beside these where a line says embargo and nothing else.
#[rustfmt::skip] // words read as running text
pub(super) const FRAME: &[&str] = &[
    "with", "mit", "avec", "con", "com", "met", "med", "z", "s", "с", "με", "cu", "has", "have", "hat", "there", "will",
    "be", "must", "may", "should", "shall", "lift", "expire", "end", "set", "fixe", "fijado", "fissato", "eine",
    "einer", "ein", "einem", "un", "une", "una", "um", "uma", "een", "en", "et", "l", "d", "subject", "valid", "only",
    "or", "publication", "unterliegt", "steht", "liegt", "staat", "unter", "te", "bien", "vouloir", "notez", "nous",
    "vous", "se", "si", "di", "do", "da", "o", "por", "notice", "information", "informacion", "informacao", "notizia",
    "информация", "інформація", "material", "материал", "матеріал", "pressetext", "text", "u", "b", "v", "p", "sie",
    "wir", "um", "beim", "zur", "fur", "frei", "freigabe", "freigegeben", "gesperrt", "erst", "release", "hold",
    "gesprochene", "wort", "es", "het", "let", "att", "och", "og", "det", "den", "je", "objety", "tuto", "zprava",
    "informacni", "informacje", "meldingen", "tarihinden", "saat", "julkaisuvapaa", "partir", "kozlemeny", "embargos",
    "су", "е", "є", "это", "эта", "цей", "является", "находится", "до", "της", "το", "η", "lehdistotiedote", "sharp",
    "strengt", "strengstens", "dringend", "unbedingt", "unconditionally", "our", "unser", "notre", "nuestro", "nostro",
    "wichtiger", "hinweis", "remarque", "aviso", "avviso", "aandacht", "внимание", "увага", "uwaga", "pozor", "obs",
    "huom", "vigtigt", "viktigt", "redaktionen", "editors", "editor", "redaktion", "an", "die", "klausuleret", "для", "para", "halten", "sujeta", "sujeto", "autorisee", "на", "απο", "τισ", "po", "dan",
    "к", "t", "m", "forst", "fri", "publiceringsforbud", "vrijgegeven", "vanaf", "ya", "ye", "check", "against",
    "delivery", "verwendung", "verwendungssperre", "nachrichtensperre", "godz", "dal", "pour", "ter",
];

/// Words that ask to keep an embargo.
#[rustfmt::skip] // words read as running text
pub(super) const POLITE: &[&str] = &[
    "please", "kindly", "respect", "respected", "observe", "observed", "honour", "honor", "bitte", "bitten", "beachten",
    "beachte", "einhalten", "einzuhalten", "veuillez", "merci", "priere", "respecter", "rogamos", "ruega", "ruego",
    "favor", "respetar", "respeten", "respeitar", "respeitem", "solicitamos", "prega", "preghiamo", "pregasi",
    "rispettare", "gelieve", "respecteren", "verzoeken", "vriendelijk", "vanligen", "respektera", "respekter",
    "respekteres", "venligst", "vennligst", "просьба", "просим", "пожалуйста", "соблюдать", "соблюдайте", "просимо",
    "дотримуватись", "дотримуватися", "prosimy", "prosze", "przestrzeganie", "prosime", "respektujte", "dodrzujte",
    "моля", "спазвайте", "παρακαλω", "lutfen", "uyunuz", "noudattakaa", "kerjuk", "respectati",
];

/// What the press calls what it sends.
#[rustfmt::skip] // words read as running text
pub(super) const PRESS: &[&str] = &[
    "release", "press", "media", "news", "publication", "story", "information", "meldung", "mitteilung",
    "pressemitteilung", "medienmitteilung", "presseinformation", "communique", "comunicado", "nota", "comunicato",
    "notizia", "persbericht", "pressmeddelande", "pressemeddelelse", "пресс", "прес", "релиз", "реліз", "информация",
    "інформація", "informacja", "informacje", "informacion", "kozlemeny",
];

/// Beginnings of words for making something public.
#[rustfmt::skip] // words read as running text
pub(super) const PUBLISH: &[&str] = &[
    "veroffentlich", "publizier", "publi", "pubblica", "diffus", "diffond", "difus", "difund", "divulg", "released",
    "release", "broadcast", "distribut", "share", "freigeben", "verbreit", "shared", "zverejn", "публик", "публік", "оприлюдн",
    "δημοσιευ", "offentligg", "julkais", "julkisu", "yayimla", "yayinla", "kozol", "diterbitkan", "распростран", "опублик", "поширен",
];

/// Words that forbid it.
#[rustfmt::skip] // words read as running text
pub(super) const FORBIDDEN: &[&str] = &[
    "not", "never", "no", "nicht", "keine", "keinesfalls", "ne", "pas", "interdit", "interdite", "non", "vietata",
    "vietato", "nao", "proibida", "proibido", "prohibida", "prohibido", "niet", "inte", "ej", "far", "ma", "ikke",
    "skal", "ei", "ala", "nie", "nu", "nem", "не", "нет", "забранено", "заборонено", "запрещено", "запрещена",
    "yayimlanamaz", "yayinlanamaz", "yayimlanmamalidir", "yayinlanmamalidir", "tidak", "zakaz", "запрет", "απαγορευεται",
];

/// What opens a line that, with a day and nothing else, says when a text is free.
#[rustfmt::skip] // words read as running text
pub(super) const OPENS: &[&str] = &[
    "frei erst", "freigegeben ab", "freigegeben erst", "freigabe",
    "veroffentlichung erst", "veroffentlichung frei", "veroffentlichung ab", "zur veroffentlichung erst",
    "zur veroffentlichung", "for release", "for publication", "hold until", "please hold until", "hold for release",
    "pour diffusion", "para publicacion", "ter publicatie", "для публикации", "verwendung frei", "verwendungssperre",
    "nachrichtensperre", "publishable from", "pubblicabile dal", "publication autorisee a partir", "do publikacji po",
    "ma forst offentliggores", "fri til publicering", "publiceringsforbud", "vrijgegeven vanaf", "klausuleret til", "julkaisuvapaa",
];

/// The same for a day with its hour; without that it is the day of a release.
#[rustfmt::skip] // words read as running text
pub(super) const OPENS_AT: &[&str] = &[
    "release", "release time", "release date", "time of release", "publication time", "publish on", "to be published",
    "to be released", "zur freigabe", "frei fur", "frei", "frei ab", "gesperrt bis", "a diffuser a partir", "diffusion a partir", "publication a partir",
    "for press release", "press release for release", "for broadcast", "a diffuser", "a publier", "pour publication",
    "para publicar", "publicar el", "da pubblicare", "para divulgacao", "te publiceren",
];

/// Participles and names that only the press uses.
#[rustfmt::skip] // words read as running text
pub(super) const PARTICIPLES: &[&str] = &[
    "embargoed", "embargad", "embargat", "embargoad", "embargert", "sperrfrist", "sperrvermerk", "sperrefrist",
    "sperret", "embargolu", "ambargolu", "embargowan", "embargovan", "geembargeerd",
];

/// The noun with its article behind it: a word of a sentence.
pub(super) const DEFINITE: &[&str] = &["embargot", "embargoen", "embargoet"];

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
    "εωσ", "μεχρι", "kadar", "asti", "saakka", "fins", "hingga", "sampai", "ig", "indtil",
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
    "the", "this", "a", "die", "der", "das", "le", "la", "el", "il", "de", "ce", "l", "o", "het", "dem", "den",
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
    "am", "pm", "uhr", "hrs", "abends", "morgens", "fruh", "fruhe", "vormittag", "vormittags", "nachmittags", "nachts",
    "ochtend", "ochtends", "avond", "avonds", "kvall", "aften", "rano", "wieczorem", "vecer", "вечером", "утром", "днем",
    "cob", "석간",
];

/// Words of the second half of the day.
#[rustfmt::skip] // words read as running text
pub(super) const AFTERNOON: &[&str] = &[
    "evening", "afternoon", "night", "tonight", "abends", "abend", "nachmittag", "nachmittags", "soir", "tarde",
    "noche", "noite", "sera", "pomeriggio", "avond", "avonds", "вечера", "вечером", "kvallen",
];

/// Words that lead into what happens then.
#[rustfmt::skip] // words read as running text
pub(super) const LATER: &[&str] = &[
    "after", "following", "upon", "nach", "ende", "schluss", "apres", "despues", "tras", "dopo", "depois", "apos",
    "efter", "etter", "после", "після", "след", "rede", "start", "beginning", "conclusion", "opening", "debut",
];

/// Beginnings of words for it.
#[rustfmt::skip] // words read as running text
pub(super) const EVENTS: &[&str] = &[
    "redebeginn", "beginn", "sitzung", "ansprache", "konferenz", "pressekonferenz", "veranstaltung", "speech",
    "session", "meeting", "conference", "discours", "seance", "discurso", "sesion", "rueda", "discorso", "riunione",
    "conferenza", "seduta", "toespraak", "vergadering", "persconferentie", "выступлени", "заседани", "конференц",
    "przemowieni", "posiedzeni", "konferencj", "zasedani",
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
    "nicht freigeben", "must not be published", "must not be released", "may not be published",
    "vietata la pubblicazione", "vietata la diffusione",
    "far inte publiceras", "interdit de publication", "interdit de diffusion", "ma ikke publiceres",
    "ma ikke publiseres", "skal ikke publiseres", "ei julkisuuteen", "ei julkaistavaksi", "a nu se publica",
    "nem kozolheto", "не за публикуване", "забранено за публикуване", "tidak untuk diterbitkan", "cam phat hanh", "not for use", "not to be used",
];

/// Words behind these that lead into the time.
#[rustfmt::skip] // words read as running text
pub(super) const BEFORE: &[&str] = &[
    "before", "until", "till", "prior", "earlier", "vor", "bis", "avant", "antes", "hasta", "prima", "fino", "ate",
    "voor", "tot", "fore", "innan", "for", "ennen", "przed", "pred", "do", "до", "ранее", "раньше", "раніше",
    "перед", "πριν", "μεχρι", "εωσ", "преди", "once", "inainte", "elott", "forran", "sebelum", "truoc", "prije", "kadar", "eerder",
];

/// Words of scripts without spaces or with prefixes, and what must stand with them (nothing: an empty word).
pub(super) const UNSPACED: &[(&str, &str)] = &[
    ("解禁时间|解禁時間|解禁日時|報道解禁|报道解禁|新闻解禁|新聞解禁|エンバーゴ", ""),
    ("不得发布|不得發布|请勿发布|請勿發布|禁止发布|禁止發布|不得报道|不得報導", "前|至|直到"),
    ("后发布|後發布|后刊发|後刊發", "请于|請於|请在|請在"),
    ("禁发至|禁發至|禁发期至|禁发期", ""),
    ("엠바고", "까지|"),
    ("보도시점", ""),
    ("解禁：|解禁:", "時|时"),
    ("情報解禁日", ""),
    ("報道禁止", "まで"),
    ("محظور النشر|محظور نشره|يحظر النشر|يُحظر النشر|ممنوع النشر|يمنع النشر|حظر النشر|حظر نشر|ممنوع من النشر", "حتى|قبل"),
    ("אמברגו|אין לפרסם|לא לפרסום", "עד|לפני"),
];

/// Words before a number that make it an hour.
pub(super) const KLOK: &[&str] =
    &["kl", "klo", "klokken", "klockan", "kello", "ore", "ora", "alle", "las", "godz", "saat", "pukul"];

/// Words behind a number that make it an hour.
pub(super) const HOURS: &[&str] = &["heures", "heure", "horas", "hora", "hodin", "sati", "годин"];

/// Words that stand with a time and say nothing else.
#[rustfmt::skip] // words read as running text
pub(super) const CLOCKS: &[&str] = &[
    "h", "hr", "hours", "heures", "heure", "horas", "hora", "ore", "ora", "kl", "klo", "klokken", "klockan", "godz",
    "hod", "uur", "saat", "o", "p", "m", "г", "год", "года", "году", "року", "р", "r", "час", "часов", "годин",
    "годині", "gmt", "cet", "zeit", "ortszeit", "las", "los", "horaires", "th", "st", "nd", "rd", "er", "ca", "circa", "gegen",
    "uhrzeit", "time", "approx", "vers", "local", "london", "eastern", "wita", "wib", "мск", "sati", "le", "um", "à",
    "dem", "zum", "pukul", "kello", "listopada",
    "listopadu", "listopadem", "studenoga", "novembrom",
];
