# Svenska texter. Varje text finns med samma namn på engelska.
people-words = Namn, gata eller nummer
people-search = Sök
people-none = Ingen hittades. Kontrollera stavningen, eller sök med färre ord.
people-more = Fler passar än de som visas. Sök med fler ord.
file-left-out = { $count ->
    [one] { $count } person med skyddade personuppgifter är utelämnad.
   *[other] { $count } personer med skyddade personuppgifter är utelämnade.
}
nav-people = Personer
people-title = Personer
people-name = Namn
people-areas = Områden
people-everywhere = Alla områden
people-export = Hämta registret
people-export-why = Filen innehåller personuppgifter om alla utom dem med skyddade personuppgifter. Hämtningen loggas med din anledning.
people-export-format = Filformat
people-export-button = Hämta
person-title = Person
person-register = Registrera person
person-change = Ändra uppgifter
person-protected = Skyddade personuppgifter
person-identity = Personnummer
person-identity-kept = Tomt: numret som står behålls.
person-address = Adress
person-language-hint = Tomt är svenska.
person-position-hint = Grader, till exempel 58.4109 och 15.6216. Tomt om läget är okänt.
person-hidden = (dolt)
person-reveal = Visa hela personnumret
person-reason = Anledning
person-reason-hint = Loggas och granskas. Skriv inga känsliga uppgifter.
person-reason-title = Ange anledning
person-reason-why = Du har ingen pågående vårdrelation till personen. Skriv varför du behöver se uppgifterna. Anledningen gäller i 15 minuter.
person-reason-button = Visa personen
person-reason-short = Skriv en anledning på minst { $count } tecken.
person-devices = Enheter
person-devices-none = Personen har ingen enhet.
person-looks = Vem har tittat
person-looks-what = Vad
person-looks-none = Ingen har tittat.
person-field-identity = Personnummer
person-field-protected = Skyddade personuppgifter
person-field-given_name = Förnamn
person-field-family_name = Efternamn
person-field-spoken_language = Språk
person-field-phone = Telefon
person-field-street = Gata
person-field-postal_code = Postnummer
person-field-town = Ort
person-field-latitude = Latitud
person-field-longitude = Longitud
person-field-area = Område
person-field-entry_note = Så kommer man in
person-field-health_note = Viktigt om hälsan
person-field-note = Annat att veta
person-field-kin = Närstående
kin-title = Närstående
kin-none = Inga närstående är registrerade.
kin-change = Ändra närstående
kin-what = I den ordning de ska ringas. Töm namnet för att ta bort någon.
kin-name = { $line }. Namn
kin-relation = { $line }. Relation
kin-phone = { $line }. Telefon
kin-key = { $line }. Har nyckel
kin-has-key = Nyckel
fallback-title = Reservlista
fallback-what = Skriv ut listan och förvara den låst. Med den går larmen att ta om hand utan Tryggve. Utskriften loggas.
fallback-none = Ingen person har en installerad enhet här.
fallback-no-area = Utan område
fallback-count = { $count ->
    [one] { $count } person
   *[other] { $count } personer
}
fallback-at = Läst { $at }
