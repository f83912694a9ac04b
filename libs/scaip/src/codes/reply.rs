//! Codes of the reply: status (`snu`), media (`mre`) and call handling (`cre`).

super::code_table! {
    /// How the message was received (`snu`). Only [`ReplyStatus::OK`] means that it was taken care of.
    ReplyStatus, digits 1, unknown "okänt svar" / "unknown reply";
    OK = 0, "mottaget" / "ok";
    TOO_LONG = 1, "för långt meddelande" / "too long";
    INVALID_FORMAT = 2, "felaktigt format" / "invalid format";
    WRONG_DATA = 3, "felaktigt innehåll" / "wrong data content";
    HOLD = 4, "vänta" / "hold";
    NOT_TREATED = 5, "ej behandlat" / "not treated";
    BUSY = 6, "upptaget" / "busy";
    MANDATORY_MISSING = 7, "obligatorisk uppgift saknas" / "mandatory tag missing";
    UNDEFINED_ERROR = 99, "odefinierat fel" / "undefined error";
}

super::code_table! {
    /// Which voice path the device is asked to open (`mre`).
    MediaReply, digits 1, unknown "okänd samtalsväg" / "unknown media";
    NO_CALL = 0, "inget samtal" / "no call";
    DUPLEX = 1, "samtal i båda riktningar" / "duplex";
    MICROPHONE_ONLY = 2, "endast lyssning" / "microphone only";
    SPEAKER_ONLY = 3, "endast tal" / "speaker only";
}

super::code_table! {
    /// Whom the device is asked to call (`cre`).
    CallReply, digits 1, unknown "okänd uppringning" / "unknown call handling";
    NO_CALL = 0, "ingen uppringning" / "no call";
    PREDEFINED_RECEIVER = 61, "förinställd mottagare" / "predefined receiver";
    TRANSFERRED_NUMBER = 62, "det medsända numret" / "the number in the reply";
}
