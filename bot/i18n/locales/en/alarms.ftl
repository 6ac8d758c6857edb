# What is wrong with the bot itself, for whoever looks after it: what it is, and what to do.

alarm-step = A step of { $ritual } fails again and again.
alarm-step-do = I try it every five minutes. The log says why; until it is mended, pause the ritual if people should not wait for it.
alarm-step-over = The step of { $ritual } that had failed since { $since } fails no more.

alarm-database-over = The database answers again. It had not since { $since }.

alarm-disk-over = The disk of the database has room again. It had been full since { $since }.

alarm-stuck = { $count ->
    [one] One post has been waiting for more than an hour.
   *[other] { $count } posts have been waiting for more than an hour.
}
alarm-stuck-do = On my machine, “comitia status” says what waits and why. Rooms I cannot write to and people I am not let reach are the usual reasons.
alarm-stuck-over = Posts go out again. Some had been stuck since { $since }.

alarm-room = I cannot write in { $room } ({ $why }).
alarm-room-do = Invite me there again, unarchive it, or give it another channel in my settings. What was meant for it waits.
alarm-room-over = I can write in { $room } again. I could not since { $since }; what was meant for it goes out now.

alarm-channel = My settings give the room { $room } the channel { $channel }, and I find none of that name.
alarm-channel-do = What is meant for it goes where it went before. Give a channel that name and invite me, or put the former name back in my settings; then start me again.
alarm-channel-over = I find the channel { $channel } of the room { $room } again. It had been missing since { $since }.

alarm-people = { $count ->
    [one] Slack takes no message from me for one person.
   *[other] Slack takes no message from me for { $count } people.
}
alarm-people-do = See that their accounts are active and that apps may write to them. Their votes and actions are tried again once a day, questions to many every four weeks. Whoever has left needs nothing: Slack tells me.

alarm-uninstalled = { $count ->
    [one] Teams takes no message from me for one person.
   *[other] Teams takes no message from me for { $count } people.
}
alarm-uninstalled-do = They do not have the app, or have blocked it. On my machine, “comitia install-teams” gives it to those who have not; I write to each as soon as they have it. Until then their votes and actions are tried again once a day, questions to many every four weeks, and they count among those who did not answer.

alarm-deaf = I do not hear what people press in Slack.
alarm-deaf-do = I connect again and again by myself. See that this machine reaches Slack, that Socket Mode is on, and that no more than ten copies of me run.
alarm-deaf-over = I hear what people press in Slack again. I had not since { $since }.
