//! Status codes (`stc`).

super::code_table! {
    /// What happened (`stc`).
    ///
    /// The selection of 0001–0127 whose meaning has been observed in the open-source gateway `caruhome/scaip-gateway`.
    /// 0049 and 0050 are left out: that table gives 0050 two meanings.
    StatusCode, digits 4, unknown "okänd händelse" / "unknown status";
    ABORT = 2, "avbrutet" / "aborted";
    ACKNOWLEDGE = 5, "kvitterat" / "acknowledged";
    AUTOMATIC_ALARM = 9, "automatiskt larm" / "automatic alarm";
    MANUAL_ALARM = 10, "manuellt larm" / "manual alarm";
    ALERT = 11, "varning" / "alert";
    BATTERY_FAILURE = 14, "batterifel" / "battery failure";
    BATTERY_OK = 15, "batteri i ordning" / "battery ok";
    BATTERY_LOW = 16, "låg batterinivå" / "battery low";
    CANCEL = 19, "återkallat" / "cancelled";
    CLOSED = 21, "stängd" / "closed";
    CLOSED_TOO_LONG = 22, "stängd för länge" / "closed too long";
    IP_LOST = 23, "IP-förbindelse bruten" / "IP connection lost";
    MOBILE_LOST = 24, "mobilförbindelse bruten" / "mobile connection lost";
    PSTN_LOST = 25, "telefonlinje bruten" / "telephone line lost";
    PRIMARY_LINK_LOST = 26, "primär förbindelse bruten" / "primary link lost";
    REDUNDANT_LINK_LOST = 27, "reservförbindelse bruten" / "redundant link lost";
    JAMMED = 52, "blockerad" / "jammed";
    LEVEL_1 = 53, "nivå 1" / "level 1";
    LEVEL_2 = 54, "nivå 2" / "level 2";
    LEVEL_3 = 55, "nivå 3" / "level 3";
    LEVEL_4 = 56, "nivå 4" / "level 4";
    LEVEL_5 = 57, "nivå 5" / "level 5";
    LEVEL_6 = 58, "nivå 6" / "level 6";
    LEVEL_7 = 59, "nivå 7" / "level 7";
    LEVEL_8 = 60, "nivå 8" / "level 8";
    LEVEL_9 = 61, "nivå 9" / "level 9";
    MAINTENANCE = 65, "underhåll behövs" / "maintenance needed";
    MAINTENANCE_URGENT = 66, "underhåll behövs genast" / "maintenance needed urgently";
    MALFUNCTION = 67, "tekniskt fel" / "malfunction";
    NORMAL = 70, "normalt läge" / "normal";
    OPEN = 76, "öppen" / "open";
    OPEN_TOO_LONG = 77, "öppen för länge" / "open too long";
    PILL_NOT_TAKEN = 81, "läkemedel ej taget" / "medicine not taken";
    PILL_REMINDER = 82, "påminnelse om läkemedel" / "medicine reminder";
    PILL_TAKEN = 83, "läkemedel taget" / "medicine taken";
    MAINS_FAILURE = 85, "strömavbrott" / "mains failure";
    MAINS_RESTORED = 86, "strömmen åter" / "mains restored";
    PLANNED_PRESENCE = 87, "planerad närvaro" / "planned presence";
    PRESENCE_AFTER_ALARM = 88, "närvaro efter larm" / "presence after alarm";
    AUTOMATIC_RESET = 92, "automatiskt återställt" / "automatically reset";
    MANUAL_RESET = 93, "manuellt återställt" / "manually reset";
    TEMPERATURE_HIGH = 100, "hög temperatur" / "temperature high";
    TEMPERATURE_LOW = 101, "låg temperatur" / "temperature low";
    TEST_PRIMARY = 102, "provlarm, primär förbindelse" / "test transmission, primary link";
    TEST_REDUNDANT = 103, "provlarm, reservförbindelse" / "test transmission, redundant link";
    UNAUTHORISED_ACCESS = 107, "obehörigt tillträde" / "unauthorised access";
    ASSISTANCE = 110, "hjälp önskas" / "assistance wanted";
    INTERVENTION_COMPLETE = 111, "insats avslutad" / "intervention complete";
    IP_BACK = 112, "IP-förbindelse åter" / "IP connection back";
    MOBILE_BACK = 113, "mobilförbindelse åter" / "mobile connection back";
    PSTN_BACK = 114, "telefonlinje åter" / "telephone line back";
    PRIMARY_LINK_BACK = 115, "primär förbindelse åter" / "primary link back";
    REDUNDANT_LINK_BACK = 116, "reservförbindelse åter" / "redundant link back";
    LYING_IN_BED = 117, "ligger i sängen" / "lying in bed";
    LOCKED = 118, "låst" / "locked";
    MOVEMENT = 119, "rörelse" / "movement";
    RADIO_TEST_MISSING = 123, "radioprov uteblivet" / "radio test missing";
    RADIO_TEST_BACK = 124, "radioprov åter" / "radio test back";
    TAMPER = 125, "sabotage" / "tamper";
    UNLOCKED = 127, "olåst" / "unlocked";
}
