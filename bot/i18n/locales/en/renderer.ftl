# Words of the renderers themselves: dates, lists, the buttons of forms.
# Spaces: $time never breaks from what stands before it in French only; English needs none.

renderer-day = { $weekday } { $day } { $month }
renderer-moment = { $day }, { $time }

# The end of a list that was cut; $count is how many are not shown.
renderer-more = { $count ->
    [one] { $count } more
   *[other] { $count } more
}
renderer-and-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}

# The label of a button that shows what the reader has already chosen.
renderer-chosen = ✓ { $label }

# The way out of a form, and of a second question.
renderer-close = Close
renderer-keep = Keep it

# Under a question that must be answered and was not.
renderer-required = Please answer this question.

# The title of a dialog that only says something.
renderer-notice = Comitia
renderer-hour-of = { $time }, { $city } time

# A share of people; { $number } is already written as the reader's country does.
renderer-percent = { $number }%
renderer-share-band = { $low }–{ $high }
renderer-share-at-least = { $share } or more
renderer-share-at-most = { $share } or less
renderer-share-favourable = favourable
renderer-share-divided = mixed
renderer-share-unfavourable = unfavourable
renderer-share-suppressed = too few answers to show

# Under a chart: the points it leaves out.
renderer-chart-gaps = Left out, with no figure to show: { $labels }

# A question within a message: nothing chosen yet, and how many may be.
renderer-choose = Choose
renderer-choose-up-to = { $most ->
    [one] Choose { $most }
   *[other] Choose up to { $most }
}
