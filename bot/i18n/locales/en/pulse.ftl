# Pulses: one question on a tool, answered in the message itself.

pulse-summary = One question about { $tool }
pulse-title = { $tool }: one question
pulse-why = We ask a few of you each week whether { $tool } is of use to you, and what is in its way. Your answer counts in its figures, with those of others; one tap is enough.
pulse-promise = Confidential: separated from your name when the wave closes, on { $until }. Results are shown from { $answers } answers on, comments from { $comments }. Answering is up to you, and nobody is told who did.
pulse-stop = Don’t ask me again
pulse-reminder-summary = { $tool }: still time to answer
pulse-reminder-why = The question about { $tool } is open until { $until }. This is the only reminder.

pulse-thanks = Thank you, your answer about { $tool } is kept.
pulse-more = Two more if you like; leave out what you please.
pulse-keeps = Answered before? What you leave out stays as it was.
pulse-send = Send
pulse-done = Thank you for your answers about { $tool }.
pulse-until = You can change them until { $until }; then they are separated from your name.
pulse-comment = Add a comment
pulse-change = Change my answer

pulse-comment-title = Your comment
pulse-comment-submit = Keep it
pulse-comment-promise = Sealed until the wave closes, then separated from your name and from your other answers. Comments are read only where { $comments } people or more have answered.
pulse-comment-hint = Leave it empty to take back what you wrote.
pulse-comment-kept = Your comment is kept, sealed like the rest.
pulse-comment-taken-back = There is no comment of yours now. Your answers stay, sealed.

pulse-called-off = The question about { $tool } is called off. What was answered has been destroyed unread, and nothing of it is published.

pulse-closed = The question about { $tool } has closed, and answers were separated from names. Nothing was changed.

pulse-at-home = A question for you
pulse-at-home-line = open until { $until }; it is in our conversation, among the messages.
pulse-at-home-more = { $count ->
    [one] And one more.
   *[other] And { $count } more.
}

cancel-pulse = Call off the pulse
cancel-pulse-spoken = Call off the pulse { $title }
cancel-pulse-sure = Call off { $what }? What was answered is destroyed unread, and nothing is published. People find that on their message.

pulse-stopped = Noted: I will not ask you again about any tool. You still count among those who could have been asked. To come back, use the button or type /comitia pulse on.
pulse-stopped-already = You are already left in peace: I am not asking you anything. To come back, type /comitia pulse on.
pulse-resume = Ask me again
pulse-resumed = Welcome back: I will ask you now and then, once in four weeks at most. To stop, type /comitia pulse off.
pulse-resumed-already = I ask you now and then already, once in four weeks at most. To stop, type /comitia pulse off.
pulse-erased = You were erased at your own request, so I ask you nothing. Only whoever looks after Comitia here can lift that, with comitia erase and its option --lift.
pulse-which = Type /comitia pulse off to be asked nothing more, or /comitia pulse on to be asked again.
pulse-answer-first = Please answer the first question of the message before; this one goes with it.

help-pulse-command = /comitia pulse off · /comitia pulse on
help-pulse = No questions about tools any more, or again.

refused-pulse-closed = This question has closed, and answers were separated from names. Nothing was changed.
refused-pulse-cancelled = This question was called off. What was answered has been destroyed unread.
refused-not-invited = This question was put to others this time. Nothing was kept.

# The question bank. { $tool } is the title of the initiative.

pulse-use1 = In the past 4 weeks, have you used { $tool } for your work?
pulse-use1-every-week = Yes, every week
pulse-use1-once-or-twice = Yes, once or twice
pulse-use1-not-lately = No, but I have before
pulse-use1-never = No, never
pulse-use1-no-access = I don’t have access

pulse-sat1 = Overall, how satisfied are you with { $tool }?
pulse-sat1-1 = 1 · Very dissatisfied
pulse-sat1-2 = 2 · Rather dissatisfied
pulse-sat1-3 = 3 · Neither
pulse-sat1-4 = 4 · Rather satisfied
pulse-sat1-5 = 5 · Very satisfied
pulse-sat1-no-opinion = No opinion

pulse-bar = What holds back your use of { $tool } most? (up to 3)
pulse-bar-b-exp = It feels like the tool calls my expertise into question
pulse-bar-b-cpx = It is complicated or takes me too long
pulse-bar-b-trn = I haven’t had enough training
pulse-bar-b-tru = I don’t trust its results enough
pulse-bar-b-rel = I see no useful purpose in my role
pulse-bar-b-acc = Missing access, data or rights
pulse-bar-b-pol = I’m not sure I am allowed to
pulse-bar-b-oth = Other
pulse-bar-b-non = Nothing in particular
pulse-bar-b-dk = Prefer not to say

pulse-com = Any comment? Please avoid names and identifiable cases.
