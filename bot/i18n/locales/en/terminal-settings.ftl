# What is wrong with app.yaml, with what the environment gives and with arguments, and what to do about it; and what
# `comitia check` says of settings that are good.

# Values and names inside the sentences below.
settings-quoted = "{ $value }"
settings-this = this
settings-the-file = the file
settings-none = none
settings-in-environment = environment
settings-in-arguments = arguments
settings-kind-boolean = a boolean
settings-kind-number = a number
settings-kind-nothing = nothing
settings-kind-date = a date
settings-kind-other = something else than text

# The file as a whole.
settings-file-none = there is no such file
settings-file-unreadable = the file cannot be read ({ $why })
settings-file-folder = it is a folder
settings-file-forbidden = permission denied
settings-file-large = the file is larger than 1 MB
settings-file-not-utf8 = the file is not UTF-8 text
settings-file-empty = the file is empty
settings-file-no-lines = the file does not consist of `key: value` lines
settings-file-deep = the file is too deep or too large
settings-aliases-endless = the aliases of this file expand without end
settings-control-here = a control character stands here
settings-yaml = not readable as YAML: { $why }
settings-yaml-quote-open = the quote that opens here is never closed
settings-yaml-quote-late = the quote that opens here is closed on line { $line } only
settings-yaml-tab = a tab stands where YAML wants spaces
settings-yaml-alias = an alias (*name) names no anchor (&name) above it
settings-yaml-start = a value cannot begin with this character
settings-yaml-colon = a second colon stands on this line
settings-yaml-documents = a second document begins
settings-yaml-expected = expected { $wanted }, but found { $found }
settings-yaml-missing = could not find expected { $wanted }
settings-yaml-says = { $words }

# Keys and values as the file writes them.
settings-key-twice = this key is already given on line { $line }
settings-key-no-word = a key must be a word
settings-key-long = a key is longer than { $most } letters
settings-key-merge = merge keys are not read
settings-key-read-as = this key is read as { $kind }
settings-key-secret = this key looks like a secret
settings-key-bad = this is no good key
settings-key-unknown = there is no such key
settings-key-of-no-kind = { $kind } has no such key
settings-key-missing = { $section } lacks this key
settings-key-of-figure = { $section } lacks this key: { $source } is counted of an initiative
settings-tag = a tag (!…) stands before this value
settings-value-long = this value is longer than { $most } letters
settings-value-secret = this value looks like a secret
settings-value-is-secret = this value is one of the secrets of the environment
settings-secret-in-file = a secret never stands in this file
settings-empty = this is empty

# The environment and the arguments.
settings-variable-unknown = there is no such setting
settings-variable-twice = this is also given by { $variable }
settings-variable-database = { $variable } names a database too
settings-secret-unreadable = the file it names cannot be read
settings-secret-unreadable-file = { $file } cannot be read ({ $why })
settings-secret-not-short = the file it names is not a short text
settings-secret-empty = the file it names is empty
settings-secret-argument = a secret is never an argument: others can see it
settings-secret-needed = Slack in { $mode } mode needs this secret
settings-teams-secret-needed = Teams needs the bot’s client secret
settings-teams-unknown = this is a channel of Teams, and nothing says who Comitia is there
settings-anonymous-open = without an identity, Comitia may listen on this machine only, and web.host is another
settings-anonymous-id = teams.anonymous is for trying it out without an identity, and teams.app_id is one
settings-zeros = zeros stand here for the real one
settings-slack-by-room = a name without a link is a channel of Slack, so Comitia is at work on Slack as well
settings-slack-by-token = with a token of Slack, Comitia is at work on Slack as well
settings-token-other = this is the other token of the two
settings-token-not-bot = this does not look like a bot token (xoxb-…)
settings-token-not-app = this does not look like an app-level token (xapp-…)

# Single values.
settings-boolean = { $value } is read as a boolean, not as text
settings-not-text = { $value } is not text
settings-blank = { $value } is empty
settings-not-plain = { $value } holds a line break or a control character
settings-too-long = this is longer than { $most } letters
settings-not-zone = { $value } is not a time zone
settings-not-time = { $value } is not a time of day
settings-not-number = { $value } is not a number
settings-not-whole = { $value } is not a whole number
settings-over-everybody = { $value } is more than everybody
settings-nobody-decides = { $value } lets nobody decide
settings-not-mark = { $value } is not between 1 and 5
settings-not-rule = { $value } is not a calendar rule
settings-not-every-week = { $value } does not fall due every week
settings-two-calendars = { $value } names more than one holiday calendar
settings-not-calendar = { $value } is not a holiday calendar
settings-not-weekdays = { $value } is not a list of weekdays
settings-no-day-to-work = { $value } leaves no day to work
settings-not-email = { $value } is not an e-mail address
settings-not-channel = { $value } is not a channel name
settings-not-teams-link = { $value } is no link to a channel or chat of Teams
settings-not-uuid = { $value } is no id of Microsoft’s
settings-not-asks = { $value } is neither yes, no nor a date
settings-not-date = { $value } is not a date
settings-thousands = { $value } may be thousands or a decimal
settings-long-unit = { $value } is longer than 20 letters
settings-not-currency = { $value } is no currency of today
settings-not-address = { $value } is not an address
settings-not-plain-address = { $value } is not a plain address
settings-in-the-clear = { $value } would send tokens in the clear
settings-not-database = { $value } is not an address of a database Comitia knows
settings-sqlite-server = { $value } names a server, and SQLite has none
settings-no-host = { $value } has no usable host and port
settings-less = { $value } is less than { $bound }
settings-more = { $value } is more than { $bound }
settings-not-one-of = { $value } is not one of { $allowed }
settings-not-list = { $value } is not a list (lines that begin with `- `)
settings-not-section = { $value } is not a section
settings-not-here = { $value } cannot stand here

# What must agree.
settings-path-and-url = a database has a path or a url, not both
settings-person-twice = { $value } is already the email of the person on line { $line }
settings-initiative-twice = { $value } is already the key of the initiative on line { $line }
settings-kpi-twice = { $value } is already the key of the KPI on line { $line }
settings-unknown-site = { $value } is not a site of `sites`
settings-unknown-room = { $value } is not a room of `rooms`
settings-unknown-kpi = { $value } is not a KPI of `kpis`
settings-unlisted = { $value } is not listed in `initiatives`
settings-no-voters = this committee has no voters: nobody in `people` has a role of its voters ({ $roles })
settings-no-readers = this digest has no readers: nobody in `people` has a role of its readers ({ $roles })
settings-reminder-late = the reminder ({ $after } working days after) comes no sooner than the close ({ $days } days after)
settings-not-weekly = this pulse is not weekly: each time it asks a quarter of the people, and nobody twice in 28 days
settings-agenda-late = the agenda ({ $agenda } working days before) is no later than the call for marks ({ $marks } before)
settings-ballots-close = ballots close ({ $deadline }) no later than they open ({ $at })
settings-unit-currency = { $source } is in the currency of the organisation: its unit is { $unit }
settings-unit-share = { $source } is a share: its unit is { $unit }
settings-percentage = { $value } is a percentage, and the unit is { $unit }
settings-no-share = { $value } is no share
settings-one-or-all = { $value } may be 1% or all
settings-amber-no-target = amber is what is tolerated short of a target, and there is none
settings-amber-more = { $value } is better than the target, where more is better
settings-amber-less = { $value } is better than the target, where less is better

# What to do about it.
settings-do-both = { $first }; { $second }
settings-do-meant = did you mean "{ $near }"?
settings-do-known = known: { $known }
settings-do-begin = begin from the app.yaml that comes with Comitia
settings-do-name-file = name the settings file, or run `comitia init` to write one
settings-do-permissions = check its name and its permissions
settings-do-settings-only = give the settings only; app.yaml is a few kilobytes
settings-do-utf8 = save it in UTF-8
settings-do-delete-sign = delete it; the file must be plain text in UTF-8
settings-do-limits = at most { $levels } levels, { $nodes } values and { $aliases } aliases are read
settings-do-look-around = check the indentation, the colons and the quotes around here
settings-do-close = close it
settings-do-close-here = close it here
settings-do-spaces = indent with spaces
settings-do-quote-star = quote a value that begins with *
settings-do-quotes = put the value in quotes
settings-do-quote-colon = quote a value that holds a colon and a space
settings-do-one-document = keep one document: take the line `---` out
settings-do-keep-one = keep one of the two
settings-do-key-value = write `key: value`; quote a value that begins with {"{"} or {"["}
settings-do-shorter = make it shorter
settings-do-write-out = write the keys out
settings-do-quote-key = quote it: "{ $name }"
settings-do-write-key = write a key before the colon
settings-do-no-tag = take it out: settings are plain values
settings-do-revoke = take it out of the file and revoke it
settings-do-change-password = take it out of the file and change the password
settings-do-secret-elsewhere = secrets come from the environment or from files, as app.yaml says at its top
settings-do-give-secret = give it as { $variable } or { $variable }_FILE
settings-do-give-variable = give it as { $variable }
settings-do-set-secret = set { $variable } or { $variable }_FILE
settings-do-give = give { $wanted }
settings-do-give-or-out = give { $wanted }, or take the line out (a value that begins with # needs quotes)
settings-do-give-text = give { $wanted }; quote a number, yes, no, on or off
settings-do-add = add `{ $name }: …`, { $wanted }
settings-do-other-kind = it is a key of { $kinds }: take it out, or write another kind
settings-do-key-letters = write small letters, digits, - and single _
settings-do-see-example = see app.yaml for what can be set
settings-do-readable = name a file that Comitia may read
settings-do-secret-alone = name a file that holds the secret alone
settings-do-write-secret = write the secret into it
settings-do-token-letters = a bot token begins with xoxb-, an app token with xapp-
settings-do-copy-token = copy it from the Slack app, { $where }
settings-do-quote-yes = quote it: "yes", "no", "on"
settings-do-line = write one line of text
settings-do-letter = write at least one letter
settings-do-plain-line = write one line of plain text
settings-do-zone = write it as Europe/Paris
settings-do-time = write hours and minutes, such as 10:00
settings-do-fraction = write 1/2, 50% or 0.5
settings-do-quorum-most = a quorum is at most 1: write 1/2 or 50%
settings-do-quorum-least = a quorum is more than 0: write 1/2 or 50%
settings-do-mark = marks run from 1 to 5: write 3.5
settings-do-rule = write it as "1st tue", "last fri" or "day 15"
settings-do-every-week = write it as "every mon"
settings-do-one-calendar = name one, and add other days off as dates (2026-12-24)
settings-do-calendar = write FR or CA-QC, or dates such as 2026-12-24
settings-do-weekdays = write mon, tue, wed, thu, fri, sat or sun
settings-do-working-day = leave a working day in the week
settings-do-email = write it as ana.silva@example.org
settings-do-channel = write it as in chat: small letters, digits, - and _, without #
settings-do-teams-link = take the one that “Copy link” gives in the channel’s menu in Teams
settings-do-zeros = docs/teams.md says where it is found
settings-do-slack-by-room = paste the link that Teams gives of the channel; if Slack is meant, add a section `slack` with its `mode`
settings-do-slack-by-token = take it out of the environment; if Slack is meant, add a section `slack` with its `mode`
settings-do-uuid = copy it from the Azure portal: 32 digits and letters a to f, in five groups
settings-do-loopback = set web.host to 127.0.0.1
settings-do-asks = write true, false, or the date it began to ask: 2026-01-05
settings-do-date = write it as 2026-01-05
settings-do-amount = write it as 12, 0.45 or 45%
settings-do-thousands = write { $whole }{ $decimals } or { $whole }.{ $decimals }
settings-do-short-unit = write a short unit such as "%", EUR or jours
settings-do-currency = write its code of three letters: EUR
settings-do-digits = write it in digits
settings-do-https = write https://…, or http://127.0.0.1:… for a local workspace
settings-do-database = write postgresql://… or sqlite:///…
settings-do-strokes = write sqlite:///… with three strokes before the file
settings-do-host = write postgresql://host:5432/name; in a password write %40 for @ and %25 for %
settings-do-one-of-them = write one of them
settings-do-key-lines = write its keys as lines of `key: value` below it
settings-do-own-email = each person has an own email: merge the two or change one
settings-do-own-initiative = each initiative has an own key: merge the two or change one
settings-do-own-kpi = each KPI has an own key: merge the two or change one
settings-do-add-to = add it to `{ $section }`
settings-do-imported = right if a file you import brings it
settings-do-role = give somebody such a role, or name other roles
settings-do-reminder = make reminder_after smaller than open_days, or 0 for no reminder
settings-do-every-tue = write it as "every tue" to hear from everybody within four weeks
settings-do-no-unit = leave the unit out
settings-do-number-of = write the number of { $unit }, or make the unit "%"
settings-do-percent = write { $value }% or a share such as 0.45
settings-do-share = a share lies between 0% and 100%
settings-do-one-or-all = write 1% or 100%
settings-do-target = add `target: …`
settings-do-amber-below = amber is what is tolerated below the target, or change direction
settings-do-amber-above = amber is what is tolerated above the target, or change direction
settings-do-agenda = make agenda_before smaller than marks_before
settings-do-deadline = make deadline later in the day than at

# What each key wants, after "give".
settings-wanted-value = another value
settings-wanted-its-value = its value
settings-wanted-organisation = a section with name, locale and zone
settings-wanted-people = a list of people
settings-wanted-initiatives = a list of initiatives
settings-wanted-kpis = a list of KPIs
settings-wanted-rehearsal = the e-mail address of the one person who gets everything
settings-wanted-house-name = the organisation's name
settings-wanted-locale = en or fr
settings-wanted-zone = a time zone such as Europe/Paris
settings-wanted-currency = the code of a currency, such as EUR
settings-wanted-holidays = a country (FR), a country and its part (CA-QC), or dates
settings-wanted-weekend = a list of mon tue wed thu fri sat sun
settings-wanted-email = an e-mail address
settings-wanted-roles = a list of roles
settings-wanted-person-name = the person's name
settings-wanted-site = a key of `sites`
settings-wanted-room = a key of `rooms`
settings-wanted-initiative = a key of `initiatives`
settings-wanted-initiative-keys = a list of keys of `initiatives`
settings-wanted-kpi-keys = a list of keys of `kpis`
settings-wanted-initiative-key = a short lasting name such as claims-triage
settings-wanted-kpi-key = a short lasting name such as assistant-adoption
settings-wanted-title = a title of one line
settings-wanted-ritual-title = the title people see
settings-wanted-summary = what it is for, in a sentence or two
settings-wanted-stage = opportunity, framing, poc, mvp, pilot or industrialised
settings-wanted-asks = true, false, or the date since when it asks for its next stage
settings-wanted-department = the department it belongs to
settings-wanted-owner = the owner's e-mail address
settings-wanted-people-count = a number, { $least } or more: fewer would give people away
settings-wanted-number-from = a number, { $least } or more
settings-wanted-number = a number from { $least } to { $most }
settings-wanted-days = a number of days, { $least } to { $most }
settings-wanted-weeks = a number of weeks, { $least } to { $most }
settings-wanted-working-days = a number of working days, { $least } to { $most }
settings-wanted-reminder = a number of working days, { $least } (none) to { $most }
settings-wanted-seconds = seconds, { $least } to { $most }
settings-wanted-minutes = minutes, { $least } to { $most }
settings-wanted-port = a port, { $least } to { $most } (0: any that is free)
settings-wanted-mode = socket or http
settings-wanted-https = an https address
settings-wanted-team = a workspace id such as T0123ABCD
settings-wanted-bot-token = the bot token, xoxb-…
settings-wanted-app-token = the app-level token, xapp-…
settings-wanted-signing-secret = the signing secret of the Slack app
settings-wanted-app-id = the bot’s Microsoft app id
settings-wanted-tenant = the id of your tenant (directory)
settings-wanted-identity = secret or managed
settings-wanted-cloud = public or government
settings-wanted-dialogs = true or false
settings-wanted-anonymous = true or false
settings-wanted-app-password = the bot’s client secret
settings-wanted-host = an address to listen on, such as 127.0.0.1
settings-wanted-path = a file name such as comitia.sqlite
settings-wanted-url = postgresql://… or sqlite:///…
settings-wanted-on-unknown = skip or resend
settings-wanted-level = debug, info, warning or error
settings-wanted-kind = prioritisation_committee, pulse, adoption_post, kpi_review or weekly_digest
settings-wanted-when = a calendar rule such as "1st tue"
settings-wanted-when-weekly = a day of the week such as "every mon"
settings-wanted-at = hours and minutes, such as 10:00
settings-wanted-at-own = hours and minutes in each person's own zone, such as 10:00
settings-wanted-holiday = next, previous, skip or keep
settings-wanted-quorum = a share such as 1/2 or 50%
settings-wanted-majority = simple, absolute, two_thirds or three_quarters
settings-wanted-pass-mark = a mark from 1 to 5, such as 3.5
settings-wanted-boolean = true or false
settings-wanted-source = adoption, escalation, csat, saving, imported or asked
settings-wanted-unit = a short unit such as "%", EUR or jours
settings-wanted-direction = up or down: which way is better
settings-wanted-amount = a number such as 12 or 45%
settings-wanted-frequency = weekly, monthly or quarterly
settings-wanted-date = a date such as 2026-01-05

# Calendar rules and holiday calendars that cannot be read.
rule-quoted = “{ $text }”
rule-weekday = { $number ->
    [0] Monday
    [1] Tuesday
    [2] Wednesday
    [3] Thursday
    [4] Friday
    [5] Saturday
   *[other] Sunday
}
rule-near = { $what }; did you mean “{ $near }”?
rule-examples = “1st tue”, “last fri”, “third thursday”, “day 15”, “first working day”, “last working day”, “every mon”, “every 2 weeks mon from 2026-01-05” and “week 3 tue”
rule-not-understood = { $text } is not a rule Comitia understands. It understands, for instance, { $examples }
rule-not-understood-near = { $text } is not a rule Comitia understands; did you mean “{ $near }”? It understands, for instance, { $examples }
rule-not-followed = { $text } is not a rule Comitia can follow: { $why }
rule-day-of-month = a month has days 1 to 31; found { $found }
rule-week-of-month = a month has weeks 1 to 5; found { $found }
rule-every = a rule repeats every 1 to 52 weeks; found { $found }
rule-from-when = every { $every } weeks counted from when? Name the first day, as in “every { $every } weeks { $weekday } from 2026-01-05”
rule-other-weekday = { $start } is a { $found }, the rule says { $says }; did you mean “from { $right }”?
rule-two-meanings = it may mean two things; write “{ $monthly }” for once a month, or “{ $weekly }” and the first date
rule-not-date = { $text } is not a date; write it like 2026-01-05
rule-calendar = there is no holiday calendar { $name }; write a country (FR) or a country and its part (CA-QC)
rule-calendar-part = the holiday calendar { $country } has no part { $part }; it has { $parts }
rule-calendar-whole = the holiday calendar { $country } has no part { $part }; write { $country } alone

# What comes of settings that cannot be used.
check-faults = { $count ->
    [one] { $count } fault.
   *[other] { $count } faults.
}
check-faults-then = { $count ->
    [one] { $count } fault: { $then }.
   *[other] { $count } faults: { $then }.
}
check-then-not-started = nothing was started
check-then-not-looked-at = nothing else was looked at
check-then-no-manifest = no manifest was written

# What good settings come to.
check-good = { $path } is good.
check-key = { $name }:
check-people = People: { $count }
check-platforms = At work on { $platforms }.
check-initiatives = { $asking ->
    [one] Initiatives: { $count }, of which { $asking } asks for its next stage
   *[other] Initiatives: { $count }, of which { $asking } ask for their next stage
}
check-kpis = KPIs: { $count }
check-kpis-lacking = KPIs: { $count }, of which { $lacking } without a target or a baseline
check-source-adoption = adoption
check-source-escalation = escalation
check-source-csat = satisfaction
check-source-saving = savings
check-source-imported = imported
check-source-asked = asked of its owner
check-kpi = { $title }, { $source } ({ $owner })
check-kpi-of = { $title }, { $source } of { $initiative } ({ $owner })
check-kpi-with = { $title }, { $source }, { $initiative } ({ $owner })
check-from = from { $value }
check-to-more = to { $value } or more
check-to-less = to { $value } or less
check-amber = amber to { $value }
check-no-baseline = NO BASELINE: grey until there is one
check-no-target = NO TARGET: grey until there is one
check-no-baseline-no-target = NO BASELINE AND NO TARGET: grey until there is one
check-rituals = Rituals: { $count }
check-no-rituals = Rituals: none: nothing will ever fall due
check-committee = { $count ->
    [one] { $count } voter, in { $room }
   *[other] { $count } voters, in { $room }
}
check-pulse = { $days ->
    [one] a pulse about { $initiatives }, open { $days } day
   *[other] a pulse about { $initiatives }, open { $days } days
}
check-figures = the figures of { $initiatives }, in { $room }
check-digest = { $count ->
    [one] a letter to { $count } reader
   *[other] a letter to { $count } readers
}
check-review = { $count ->
    [one] a review of { $count } KPI, in { $room }
   *[other] a review of { $count } KPIs, in { $room }
}
check-every-initiative = every initiative in use
check-next = next: { $when }
check-next-own = next: { $when } (in each person's own zone)
check-next-none = next: not within { $days } days
check-worth-a-look = Worth a look:
check-ids-needed = Still needed for `comitia run`, in { $path } in place of the zeros (docs/teams.md says where they are found):
check-still-needed = Still needed for `comitia run`, in the environment (or in files, with _FILE after the name):
