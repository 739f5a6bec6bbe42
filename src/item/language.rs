//! The language of a text by its own words, where they are many enough to tell.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use foldhash::fast::FixedState;

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
        let found = plainly(text).or_else(|| self.tell(text))?;
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

/// Words that a text in a language is full of. Most texts are told by them, and need not be compared with all languages.
/// Where others have the same words they stand with those too, so that neighbours contest each other's texts.
const OWN_WORDS: [(&str, &str); 24] = [
    ("en", "the of and to in a for that with on by from has was were are this which will is at as be it an"),
    ("de", "der das und zu von mit ist im des auf für dem nicht eine wird die den ein sich bei in"),
    ("fr", "les des et du une dans pour qui sur au est aux avec ce sont le la un par en de"),
    ("es", "los las y con por para su lo más como ha este esta sus sobre el la un una que del al de"),
    ("it", "il di che della per del dei nel alla sono gli con anche più è la un una da le si"),
    ("pt", "os do da em um uma com não dos das ao são pela pelo também o que por para no na de"),
    ("nl", "het een van dat voor zijn niet aan ook wordt bij naar worden deze de en in is op met te"),
    ("da", "og det er til på af med ikke som den har for et fra ved blev at i"),
    ("nb", "og det er til på av med ikke som den har for et fra ved ble at i"),
    ("sv", "och att det är till på av med inte som den har för ett från vid i en"),
    ("fi", "ja on että ei se oli myös tai kun ovat sekä joka mutta"),
    ("pl", "w na z do że się nie jest od po dla przez są oraz i o"),
    ("cs", "v na se že je s z do pro k jsou ve od který i o"),
    ("sk", "v na sa že je s z do pre k sú vo od ktorý i o"),
    ("hu", "a az és hogy nem is egy meg volt ez vagy csak mint de"),
    ("ro", "și de la cu din pe nu în care este pentru al sau mai"),
    ("tr", "ve bir bu için ile de da olarak çok en olan daha gibi"),
    ("ca", "els les i amb per que de la el del és una als dels"),
    ("af", "die van en het in is nie vir wat dat aan sy met op"),
    ("hr", "i u je na se da su za od koji s kao"),
    ("sl", "in je na v se za so da z ki tudi pri bo"),
    ("et", "ja on ei et see ta oli ka kui mis"),
    ("lt", "ir yra kad su į iš tai bet kaip"),
    ("id", "yang dan di dari untuk dengan pada ini dalam"),
];
/// The share of such words that is enough, as one in so many.
const OWN_SHARE: usize = 20;
/// So many different ones: a short word may mean something in any language.
const SEVERAL: usize = 5;
/// So many times as many as of any other language leave no doubt.
const LEAD: usize = 2;

/// The languages of each word, as bits.
static OWNERS: LazyLock<HashMap<&str, u32, FixedState>> = LazyLock::new(|| {
    let mut owners = HashMap::default();
    for (bit, (_, words)) in OWN_WORDS.iter().enumerate() {
        words.split(' ').for_each(|word| *owners.entry(word).or_default() |= 1 << bit);
    }
    owners
});

/// The language that the words of a text leave no doubt of.
fn plainly(text: &str) -> Option<&'static str> {
    let (mut all, mut counts) = (0, [0; OWN_WORDS.len()]);
    let mut met: HashSet<(&str, u32), FixedState> = HashSet::default();
    for word in clip(text, GLANCE).split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        all += 1;
        let Some(&owners) = OWNERS.get(word) else { continue };
        met.insert((word, owners));
        counts.iter_mut().enumerate().for_each(|(bit, count)| *count += (owners >> bit & 1) as usize);
    }
    let (best, most) = counts.iter().copied().enumerate().max_by_key(|(_, count)| *count)?;
    let others = counts.iter().enumerate().filter(|(language, _)| *language != best);
    let second = others.map(|(_, count)| *count).max().unwrap_or_default();
    let several = met.iter().filter(|(_, owners)| owners >> best & 1 == 1).count() >= SEVERAL;
    let is_plain = several && all >= ENOUGH && most * OWN_SHARE >= all && most >= second * LEAD;
    is_plain.then_some(OWN_WORDS[best].0)
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
            assert_eq!(plainly(text), Some(language));
        }
    }

    #[test]
    fn a_neighbour_is_not_taken_for_it() {
        let texts = [
            "L'oficina del port ha comunicat als capitans que el moll nord és tancat per les obres i que els vaixells de les illes atracaran al moll vell amb l'ajuda dels pràctics, com en els anys passats, per a més seguretat de la gent.",
            "Die hawekantoor het die kapteins laat weet dat die noordkaai vir die werke gesluit is, en dat bote van die eilande by 'n ou pier met die hulp van loodse aanlê, sodat die werk nie aan die ander kant deur hulle gesteur word nie.",
            "Havnekontoret har meddelt kaptajnerne, at nordkajen er lukket for arbejderne, som blev besluttet af rådet, og at bådene fra øerne skal lægge til ved den gamle mole med hjælp fra lodser, så arbejdet ikke bliver forstyrret.",
            "Havnekontoret har meddelt kapteinene at nordkaien er stengt for arbeidet som ble vedtatt av rådet, og at båtene fra øyene skal legge til ved den gamle moloen med hjelp fra loser, så arbeidet ikke blir forstyrret av dem.",
            "Biroul portului a anunțat căpitanii că cheiul de nord este închis pentru lucrările decise de consiliu și că bărcile din insule vor acosta la vechiul dig cu ajutorul piloților, ca în anii trecuți, pentru mai multă siguranță.",
            "Officium portus magistris navium nuntiavit ripam septentrionalem propter opera a concilio decreta clausam esse, et naves ex insulis ad molem veterem cum auxilio gubernatorum appellere debere, ut opus in altera parte non turbetur.",
            "Mae swyddfa'r harbwr wedi dweud wrth gapteniaid y llongau fod cei'r gogledd ar gau ar gyfer y gwaith a benderfynwyd gan y cyngor, ac y dylai cychod o'r ynysoedd lanio wrth yr hen bier gyda chymorth y peilotiaid yn y dref.",
        ];
        let told: Vec<_> = texts.into_iter().map(plainly).collect();
        let right = [Some("ca"), Some("af"), Some("da"), Some("nb"), Some("ro"), None, None];
        for (told, right) in told.iter().zip(right) {
            assert!(told.is_none() || *told == right, "{told:?} for {right:?}");
        }
    }
}
