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
doctor-what-platforms = platforms
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
doctor-zeros = { $name } still has zeros in place of the real one
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
    [one] this machine and { $whose } differ by { $seconds } second
   *[other] this machine and { $whose } differ by { $seconds } seconds
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
doctor-people = { $found } of the { $named } named in the settings are among the { $count } in { $chat }
doctor-people-untold = { $chat } tells nobody’s e-mail address
doctor-people-untold-remedy = see that the app has the scope { $scope } and that the workspace shows addresses to apps
doctor-person = { $email } ({ $roles })
doctor-person-left = { $person } has left { $chat }
doctor-person-left-remedy = name somebody else
doctor-person-unknown = { $person } is not in { $chat }
doctor-person-near = did you mean { $email }?
doctor-person-remedy = write the address of their { $chat } account
doctor-quorum = { $found } of { $voters } who vote can be written to in { $chat }, the quorum is { $quorum }
doctor-quorum-remedy = correct their addresses, or name others; it could never decide anything
doctor-quorum-unscored = { $quorum }; no score is shown of fewer than { $least } who mark
doctor-quorum-unscored-remedy = name more, or do without scores

doctor-trial-nobody = { $to } is nobody and no room
doctor-trial-remedy = give the address of a { $chat } account, or name a room in the settings
doctor-trial-room = { $room } ({ $channel })
doctor-trial-remedy-rooms = give the address of a { $chat } account, or one of { $rooms }, by either name
doctor-trial-rehearser = { $email }, who rehearses,
doctor-trial-rehearser-unknown = the rehearsal is for { $email }, who is not in { $chat }
doctor-trial-rehearser-remedy = correct `rehearsal`
doctor-trial-well = { $where } was shown it, and it was taken back
doctor-trial-lost = it went to { $where } and was not found there again
doctor-trial-lost-remedy = see that the app has the history scopes of `comitia manifest slack`
doctor-trial-unknown = Slack did not answer ({ $why }), and it may still be there
doctor-trial-unknown-remedy = delete it by hand, and try again
doctor-trial-invite = invite the bot there
doctor-trial-tab = turn the Messages tab on (App Home)
doctor-trial-look-up = look that word up among the errors of chat.postMessage in Slack’s reference

# Of Teams, and of both.

doctor-chat-slack = Slack
doctor-chat-teams = Teams
doctor-chat-both = Slack or Teams
doctor-microsoft = Microsoft
doctor-platforms = { $platforms }
doctor-people-met = { $found } of the { $named } named in the settings have been met in { $chat }, or are in one of its rooms
doctor-person-unmet-remedy = correct the address, have them install the app or write to it once `comitia run` is at work, or grant User.Read.All in Entra (docs/teams.md, step 3)

doctor-what-teams-app = Teams app
doctor-what-signing-keys = signing keys
doctor-what-endpoint = messaging endpoint
doctor-what-installation = installation
doctor-what-reach = reach

doctor-teams-no-id = with zeros for its ids there is nobody to ask
doctor-teams-no-token = without the client secret there is nobody to ask
doctor-teams-anonymous = nobody is asked who they are (teams.anonymous)
doctor-teams-anonymous-remedy = for trying out on this machine alone; the real Teams needs teams.app_id
doctor-teams-bearer = Microsoft knows the app { $app } in the tenant { $tenant }
doctor-teams-not-let-in = Microsoft gives it no token ({ $why })
doctor-teams-silent = Microsoft does not answer ({ $why })
doctor-teams-silent-remedy = check the network; { $host } must be let through a firewall
doctor-teams-refuses = Teams refuses it ({ $why })
doctor-app-first = first the app’s id, tenant and secret
doctor-secret-wrong-remedy = { $variable } takes the secret’s Value (not its Secret ID); if it is lost, make a new one in Certificates & secrets
doctor-secret-expired-remedy = the secret has expired: make a new one in Certificates & secrets, and give its Value as { $variable }
doctor-no-app-remedy = there is no such app in the tenant: correct teams.app_id or teams.tenant, as the bot’s Configuration has them
doctor-no-principal-remedy = the app has no service principal in the tenant: { $command }
doctor-no-tenant-remedy = there is no such tenant: correct teams.tenant (the bot’s Configuration, App Tenant ID)
doctor-no-token-remedy = check teams.app_id, teams.tenant and { $variable }
doctor-identity-remedy = a managed identity answers only on the machine in Azure that has it: assign it there (Identity, User assigned), and see that teams.app_id is its client ID
doctor-signing-keys = { $count ->
    [one] { $count } key of Microsoft’s can be had, by which its calls are recognised
   *[other] { $count } keys of Microsoft’s can be had, by which its calls are recognised
}
doctor-signing-keys-remedy = let { $host } through the firewall; without keys nothing from Teams is believed
doctor-endpoint = Teams calls { $path } on { $place } through your proxy, and whether it gets through cannot be seen from here
doctor-endpoint-remedy = write “help” to Comitia in Teams while `comitia run` is at work

doctor-directory-well = { $count ->
    [one] Microsoft Graph tells of { $count } person
   *[other] Microsoft Graph tells of { $count } people
}
doctor-consent-missing = { $permission } is not granted
doctor-directory-consent-remedy = without it people are known once they have the app or write to it; to grant it, see docs/teams.md, step 3
doctor-graph-refuses = Microsoft Graph does not tell ({ $why })
doctor-graph-remedy = try again in a minute; let { $host } through the firewall
doctor-not-in-catalogue = your catalogue has no app { $app }
doctor-not-in-catalogue-remedy = upload what `comitia manifest teams` writes (docs/teams.md, step 6)
doctor-in-catalogue = the app is in your catalogue
doctor-installs = the app is in your catalogue, and may install itself for people
doctor-installation-consent-remedy = without it an app setup policy or people themselves install the app; to grant it, see docs/teams.md, step 3

doctor-teams-room-joined = the app is in its team or chat
doctor-teams-room-missing = there is no such channel or chat
doctor-teams-room-missing-remedy = copy its link anew (Copy link) into rooms.{ $room }
doctor-teams-room-outside = the app is not in its team or chat ({ $why })
doctor-teams-room-outside-remedy = in Teams: Apps, Comitia, Add to a team; only standard channels will do
doctor-unreached = Comitia cannot write in Teams to { $people } ({ $why })
doctor-not-installed-remedy = install the app for them, by a setup policy or by themselves (docs/teams.md, step 7)
doctor-blocked-remedy = have them unblock Comitia in Teams, or install it again
doctor-forbidden-remedy = an administrator has blocked the app: allow it in the Teams admin centre, Manage apps
doctor-wrong-cloud-remedy = the tenant is in another of Microsoft’s clouds: correct teams.cloud
doctor-teams-trial-unknown = Teams did not answer ({ $why }), and it may still be there
doctor-teams-trial-unknown-remedy = look there, and try again
doctor-teams-look-up-remedy = look that word up in Microsoft’s documentation, Status codes from bot conversational APIs
doctor-people-unmet = { $people } cannot be found in { $chat }
