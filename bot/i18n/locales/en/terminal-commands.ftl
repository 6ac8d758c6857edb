# What the commands say in the terminal, and why Comitia does not start.

command-cannot-start = Comitia cannot start: { $why }
command-cannot-migrate = Comitia cannot migrate: { $why }
command-migrated = The database is at this version’s schema.
command-not-written = What was to be printed could not be written ({ $why }).
command-stopped = Comitia has stopped.
command-at-work = Comitia is at work; { $address } tells how it is.
command-rehearsing = A rehearsal: everything goes to { $email } and to nobody else; it is kept in { $file }, and deleting that file begins it anew.

command-database-empty = the database has no tables yet: run `comitia migrate`
command-database-older = the database is at schema { $found }, older than this version’s { $head }: run `comitia migrate`
command-database-newer = the database is at schema { $found }, newer than this version’s { $head }: install the newer Comitia again
command-database-unknown = the database is at schema { $found }, which this version does not know: name another database in the settings, or install the version that made this one
command-database-not-opened = { $name } cannot be opened as a database ({ $why }): check `database` in the settings
command-database-file-kept = { $name } cannot be written: give Comitia’s account the right to, or name another file as `database.path` in the settings
command-database-folder-kept = nothing can be written in { $folder }, where { $name } and its log stand: give Comitia’s account the right to, or name another place as `database.path` in the settings
command-database-socket = the local socket
command-database-silent = PostgreSQL does not answer at { $host }:{ $port } ({ $why }): start it, or correct `database.url` in the settings
command-database-refused = PostgreSQL at { $host }:{ $port } refuses { $name } ({ $why }): check `database.url` in the settings
command-database-taken = another Comitia works on { $path }: stop it first, or give several of them a PostgreSQL database
command-database-importing = another import is at work on this database: wait until it has ended
command-database-rehearsed = { $name } is the database of a rehearsal: name another in the settings (`database`)
command-database-live = { $name } is not the database of a rehearsal, and a rehearsal never works on any other: move that file away

command-slack-silent = Slack does not answer ({ $why }): check the network and slack.api_url
command-too-many-connections = Slack takes no further connection: an app has ten at most; stop a replica, or wait a minute if one has just ended
command-slack-waits = { $minutes ->
    [one] Slack asks to wait: try again in { $minutes } minute
   *[other] Slack asks to wait: try again in { $minutes } minutes
}
command-refused-bot-token = Slack refuses the bot token ({ $why }): check COMITIA_SLACK__BOT_TOKEN
command-teams-refused = Microsoft gives Comitia no token ({ $why }). `comitia doctor` says why: the network, teams.app_id, teams.tenant or the client secret.
command-refused-app-token = Slack refuses the app token ({ $why }): check COMITIA_SLACK__APP_TOKEN (its scope is { $scope })
command-refused-people = Slack refuses to list people ({ $why }): the bot needs the scopes { $scopes }
command-refused-channels = Slack refuses to list channels ({ $why }): the bot needs the scopes { $scopes }
command-refused-rehearser = Slack refuses to find whom a rehearsal is for ({ $why }): the bot needs the scopes { $scopes }
command-not-a-bot = the token is not a bot’s: COMITIA_SLACK__BOT_TOKEN takes the one that begins with xoxb-
command-other-workspace = the bot token belongs to workspace { $team }, slack.team says { $wanted }: correct the one or the other
command-channel = #{ $channel } (room { $room })
command-no-channel = the workspace has no channel { $channels } that the bot can see: make it, invite the bot if it is private, or correct `rooms` in the settings
command-no-rehearser = nobody in the workspace has the address { $email }, whom the rehearsal is for: correct `rehearsal` in the settings (or COMITIA_REHEARSAL, or --rehearse)
command-teams-no-rehearser = nobody with the address { $email }, whom the rehearsal is for, has written to Comitia or is in one of its rooms: correct `rehearsal` in the settings (or COMITIA_REHEARSAL, or --rehearse), or add them to the team of a room
command-teams-silent-room = nobody with the address { $email }, whom the rehearsal is for, has been found, and Teams does not tell who is in the room { $room } ({ $why }): add Comitia to it, or start again if it was only the network; or correct `rehearsal` in the settings (or COMITIA_REHEARSAL, or --rehearse)
command-teams-refused-rehearser = Teams does not let Comitia write to { $email }, whom the rehearsal is for ({ $why }): install the app for them
command-port-taken = { $place } cannot be listened on ({ $why }): check `web` in the settings

command-digest-preview = A letter is only shown: add --preview.
command-no-letter = The letter cannot be written: { $why }
command-no-digest = No weekly digest is set up: add a ritual of kind weekly_digest to the settings.
command-not-a-reader = The letter goes to nobody: { $email } is no reader of the digest; give `{ $roles }` in `people`.
command-readers-unknown = The letter goes to nobody yet: `comitia run` looks for { $people } in chat when it starts. Start it first; `comitia doctor` says who is not there.

command-nobody = Nobody is known as { $email }.
command-not-shown = Nothing can be shown: { $why }
command-not-erased = Nothing was erased: { $why }
command-erase-sure = This erases what is kept of { $email }, for good: say so with --yes.
command-erase-lifted = { $email } is known and counted again from the next start and the next files on.
command-erase-not-left-out = { $email } was not left out.
command-erased = Erased, and forgotten altogether. Comitia counts this person in no figure from now on.
command-erased-but = Erased, but for name, address and votes, which stay because { $reasons }. Counted in no figure.
command-duty-role = the settings give them a role
command-duty-ballot = a ballot of theirs is still open
command-duty-owner = an initiative, a KPI or an open action is theirs

init-next-migrate = makes the tables of the database
init-next-workspace = Without a Slack account, a local workspace lets you try the last three:

command-manifest-not = No such manifest can be made: { $why }
command-manifest-name = Slack takes a name of 1 to 35 characters; give another --name
command-manifest-url = over HTTP Slack must know where to call; give --url { $example }
command-manifest-no-url = in Socket Mode Slack calls nobody; leave --url out, or give --mode http
command-manifest-paste = Paste it at { $address } (From a manifest).

command-calendar-line = { $when }  { $title }: { $step }
command-calendar-nothing = Nothing falls due.
command-step-call-for-marks = call for marks
command-step-publish-agenda = agenda
command-step-open-ballots = ballots open
command-step-close-ballot = ballots close
command-step-launch-waves = questions prepared
command-step-remind = reminder
command-step-close-wave = answers close
command-step-post-figures = figures
command-step-ask-readings = call for values
command-step-hold-review = review
command-step-climb = actions due
command-step-plan-letters = letters prepared
command-step-send-letter = letters go out

command-demo-starting = Starting a local workspace and Comitia …
command-demo-stopped = The demo has stopped.
command-demo-not-started = The demo could not start: { $why }
command-demo-not-run = The demo could not run: { $why }
command-demo-part = { $part } did not start (exit code { $code })
command-demo-once = { $directory } is of an earlier demo. The local tenant of Teams remembers none: give another directory.
command-demo-unsound = The demo ran to its end, and found what must not be: { $found }.
command-demo-history = { $weeks ->
    [one] Playing { $weeks } week of history
   *[other] Playing { $weeks } weeks of history
}
command-demo-weeks = { $weeks ->
    [one] { $weeks } week
   *[other] { $weeks } weeks
}
command-demo-percent = { $what }: { $percent }%  { $day }
command-demo-ready = Comitia’s demo is ready. Everything runs on this machine; nothing leaves it.
command-demo-english = in English, as { $name }:
command-demo-french = in French, as { $name }:
command-demo-try = What to try: open the direct message with Comitia and press “To the next thing due” at the top, once or twice, until it asks for your marks; press “Give my marks”. Press “To the next thing due” again until the ballots open, and vote; once more, and read the decisions and the minutes in { $room }. On the way { $news } shows who uses what, and after some presses a pulse asks how you like your tool (two taps). Three months lie behind: read back, or become a change manager (Claire or Tom, at the top) to read the weekly digest.
command-demo-stop = Ctrl-C stops it.

command-workspace-open = A local workspace is open. It speaks Slack’s protocols on this machine only; nothing leaves it.
command-workspace-page = its page, as { $name }:
command-workspace-then = In another terminal, in the directory of { $config }:
command-workspace-close = Ctrl-C closes it.
command-workspace-teams = { $config } puts Comitia on Teams, and this local workspace speaks Slack’s protocols alone. To try Teams without a tenant: comitia playground, or make demo-teams in the sources (they need Node.js). With nothing but this machine: comitia demo.
command-workspace-not = The workspace cannot be made of { $config }: { $why }
command-workspace-port = Port { $port } cannot be listened on ({ $why }): name another, --port

command-playground-starting = Starting Comitia and Microsoft’s Agents Playground …
command-playground-no-node = Microsoft’s Agents Playground needs Node.js 18 or later: on Debian, apt-get install nodejs npm
command-playground-not-there = { $package } is not at { $client }: run make demo-teams, or install it with npm and give its cli.js as --client
command-playground-not-started = the Playground did not start: its log is { $log }
command-playground-once = { $directory } is of an earlier demo, of which the Playground remembers nothing: give another directory.
command-playground-ready = Comitia is in Microsoft’s Agents Playground, which looks and behaves like Teams. You are { $name }; everything runs on this machine and is heard on it alone. Open:
command-playground-try = What to try: in Personal Chat you find the digest, a pulse (two taps), your marks and your ballots; in the group chat AI committee, the agenda, the ballots’ cards and the decisions; in the channel AI news, who uses what. Write “help” to Comitia. Keep one window open: loaded anew, the Playground shows nothing of what was said before.
command-playground-keys = Here: Enter goes on to the next thing there is to see, w and Enter to a week later.
command-playground-news = { $count ->
    [one] It is { $at }. One thing is new:
   *[other] It is { $at }. { $count } things are new:
}
command-playground-line = { $place }: { $words }
command-playground-earlier = { $count ->
    [one] One thing before, and:
   *[other] { $count } things before, and:
}
command-playground-withdrawn = I have taken this message back.
command-playground-nothing = It is { $at }: nothing new.
