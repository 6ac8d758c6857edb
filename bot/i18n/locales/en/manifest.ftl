# How the app describes itself in Slack.

manifest-description = Runs the rituals of your AI governance: committee, pulse, figures, review, weekly letter.
manifest-what = Comitia runs the rituals that keep AI programmes from stalling after the pilot. It asks the prioritisation committee for its marks and votes and writes its minutes, asks people now and then how a tool serves them, and shows whether the habit holds.
manifest-how = Everything happens here, in short messages in each reader’s language. Answer by the buttons; type /comitia to see what waits for you, and /comitia help for the rest.
manifest-private = Answers to a pulse and marks are confidential: they are separated from your name when their round closes, and no figure is shown of a group too small to hide in.
manifest-command = What waits for you, and what you can ask of Comitia
manifest-usage = help · dates · marks
