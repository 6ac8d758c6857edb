# What is said in Teams alone.

teams-write-first = Write to me in a chat of our own first: only there can I answer you alone.
teams-answered-privately = I have answered you in our own chat.
teams-form-kept = Kept, thank you.
