# What the command line says of files that it takes in, lists and takes back.

# Which file, and what came of it.
import-which = Name a kind and a file, or ask for --template.
import-no-kind = "{ $kind }" is no kind of file: { $hint }
import-meant = did you mean "{ $word }"?
import-known = known: { $words }
import-none-known = none is known yet
import-template-french = { $file }: headings may be French too, with or without accents: { $names }
import-reading = Reading { $file }
import-taking-in = Taking in { $file }
import-progress = { $doing }: { $percent }%
import-file-fault = { $file }: { $why }
import-nothing-imported = Nothing was imported.
import-then-nothing = nothing was imported
import-line-fault = { $file }, line { $line }: { $why }
import-field-fault = { $file }, line { $line }, column "{ $column }": { $why }
import-more-faults = … and { $count } more.
import-faults = { $count ->
    [one] { $count } fault: nothing was imported.
   *[other] { $count } faults: nothing was imported.
}
import-lines = { $count ->
    [one] { $count } line
   *[other] { $count } lines
}
import-counted = { $lines }, { $new } new, { $changed } changed
import-done = { $file }: { $counted }. It is import { $number }: `comitia undo-import { $number }` takes it back.
import-nothing-new = { $file }: nothing new in { $lines }; nothing was changed.
import-note = Note: { $notice }
import-named = { $number } ({ $kind }, { $file })

# Taking an import back, and the list.
import-undone = Import { $number } ({ $kind }, { $file }) is taken back: all is as it was before.
import-not-undone = Nothing was taken back: { $why }
import-then-not-undone = nothing was taken back
import-undo-later = { $count ->
    [one] import { $later } came after it and may rest on it: take it back first, `comitia undo-import { $order }`.
   *[other] imports { $later } came after it and may rest on it: take them back first, in the order { $order }.
}
import-undo-settled = a part of import { $number } is already summed up by week, since its days are over 100 days old.
import-undo-nothing = nothing was imported.
import-undo-unknown = there is no import { $number }: `comitia imports` lists them.
import-list-settled = (part of it is summed up by week)
import-list-empty = Nothing was imported yet.

# Files that cannot be read at all.
import-at-line = line { $line }: { $why }
import-cannot-open = the file cannot be opened ({ $why })
import-cannot-read = the file cannot be read ({ $why })
import-why-missing = No such file or directory
import-why-directory = Is a directory
import-why-denied = Permission denied
import-file-empty = the file is empty: its first line names the columns
import-too-many-lines = more than { $most } lines: take it in by several files
import-line-endless = line { $line } is longer than any line of a CSV file: is it one?
import-binary = line { $line } holds binary data: this is no CSV file
import-not-utf-8 = line { $line }, byte { $byte } (0x{ $hex }) is not UTF-8: save it again as "CSV UTF-8"
import-not-utf-8-letter = line { $line }, byte { $byte } (0x{ $hex }, probably "{ $letter }" in Windows-1252 or Latin-1) is not UTF-8: save it again as "CSV UTF-8"
import-utf-16 = the file is written in UTF-16: save it again as "CSV UTF-8"
import-spreadsheet = this is a spreadsheet or an archive, not a CSV file: save it as "CSV UTF-8"
import-old-mac = a line ends as on old Macs: save the file again with ordinary line ends
import-quote-open = a quote (") opens and is never closed: close it, or double quotes that are text ("")
import-quote-behind = text stands behind a closing quote ("): double quotes that are text ("")
import-no-csv = this is no CSV as Comitia reads it ({ $words })

# The header, and lines as a whole.
import-column-unnamed = a column has no name: name it or take it out
import-column-unknown = is no column of { $kind }: { $hint }
import-column-twice = is there twice (also as "{ $other }"): take one of the two out
import-column-missing = is missing: { $meaning }
import-fields = { $count ->
    [one] has { $count } field and the header { $header }: leave none out, and quote ("…") text that holds the separator
   *[other] has { $count } fields and the header { $header }: leave none out, and quote ("…") text that holds the separator
}
import-left-before = { $left } is before valid_from, { $begins }: correct one of the two
import-own-manager = nobody is their own manager: leave it empty at the top
import-target-day = is empty, and the line names a target: write the day on which they get it
import-part-larger = { $part } is more than there are in { $wholes } ({ $whole })

# Fields: what follows the field itself.
import-field = "{ $field }" { $why }
import-field-empty = it is empty: { $meaning }
import-future = lies in the future: today is { $today }
import-long-ago = is too long ago to be meant: write the year in full
import-control-line = holds a line break or a control character: write one line of plain text
import-control = holds a control character: write plain text
import-long = is { $length } characters long: write { $most } at most
import-formula-name = begins like a formula: write the name alone
import-formula-address = begins like a formula: write the address alone
import-no-email = is not an e-mail address: write ana.silva@example.org
import-no-key = is not a key: write it as in app.yaml, small letters, digits, - and _ (claims-triage)
import-no-staff-number = is not a number of staff: write letters and digits, without spaces
import-no-date = is not a date: write 2026-12-31, or 31/12/2026
import-count-doubtful = is not a whole number beyond doubt: write { $number }
import-no-count = is not a whole number: write it in digits, 0 or more
import-no-number = is not a number: write 1234.5 or 1 234,5
import-no-amount = is not an amount: write 1234.50 or 1 234,50
import-two-ways = may mean { $whole }{ $part } or { $whole }.{ $part }: write { $whole }{ $part } or { $whole }{ $part }.00 for the first, { $whole }.{ $part }0 for the second
import-no-stage = is not a stage: write one of { $stages }
import-no-bucket = is not a bucket: write core, bet or exploration

# What the lines of a file come to together, and with what is known.
import-unknown-initiative = "{ $initiative }" is no initiative of app.yaml, nor of an initiatives file taken in before: { $hint }
import-unknown-kpi = "{ $kpi }" is no KPI of app.yaml: { $hint }
import-decimal = { $whole }.{ $part }
import-share-or-percent = "{ $value }" is no share, and { $kpi } is in percent: write { $value }% or { $share }
import-share-bounds = { $kpi } is a share, which lies between 0% and 100%: correct the value
import-percent-of-unit = is a percentage, and { $kpi } is counted in { $unit }: write the number alone
import-percent-of-none = is a percentage, and { $kpi } has no unit: write the number alone, or make its unit "%" in app.yaml
import-usage-twice = line { $line } gives another number for the same address and day: write one line with their sum
import-day-twice = line { $line } says otherwise of { $what } on { $day }: keep one of the two, or one with their sum
import-words-twice = line { $line } says otherwise: say it once
import-target-twice = line { $line } gives the same target another day: keep one of the two
import-person-twice = line { $line } says otherwise of the same person on the same day: keep one of the two
import-number-twice = line { $line } gives the same person another number: correct one of the two
import-address-twice = line { $line } tells of the same person under another address: keep one of the two lines and write the other address into its other_emails
import-number-of-line = line { $line } gives the same address another number, and nobody left in between: is it somebody else’s?
import-number-of-before = what was taken in before gives the same address another number, and nobody left in between: is it somebody else’s?
import-left-early = { $left } is before the day the last known posting begins ({ $begins }): say valid_from

# What is worth saying besides.
import-strangers = { $count ->
    [one] { $count } address is nobody’s in the people files: counted for the match rate, by no name
   *[other] { $count } addresses are nobody’s in the people files: counted for the match rate, by no name
}
import-past = { $count ->
    [one] { $count } line left aside: of days already summed up by week, or more than 13 months ago
   *[other] { $count } lines left aside: of days already summed up by week, or more than 13 months ago
}
import-objectors = { $count ->
    [one] { $count } line is of somebody who asked to be left out: it was not taken in
   *[other] { $count } lines are of people who asked to be left out: they were not taken in
}
import-unknown-sites = no site of app.yaml is called { $sites }: its people have the organisation’s days off
import-word = "{ $word }"
import-ruled = app.yaml lists { $keys }: its words hold, those of the file do not
import-empty-department = nobody is in the department "{ $department }": { $hint }

# What each column is.
import-is-email = the person’s address
import-is-name = the person’s name
import-is-department = where the person belongs
import-is-site = where the person works
import-is-manager = the address of the person’s manager
import-is-valid-from = the day from which the line holds; empty: today
import-is-left-on = the person’s last day
import-is-access = keys of the initiatives they have access to, separated by spaces
import-is-employee-id = the employer’s number: it stays when the address changes
import-is-other-emails = further addresses of the same person, separated by spaces
import-is-initiative = the key of an initiative
import-is-title = a title of one line
import-is-summary = what it is for
import-is-stage = one of { $stages }
import-is-its-department = the department it belongs to
import-is-owner = the owner’s address
import-is-sponsor = the sponsor’s address
import-is-bucket = core, bet or exploration
import-is-target-department = a department that gets it; empty: any
import-is-target-site = a site that gets it; empty: any
import-is-rollout-on = the day they get it
import-is-day-of-use = the day of use
import-is-actions = how often the person used it on that day, by own doing
import-is-day-or-week = a day, or the last day of the week the line sums up
import-is-escalated = handed to a human
import-is-confirmed = resolved, and the person said so
import-is-implied = resolved, as nobody said otherwise
import-is-abandoned = left without an end
import-is-unengaged = in which nobody took part
import-is-avoidable = of the escalated: asked for by the person, or the assistant failed
import-is-contacted-again = of those not escalated: the person came back within 24 hours
import-is-resolved-and-contacted = of the resolved: a human was asked all the same
import-is-period-end = the last day of the period
import-is-amount = the amount saved, in the organisation’s currency
import-is-kpi = the key of a KPI
import-is-day-of-value = the day the value is of
import-is-value = a number; of a KPI in percent 45% or 0.45
import-is-n = of how many the value is
