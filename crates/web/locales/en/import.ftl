# English texts. Every text stands under the same name in Swedish.
import-devices = Take in devices from a file
import-people = Take in people from a file
import-intro = Choose a file. Tryggve shows what it holds before anything is saved. The same file can be taken in several times: what stands already is left as it is.
import-file = File
import-limits = CSV or Excel (xlsx), at most { $size } MiB and { $rows } rows.
import-look = Show what the file holds
import-no-file = Choose a file first.
import-refused = The file cannot be used. Nothing is saved.
import-columns = Headings that the file can have
import-columns-must = Must be there
import-columns-may = May be there
import-template-xlsx = Get a template for Excel
import-template-csv = Get a template as CSV
import-running = The rows are being saved
import-progress = { $done } of { $total } rows
import-refresh = See how far it has come
import-failed = The import stopped. What was saved before stays. Try again: nothing is saved twice.
import-done = Done. The right rows are saved.
import-ignored = These headings are not read: { $names }
import-take = { $count ->
    [one] Save { $count } new row
   *[other] Save { $count } new rows
}
import-count-new = { $count ->
    [0] No new rows
    [one] { $count } new row
   *[other] { $count } new rows
}
import-count-taken = { $count ->
    [0] No new rows
    [one] { $count } row is saved
   *[other] { $count } rows are saved
}
import-count-known = { $count ->
    [one] { $count } row stands already
   *[other] { $count } rows stand already
}
import-count-differing = { $count ->
    [one] { $count } row stands already with other facts and is not changed
   *[other] { $count } rows stand already with other facts and are not changed
}
import-count-bad = { $count ->
    [one] { $count } row to correct
   *[other] { $count } rows to correct
}
import-to-list = To the list
import-another = Choose another file
import-good = New rows, the first ones
import-good-none = The file has no new rows.
import-bad = Rows to correct
import-bad-none = Nothing to correct.
import-bad-more = { $count ->
    [one] One more stands in the file to download.
   *[other] { $count } more stand in the file to download.
}
import-row = Row
import-column = Column
import-found = Stood in the file
import-expected = This was expected
import-kept = This happens
