//! Labels that stand before a date and say what it dates: `Published:`, `Aktualisiert am`, `EMBARGOED UNTIL`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::names::{self, fold};

/// What a label says that its date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Label {
    /// The day of publication: `Published:`, `Date:`, `Posted on`, `FOR RELEASE`, `Press release of`.
    Published,
    /// The day of the last change: `Updated:`, `Last modified`.
    Updated,
    /// Not public before: `EMBARGOED UNTIL`, `Sperrfrist`, `Not for release before`.
    Embargo,
    /// The last day for something: `Deadline:`, `Apply by`, `Valid until`.
    Deadline,
    /// The day of an event: `When:`, `Event date:`.
    Event,
}

/// The label that a phrase is: letters of any case, with or without the preposition that leads into the date.
pub(super) fn label(phrase: &str) -> Option<Label> {
    let words = words(phrase);
    if words.is_empty() || words.len() > 10 {
        return None;
    }
    if super::embargo::embargo(phrase).is_some() {
        return Some(Label::Embargo);
    }
    let mut end = words.len();
    loop {
        let said = words[..end].join(" ");
        if let Some(label) = TABLE.get(said.as_str()) {
            return Some(*label);
        }
        // Prepositions and numbers of releases come off: `Veröffentlicht am`, `Press release no. 23 of`.
        let last = words[end - 1].as_str();
        let loose = LEAD_INS.contains(&last) || last.bytes().all(|byte| byte.is_ascii_digit());
        if end == 1 || !loose {
            return None;
        }
        end -= 1;
    }
}

/// Whether a word only leads into a date: `on`, `vom`, `le`, `от`.
pub(super) fn leads_in(word: &str) -> bool {
    names::among(word, LEAD_INS)
}

/// The words of a phrase, folded; digits are words.
fn words(phrase: &str) -> Vec<String> {
    phrase
        .split(|c: char| !super::cursor::is_letter(c) && !c.is_ascii_digit())
        .filter(|word| !word.is_empty())
        .map(fold)
        .collect()
}

/// Words that lead into a date and change nothing, folded.
static LEAD_INS: &[&str] = &[
    "on",
    "at",
    "of",
    "from",
    "the",
    "in",
    "dated",
    "no",
    "nr",
    "n",
    "am",
    "vom",
    "den",
    "der",
    "um",
    "le",
    "du",
    "el",
    "de",
    "del",
    "dia",
    "a",
    "il",
    "em",
    "op",
    "van",
    "w",
    "z",
    "dnia",
    "dne",
    "dna",
    "ze",
    "от",
    "з",
    "від",
    "в",
    "fra",
    "d",
    "na",
    "la",
    "data",
    "στισ",
    "την",
    "في",
    "بتاريخ",
    "ב",
    "ngay",
    "tanggal",
    "วันที่",
];

static TABLE: LazyLock<HashMap<&'static str, Label>> = LazyLock::new(|| {
    // Of a phrase in two rows the first counts.
    let rows = LABELS.iter().rev();
    rows.flat_map(|(phrases, label)| phrases.split('|').map(|phrase| (phrase, *label))).collect()
});

/// Phrases, folded, without colon, separated by bars; a row a family of languages.
static LABELS: &[(&str, Label)] = &[
    (
        "published|date published|publish date|publication date|date of publication|first published|\
         originally published|date|posted|date posted|post date|issued|date issued|issue date|\
         date of issue|released|release date|date of release|created|date created|added|submitted|\
         pubdate|pub date|written|for release|for immediate release|immediate release|press release|\
         news release|media release|press statement|statement|press releases|filed|dated|news|\
         for publication|article published|published online|entry date",
        Label::Published,
    ),
    (
        "veroffentlicht|datum|erschienen|erstellt|publiziert|veroffentlichungsdatum|erscheinungsdatum|\
         stand|pressemitteilung|pressemeldung|medienmitteilung|presseinformation|eingestellt|verfasst|\
         geschrieben|gepostet|online seit|meldung|nachricht|erstveroffentlichung|\
         zur sofortigen veroffentlichung",
        Label::Published,
    ),
    (
        "publie|publiee|date de publication|mis en ligne|mise en ligne|paru|parue|ecrit|cree|\
         communique de presse|communique|poste|diffuse|publication|pour diffusion immediate|\
         date de parution",
        Label::Published,
    ),
    (
        "publicado|publicada|fecha|fecha de publicacion|publicacion|comunicado de prensa|nota de prensa|\
         creado|data|data de publicacao|publicado em|publicacao|comunicado de imprensa|postado|criado|\
         pubblicato|pubblicata|data di pubblicazione|pubblicazione|comunicato stampa|data pubblicazione|\
         publicat|data publicacio|data publicarii|comunicat de presa|publicat pe|\
         para publicacion inmediata",
        Label::Published,
    ),
    (
        "gepubliceerd|geplaatst|publicatiedatum|persbericht|publicerad|publicerat|publiceringsdatum|\
         pressmeddelande|publiceret|udgivet|offentliggjort|dato|pressemeddelelse|publisert|pressemelding|\
         julkaistu|julkaisupaiva|paivamaara|tiedote|lehdistotiedote|birt|utgivelsesdato",
        Label::Published,
    ),
    (
        "opublikowano|data publikacji|opublikowane|dodano|data dodania|komunikat prasowy|utworzono|\
         publikovano|zverejneno|datum zverejneni|vydano|datum vydani|tiskova zprava|zverejnene|\
         publikovane|datum zverejnenia|tlacova sprava|kozzeteve|megjelent|megjelenes|publikalva|datum|\
         kozzetetel|sajtokozlemeny|objavljeno|datum objave|objava|priopcenje|saopstenje|објављено|датум|\
         paskelbta|publicets|avaldatud|публикувано|дата на публикуване|дата|опубликовано|дата публикации|\
         размещено|опубликован|опубликована|создано|пресс релиз|дата створення|опубліковано|\
         дата публікації|оприлюднено|пресрелиз|прес реліз|добавлено|апублікавана|објавено",
        Label::Published,
    ),
    (
        "yayin tarihi|yayinlanma tarihi|yayinlanma|tarih|basin bulteni|eklenme tarihi|yayimlanma tarihi|\
         δημοσιευση|δημοσιευθηκε|δημοσιευτηκε|ημερομηνια|ημερομηνια δημοσιευσησ|δελτιο τυπου|نشر|نشر في|\
         تاریخ|تاریخ النشر|نشرت|بیان صحفی|פורסם|תאריך|פורסם בתאריך|תאריך פרסום|הודעה לעיתונות|प्रकाशित|\
         प्रकाशन तिथि|तिथि|diterbitkan|tanggal|dipublikasikan|siaran pers|ngay dang|ngay|đang ngay|\
         dang ngay|เผยแพร่|วันที่|发布时间|发布日期|日期|发表时间|發布日期|發佈日期|时间|時間|發布時間|公開日|掲載日|発表日|投稿日|作成日|更新日期|配信日|\
         公表日|등록일|등록일시|작성일|작성일시|게시일|게재일|입력|발행일|배포일|배포일시|보도일|보도일시|공개일|날짜|기사입력|\
         기사등록",
        Label::Published,
    ),
    (
        "updated|last updated|last update|date updated|update|modified|last modified|date modified|\
         last change|last changed|last edited|edited|revised|last revised|last reviewed|reviewed|\
         page last updated|this page was last updated|aktualisiert|zuletzt aktualisiert|letzte anderung|\
         zuletzt geandert|letzte aktualisierung|geandert|bearbeitet|zuletzt bearbeitet|mis a jour|\
         mise a jour|derniere mise a jour|date de mise a jour|modifie|derniere modification|actualizado|\
         actualizada|ultima actualizacion|modificado|ultima modificacion|atualizado|atualizada|\
         atualizado em|ultima atualizacao|ultima modificacao|aggiornato|aggiornata|ultimo aggiornamento|\
         ultima modifica|bijgewerkt|laatst bijgewerkt|gewijzigd|laatst gewijzigd|uppdaterad|\
         senast uppdaterad|senast andrad|opdateret|sidst opdateret|senest opdateret|oppdatert|\
         sist oppdatert|sist endret|paivitetty|viimeksi paivitetty|muokattu|zaktualizowano|\
         ostatnia aktualizacja|aktualizacja|zmodyfikowano|aktualizovano|posledni aktualizace|aktualizace|\
         aktualizovane|posledna aktualizacia|frissitve|utoljara frissitve|modositva|azurirano|\
         zadnja izmjena|posodobljeno|ажурирано|обновлено|последнее обновление|изменено|дата обновления|\
         оновлено|последна промяна|актуализирано|guncelleme|guncellenme tarihi|son guncelleme|\
         guncellendi|ενημερωση|τελευταια ενημερωση|ενημερωθηκε|تحدیث|آخر تحدیث|اخر تحدیث|עודכן|\
         עדכון אחרון|diperbarui|terakhir diperbarui|cap nhat|cap nhat lan cuoi|更新日|最終更新日|最終更新|更新时间|更新時間|\
         更新|수정일|수정|최종수정|actualizat|ultima actualizare|actualitzat|अपडेट|अद्यतन",
        Label::Updated,
    ),
    (
        "deadline|due|due date|closing date|apply by|closes|expires|expiry date|valid until|ends|\
         end date|application deadline|submission deadline|einsendeschluss|bewerbungsschluss|\
         anmeldeschluss|frist|gultig bis|date limite|cloture|expire|fecha limite|plazo|scadenza|termine|\
         prazo|termin|sista ansokningsdag|срок|дата окончания|son basvuru|προθεσμια|締切|截止日期|마감일",
        Label::Deadline,
    ),
    (
        "when|event date|date and time|date of event|starts|begins|start date|start|wann|\
         veranstaltungsdatum|beginn|quand|date de l evenement|cuando|fecha del evento|quando|wanneer|nar|\
         hvornar|kiedy|kdy|когда|коли|開催日|开始日期|일시|日時|event|save the date|starting|starting from|\
         date de debut",
        Label::Event,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_in_many_languages() {
        for (phrase, expected) in [
            ("Published:", Label::Published),
            ("Posted on", Label::Published),
            ("Veröffentlicht am", Label::Published),
            ("Publié le", Label::Published),
            ("Опубликовано:", Label::Published),
            ("Press Release No. 23/2025,", Label::Published),
            ("FOR IMMEDIATE RELEASE:", Label::Published),
            ("تاريخ النشر:", Label::Published),
            ("发布时间：", Label::Published),
            ("Last modified:", Label::Updated),
            ("Mis à jour le", Label::Updated),
            ("EMBARGOED UNTIL", Label::Embargo),
            ("Sperrfrist:", Label::Embargo),
            ("Not for release before", Label::Embargo),
            ("Strictly under embargo until", Label::Embargo),
            ("Deadline:", Label::Deadline),
            ("When:", Label::Event),
        ] {
            assert_eq!(label(phrase), Some(expected), "{phrase}");
        }
        for phrase in ["", "on", "Geneva", "The committee published", "nowhere"] {
            assert_eq!(label(phrase), None, "{phrase}");
        }
    }
}
