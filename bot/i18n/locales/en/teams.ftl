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
