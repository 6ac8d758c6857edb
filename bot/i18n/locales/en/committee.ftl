# The prioritisation committee.

stage-opportunity = opportunity
stage-framing = scoping
stage-poc = proof of concept
stage-mvp = MVP
stage-pilot = pilot
stage-industrialised = industrialisation

vote-go = Go
vote-no-go = No-go
vote-defer = Defer
vote-abstain = Abstain
vote-spoken = { $choice }: { $title }

criterion-impact = Impact: what would it change?
criterion-feasibility = Technical feasibility: can we build it?
criterion-alignment = Strategic alignment: does it serve our plan?
criterion-risk = Risk: what could go wrong?
criterion-effort = Effort: what will it cost us?

short-impact = impact
short-feasibility = feasibility
short-alignment = alignment
short-risk = risk
short-effort = effort

anchor = { $mark } · { $words }
anchor-impact-1 = hardly anybody would notice
anchor-impact-2 = a small gain for one team
anchor-impact-3 = a clear gain for one department
anchor-impact-4 = a clear gain for several departments
anchor-impact-5 = changes how we work or serve customers
anchor-feasibility-1 = no data, no known method
anchor-feasibility-2 = data to be built, method unproven here
anchor-feasibility-3 = data exist, quality to be fixed
anchor-feasibility-4 = data ready, method proven elsewhere
anchor-feasibility-5 = done here before
anchor-alignment-1 = outside our priorities
anchor-alignment-2 = loosely related
anchor-alignment-3 = supports one priority
anchor-alignment-4 = supports several priorities
anchor-alignment-5 = our plan depends on it
anchor-risk-1 = a mistake would be harmless
anchor-risk-2 = mistakes are easily put right
anchor-risk-3 = mistakes cost time or trust
anchor-risk-4 = mistakes hurt customers or compliance
anchor-risk-5 = a mistake could be a scandal
anchor-effort-1 = days, with the team we have
anchor-effort-2 = weeks, with the team we have
anchor-effort-3 = a few months
anchor-effort-4 = most of a year
anchor-effort-5 = more than a year, several teams

marks-call-title = { $ritual }: your marks, please
marks-call-why = { $count ->
    [one] One initiative is on the way to the sitting of { $sitting }. Five quick questions, about two minutes; please answer by { $until }.
   *[other] { $count } initiatives are on the way to the sitting of { $sitting }. Five quick questions each, about two minutes; please answer by { $until }.
}
marks-call-title-over = { $ritual }: the marks
marks-call-off = The sitting of { $sitting } is off, and no marks are needed. Its initiatives wait for the next one.
marks-call-over = The marks are closed. Thank you: the agenda says what came of them.
marks-call-summary = { $count ->
    [one] { $ritual }: one initiative waits for your marks
   *[other] { $ritual }: { $count } initiatives wait for your marks
}
point-line = { $summary } ({ $department } · asks for: { $stage })
marks-give = Give my marks
marks-change = Change my marks
marks-give-spoken = Give my marks for { $title }
marks-change-spoken = Marks given for { $title }; change them
marks-sealed-note = Your marks are sealed: encrypted until the agenda, then mixed with everybody’s without names. The agenda shows a score only where five members or more have marked.
marks-revealed-note = Names were separated from marks when the agenda came out.
marks-none-waiting = No initiative waits for your marks.
marks-form-title = Your marks
marks-form-place = Initiative { $place } of { $whole }. Sealed until the agenda, then shown without names.
marks-form-submit = Save my marks

score-passes = Score { $score } out of 5 (median of { $count } members), above the pass mark
score-fails = Score { $score } out of 5 (median of { $count } members), below the pass mark
score-suppressed = No score: too few marks to show one
warning-paradox = Look twice: the members’ own totals and the criteria one by one point to different sides of the pass mark.
warning-disagreement = The committee disagrees. Talk first about: { $criteria }.
warning-lone-voice = One member stands alone. Worth hearing on: { $criteria }.
carried-over = { $count ->
    [one] Carried over from the last sitting
   *[other] Carried over { $count } times
}

agenda-title = { $ritual }: the agenda
agenda-when = Voting opens { $opens }, and closes at { $closes }.
agenda-point = { $place }. { $title }
agenda-empty = No initiative asks for a decision this time.
agenda-note = { $marked } of { $members } members gave marks. The score is the median of members’ own weighted scores; it informs the vote and decides nothing.
agenda-summary = { $count ->
    [0] { $ritual }: nothing to decide this time
    [one] { $ritual }: one initiative on the agenda
   *[other] { $ritual }: { $count } initiatives on the agenda
}

paper-title = { $ritual }: your ballots
paper-left = { $count ->
    [one] One ballot waits for you, until { $until }.
   *[other] { $count } ballots wait for you, until { $until }.
}
paper-done = You have voted on everything. You can change your mind until the close.
paper-off = This sitting is cancelled. Nothing was counted.
paper-over = All ballots are closed. Thank you.
paper-question = Should it move on to { $stage }? { $score }. { $summary }
paper-mine = Your vote: { $choice }.
paper-mine-reason = Your vote: { $choice }, with your reason.
paper-mine-open = Your vote: { $choice }. You can change it until { $until }.
paper-mine-reason-open = Your vote: { $choice }, with your reason. You can change it until { $until }; another answer starts without the reason.
paper-named = Votes are named: the minutes say who voted what, and show the reasons given.
paper-summary = { $count ->
    [one] { $ritual }: one ballot is open
   *[other] { $ritual }: { $count } ballots are open
}
ballots-none-but-marks = { $count ->
    [one] No ballot is open, but one initiative waits for your marks: type /comitia marks.
   *[other] No ballot is open, but { $count } initiatives wait for your marks: type /comitia marks.
}
ballots-none = No ballot waits for you.
ballot-cancelled = This ballot was cancelled. The initiative waits for the next sitting.

reason-add = Add a reason
reason-change = Change my reason
reason-spoken = A reason for your vote on { $title }
reason-vote-first = Vote first, then say why.
reason-form-title = Why this vote?
reason-form-submit = Save my reason
reason-form-label = Your reason
reason-form-note = The minutes show it with your name.

minutes-rule = Decided by this rule: { $majority }. Quorum: { $quorum } of those who may vote.
majority-simple = more Go than No-go
majority-absolute = Go from more than half of those who may vote
majority-two-thirds = at least two Go for each No-go
majority-three-quarters = at least three Go for each No-go

card-participation = { $present ->
    [0] Nobody has voted yet; { $entitled } may. Quorum: { $quorum }.
    [one] One of { $entitled } has voted. Quorum: { $quorum }.
   *[other] { $present } of { $entitled } have voted. Quorum: { $quorum }.
}
card-note = Open until { $until }. Results at the close.
card-everybody = Everybody has voted. It closes { $until }; until then you can change your mind.
card-summary = Ballot: { $title }

outcome-go = Go: it moves on to { $stage }.
outcome-go-weak = Go, with a weak mandate: it moves on to { $stage }, but fewer than a quarter of the members said yes.
outcome-no-go = No-go, and that is good news: a clear no early frees people and money for what can work.
outcome-deferred = Deferred: the committee wants to know more. It comes back at the next sitting.
outcome-not-adopted = Not adopted: no majority either way. It stays where it is and comes back at the next sitting.
outcome-no-quorum = No quorum: too few members voted. It comes back at the next sitting.
tally = { $yes } go, { $no } no-go, { $defer } defer, { $abstain } abstain · { $present } of { $entitled } voted

minutes-title = { $ritual }: minutes of { $sitting }
minutes-names = { $names }
minutes-reason-by = { $name } ({ $choice })
minutes-nothing = No decision was taken.
minutes-next = Next sitting: { $at }
minutes-summary = { $count ->
    [0] { $ritual }: the minutes
    [one] { $ritual }: one decision, the minutes are here
   *[other] { $ritual }: { $count } decisions, the minutes are here
}

cancelled-lead = Cancelled
cancelled-text = { $ritual } of { $sitting } will not be held. Its initiatives wait for the next sitting.
