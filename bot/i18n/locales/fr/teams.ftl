# Ce qui n’est dit que dans Teams.

teams-write-first = Écrivez-moi d’abord dans une conversation à nous : là seulement, ma réponse n’est lue que par vous.
teams-answered-privately = Je vous ai répondu dans notre conversation à nous.
teams-form-kept = C’est noté, merci.
