//! Invented words: plants and pretence, so that nobody takes a name for a real one.

/// Beginnings of family names and streets: all of them words for what is not real.
pub(super) const PRETENCES: [&str; 20] = [
    "Sago", "Fabel", "Påhitts", "Låtsas", "Exempel", "Prov", "Skiss", "Kuliss", "Dröm", "Spegel", "Trolleri",
    "Fantasi", "Dikt", "Gåt", "Övnings", "Mall", "Attrapp", "Docks", "Teater", "Modell",
];

/// Endings of family names.
pub(super) const FAMILY_ENDINGS: [&str; 14] = [
    "berg", "lund", "gren", "ström", "kvist", "holm", "dal", "by", "sten", "mark", "fors", "lind", "blad",
    "vall",
];

/// Endings of streets.
pub(super) const STREET_ENDINGS: [&str; 7] =
    ["gatan", "vägen", "stigen", "gränden", "allén", "backen", "stråket"];

/// Given names of women: flowers and berries that no calendar holds.
pub(super) const WOMEN: [&str; 24] = [
    "Blåklinta",
    "Lingonia",
    "Hjortrona",
    "Vitsippa",
    "Smultrona",
    "Prästkraga",
    "Tussilaga",
    "Mjölkörta",
    "Förgätmigeja",
    "Ängsulla",
    "Kattfota",
    "Rallarosa",
    "Gullviva",
    "Björkina",
    "Daggkåpa",
    "Näckrosa",
    "Liljekona",
    "Timjanna",
    "Dillina",
    "Persilja",
    "Nyponia",
    "Slåna",
    "Odona",
    "Hallonia",
];

/// Given names of men: trees and tools that no calendar holds.
pub(super) const MEN: [&str; 20] = [
    "Granbert",
    "Tallvin",
    "Ekbrand",
    "Almfred",
    "Askulf",
    "Enbert",
    "Lönnar",
    "Alvin-Al",
    "Häggmar",
    "Rönnfrid",
    "Pilmund",
    "Aspolf",
    "Kottvin",
    "Barrmund",
    "Stubbert",
    "Knaggmar",
    "Spånfrid",
    "Hyvelin",
    "Sågmund",
    "Kvistolf",
];

/// A language with given names of women, of men, and family names that say "example" or "imaginary" in it.
pub(super) struct Tongue {
    pub(super) name: &'static str,
    pub(super) women: [&'static str; 2],
    pub(super) men: [&'static str; 2],
    pub(super) families: [&'static str; 2],
}

/// Languages beside Swedish, the commonest first.
pub(super) const TONGUES: [Tongue; 7] = [
    Tongue {
        name: "finska",
        women: ["Satu-Testi", "Kuvitelma"],
        men: ["Esimerkki", "Keksitty"],
        families: ["Esimerkkinen", "Keksittylä"],
    },
    Tongue {
        name: "arabiska",
        women: ["Khayala", "Mithala"],
        men: ["Khayal", "Mithal"],
        families: ["Al-Khayali", "Al-Mithali"],
    },
    Tongue {
        name: "bosniska",
        women: ["Primjera", "Izmišljena"],
        men: ["Primjer", "Izmišljen"],
        families: ["Primjerović", "Izmišljenović"],
    },
    Tongue {
        name: "persiska",
        women: ["Nemuneh", "Khiali"],
        men: ["Namune", "Khial"],
        families: ["Nemunezadeh", "Khialpur"],
    },
    Tongue {
        name: "polska",
        women: ["Przykłada", "Zmyślona"],
        men: ["Przykład", "Zmyślony"],
        families: ["Przykładowska", "Zmyślińska"],
    },
    Tongue {
        name: "meänkieli",
        women: ["Satuma", "Esikuva"],
        men: ["Satunen", "Esimer"],
        families: ["Satumaa", "Esimerinen"],
    },
    Tongue {
        name: "teckenspråk",
        women: ["Tecknina", "Gestina"],
        men: ["Teckmund", "Gestolf"],
        families: ["Teckenby", "Gestlund"],
    },
];

/// Names of the districts.
pub(super) const DISTRICTS: [&str; 6] =
    ["Norrdröm", "Sagolunden", "Fabelhöjden", "Söderskiss", "Kulissholmen", "Teatervik"];
