//! Where in the home (`lco`) and which part of a device (`dco`).

super::code_table! {
    /// Where the event happened (`lco`); the observed selection of 000–052.
    LocationCode, digits 3, unknown "okänd plats" / "unknown location";
    NONE = 0, "ingen plats angiven" / "no location given";
    HOME = 2, "hemmet" / "home";
    BASEMENT = 10, "källare" / "basement";
    BATHROOM = 11, "badrum" / "bathroom";
    BEDROOM = 12, "sovrum" / "bedroom";
    KITCHEN = 21, "kök" / "kitchen";
    MOBILE = 33, "mobil, utanför hemmet" / "mobile, outside the home";
    GEO_ATTACHED = 34, "geografisk position bifogad" / "geographic position attached";
    GPS_ATTACHED = 35, "GPS-position bifogad" / "GPS position attached";
    DOOR_1 = 38, "dörr (plats 38)" / "door (location 38)";
    DOOR_2 = 39, "dörr (plats 39)" / "door (location 39)";
    DOOR_3 = 40, "dörr (plats 40)" / "door (location 40)";
    DOOR_4 = 41, "dörr (plats 41)" / "door (location 41)";
    HALL = 42, "hall" / "hall";
    LIVING_ROOM = 43, "vardagsrum" / "living room";
    ROOM = 49, "rum" / "room";
}

super::code_table! {
    /// Which part of the device the event concerns (`dco`); 023–028 are not known from open sources.
    ComponentCode, digits 3, unknown "okänd del" / "unknown component";
    BUTTON_1 = 2, "knapp 1" / "button 1";
    BUTTON_2 = 3, "knapp 2" / "button 2";
    BUTTON_3 = 4, "knapp 3" / "button 3";
    BUTTON_4 = 5, "knapp 4" / "button 4";
    BUTTON_5 = 6, "knapp 5" / "button 5";
    SWITCH_1 = 7, "brytare 1" / "switch 1";
    SWITCH_2 = 8, "brytare 2" / "switch 2";
    SWITCH_3 = 9, "brytare 3" / "switch 3";
    SWITCH_4 = 10, "brytare 4" / "switch 4";
    SWITCH_5 = 11, "brytare 5" / "switch 5";
    OUTPUT_1 = 12, "utgång 1" / "output 1";
    OUTPUT_2 = 13, "utgång 2" / "output 2";
    OUTPUT_3 = 14, "utgång 3" / "output 3";
    OUTPUT_4 = 15, "utgång 4" / "output 4";
    OUTPUT_5 = 16, "utgång 5" / "output 5";
    AUTOMATIC_CIRCUIT_1 = 17, "automatkrets 1" / "automatic circuit 1";
    AUTOMATIC_CIRCUIT_2 = 18, "automatkrets 2" / "automatic circuit 2";
    AUTOMATIC_CIRCUIT_3 = 19, "automatkrets 3" / "automatic circuit 3";
    AUTOMATIC_CIRCUIT_4 = 20, "automatkrets 4" / "automatic circuit 4";
    AUTOMATIC_CIRCUIT_5 = 21, "automatkrets 5" / "automatic circuit 5";
    ETHERNET = 22, "nätverksuttag" / "ethernet";
    MODULE_5 = 29, "modul 5" / "module 5";
}
