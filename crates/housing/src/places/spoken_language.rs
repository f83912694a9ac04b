//! The names of languages that staff are asked to speak: the national minorities', and those most spoken in Sweden.

use base::language::{Language, Text};

/// BCP 47 tag and name, by Swedish name. Any other tag may be used; it stands as it is written.
const LANGUAGES: &[(&str, Text)] = &[
    ("ar", Text::new("arabiska", "Arabic")),
    ("sq", Text::new("albanska", "Albanian")),
    ("am", Text::new("amhariska", "Amharic")),
    ("hy", Text::new("armeniska", "Armenian")),
    ("az", Text::new("azerbajdzjanska", "Azerbaijani")),
    ("bn", Text::new("bengali", "Bengali")),
    ("bs", Text::new("bosniska", "Bosnian")),
    ("bg", Text::new("bulgariska", "Bulgarian")),
    ("da", Text::new("danska", "Danish")),
    ("prs", Text::new("dari", "Dari")),
    ("en", Text::new("engelska", "English")),
    ("et", Text::new("estniska", "Estonian")),
    ("fi", Text::new("finska", "Finnish")),
    ("fr", Text::new("franska", "French")),
    ("ka", Text::new("georgiska", "Georgian")),
    ("el", Text::new("grekiska", "Greek")),
    ("he", Text::new("hebreiska", "Hebrew")),
    ("hi", Text::new("hindi", "Hindi")),
    ("is", Text::new("isländska", "Icelandic")),
    ("it", Text::new("italienska", "Italian")),
    ("yi", Text::new("jiddisch", "Yiddish")),
    ("zh", Text::new("kinesiska", "Chinese")),
    ("hr", Text::new("kroatiska", "Croatian")),
    ("ku", Text::new("kurdiska", "Kurdish")),
    ("lv", Text::new("lettiska", "Latvian")),
    ("lt", Text::new("litauiska", "Lithuanian")),
    ("mk", Text::new("makedonska", "Macedonian")),
    ("fit", Text::new("meänkieli", "Meänkieli")),
    ("nl", Text::new("nederländska", "Dutch")),
    ("se", Text::new("nordsamiska", "Northern Sami")),
    ("nb", Text::new("norska", "Norwegian")),
    ("ps", Text::new("pashto", "Pashto")),
    ("fa", Text::new("persiska", "Persian")),
    ("pl", Text::new("polska", "Polish")),
    ("pt", Text::new("portugisiska", "Portuguese")),
    ("pa", Text::new("punjabi", "Punjabi")),
    ("rom", Text::new("romani chib", "Romani")),
    ("ro", Text::new("rumänska", "Romanian")),
    ("ru", Text::new("ryska", "Russian")),
    ("sr", Text::new("serbiska", "Serbian")),
    ("sk", Text::new("slovakiska", "Slovak")),
    ("sl", Text::new("slovenska", "Slovenian")),
    ("so", Text::new("somaliska", "Somali")),
    ("es", Text::new("spanska", "Spanish")),
    ("swl", Text::new("svenskt teckenspråk", "Swedish Sign Language")),
    ("sma", Text::new("sydsamiska", "Southern Sami")),
    ("syr", Text::new("syriska", "Syriac")),
    ("th", Text::new("thailändska", "Thai")),
    ("ti", Text::new("tigrinska", "Tigrinya")),
    ("cs", Text::new("tjeckiska", "Czech")),
    ("tr", Text::new("turkiska", "Turkish")),
    ("de", Text::new("tyska", "German")),
    ("uk", Text::new("ukrainska", "Ukrainian")),
    ("hu", Text::new("ungerska", "Hungarian")),
    ("ur", Text::new("urdu", "Urdu")),
    ("vi", Text::new("vietnamesiska", "Vietnamese")),
];

/// The name of a language by its tag; `None` where only the tag is known.
pub fn name_of(tag: &str) -> Option<Text> {
    LANGUAGES.iter().find(|(known, _)| *known == tag).map(|(_, name)| *name)
}

/// The tag of a language by its Swedish or English name, however its letters are written.
pub fn tag_of(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    let same =
        |known: &Text| Language::ALL.into_iter().any(|language| known.get(language).to_lowercase() == name);
    LANGUAGES.iter().find(|(_, known)| same(known)).map(|(tag, _)| *tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_one_tag_and_one_name() {
        for (place, (tag, name)) in LANGUAGES.iter().enumerate() {
            for language in Language::ALL {
                assert_eq!(tag_of(name.get(language)), Some(*tag));
            }
            assert_eq!(name_of(tag), Some(*name));
            assert!(LANGUAGES[place + 1..].iter().all(|(other, _)| other != tag), "{tag} stands twice");
        }
        assert_eq!(tag_of(" Romani Chib "), Some("rom"));
        assert_eq!((tag_of("klingonska"), name_of("tlh")), (None, None));
    }
}
