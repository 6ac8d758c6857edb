# Ce qui n’est dit que dans Teams.

teams-write-first = Écrivez-moi d’abord dans une conversation à nous : là seulement, ma réponse n’est lue que par vous.
teams-answered-privately = Je vous ai répondu dans notre conversation à nous.
teams-form-kept = C’est noté, merci.
teams-form-back = Retour
teams-form-left = Rien n’a été changé.

# Où rien ne commence par /comitia : chacune tient lieu de la phrase du même nom sans « unslashed- ».
unslashed-greeting-hint = Écrivez « votes » pour vos bulletins et vos notes, ou « aide » pour voir ce que je sais faire.
unslashed-help-me-command = votes
unslashed-help-me = Vos bulletins ouverts et ce qui vous attend d’autre.
unslashed-help-home = Dans un canal ou une conversation de groupe, mentionnez-moi d’abord.
unslashed-home-help = Écrivez « aide » pour voir ce que je sais faire.
unslashed-rehearsal-begins-ends = Elle prend fin quand Comitia est relancé sans elle. Écrivez « votes » pour voir ce qui vous attend.
unslashed-pulse-which = Écrivez « pulse stop » pour que je ne vous demande plus rien, ou « pulse oui » pour revenir.
unslashed-refused-command = Je ne connais pas « { $words } ». Écrivez « aide » pour voir ce que je sais faire.
unslashed-paused = « { $ritual } » est en pause. Plus rien ne part avant que quelqu’un n’écrive « reprendre ». Les votes déjà ouverts restent possibles.
unslashed-paused-all = Tout est en pause. Plus rien ne part avant que quelqu’un n’écrive « reprendre tout ». Les votes déjà ouverts restent possibles.
