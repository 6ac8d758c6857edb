# What doctor says of each thing it looked at, and what to do about it.

doctor-level-ok = ok
doctor-level-skipped = skipped
doctor-level-warning = warning
doctor-level-fault = fault
doctor-line = { $what }: { $words }
doctor-line-remedy = { $what }: { $words }: { $remedy }
doctor-counted = { $faults }, { $warnings }.
doctor-counted-faults = { $count ->
    [0] No faults
    [one] { $count } fault
   *[other] { $count } faults
}
doctor-counted-warnings = { $count ->
    [0] no warnings
    [one] { $count } warning
   *[other] { $count } warnings
}

doctor-what-settings = settings
doctor-what-rehearsal = rehearsal
doctor-what-database = database
doctor-what-pause = pause
doctor-what-posts = posts
doctor-what-bot-token = bot token
doctor-what-app-token = app token
doctor-what-signing-secret = signing secret
doctor-what-scopes = scopes
doctor-what-clock = clock
doctor-what-directory = directory
doctor-what-rooms-people = rooms, people
doctor-what-people = people
doctor-what-trial = trial post

doctor-settings-good = { $path } is good
doctor-secret-missing = { $name } is not given
doctor-secret-remedy = set it, or { $file }
doctor-rehearsal = everything goes to { $email }, and to nobody else
doctor-rehearsal-remedy = take `rehearsal` out of the settings and the environment when it is over
doctor-database-well = it answers, and its schema is this version’s
doctor-pause-all = everything
doctor-pause-none = nothing is paused
doctor-pause-remedy = /comitia resume { $ritual }
doctor-paused = { $ritual } is paused since { $since }

doctor-posts = { $counts }
doctor-posts-none = none yet
doctor-posts-pending = { $count } pending
doctor-posts-shown = { $count } shown
doctor-posts-expired = { $count } expired
doctor-posts-withdrawn = { $count } withdrawn
doctor-posts-failed = { $count } failed
doctor-posts-perhaps = { $count } perhaps shown
doctor-posts-not-shown = { $count ->
    [one] { $count } post failed
   *[other] { $count } posts failed
}
doctor-posts-not-shown-remedy = the log says why (action post_not_shown)
doctor-posts-too-late = { $count ->
    [one] { $count } post expired
   *[other] { $count } posts expired
}
doctor-posts-too-late-remedy = too late to be shown; the log says what was away
doctor-posts-overdue = { $count ->
    [one] { $count } post should have been shown more than an hour ago
   *[other] { $count } posts should have been shown more than an hour ago
}
doctor-posts-overdue-remedy = see that `comitia run` is at work, and its log

doctor-source-none = nothing is imported
doctor-source-ends = { $initiative } ends on { $day }
doctor-source-stale = { $told }
doctor-source-remedy = comitia import { $kind } FILE.csv
doctor-source-fresh = { $count ->
    [one] up to { $day }, for { $count } initiative
   *[other] up to { $day }, for { $count } initiatives
}

doctor-slack-no-token = without a bot token there is nobody to ask
doctor-slack-waits = Slack asks to wait
doctor-slack-waits-remedy = try again in a minute
doctor-slack-refuses = Slack refuses it ({ $why })
doctor-bot-token-remedy = copy it anew from the Slack app, OAuth & Permissions
doctor-not-a-bot = it is not a bot’s
doctor-not-a-bot-remedy = COMITIA_SLACK__BOT_TOKEN takes the one that begins with xoxb-
doctor-other-workspace = it belongs to workspace { $team }, slack.team says { $wanted }
doctor-other-workspace-remedy = correct the one or the other
doctor-bearer = it is @{ $name } in { $workspace } ({ $team })
doctor-scopes-untold = Slack does not say which were granted
doctor-scopes-missing = missing: { $scopes }
doctor-scopes-surplus = granted and not needed: { $scopes }
doctor-scopes-well = all that are needed, and no other
doctor-scopes-remedy = take the manifest of `comitia manifest slack` (App Manifest), and install the app again
doctor-clock = { $seconds ->
    [one] this machine and Slack differ by { $seconds } second
   *[other] this machine and Slack differ by { $seconds } seconds
}
doctor-clock-remedy = have it set by the network (NTP)
doctor-http = Slack calls /slack/events on { $place } through your proxy
doctor-http-signed = it is given; Slack calls /slack/events on { $place } through your proxy
doctor-app-token-missing = it is not given
doctor-app-token-remedy = make one with the scope { $scope } (Basic Information), and see that Socket Mode is on
doctor-app-token-well = Socket Mode can connect

doctor-token-first = first the bot token and its scopes
doctor-directory-remedy = see that the app has the scopes of `comitia manifest slack`
doctor-room-missing = there is no such channel that the bot can see
doctor-room-missing-remedy = make it, invite the bot if it is private, or correct rooms.{ $room }
doctor-room-remedy = try again
doctor-room-joined = the bot is in it
doctor-room-outside = the bot is not in it and cannot post there
doctor-room-outside-remedy = type /invite @{ $name } there
doctor-people = { $found } of the { $named } named in the settings are among the { $count } in Slack
doctor-people-untold = Slack tells nobody’s e-mail address
doctor-people-untold-remedy = see that the app has the scope { $scope } and that the workspace shows addresses to apps
doctor-person = { $email } ({ $roles })
doctor-person-left = { $person } has left Slack
doctor-person-left-remedy = name somebody else
doctor-person-unknown = { $person } is not in Slack
doctor-person-near = did you mean { $email }?
doctor-person-remedy = write the address of their Slack account
doctor-quorum = { $found } of { $voters } who vote are in Slack, the quorum is { $quorum }
doctor-quorum-remedy = correct their addresses, or name others; it could never decide anything
doctor-quorum-unscored = { $quorum }; no score is shown of fewer than { $least } who mark
doctor-quorum-unscored-remedy = name more, or do without scores

doctor-trial-nobody = { $to } is nobody and no room
doctor-trial-remedy = give the address of a Slack account, or name a room in the settings
doctor-trial-room = { $room } (#{ $channel })
doctor-trial-remedy-rooms = give the address of a Slack account, or one of { $rooms }, by either name
doctor-trial-rehearser = { $email }, who rehearses,
doctor-trial-rehearser-unknown = the rehearsal is for { $email }, who is not in Slack
doctor-trial-rehearser-remedy = correct `rehearsal`
doctor-trial-well = { $where } was shown it, and it was taken back
doctor-trial-lost = it went to { $where } and was not found there again
doctor-trial-lost-remedy = see that the app has the history scopes of `comitia manifest slack`
doctor-trial-unknown = Slack did not answer ({ $why }), and it may still be there
doctor-trial-unknown-remedy = delete it by hand, and try again
doctor-trial-invite = invite the bot there
doctor-trial-tab = turn the Messages tab on (App Home)
doctor-trial-look-up = look that word up among the errors of chat.postMessage in Slack’s reference
