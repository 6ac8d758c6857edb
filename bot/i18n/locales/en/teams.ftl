# What is said in Teams alone.

teams-write-first = Write to me in a chat of our own first: only there can I answer you alone.
teams-answered-privately = I have answered you in our own chat.
teams-form-kept = Kept, thank you.
teams-form-back = Back
teams-form-left = Nothing was changed.

# Where nothing begins with /comitia: each stands for the sentence of the same name without "unslashed-".
unslashed-greeting-hint = Write “votes” for your ballots and marks, or “help” to see what I can do.
unslashed-help-me-command = votes
unslashed-help-me = Your open ballots and what else waits for you.
unslashed-help-home = In a channel or a group chat, mention me first.
unslashed-home-help = Write “help” to see what I can do.
unslashed-rehearsal-begins-ends = It ends when Comitia is started without it. Write “votes” to see what waits for you.
unslashed-pulse-which = Write “pulse off” to be asked nothing more, or “pulse on” to be asked again.
unslashed-refused-command = I do not know “{ $words }”. Write “help” to see what I can do.
unslashed-paused = { $ritual } is paused. Nothing of it starts until somebody writes “resume”. Votes already open can still be cast.
unslashed-paused-all = Everything is paused. Nothing starts until somebody writes “resume all”. Votes already open can still be cast.
unslashed-resume-all-first = Everything is paused, { $ritual } too. Write “resume all” first.
unslashed-cancel-more = There is more. To see what is left of one ritual, write “cancel” and one of { $rituals }.
unslashed-ballots-none-but-marks = { $count ->
    [one] No ballot is open, but one initiative waits for your marks: write “marks”.
   *[other] No ballot is open, but { $count } initiatives wait for your marks: write “marks”.
}
unslashed-digest-command = “digest”
unslashed-digest-chosen-none = Noted: no more letters. Write “digest” to see one whenever you like, or to have them back.
unslashed-pulse-stopped = Noted: I will not ask you again about any tool. You still count among those who could have been asked. To come back, use the button or write “pulse on”.
unslashed-pulse-stopped-already = You are already left in peace: I am not asking you anything. To come back, write “pulse on”.
unslashed-pulse-resumed = Welcome back: I will ask you now and then, once in four weeks at most. To stop, write “pulse off”.
unslashed-pulse-resumed-already = I ask you now and then already, once in four weeks at most. To stop, write “pulse off”.
unslashed-personal-handed-over = This is for { $name } alone: to be handed over to them, and kept by nobody else. In chat they see more: “my-data” also tells them whether they have answered, and how many messages were written for them.
unslashed-personal-erased-already = You have been erased already, at your own request. What stands here goes with your duties: once they are over, write “erase” and I forget you altogether.
unslashed-doctor-pause-remedy = write “resume { $ritual }” to Comitia
