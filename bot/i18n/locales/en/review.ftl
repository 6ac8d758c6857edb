# The monthly review of the KPIs: values asked for, the board, actions and their ladder.

kpi-colour-green = 🟢 Green
kpi-colour-amber = 🟠 Amber
kpi-colour-red = 🔴 Red
kpi-colour-grey = ⚪ Grey
kpi-grey-no-target = target to be agreed: nobody has said what is acceptable
kpi-grey-no-data = no value
kpi-grey-too-few = too few to judge
kpi-grey-stale = the last value dates from { $on }, too long ago
kpi-grey-too-early = too early to judge

review-joined = { $left } · { $right }
review-sentences = { $left } { $right }

readings-ask-title = { $ritual }: your values, please
readings-ask-why = { $count ->
    [one] One of your KPIs waits for its value, until { $until }. It takes a minute.
   *[other] { $count } of your KPIs wait for their values, until { $until }. It takes a minute.
}
readings-ask-noted = Everything is noted, thank you. You can change it until { $until }.
readings-ask-over = The review has taken place: its board is in the room. Values can no longer be given for it.
readings-ask-off = The review of { $review } is off, and no values are needed. Those given are kept for the next one.
readings-ask-given = noted: { $value }
readings-ask-last = no value yet; the last one was { $value }, on { $on }
readings-ask-first = no value yet
readings-ask-instead = asked of you, since I cannot reach { $email }
readings-ask-note = The board shows your values to the room. What nobody gives is shown as missing.
readings-ask-summary = { $count ->
    [one] { $ritual }: one KPI waits for your value
   *[other] { $ritual }: { $count } KPIs wait for your values
}
readings-give = Give my values
readings-change = Change my values
readings-none-waiting = No KPI waits for a value of yours.
readings-form-title = Your values
readings-form-submit = Keep my values
readings-form-note = Leave empty what you do not know yet. You can come back until the review.
readings-form-page = Page { $page } of { $pages }: five KPIs at a time.
reading-hint-share = In percent, for example 12.5%.
reading-hint-unit = In { $unit }, for example 1,234.5.
reading-hint = A number, for example 1,234.5.
reading-hint-last = { $hint } Last time: { $value }, on { $on }.

refused-readings-closed = This review has taken place: its values can no longer be changed.
refused-review-off = This review is off: no values are needed for it.
refused-number = Please write a number, such as 12.5 or 1,234.5.
refused-number-meaning = Please write it without a sign for the thousands: this can be read in two ways.
refused-number-length = Please write at most { $whole } digits before the decimal point and { $decimals } after it.
refused-share = A percentage lies between 0 and 100.
refused-share-meaning = Please write the percent sign, as in 45% or 0.45%: this can be read in two ways.
refused-nothing-given = Please give at least one value.
refused-day = Please choose one of the days.
refused-what = Please say what will be done.
refused-reason = Please say why.
refused-action-closed = This action is closed already. Nothing was changed.
refused-snoozed-enough = Reminders can be put off twice, no more.

review-title = { $ritual }: { $day }
review-late = This review was to be held on { $day }.
review-counts = { $counts }
review-count-green = 🟢 { $count } green
review-count-amber = 🟠 { $count } amber
review-count-red = 🔴 { $count } red
review-count-grey = ⚪ { $count } grey
review-kpi = { $colour } · { $title }
review-approximate = { $colour } ≈
review-value = { $value }
review-value-n = { $value } (n = { $n })
review-value-figure = { $value } (n = { $n }, { $tier })
review-tier-measured = measured
review-tier-calibrated = calibrated
review-tier-estimated = estimated
review-tier-indicative = indicative
review-before = at the last review: { $value }
review-target-up = target: at least { $value }
review-target-down = target: at most { $value }
review-amber = tolerated up to { $value }
review-target-again = its target was to be looked at again on { $on }
review-progress = progress: { $progress }
review-progress-from = { $progress } of the way from { $baseline } to { $target }
review-progress-back = further from the target than at the start
review-progress-back-from = further from the target than at the start ({ $baseline })
review-course-rising = ▲ rising
review-course-falling = ▼ falling
review-course-unclear = no clear trend
review-outlook = projection: { $value } on { $on }, if the trend holds
review-note = Actions are updated here until the next review.
review-note-progress = Progress is the part of the way from the starting point to the target.
review-note-approximate = ≈: too close to a threshold to be sure of the colour.
review-note-window = Rates of people and conversations are of the last 28 days.
review-summary = { $red ->
    [0] { $ritual }: the board of { $count } KPIs, none red
    [one] { $ritual }: the board of { $count } KPIs, one red
   *[other] { $ritual }: the board of { $count } KPIs, { $red } red
}
review-chart-value = Value
review-chart-target = Target
review-chart-alt = { $title }: { $first } on { $first_on }, { $last } on { $last_on }.
review-chart-alt-target = { $title }: { $first } on { $first_on }, { $last } on { $last_on }, for a target of { $target }.

action-line = Action: { $what } · { $owner } · due { $due }
action-line-moved = Action: { $what } · { $owner } · due { $due }, first promised for { $first }
action-line-undated = Action: { $what } · { $owner } · no due date
action-line-awaited = An action is asked of { $owner } · no due date yet
action-line-nobody = An action is needed, and there is nobody I could ask. Who takes it?
action-line-done = Done: { $what } · { $owner }
action-nobody = nobody yet
action-target = agree on a target
action-level-3 = overdue
action-level-4 = more than 5 working days overdue, for the next agenda
action-level-5 = more than 15 working days overdue: done, or a new date?
action-awaited = What will be done, and by when?
action-stranger = app.yaml names { $email }, whom I cannot reach: this comes to you instead.

actions-title = { $ritual }: your actions
actions-why = { $count ->
    [one] One of your KPIs is red. What will you do about it, and by when?
   *[other] { $count } of your KPIs are red. What will you do about each, and by when?
}
actions-open = { $count ->
    [one] One action is under way.
   *[other] { $count } actions are under way.
}
actions-late = { $count ->
    [one] One action is late.
   *[other] { $count } actions are late.
}
actions-late-others = { $count ->
    [one] One other is under way.
   *[other] { $count } others are under way.
}
actions-done = Nothing is left to do. Thank you.
actions-none = No action waits for you.
actions-mine = Actions
actions-note = What you write is shown with your name on the board in the room.
actions-summary = { $count ->
    [one] { $ritual }: one action waits for you
   *[other] { $ritual }: { $count } actions wait for you
}
actions-more = { $count ->
    [one] And one more.
   *[other] And { $count } more.
}
actions-moved-on = A later review has taken place: your actions are in its message.
actions-at-home = Your actions
action-at-home = { $what } · due { $due }
action-at-home-undated = { $what } · no due date
action-at-home-late = { $count ->
    [one] one working day late
   *[other] { $count } working days late
}
action-at-home-late-since = { $count ->
    [one] one working day late: it was due { $missed }
   *[other] { $count } working days late: it was due { $missed }
}
values-at-home = Your KPI values
values-at-home-line = { $count ->
    [one] One value is wanted by { $until }: { $kpis }
   *[other] { $count } values are wanted by { $until }: { $kpis }
}
values-at-home-others = { $count ->
    [one] one more
   *[other] { $count } more
}

cancel-review = Cancel the review
cancel-review-spoken = Cancel the review { $title }
cancel-review-sure = Cancel { $what }? Nobody is asked for values any more, and no board is shown. Values already given are kept for the next one.

open-action = Say what will be done
open-action-spoken = Say what will be done about { $title }
open-action-change = Change it
open-action-date = New date
open-action-date-spoken = Another date for the action on { $title }
open-action-snooze = Remind me later
open-action-snooze-spoken = Put off reminders of the action on { $title }
open-action-again = Take up again
open-action-again-spoken = Take up the action on { $title } again
action-done = Done
action-done-spoken = The action on { $title } is done
action-done-noted = Noted: the action on “{ $title }” is done. The board says so.
action-form-title = Your action
action-form-submit = Keep it
action-form-why = What will be done so that it comes back to its target?
action-form-what = What will be done
action-form-hint = One thing somebody can tick off. The board shows it word for word.
action-form-due = By when
action-form-day = { $on }
action-form-reason = Why
date-form-title = Another date
date-form-submit = Set this date
date-form-note = The board shows the new date next to the first one. If the action is late already, it stays so.
snooze-form-title = Remind me later
snooze-form-submit = Put off
snooze-form-note = { $count ->
    [one] The date stays as it is; nobody is reminded until then. This can be done once more.
   *[other] The date stays as it is; nobody is reminded until then. This can be done { $count } times.
}
snooze-form-until = No reminder before
again-form-title = Take up again
again-form-submit = Take up

climb-title = { $count ->
    [one] An action needs your attention
   *[other] { $count } actions need your attention
}
climb-1-yours = Half of the time is gone.
climb-1-theirs = Half of the time is gone.
climb-2-yours = Three quarters of the time are gone. The deputy knows too.
climb-2-theirs = Three quarters of the time are gone. Its owner knows too.
climb-3-yours = It is overdue. The chair knows too: done, or a new date?
climb-3-theirs = It is overdue. Its owner knows too.
climb-4-yours = It is more than 5 working days overdue: it goes to the sponsor and onto the next agenda.
climb-4-theirs = It is more than 5 working days overdue: it comes to you and goes onto the next agenda.
climb-5-yours = It is more than 15 working days overdue. A decision is needed: done, or a new date?
climb-5-theirs = It is more than 15 working days overdue. A decision is needed: done, or a new date?
climb-reason = The last reason given: { $reason }

skipped-ask-readings = Nobody was asked for KPI values: the review was due before I could ask.
skipped-hold-review = The KPI review was not held: more than five working days had passed. The next one looks at everything again.
