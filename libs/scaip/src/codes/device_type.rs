//! Device types (`dty`).

super::code_table! {
    /// What kind of device the message is about (`dty`).
    ///
    /// Codes as observed in the open-source gateway `caruhome/scaip-gateway`; 0042 is in no table seen.
    DeviceType, digits 4, unknown "okänd enhetstyp" / "unknown device type";
    UNKNOWN = 0, "okänd enhet" / "device of unknown type";
    UNDEFINED = 1, "odefinierad enhet" / "undefined device";
    LOCAL_UNIT_AND_CONTROLLER = 2, "trygghetslarm med styrenhet" / "local unit and controller";
    PERSONAL_TRIGGER = 3, "bärbar larmknapp" / "personal trigger";
    FIXED_TRIGGER = 4, "fast larmknapp" / "fixed trigger";
    FALL = 5, "fallsensor" / "fall sensor";
    PERSONAL_ATTACK = 6, "överfallslarm" / "personal attack alarm";
    PANIC = 7, "paniklarm" / "panic alarm";
    DUTY_SWITCH_REMOTE = 8, "tjänstgöringsväljare, på distans" / "duty switch, remote";
    DUTY_SWITCH_LOCAL = 9, "tjänstgöringsväljare, på plats" / "duty switch, local";
    ACTIVITY = 10, "aktivitetssensor" / "activity sensor";
    PILL_DISPENSER = 11, "läkemedelsautomat" / "medicine dispenser";
    BED = 12, "sängsensor" / "bed sensor";
    MAT = 13, "larmmatta" / "alarm mat";
    DOOR_SENSOR = 14, "dörrsensor" / "door sensor";
    WANDERING = 15, "vandringslarm" / "wandering alarm";
    ENURESIS = 16, "enureslarm" / "enuresis alarm";
    EPILEPSY = 17, "epilepsilarm" / "epilepsy alarm";
    OCCUPANCY = 18, "närvarosensor" / "occupancy sensor";
    HEART_RATE = 19, "pulsmätare" / "heart rate meter";
    ENVIRONMENT = 20, "miljösensor" / "environment sensor";
    GAS = 21, "gasvarnare" / "gas detector";
    LIGHTING_CIRCUIT = 22, "belysningskrets" / "lighting circuit";
    SMOKE = 23, "rökdetektor" / "smoke detector";
    HEATING = 24, "värmeanläggning" / "heating system";
    HEAT = 25, "värmedetektor" / "heat detector";
    CARBON_MONOXIDE = 26, "kolmonoxidvarnare" / "carbon monoxide detector";
    BOGUS_CALLER = 27, "larm vid misstänkt besökare" / "bogus caller alarm";
    INTRUDER = 28, "inbrottslarm" / "intruder alarm";
    BOUNDARY = 29, "områdeslarm" / "boundary alarm";
    MAN_DOWN = 30, "larm vid orörlig person" / "man-down alarm";
    SYSTEM_MONITOR = 31, "systemövervakning" / "system monitor";
    COMMUNICATION_LINK = 32, "kommunikationsförbindelse" / "communication link";
    FLOOD = 33, "vattenlarm" / "flood detector";
    BATH = 34, "badlarm" / "bath alarm";
    LATCH_KEY = 35, "dörrnyckel" / "latch key";
    PERIMETER = 36, "skalskydd" / "perimeter alarm";
    SPRINKLER = 37, "sprinkler" / "sprinkler";
    TAMPER = 38, "sabotagekontakt" / "tamper contact";
    PRINTER = 39, "skrivare" / "printer";
    ROUTER = 40, "router" / "router";
    POWER_SUPPLY = 41, "strömförsörjning" / "power supply";
    ACCESS_CONTROLLER = 43, "passersystem" / "access controller";
    CHAIR = 44, "stolssensor" / "chair sensor";
    CONTROLLER = 45, "styrenhet" / "controller";
    ELEVATOR = 46, "hiss" / "elevator";
    FIRE_SYSTEM = 47, "brandlarmsanläggning" / "fire alarm system";
    LOCAL_UNIT = 48, "trygghetslarm" / "local unit";
    MONITORING = 49, "övervakning" / "monitoring";
    RADIO = 50, "radio" / "radio";
    TRACKING = 51, "positionering" / "tracking";
}
