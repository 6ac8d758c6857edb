# The weekly letter to change managers.

digest-title = { $ritual }
digest-summary = { $decisions ->
    [0] { $changes ->
        [0] { $ritual }: nothing to decide
        [one] { $ritual }: nothing to decide, one confirmed change
       *[other] { $ritual }: nothing to decide, { $changes } confirmed changes
    }
    [one] { $changes ->
        [0] { $ritual }: one decision needed
        [one] { $ritual }: one decision needed, one confirmed change
       *[other] { $ritual }: one decision needed, { $changes } confirmed changes
    }
   *[other] { $changes ->
        [0] { $ritual }: { $decisions } decisions needed
        [one] { $ritual }: { $decisions } decisions needed, one confirmed change
       *[other] { $ritual }: { $decisions } decisions needed, { $changes } confirmed changes
    }
}
digest-nothing-new = { $ritual }: nothing new.
digest-nothing-new-but = { $decisions ->
    [0] { $open ->
        [one] { $ritual }: nothing new. One point is still open; { digest-command } shows it.
       *[other] { $ritual }: nothing new. { $open } points are still open; { digest-command } shows them.
    }
    [one] { $open ->
        [0] { $ritual }: nothing new. One decision is still needed; { digest-command } shows it.
        [one] { $ritual }: nothing new. One decision is still needed and one point still open; { digest-command } shows them.
       *[other] { $ritual }: nothing new. One decision is still needed and { $open } points still open; { digest-command } shows them.
    }
   *[other] { $open ->
        [0] { $ritual }: nothing new. { $decisions } decisions are still needed; { digest-command } shows them.
        [one] { $ritual }: nothing new. { $decisions } decisions are still needed and one point still open; { digest-command } shows them.
       *[other] { $ritual }: nothing new. { $decisions } decisions are still needed and { $open } points still open; { digest-command } shows them.
    }
}
digest-command = /comitia digest
digest-quiet = Nothing to decide, nothing open, nothing due next week.

digest-decisions = Decisions needed ({ $count })
digest-changes = Confirmed changes ({ $count })
digest-barriers = What holds people back ({ $count })
digest-open = Still open ({ $count })
digest-ahead = Due within a week ({ $count })
digest-and-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}
digest-and-also = { $first } · { $then }

digest-voting = voting is open until { $until }
digest-on-agenda = on the agenda of { $ritual }, { $at }
digest-no-sitting = on no agenda yet
digest-put-off = { $count ->
    [one] put off once
   *[other] put off { $count } times
}
digest-waits-since = has waited since { $day }
digest-stuck = go on, change course or stop?
digest-very-late = { $count ->
    [one] one working day late (due { $due }, { $owner }): done, or a new date?
   *[other] { $count } working days late (due { $due }, { $owner }): done, or a new date?
}
digest-late = { $count ->
    [one] one working day late (due { $due }, { $owner })
   *[other] { $count } working days late (due { $due }, { $owner })
}
digest-no-target = no target or no baseline: nobody has said what is acceptable

digest-metric-adoption = adoption
digest-metric-habit = habit
digest-metric-escalation = escalation
digest-metric-csat = satisfaction
digest-metric-never = never used
digest-metric-dormant = no longer used
digest-metric-coverage = coverage
digest-metric-response-rate = response rate
digest-tier-measured = measured
digest-tier-calibrated = calibrated
digest-tier-estimated = estimated
digest-tier-indicative = indicative
digest-figure = { $share } (n = { $n }, { $days } days to { $until }, { $tier })
digest-figure-provisional = { $share } (n = { $n }, { $days } days to { $until }, { $tier }, provisional)
digest-before = { $now }; { $before } before
digest-changed-up = ▲ { $metric } up: { $figure }
digest-changed-down = ▼ { $metric } down: { $figure }
digest-changed-raised-up = { $metric } is below its target: { $figure }
digest-changed-raised-down = { $metric } is above its target: { $figure }
digest-changed-worsened-up = { $metric } is far below its target: { $figure }
digest-changed-worsened-down = { $metric } is far above its target: { $figure }
digest-changed-cleared = { $metric } is back within its target: { $figure }

# A barrier in the words of those who chose it; they may choose several.
digest-held-back = { $barriers } ({ $days } days to { $until }, { $tier }; several choices possible)
digest-barrier = “{ $barrier }”: { $x } of { $n } answers, { $share }
digest-barrier-roughly = “{ $barrier }”: { $share } of { $n } answers
digest-barrier-most = “{ $barrier }”: most of { $n } answers
digest-barrier-some = “{ $barrier }”: some of { $n } answers

digest-breach-up = { $metric } { $figure }, below its target of { $target }
digest-breach-down = { $metric } { $figure }, above its target of { $target }
digest-breach-open-up = { $metric } { $figure }, below its target
digest-breach-open-down = { $metric } { $figure }, above its target
digest-since = since { $day }
digest-red = red at the review of { $on }: { $value } for a target of { $target }
digest-red-unsure = ≈ red at the review of { $on }: { $value } for a target of { $target }

digest-ahead-ritual = { $at }
digest-ahead-action = action due { $at }

digest-stable = { $count ->
    [one] One figure is stable.
   *[other] { $count } figures are stable.
}

digest-coverage = Usage files: { $share } of { $seen } identities are people I know.
digest-response = Pulses: { $share } of { $n } people asked have answered, over { $days } days.
digest-suppressed = { $count ->
    [one] One group is too small to be shown.
   *[other] { $count } groups are too small to be shown.
}
digest-objected = { $count } people are left out at their own request.
digest-objected-few = A few people are left out at their own request.
digest-doubt-late = { $title }: nothing about { $metric } was told since { $day }.
digest-doubt-coverage = { $title }: only { $share } of the identities in the usage files are people I know.
digest-doubt-response = { $title }: only { $share } of those asked have answered.
digest-doubt-revised = { $title }: { $metric } up to { $day } is restated, { $share } now.
digest-doubts-more = { $count ->
    [one] One more figure is to be read with care.
   *[other] { $count } more figures are to be read with care.
}
digest-next = Your next letter: { $at }.
digest-choose = Choose my day

digest-form-title = Your weekly letter
digest-form-submit = Save
digest-form-note = In your own time zone. On a day off, the letter comes on the next working day.
digest-form-day = On which day?
digest-form-hour = At what time?
digest-day-mon = Monday
digest-day-tue = Tuesday
digest-day-wed = Wednesday
digest-day-thu = Thursday
digest-day-fri = Friday
digest-day-none = No letter
digest-hour = { $hour }:00
digest-hour-past = { $hour }:{ $tens }{ $ones }
digest-chosen = Noted. Your next letter comes { $at }.
digest-chosen-later = Noted. It holds from the next letter on.
digest-chosen-none = Noted: no more letters. Type /comitia digest to see one whenever you like, or to have them back.
digest-none = No weekly letter is set up here.
refused-not-a-reader = The weekly digest is for change managers. Ask whoever looks after Comitia here if you should be one.
help-digest-command = /comitia digest
help-digest = The weekly letter as it stands now. Under it, “Choose my day” sets the day and the hour it comes at, or stops it.

cancel-letters = Cancel the letters
cancel-letters-spoken = Cancel the letters of { $title }
cancel-letters-sure = Cancel { $what }? Letters not sent yet do not go out; those already sent stay.
