# How things stand, for the terminal: a thing, and how it is.

status-what-process = Comitia
status-what-part = a part of it
status-what-slack = Slack
status-what-teams = Teams
status-what-schema = database
status-what-posts-pending = posts to come
status-what-posts-shown = posts shown
status-what-posts-expired = posts expired
status-what-posts-withdrawn = posts withdrawn
status-what-posts-failed = posts refused
status-what-posts-perhaps = posts perhaps shown
status-what-unsettled = attempts with unknown outcome
status-what-oldest = oldest unsent post
status-what-held = held back
status-what-bulk = posts to many
status-what-step = next step
status-what-paused = paused
status-what-room = room
status-what-alarm = alarm

status-answers = at work, and answers
status-at-work = at work, though nothing answers at web.host and web.port here
status-not-at-work = not at work: start it with comitia run
status-rehearsal = a rehearsal is at work; everything below is of the rehearsal
status-rehearsal-instead = not at work: a rehearsal is, and what it does is not shown here; stop it, then start Comitia with comitia run
status-part-failing = { $part } is failing ({ $why })
status-connected = connected
status-failing = failing ({ $why })
status-sender = process { $owner } sends, until { $until } unless it renews
status-sender-itself = the process at work sends
status-sender-none = nobody sends
status-platform-1 = { $first }
status-platform-2 = { $first }; { $second }
status-platform-3 = { $first }; { $second }; { $third }
status-schema = answers, and has this version’s schema
status-schema-rehearsal = the rehearsal’s own; answers, and has this version’s schema
status-count = { $count }
status-none = none
status-no-step = none is due
status-oldest = should be out since { $age }
status-held = { $count ->
    [one] { $count } post waits for its reader’s hours, until { $until }
   *[other] { $count } posts wait for their readers’ hours, the first until { $until }
}
status-bulk = some could go, and none has for { $since }
status-step = { $step } of { $occurrence }, { $due }
status-step-late = { $step } of { $occurrence }, late by { $late }
status-paused = { $ritual }, since { $since }
status-room = { $room } takes no message ({ $why })
status-channel = { $room }: no channel is called { $channel }, so posts go where they went before; give a channel that name and invite the bot, or put the former name back in app.yaml, then start again
status-people = { $count ->
    [one] { $count } person takes no message
   *[other] { $count } people take no message
}
status-alarm = { $name }, since { $since }, last told { $told }
status-alarm-over = { $name }, over since { $over }
status-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
status-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
status-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
status-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
status-days-hours = { $days } { $hours }
status-well = All is well.
status-wrong = Something needs a look: see the warnings above.
