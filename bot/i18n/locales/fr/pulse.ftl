# Les pulses : une question sur un outil, à laquelle on répond dans le message même.

pulse-summary = Une question sur { $tool }
pulse-title = { $tool } : une question
pulse-why = Chaque semaine, nous demandons à quelques-uns d’entre vous si { $tool } vous rend service, et ce qui le freine. Votre réponse compte dans ses chiffres, avec celles des autres ; un seul clic suffit.
pulse-promise = Confidentiel : dissocié de votre nom à la clôture, le { $until }. Les résultats se montrent à partir de { $answers } réponses, les commentaires à partir de { $comments }. Répondre est libre, et personne n’apprend qui a répondu.
pulse-stop = Ne plus me demander
pulse-reminder-summary = { $tool } : il est encore temps de répondre
pulse-reminder-why = La question sur { $tool } reste ouverte jusqu’au { $until }. C’est le seul rappel.

pulse-thanks = Merci, votre réponse sur { $tool } est gardée.
pulse-more = Deux questions encore, si vous voulez ; laissez ce qui ne vous dit rien.
pulse-keeps = Déjà répondu ? Ce que vous laissez vide reste tel quel.
pulse-send = Envoyer
pulse-done = Merci pour vos réponses sur { $tool }.
pulse-until = Vous pouvez les changer jusqu’au { $until } ; ensuite, elles sont dissociées de votre nom.
pulse-comment = Ajouter un commentaire
pulse-change = Changer ma réponse

pulse-comment-title = Votre commentaire
pulse-comment-submit = Garder
pulse-comment-promise = Scellé jusqu’à la clôture, puis dissocié de votre nom et de vos autres réponses. Les commentaires ne sont lus que si { $comments } personnes au moins ont répondu.
pulse-comment-hint = Laissez vide pour retirer ce que vous aviez écrit.
pulse-comment-kept = Votre commentaire est gardé, sous scellé comme le reste.
pulse-comment-taken-back = Il n’y a plus de commentaire de vous. Vos réponses restent, sous scellé.

pulse-called-off = La question sur { $tool } est annulée. Ce qui avait été répondu a été détruit sans être lu, et rien n’en est publié.

pulse-closed = La question sur { $tool } est close, et les réponses ont été dissociées des noms. Rien n’a changé.

pulse-at-home = Une question pour vous
pulse-at-home-line = ouverte jusqu’au { $until } ; elle est dans notre conversation, parmi les messages.
pulse-at-home-more = { $count ->
    [one] Et { $count } de plus.
   *[other] Et { $count } de plus.
}

cancel-pulse = Annuler le pulse
cancel-pulse-spoken = Annuler le pulse { $title }
cancel-pulse-sure = Annuler le pulse : { $what } ? Ce qui a été répondu est détruit sans être lu, et rien n’est publié. Le message de chacun le dira.

pulse-stopped = C’est noté : je ne vous demanderai plus rien, sur aucun outil. Vous comptez toujours parmi les personnes qui auraient pu répondre. Pour revenir, le bouton ci-dessous ou /comitia pulse oui.
pulse-stopped-already = Je ne vous demande déjà plus rien. Pour revenir, tapez /comitia pulse oui.
pulse-resume = Me demander à nouveau
pulse-resumed = Ravi de vous retrouver : je vous demanderai de temps en temps, au plus une fois toutes les quatre semaines. Pour arrêter, tapez /comitia pulse stop.
pulse-resumed-already = Je vous demande déjà de temps en temps, au plus une fois toutes les quatre semaines. Pour arrêter, tapez /comitia pulse stop.
pulse-erased = Vos données ont été effacées à votre demande, et je ne vous demande donc rien. Seule la personne qui s’occupe de Comitia ici peut le lever, par comitia erase et son option --lift.
pulse-which = Tapez /comitia pulse stop pour que je ne vous demande plus rien, ou /comitia pulse oui pour revenir.
pulse-answer-first = Répondez d’abord à la première question du message ; celle-ci va avec elle.

help-pulse-command = /comitia pulse stop · /comitia pulse oui
help-pulse = Plus de questions sur les outils, ou de nouveau.

refused-pulse-closed = Cette question est close, et les réponses ont été dissociées des noms. Rien n’a changé.
refused-pulse-cancelled = Cette question a été annulée. Ce qui avait été répondu a été détruit sans être lu.
refused-not-invited = Cette fois, la question s’adressait à d’autres. Rien n’a été gardé.

# La banque de questions. { $tool } est le titre de l’initiative.

pulse-use1 = Au cours des 4 dernières semaines, avez-vous utilisé { $tool } pour votre travail ?
pulse-use1-every-week = Oui, chaque semaine
pulse-use1-once-or-twice = Oui, une ou deux fois
pulse-use1-not-lately = Non, mais je l’ai déjà utilisé
pulse-use1-never = Non, jamais
pulse-use1-no-access = Je n’y ai pas accès

pulse-sat1 = Globalement, quel est votre niveau de satisfaction à l’égard de { $tool } ?
pulse-sat1-1 = 1 · Très insatisfait·e
pulse-sat1-2 = 2 · Plutôt insatisfait·e
pulse-sat1-3 = 3 · Ni l’un ni l’autre
pulse-sat1-4 = 4 · Plutôt satisfait·e
pulse-sat1-5 = 5 · Très satisfait·e
pulse-sat1-no-opinion = Sans avis

pulse-bar = Qu’est-ce qui freine le plus votre usage de { $tool } ? (3 choix max)
pulse-bar-b-exp = J’ai l’impression que l’outil remet en cause mon savoir-faire
pulse-bar-b-cpx = Il est compliqué ou me prend trop de temps
pulse-bar-b-trn = Je n’ai pas été assez formé·e
pulse-bar-b-tru = Je n’ai pas assez confiance dans ses résultats
pulse-bar-b-rel = Je ne vois pas d’usage utile pour mon poste
pulse-bar-b-acc = Accès, données ou droits manquants
pulse-bar-b-pol = Je ne sais pas si j’y suis autorisé·e
pulse-bar-b-oth = Autre
pulse-bar-b-non = Rien de particulier
pulse-bar-b-dk = Je préfère ne pas répondre

pulse-com = Un commentaire ? Évitez les noms et les dossiers identifiables.
