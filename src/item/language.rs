//! The language of a text by its own words, where they are many enough to tell.

use std::collections::{HashMap, HashSet};

use super::dating::clip;

/// Shorter texts are not judged: a headline is called anything.
const LONG_ENOUGH: usize = 400;
/// More is not looked at.
const WINDOW: usize = 2000;
/// So much of a text is compared with the words of those before it.
const GLANCE: usize = 1000;
/// Letters of a small word: an article, a preposition, a particle.
const SMALL: usize = 4;
/// So many small words tell whether a text is written as another.
const ENOUGH: usize = 20;

/// The languages of one file's texts.
///
/// Telling one of a hundred languages costs more than all else that is done with a short text. So a text whose small
/// words are those of a text before it is taken for the same language.
#[derive(Default)]
pub(super) struct Languages {
    /// Languages met (`None`: the detector was not sure), with the small words that texts in them repeat.
    met: Vec<(Option<&'static str>, HashSet<String>)>,
}

impl Languages {
    /// The BCP 47 language of a long text, where it is surely another than the house's.
    pub fn of(&mut self, text: &str, house: Option<&str>) -> Option<String> {
        if text.len() < LONG_ENOUGH {
            return None;
        }
        let primary = house.map(|house| house.split('-').next().unwrap_or(house));
        if primary.is_some_and(|primary| is_plainly(text, primary)) {
            return None;
        }
        let found = self.tell(text)?;
        let same = primary.is_some_and(|primary| primary == found || found == "nb" && matches!(primary, "no" | "nn"));
        (!same).then(|| found.to_string())
    }

    fn tell(&mut self, text: &str) -> Option<&'static str> {
        let words: Vec<&str> = small_words(clip(text, GLANCE)).collect();
        let knows = |known: &HashSet<String>| words.iter().filter(|word| known.contains(**word)).count() * 4;
        let met = self.met.iter().find(|(_, known)| words.len() >= ENOUGH && knows(known) >= words.len() * 3);
        if let Some((language, _)) = met {
            return *language;
        }
        let text = clip(text, WINDOW);
        let language = whatlang::detect(text).filter(whatlang::Info::is_reliable).map(|info| tag(info.lang()));
        let mut counts: HashMap<&str, u32> = HashMap::new();
        small_words(text).for_each(|word| *counts.entry(word).or_default() += 1);
        let repeated = counts.into_iter().filter(|(_, count)| *count > 1).map(|(word, _)| word.to_string());
        match self.met.iter_mut().find(|(met, _)| *met == language) {
            Some((_, known)) => known.extend(repeated),
            None => self.met.push((language, repeated.collect())),
        }
        language
    }
}

/// Words that a text in a language is full of, and none in another: most texts are in the house's language, and need
/// not be compared with all others.
const OWN_WORDS: [(&str, &[&str]); 7] = [
    (
        "en",
        &["the", "of", "and", "to", "for", "that", "with", "by", "from", "has", "was", "were", "are", "this", "which"],
    ),
    (
        "de",
        &["der", "das", "und", "zu", "von", "mit", "ist", "im", "des", "auf", "für", "dem", "nicht", "eine", "wird"],
    ),
    ("fr", &["les", "des", "et", "du", "une", "dans", "pour", "qui", "sur", "au", "est", "aux", "avec", "ce", "sont"]),
    ("es", &["los", "las", "y", "con", "por", "para", "su", "lo", "más", "como", "ha", "este", "esta", "sus", "sobre"]),
    (
        "it",
        &["il", "di", "che", "della", "per", "del", "dei", "nel", "alla", "sono", "gli", "con", "anche", "più", "è"],
    ),
    ("pt", &["os", "do", "da", "em", "um", "uma", "com", "não", "dos", "das", "ao", "são", "pela", "pelo", "também"]),
    (
        "nl",
        &["het", "een", "van", "dat", "voor", "zijn", "niet", "aan", "ook", "wordt", "bij", "naar", "worden", "deze"],
    ),
];
/// The share of such words that is enough, as one in so many.
const OWN_SHARE: usize = 8;

/// Whether the words of a text leave no doubt that it is in a language. What is not told so may be in it all the same.
fn is_plainly(text: &str, language: &str) -> bool {
    let Some((_, own)) = OWN_WORDS.iter().find(|(known, _)| *known == language) else { return false };
    let words = || clip(text, GLANCE).split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let all = words().count();
    all >= ENOUGH && words().filter(|word| own.contains(word)).count() * OWN_SHARE >= all
}

/// The small words of a text that are no names.
fn small_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty() && !word.starts_with(char::is_uppercase) && word.chars().count() <= SMALL)
}

/// The shortest code of a language, as BCP 47 (RFC 5646, section 2.2.1) asks.
fn tag(lang: whatlang::Lang) -> &'static str {
    use whatlang::Lang;
    match lang {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "nb",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        Lang::Cym => "cy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_of_a_language_are_plainly_in_it() {
        let texts = [
            (
                "en",
                "The harbour office has told the captains of all ships that the north quay is closed for the works which were decided by the council, and that boats from the islands are to land at the old pier with the help of pilots.",
            ),
            (
                "de",
                "Das Hafenamt hat den Kapitänen mitgeteilt, dass der Nordkai für die Arbeiten gesperrt ist, die im Rat beschlossen wurden, und dass Boote von den Inseln mit der Hilfe des Lotsen am alten Kai anlegen, was nicht immer leicht ist.",
            ),
            (
                "fr",
                "Le bureau du port a dit aux capitaines que le quai du nord est fermé pour les travaux décidés dans la séance du conseil, et que les bateaux des îles accostent sur la vieille jetée avec une aide des pilotes qui sont au port.",
            ),
            (
                "es",
                "La oficina del puerto dice a los capitanes que el muelle norte está cerrado por las obras y que los barcos de las islas atracan en el muelle viejo con ayuda de los prácticos, como en años pasados, para más seguridad y orden.",
            ),
            (
                "it",
                "L'ufficio del porto ha detto ai capitani che il molo nord è chiuso per i lavori decisi nel consiglio, e che le barche delle isole sono dirette al vecchio molo con l'aiuto dei piloti, come negli anni passati anche per gli altri.",
            ),
            (
                "pt",
                "O gabinete do porto informou os capitães de que o cais norte não está aberto em razão das obras, e os barcos das ilhas são levados ao velho cais com a ajuda dos pilotos, também em dias de vento, por uma decisão do conselho.",
            ),
            (
                "nl",
                "Het havenkantoor laat de kapiteins weten dat de noordkade voor de werken gesloten is, en dat boten van de eilanden bij een oude pier aanleggen met hulp van loodsen, zodat het werk niet aan de andere kant wordt gestoord door hen.",
            ),
        ];
        for (language, text) in texts {
            for (house, _) in OWN_WORDS {
                assert_eq!(is_plainly(text, house), house == language, "{language} in a house of {house}");
            }
        }
    }
}
