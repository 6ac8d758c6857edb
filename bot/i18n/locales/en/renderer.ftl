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
