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
        let found = self.tell(text)?;
        let primary = house.map(|house| house.split('-').next().unwrap_or(house));
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
