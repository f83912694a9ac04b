# Svenska texter. Varje text finns med samma namn på engelska.
devices-parts = Om enheter
labels-title = Etiketter
labels-one = Skriv ut etikett
labels-intro = Välj så många kolumner och rader som papperet i skrivaren har. Skriv ut i verklig storlek, utan marginaler.
labels-columns = Kolumner
labels-rows = Rader
labels-skip = Använda etiketter på första arket
labels-code = Kod
labels-code-both = QR och streckkod
labels-code-qr = Bara QR
labels-code-bars = Bara streckkod (Code 128)
labels-text = Koden säger
labels-count = { $count ->
    [0] Inga etiketter
    [one] { $count } etikett
   *[other] { $count } etiketter
}
labels-left-out = Bara de första { $most } skrivs ut åt gången. Smalna av listan för att skriva ut resten.
print = Skriv ut
models-title = Modeller
models-intro = En modell säger vad dess enheter är till för, hur ofta de ska höras och hur de ska besvaras.
models-none = Ingen modell finns. Lägg till en, så kan enheter registreras.
model-new = Ny modell
model-one = Modell
model-remove = Ta bort modellen
model-never = Aldrig
model-seconds = { $count } s
model-days = { $count ->
    [one] { $count } dag
   *[other] { $count } dagar
}
model-field-name = Namn
model-field-category = Slag
model-field-driver = Språk på tråden
model-field-generation = Generation
model-field-contact_seconds = Hörs varje
model-field-test_days = Provlarm varje
model-field-profile = Profil
model-hint-contact_seconds = Sekunder mellan livstecken. 0: övervakas inte.
model-hint-test_days = Dagar mellan provlarm. 0: inga.
model-hint-profile = Hur modellens enheter besvaras.
driver-scaip = SCAIP
driver-zigbee2mqtt = Zigbee2MQTT
profiles-title = Profiler
profiles-intro = En profil säger hur en modell talar och vill besvaras. Värdena är de som enheterna får i svaret.
profiles-none = Ingen profil finns. Lägg till en, så kan modeller använda den.
profile-new = Ny profil
profile-one = Profil
profile-remove = Ta bort profilen
profile-field-name = Namn
profile-field-reply_style = Svaret skickas
profile-field-authentication = Enheten bevisas av
profile-field-media_reply = Samtal (mre)
profile-field-call_reply = Vem enheten ringer (cre)
profile-field-call_number = Nummer eller adress att ringa (tnu)
profile-field-technical_codes = Tekniska statuskoder (stc)
profile-field-duplicate_window_seconds = Samma meddelande inom
profile-media-0 = Inget samtal
profile-media-1 = Samtal åt båda håll
profile-media-2 = Bara mikrofonen
profile-media-3 = Bara högtalaren
profile-call-61 = Enhetens förvalda mottagare
profile-call-62 = Numret i profilen
profile-hint-media_reply = Vad enheten gör när larmet är mottaget.
profile-hint-call_reply = Ett nummer behövs när enheten ringer numret i profilen.
profile-hint-call_number = Till exempel ett telefonnummer eller sip:larm@exempel.se.
profile-hint-technical_codes = Koder som är tekniska larm, med mellanslag mellan.
profile-hint-duplicate_window_seconds = Sekunder. Samma meddelande igen inom tiden blir inget nytt larm.
overdue-title = Provlarm som saknas
overdue-none = Alla installerade enheter har provlarmat i tid.
overdue-never = Aldrig
overdue-wanted = Ska provas varje
overdue-total = { $count ->
    [0] Ingen enhet saknar provlarm.
    [one] { $count } enhet har inte provlarmat så ofta som dess modell kräver.
   *[other] { $count } enheter har inte provlarmat så ofta som deras modeller kräver.
}
overdue-total-first = De { $count } som har väntat längst. Det finns fler.
replacement-title = Utbyte av 2G och 3G
replacement-nothing-left = Ingen installerad enhet har 2G eller 3G.
replacement-standing-still = Inga nya enheter har installerats de senaste veckorna: utbytet står stilla.
replacement-late = I den takt som hålls är allt utbytt { $day }, efter sista dagen.
replacement-in-time = I den takt som hålls är allt utbytt { $day }, i tid.
replacement-left = Enheter att byta
replacement-deadline = Sista dag
replacement-weeks-left = Veckor kvar
replacement-pace-needed = Behövs per vecka
replacement-pace-held = Bytta per vecka, de senaste { $count } veckorna
replacement-unit-cost = En enhet kostar
replacement-cost = Kostar att byta
replacement-kronor = { $sum } kr
replacement-settings = Ändra pris och sista år
replacement-units = Enheter per generation
replacement-plan = Plan
replacement-old = Byts ut
replacement-new = Är kvar
replacement-weeks = Nya enheter per vecka
replacement-weeks-what = { $count ->
    [one] Linjen är takten som behövs: { $count } enhet per vecka. Veckor under den är märkta.
   *[other] Linjen är takten som behövs: { $count } enheter per vecka. Veckor under den är märkta.
}
replacement-weeks-table = Visa veckorna som tabell
replacement-week = Vecka från
replacement-installed = Installerade
replacement-source = Källa till priset
