# Ce que chacun apprend de ses propres données. La personne seule le voit, et rien n’en est gardé comme message.

personal-title = Ce que je garde à votre sujet
personal-only-you = Personne d’autre ne le voit. C’est écrit pour vous à l’instant et n’est gardé nulle part.
personal-handed-over = Ceci est pour { $name } et personne d’autre : à lui remettre, sans en garder de copie. Dans la messagerie, /comitia mes-données en dit plus à la personne : si elle a répondu, et combien de messages ont été écrits pour elle.
personal-nothing = Rien.
personal-address = { $email }
personal-zone = Fuseau horaire : { $zone } ; langue : { $language }
personal-language-en = anglais
personal-language-fr = français
personal-accounts = Comptes : { $platforms }
personal-site = Site : { $site }
personal-department = Direction : { $department }
personal-manager = Responsable : { $manager }
personal-roles = Rôles : { $roles }
personal-role-admin = administration
personal-role-chair = présidence
personal-role-deputy = présidence adjointe
personal-role-secretary = secrétariat
personal-role-member = membre
personal-role-change-manager = conduite du changement
personal-role-sponsor = sponsor
personal-messages = { $count ->
    [one] { $count } message écrit pour vous
   *[other] { $count } messages écrits pour vous
}
personal-objected = Hors de tous les chiffres depuis le { $day }, à votre demande

personal-uses = Ce que vous avez utilisé
personal-use = { $count ->
    [0] pas utilisé ces 28 derniers jours ; première fois le { $first }, dernière le { $last }
    [one] { $count } jour sur les 28 derniers ; première fois le { $first }, dernière le { $last }
   *[other] { $count } jours sur les 28 derniers ; première fois le { $first }, dernière le { $last }
}
personal-uses-kept = Gardé par jour pendant 100 jours, puis par semaine pendant 13 mois ; la première et la dernière fois, jusqu’à trois mois après votre départ. On ne montre que des nombres par groupe, jamais les vôtres.

personal-pulses = Pulses
personal-answered = demandé le { $day } ; vous avez répondu, sous scellé
personal-unanswered = demandé le { $day } ; encore ouvert
personal-asked-sealed = demandé le { $day } ; votre réponse, s’il y en a une, est sous scellé jusqu’à la clôture
personal-asked = demandé le { $day } ; clos ; votre réponse, s’il y en a une, ne porte plus votre nom
personal-last-asked = Dernière sollicitation le { $day }. { $unanswered ->
    [0] Je n’ai noté aucune question close que vous ayez laissée sans réponse.
    [one] J’ai noté { $unanswered } question close que vous avez laissée sans réponse.
   *[other] J’ai noté { $unanswered } questions closes de suite que vous avez laissées sans réponse.
}
personal-last-asked-on = Dernière sollicitation le { $day }.
personal-opted-out = Vous avez demandé à ne plus recevoir de questions.
personal-pulses-kept = Le fait qu’une question vous a été posée est gardé 30 jours après la clôture. Les réponses sont séparées de votre nom à la clôture ; ensuite je ne peux plus retrouver les vôtres. Le jour de votre dernière sollicitation, et combien de questions de suite vous avez laissées sans réponse si votre groupe est assez grand, restent avec votre nom, pour que je vous sollicite moins souvent : personne d’autre ne les voit.

personal-votes = Votes et notes
personal-marks = { $count ->
    [one] Notes sur { $count } initiative, scellées jusqu’à l’ordre du jour
   *[other] Notes sur { $count } initiatives, scellées jusqu’à l’ordre du jour
}
personal-vote = { $choice }, le { $at }
personal-vote-reason = { $choice }, le { $at } : { $reason }
personal-votes-kept = Les votes sont nominatifs, et le compte rendu les montre. Les notes perdent votre nom quand l’ordre du jour paraît.
personal-older = { $count ->
    [one] Voir { $count } vote plus ancien
   *[other] Voir { $count } votes plus anciens
}

personal-duties = Ce que vous avez à faire, et vos souhaits
personal-action = échéance le { $due }
personal-action-undated = sans échéance
personal-readings = { $count ->
    [one] { $count } valeur de KPI que vous avez donnée
   *[other] { $count } valeurs de KPI que vous avez données
}
personal-letter = Lettre hebdomadaire
personal-wish = { $day }, { $hour } h
personal-wish-none = aucune

personal-untied = Ce qui n’est plus lié à vous
personal-untied-words = Les réponses et commentaires des pulses clos, les notes une fois dévoilées, et tout chiffre publié. Il n’y a plus de nom dessus, et je ne peux pas y retrouver le vôtre.
personal-erase = Effacer mes données
personal-erased-already = Vos données sont déjà effacées, à votre demande. Ce qui figure ici tient à vos responsabilités : quand elles auront pris fin, /comitia effacer fera que je vous oublie tout à fait.

personal-erase-title = Effacer mes données
personal-erase-goes = Ce qui disparaît
personal-erase-goes-words = Ce que vous avez utilisé, par jour, par semaine, la première et la dernière fois ; votre direction et votre responsable ; vos invitations, et les réponses encore sous scellé ; les motifs de vos votes, dans les comptes rendus aussi ; vos souhaits pour la lettre hebdomadaire.
personal-erase-stays = Ce qui reste
personal-erase-stays-words = Les chiffres publiés, qui portent sur des groupes. Les réponses des pulses clos, que personne ne peut plus retrouver. Les comptes rendus, qui vous nomment là où vous avez voté. Les messages déjà reçus dans votre messagerie, qu’il ne m’appartient pas de supprimer.
personal-erase-known = Je continue de vous connaître
personal-erase-duties = Votre nom, votre adresse et vos votes restent, car { $reasons } ; de même le jour de votre dernière sollicitation et, s’il y a lieu, votre souhait de ne plus en recevoir, pour que je ne vous sollicite pas trop souvent. Sans cela, je vous oublierais tout à fait.
personal-duty-role = les réglages vous donnent un rôle
personal-duty-ballot = un de vos votes est encore ouvert
personal-duty-owner = une initiative, un KPI ou une action en cours est à votre charge
personal-erase-forgotten = Je vous oublie tout à fait
personal-erase-forgotten-words = Votre nom, votre adresse et votre compte disparaissent aussi, et je ne saurai plus qui vous êtes quand vous m’écrirez.
personal-erase-after = Ensuite
personal-erase-after-words = Ce qui arrive à votre sujet est écarté, et vous ne comptez dans aucun chiffre ; on lit seulement combien de personnes sont laissées de côté. Une empreinte de votre adresse, sans nom, me le rappelle. La personne qui s’occupe de Comitia ici peut lever cela pour la suite, jamais pour ce qui est effacé.
personal-erase-sure = Effacer vos données maintenant ? Rien ne pourra les ramener.
personal-erased = C’est fait : je ne sais plus qui vous êtes.
personal-erased-but = C’est fait. Votre nom ne reste que pour vos responsabilités, et vous ne comptez dans aucun chiffre.

help-my-data-command = /comitia mes-données · /comitia effacer
help-my-data = Ce que je garde à votre sujet, et comment le faire effacer. Personne d’autre ne le voit.
