# Svenska texter. Varje text finns med samma namn på engelska.
import-devices = Hämta in enheter från fil
import-people = Hämta in personer från fil
import-intro = Välj en fil. Tryggve visar vad den innehåller innan något sparas. Samma fil kan hämtas in flera gånger: det som redan finns lämnas som det är.
import-file = Fil
import-limits = CSV eller Excel (xlsx), högst { $size } MiB och { $rows } rader.
import-look = Visa vad filen innehåller
import-no-file = Välj en fil först.
import-refused = Filen går inte att använda. Ingenting är sparat.
import-columns = Rubriker som filen kan ha
import-columns-must = Måste finnas
import-columns-may = Får finnas
import-template-xlsx = Hämta en mall för Excel
import-template-csv = Hämta en mall som CSV
import-running = Raderna sparas
import-progress = { $done } av { $total } rader
import-refresh = Se hur långt det har kommit
import-failed = Inläsningen stannade. Det som redan sparats är kvar. Försök igen: ingenting sparas två gånger.
import-done = Klart. De rätta raderna är sparade.
import-ignored = De här rubrikerna läses inte: { $names }
import-take = { $count ->
    [one] Spara { $count } ny rad
   *[other] Spara { $count } nya rader
}
import-count-new = { $count ->
    [0] Inga nya rader
    [one] { $count } ny rad
   *[other] { $count } nya rader
}
import-count-taken = { $count ->
    [0] Inga nya rader
    [one] { $count } rad är sparad
   *[other] { $count } rader är sparade
}
import-count-known = { $count ->
    [one] { $count } rad finns redan
   *[other] { $count } rader finns redan
}
import-count-differing = { $count ->
    [one] { $count } rad finns redan med andra uppgifter och ändras inte
   *[other] { $count } rader finns redan med andra uppgifter och ändras inte
}
import-count-bad = { $count ->
    [one] { $count } rad att rätta
   *[other] { $count } rader att rätta
}
import-to-list = Till listan
import-another = Välj en annan fil
import-good = Nya rader, de första
import-good-none = Filen har inga nya rader.
import-bad = Rader att rätta
import-bad-none = Ingenting att rätta.
import-bad-more = { $count ->
    [one] En till finns i filen att hämta.
   *[other] { $count } till finns i filen att hämta.
}
import-row = Rad
import-column = Kolumn
import-found = Stod i filen
import-expected = Det här väntades
import-kept = Det här händer
