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
unslashed-resume-all-first = Tout est en pause, « { $ritual } » aussi. Écrivez d’abord « reprendre tout ».
unslashed-cancel-more = Il y en a d’autres. Pour voir le reste d’un rituel, écrivez « annuler » suivi de l’un de ces mots : { $rituals }.
unslashed-ballots-none-but-marks = { $count ->
    [one] Aucun vote n’est ouvert, mais { $count } initiative attend vos notes : écrivez « notes ».
   *[other] Aucun vote n’est ouvert, mais { $count } initiatives attendent vos notes : écrivez « notes ».
}
unslashed-digest-command = « digest »
unslashed-digest-chosen-none = C’est noté : plus de lettre. Écrivez « digest » pour en voir une quand vous voulez, ou pour les retrouver.
unslashed-pulse-stopped = C’est noté : je ne vous demanderai plus rien, sur aucun outil. Vous comptez toujours parmi les personnes qui auraient pu répondre. Pour revenir, appuyez sur le bouton ci-dessous ou écrivez « pulse oui ».
unslashed-pulse-stopped-already = Je ne vous demande déjà plus rien. Pour revenir, écrivez « pulse oui ».
unslashed-pulse-resumed = Ravi de vous retrouver : je vous demanderai de temps en temps, au plus une fois toutes les quatre semaines. Pour arrêter, écrivez « pulse stop ».
unslashed-pulse-resumed-already = Je vous demande déjà de temps en temps, au plus une fois toutes les quatre semaines. Pour arrêter, écrivez « pulse stop ».
unslashed-personal-handed-over = Ceci est pour { $name } et personne d’autre : à lui remettre, sans en garder de copie. Dans la messagerie, « mes-données » en dit plus à la personne : si elle a répondu, et combien de messages ont été écrits pour elle.
unslashed-personal-erased-already = Vos données sont déjà effacées, à votre demande. Ce qui figure ici tient à vos responsabilités : quand elles auront pris fin, écrivez « effacer » et je vous oublierai tout à fait.
unslashed-doctor-pause-remedy = écrivez « reprendre { $ritual } » à Comitia
