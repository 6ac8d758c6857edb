# `comitia install-teams`: the app, given to people in Teams.

install-no-teams = app.yaml does not say who Comitia is in Teams: fill in its section teams, with app_id and tenant.
install-nobody = Nobody Comitia knows on Teams lacks the app. It knows people once `comitia run` has read the directory, or has met them.
install-waiting = { $count ->
    [one] { $count } person known on Teams does not have the app, as far as can be told. To give it to them, say --go.
   *[other] { $count } people known on Teams do not have the app, as far as can be told. To give it to them, say --go.
}
install-not-uploaded = The organisation’s catalogue has no such app yet: upload what `comitia manifest teams` writes, and try again.
install-progress = { $done } of { $count }
install-stopped = It stopped there ({ $why }). Say it again later: it goes on with those who are left.
install-failed = Nothing was installed: { $why }
install-done = The app was given to { $given }; { $there } had it already.
install-refused = { $count ->
    [one] A policy of the organisation’s keeps it from { $count } person: see the app’s permission policies in the Teams admin centre.
   *[other] A policy of the organisation’s keeps it from { $count } people: see the app’s permission policies in the Teams admin centre.
}
install-unknown = { $count ->
    [one] Teams does not know { $count } person: without a licence, or never there yet.
   *[other] Teams does not know { $count } people: without a licence, or never there yet.
}
install-failed-for = { $count ->
    [one] For { $count } person it failed: say it again later.
   *[other] For { $count } people it failed: say it again later.
}
