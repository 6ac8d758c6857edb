# Words that any ritual may use.

verbatim = { $words }

unit-minute = minutes
unit-hour = hours
unit-day = days
unit-week = weeks
unit-month = months

greeting = Hello { $name }! I run the AI committee’s rituals with you.
greeting-hint = Type /comitia for your ballots and marks, or /comitia help to see what I can do.

help-title = What you can ask me
help-me-command = /comitia
help-me = Your open ballots, as a message only you see.
help-dates-command = /comitia dates
help-dates = The next sittings.
help-marks-command = /comitia marks
help-marks = Opens the first initiative that still waits for your marks.
help-actions-command = /comitia actions · /comitia readings
help-actions = Your open actions, and the KPI values that are asked of you.
help-pause-command = /comitia pause [ritual or all] · /comitia resume [ritual or all]
help-pause = Holds back a ritual’s messages and votes, and lets them go on later without a flood.
help-cancel-command = /comitia cancel
help-cancel = Cancels what is under way or comes next of any ritual, or a ballot opened by mistake.
help-withdraw-command = /comitia withdraw
help-withdraw = Takes back a post that went wrong.
help-more-alone = There may be more for you: ask me again in our own conversation.
help-home = My Home tab shows everything that waits for you.

dates-title = Next sittings
dates-line = { $at }
dates-now = Voting now, since { $at }
dates-none = Nothing is planned yet.
dates-paused = Paused for now: { $rituals }.

home-title = Hello { $name }
home-waiting = { $ballots ->
    [0] { $marks ->
        [one] One initiative waits for your marks.
       *[other] { $marks } initiatives wait for your marks.
    }
    [one] { $marks ->
        [0] One ballot waits for your vote.
        [one] One ballot waits for your vote, and one initiative for your marks.
       *[other] One ballot waits for your vote, and { $marks } initiatives for your marks.
    }
   *[other] { $marks ->
        [0] { $ballots } ballots wait for your vote.
        [one] { $ballots } ballots wait for your vote, and one initiative for your marks.
       *[other] { $ballots } ballots wait for your vote, and { $marks } initiatives for your marks.
    }
}
home-nothing = Nothing waits for you. Enjoy your day.
home-ballots = Your ballots
home-marks = Your marks
home-help = Type /comitia help anywhere to see what I can do.

skipped-summary = A step of { $ritual } was skipped
skipped-call-for-marks = Nobody was asked for marks: the agenda was due before I could ask.
skipped-publish-agenda = The agenda was not posted: the ballots were due before I could post it.
skipped-open-ballots = The ballots did not open: their deadline had passed. The initiatives wait for the next sitting.
skipped-too-near = Its moment had passed already when this date was set: it was moved in my settings, or I was first started then. No action is needed unless you want to do it by hand.
skipped-why = I was stopped, paused or cut off at the time. No action is needed unless you want to hold the sitting by hand.

paused = { $ritual } is paused. Nothing of it starts until somebody types /comitia resume. Votes already open can still be cast.
paused-all = Everything is paused. Nothing starts until somebody types /comitia resume all. Votes already open can still be cast.
pause-which = Which one? Name one of: { $rituals }; or all.
resumed = { $ritual } runs again. What is too late by now is skipped, the rest goes on.
resume-all-first = Everything is paused, { $ritual } too. Type /comitia resume all first.
resumed-all = Everything runs again. What is too late by now is skipped, the rest goes on.

cancel-title = What should be cancelled?
cancel-nothing = There is nothing to cancel.
cancel-which = Which one? Name one of: { $rituals }; or none, to see them all.
cancel-more = There is more. To see what is left of one ritual, name it: /comitia cancel and one of { $rituals }.
cancel-ballot = Cancel the ballot
cancel-ballot-line = Open until { $until }
cancel-ballot-spoken = Cancel the ballot on { $title }
cancel-ballot-sure = Cancel the ballot on “{ $what }”? The votes cast so far will not count, and the initiative waits for the next sitting.
cancel-ballot-done = The ballot on “{ $title }” is cancelled. Its initiative waits for the next sitting.
cancel-sitting = Cancel the sitting
cancel-sitting-spoken = Cancel the sitting of { $title }
cancel-sitting-sure = Cancel { $what }? Its ballots will not count, and its initiatives wait for the next sitting.
cancelled-rest-done = The open ballots of { $ritual } are cancelled. What was decided before stands, and the minutes say so.
cancelled-done = { $ritual } of { $at } is cancelled.

sitting-named = { $ritual } of { $at }

withdraw = Take it back
withdraw-title = Which post should be taken back?
withdraw-nothing = There is no post to take back.
withdraw-line = In { $room }, { $at }
withdraw-spoken = Take back the post in { $title }
withdraw-sure = Take back “{ $what }”? It disappears for everybody and does not come back.
withdraw-done = Done: the post is being taken back.

refused = That is not possible.
refused-not-found = I cannot find that any more.
refused-stranger = I do not know you yet. Your account has no e-mail I can match; ask whoever looks after Comitia here.
refused-not-allowed = Your role does not allow that. An admin or the committee’s chair can do it.
refused-not-a-member = Only members of this committee can do that.
refused-ballot-closed = This ballot has closed. Your vote was not changed.
refused-ballot-cancelled = This ballot was cancelled. Nothing was counted.
refused-marks-closed = The marks for this sitting are closed.
refused-invalid = I did not understand that answer. Nothing was changed.
refused-vote = That is not one of the answers. Nothing was changed.
refused-mark = Please choose a mark from 1 to 5.
refused-too-long = That is { $length } characters; { $limit } is the most. Nothing was changed.
refused-nothing-to-do = Nothing to do: that is already the case.
refused-rule = I cannot read that rule.
refused-command = I do not know “{ $words }”. Type /comitia help to see what I can do.
fault = Something went wrong on my side, and nothing was changed. If it happens again, please pass on this reference: { $reference }.
refused-too-late = That took too long for the form to open. Please try once more.

voice-here = From now on I write to you here.
