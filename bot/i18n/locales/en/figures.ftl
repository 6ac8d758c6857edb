# The weekly figures and the adoption post.

figures-title = { $ritual }: up to { $sunday }
figures-summary = { $count ->
    [one] { $ritual }: news of { $count } initiative
   *[other] { $ritual }: news of { $count } initiatives
}
figures-summary-due = { $count ->
    [one] { $ritual }: where { $count } initiative stands, no clear change
   *[other] { $ritual }: where { $count } initiatives stand, no clear change
}

figures-adoption-measured = { $share } of the { $n } people it is for used it from { $first } to { $last } (measured).
figures-adoption-partial = At least { $share } of the { $n } people it is for used it from { $first } to { $last } (indicative: some accounts are not recognised).
figures-adoption-estimated = About { $share } of the { $people } people it is for use it, by { $n } answers from { $first } to { $last } (estimated, between { $low } and { $high }).
figures-adoption-indicative = { $share } of the { $people } people it is for use it, if those who answered are like the others: only { $n } answers from { $first } to { $last } (indicative).
figures-adoption-favourable = Most say they use it, by only { $n } answers from { $first } to { $last } (indicative).
figures-adoption-divided = Some say they use it and some do not, by only { $n } answers from { $first } to { $last } (indicative).
figures-adoption-unfavourable = Few say they use it, by only { $n } answers from { $first } to { $last } (indicative).
figures-adoption-suppressed = Too few people to show a figure without pointing at somebody.
figures-adoption-none = No figure of its use yet.

figures-lead-trend = Trend
figures-trend-up = ▲ rising over four weeks ({ $before } then)
figures-trend-down = ▼ falling over four weeks ({ $before } then)
figures-trend-flat = ≈ no clear change over four weeks
figures-lead-target = Target
figures-target-none = none has been agreed
figures-target-open = { $target }
figures-target-met = { $target }, reached
figures-target-missed = { $target }, not reached
figures-target-near = { $target }, too close to call
figures-target-early = { $target }, but it is too early to judge: six weeks of use come first

figures-verdict-none = no target has been agreed
figures-verdict-open = target: { $target }
figures-verdict-up-met = target: { $target }, reached
figures-verdict-up-missed = target: { $target }, not reached
figures-verdict-up-near = target: { $target }, too close to call
figures-verdict-down-met = target: { $target } at most, kept
figures-verdict-down-missed = target: { $target } at most, exceeded
figures-verdict-down-near = target: { $target } at most, too close to call

figures-lead-habit = Regular use
figures-habit = { $share } of { $n } people, 9 weeks of 12 or more
figures-habit-short = { $share } of { $n } people, each of the last 4 weeks
figures-lead-escalation = Handed to a human
figures-escalation = { $share } of { $n } conversations in four weeks; { $verdict }
figures-escalation-provisional = { $share } of { $n } conversations in four weeks (provisional); { $verdict }
figures-escalation-suppressed = too few conversations to show a figure
figures-lead-csat = Satisfaction
figures-csat = { $share } satisfied among { $n } answers (between { $low } and { $high }); { $verdict }
figures-csat-indicative = { $share } satisfied among { $n } answers (indicative, between { $low } and { $high }); { $verdict }
figures-csat-weighted = { $share } satisfied, each department at its own weight ({ $answered } of the { $n } answers as they came; between { $low } and { $high }); { $verdict }
figures-csat-plain = { $share } satisfied among { $n } answers; { $verdict }
figures-csat-word = { $share }, by only { $n } answers; { $verdict }
figures-csat-suppressed = too few answers
figures-lead-saving = Savings
figures-saving = { $amount } over the last period, closed on { $day }; { $verdict }

figures-event-raise-adoption = Adoption is clearly below its target.
figures-event-raise-escalation = Handing over to a human is clearly beyond what was agreed.
figures-event-raise-csat = Satisfaction is clearly below its target.
figures-event-worsen-adoption = Adoption is now far from its target.
figures-event-worsen-escalation = Handing over to a human is now far beyond what was agreed.
figures-event-worsen-csat = Satisfaction is now far from its target.
figures-event-clear-adoption = Adoption is back at its target.
figures-event-clear-escalation = Handing over to a human is back within what was agreed.
figures-event-clear-csat = Satisfaction is back at its target.

figures-next = Next step
figures-next-handovers = Read a few of the conversations handed to a human together, and say which ones had to be.
figures-next-threshold = Agree how many conversations may be handed to a human: nobody has said it yet.
figures-next-wait = Wait to know more before judging.
figures-next-target = Agree on a target for adoption: without one, no figure is good or bad.
figures-next-onboarding = Many have never opened it: offer a short start, on real cases.
figures-next-conversation = Many used it and no longer do: ask in the team what is missing, without asking who.
figures-next-barriers = Ask what is in the way, and remove what is named most.
figures-next-listen = It is used, but satisfaction stays below its target: listen to a few volunteers.
figures-next-go-on = Carry on, and have somebody tell of a use that works.

figures-chart-title = Adoption: { $title }
figures-chart-adoption = Adoption
figures-chart-target = Target
figures-chart-alt = Adoption of { $title }: { $before } on { $first }, { $now } on { $last }; no target has been agreed.
figures-chart-alt-target = Adoption of { $title }: { $before } on { $first }, { $now } on { $last }; target: { $target }.

figures-carried = The figure of { $day }: too few people have come or gone since to give a new one without pointing at somebody.
figures-provisional = Provisional: not all data of the week have arrived.
figures-late-adoption = Usage data are late: nothing after { $day }.
figures-late-escalation = Conversations are late: nothing after { $day }.
figures-coverage = { $share } of the accounts seen are recognised: real use may be higher.
figures-response = { $share } of the { $n } people asked have answered: read with care.
figures-revised-adoption = Revised: adoption up to { $day } is { $share }.
figures-revised-escalation = Revised: handing over to a human up to { $day } is { $share }.

figures-others = The other initiatives, in a line each:
figures-note = Measured: recorded for everybody. Estimated: from answers. Indicative: to be read with care. No figure points at a team or a person.

cancel-figures = Cancel the figures
cancel-figures-spoken = Cancel the figures of { $title }
cancel-figures-sure = Cancel { $what }? The room is shown no figures that time; the next ones catch up.
