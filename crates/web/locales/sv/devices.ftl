# Svenska texter. Varje text finns med samma namn på engelska.
nav-devices = Enheter
form-problems = Rätta det här. Ingenting är sparat än.
form-back = Tillbaka utan att spara
form-choose = Välj
form-save = Spara
file-csv = Hämta som CSV
file-xlsx = Hämta som Excel
pages = Sidor
pages-before = Föregående sida
pages-after = Nästa sida
pages-here = Sida { $page } av { $pages }
history-when = När
history-who = Vem
history-field = Fält
history-from = Från
history-to = Till
history-changes = Ändringar
history-changes-none = Ingenting har ändrats.
history-back = Ångra
history-go-back = Gå tillbaka till före det här
history-as-before = Så här såg det ut före ändringen { $at }. Spara för att gå tillbaka dit; ingenting är ändrat än.
devices-title = Enheter
devices-total = { $count ->
    [0] Inga enheter
    [one] { $count } enhet
   *[other] { $count } enheter
}
devices-none = Ingen enhet passar filtret. Ta bort något av villkoren, eller registrera enheten.
devices-all = Alla
devices-words = Ord i serienummer, id eller rum
devices-stage = Läge
devices-model = Modell
devices-generation = Generation
devices-silent = Bara tysta
devices-order = Ordning
devices-order-serial = Serienummer
devices-order-last_contact = Längst utan kontakt först
devices-order-model = Modell
devices-order-stage = Läge
devices-show = Visa
devices-register = Registrera enhet
devices-serial = Serienummer
devices-controller-id = Id
devices-last-contact = Senaste kontakt
devices-condition = Tillstånd
device-title = Enhet
device-register = Registrera enhet
device-change = Ändra uppgifter
device-category = Slag
device-profile = Profil
device-tested-at = Senaste provlarm
device-person = Hjälper
device-field-model = Modell
device-field-serial = Serienummer
device-field-controller_id = Id på tråden
device-field-accessories = Tillbehör
device-field-network_operator = Mobiloperatör
device-field-area = Område
device-field-room = Rum
device-field-latitude = Latitud
device-field-longitude = Longitud
device-controller-id-hint = Vad enheten kallar sig när den larmar. Tomt blir serienumret.
device-area-hint = Bara för en enhet som inte hör till en person.
device-life = Enhetens liv
device-life-none = Inga steg är antecknade.
device-messages = Senaste meddelanden
device-messages-none = Enheten har inte hörts.
device-alarms = Senaste larm
device-alarms-none = Inga larm.
message-signal = Lästes som
message-transport = Väg
message-detail = Innehåll
alarm-state = Tillstånd
device-step = Nästa steg
device-to = Till: { $stage }
device-note = Anteckning
device-note-hint = Behövs när en enhet kasseras.
device-step-note = Anteckning
device-step-person = Person
device-step-area = Område
device-step-room = Rum
device-install = Installera
device-install-whom = Vem ska enheten hjälpa?
device-install-person = Installera hos personen
device-install-no-person = Eller i ett område, utan person
device-install-area = Installera i området
device-password = Lösenord
device-password-own = Eget lösenord
device-password-hint = 8 till 64 tecken. Tomt: Tryggve gör ett.
device-password-set = Sätt lösenord
device-password-once = Lösenordet visas bara nu. Skriv in det i enheten.
nav-outages = Avbrott
nav-senders = Okända avsändare
senders-title = Okända avsändare
senders-what = Meddelanden från enheter som ingen har registrerat, och meddelanden som inte gick att läsa. Inget av dem är bortkastat.
senders-none = Alla som har hörts är registrerade.
senders-nameless = Avsändare utan namn
senders-register = Registrera enheten
senders-alarm = Till larmet
senders-raw = Meddelandet som det kom
outages-title = Avbrott och tysta enheter
outages-none = Inga avbrott.
outages-silent = Tysta enheter
outages-silent-total = { $count ->
    [0] Inga tysta enheter
    [one] { $count } tyst enhet
   *[other] { $count } tysta enheter
}
outages-silent-none = Alla installerade enheter hörs.
outages-silent-since = Tyst sedan
outage-title = Avbrott
outage-cause = Vad enheterna delar
outage-shared = Slag
outage-by-operator = Mobiloperatör
outage-by-area = Område
outage-by-model = Modell
outage-began = Började
outage-ended = Slutade
outage-open = Pågår
outage-lost = Enheter i allt
outage-silent = Fortfarande tysta
nav-technical = Tekniska larm
technical-title = Tekniska larm
technical-none = Inga öppna tekniska larm.
technical-remains = Kvarstår
technical-over-since = Över sedan { $since }
technical-text = Anteckning i varje larm
technical-text-usual = Enheten meddelar att felet är över.
technical-close = { $count ->
    [one] Avsluta { $count } larm som är över
   *[other] Avsluta alla { $count } larm som är över
}
technical-closed = { $count ->
    [one] { $count } larm är avslutat.
   *[other] { $count } larm är avslutade.
}
senders-messages = Meddelanden
unproven-title = Registrerade enheter som inte visat att de är de
unproven-what = Den som har fel lösenord eller kommer från fel nät kan inte larma som sig själv: larmet kommer som okänd avsändare. Markerat är det som pågår. Räknat på meddelanden som är kvar; livstecken och prov som nekats räknas inte.
unproven-none = Alla registrerade enheter har visat vilka de är.
unproven-device = Enhet
unproven-trouble = Vad som är fel
unproven-since = Sedan
unproven-last = Senast
unproven-messages = Antal
unproven-source = Från
unproven-proven = Senast hörd med rätt uppgifter
unproven-never = Aldrig
