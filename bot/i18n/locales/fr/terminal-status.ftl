# L'état des choses, pour le terminal : une chose, et comment elle va.

status-what-process = Comitia
status-what-part = une partie
status-what-slack = Slack
status-what-teams = Teams
status-what-schema = base de données
status-what-posts-pending = messages à venir
status-what-posts-shown = messages affichés
status-what-posts-expired = messages périmés
status-what-posts-withdrawn = messages retirés
status-what-posts-failed = messages refusés
status-what-posts-perhaps = messages peut-être affichés
status-what-unsettled = envois à l’issue inconnue
status-what-oldest = plus ancien message en attente
status-what-held = retenus
status-what-bulk = envois en nombre
status-what-step = prochaine étape
status-what-paused = en pause
status-what-room = canal
status-what-alarm = alarme

status-answers = au travail, et répond
status-at-work = au travail, mais rien ne répond ici à web.host et web.port
status-not-at-work = à l’arrêt ; lancez comitia run
status-rehearsal = une répétition est au travail ; tout ce qui suit est de la répétition
status-rehearsal-instead = à l’arrêt : une répétition tourne à sa place, et rien d’elle n’est montré ici ; arrêtez-la, puis lancez comitia run
status-part-failing = { $part } ne va pas ({ $why })
status-connected = connecté
status-failing = ne va pas ({ $why })
status-sender = le processus { $owner } envoie, jusqu’à { $until } s’il ne renouvelle pas
status-sender-itself = le processus au travail envoie
status-sender-none = personne n’envoie
status-platform-1 = { $first }
status-platform-2 = { $first } ; { $second }
status-platform-3 = { $first } ; { $second } ; { $third }
status-schema = répond, et a le schéma de cette version
status-schema-rehearsal = celle de la répétition ; répond, et a le schéma de cette version
status-count = { $count }
status-none = aucun
status-no-step = aucune
status-oldest = devrait être parti depuis { $age }
status-held = { $count ->
    [one] { $count } message attend les heures de qui le lira, jusqu’au { $until }
   *[other] { $count } messages attendent les heures de leurs destinataires, les premiers jusqu’au { $until }
}
status-bulk = certains pourraient partir, aucun ne l’a fait depuis { $since }
status-step = { $step } de { $occurrence }, { $due }
status-step-late = { $step } de { $occurrence }, en retard de { $late }
status-paused = { $ritual }, depuis { $since }
status-room = { $room } ne prend aucun message ({ $why })
status-channel = { $room } : aucun canal ne s’appelle { $channel }, les messages vont donc là où ils allaient ; donnez ce nom à un canal et invitez-y le bot, ou remettez l’ancien nom dans app.yaml, puis redémarrez
status-people = { $count ->
    [one] { $count } personne ne peut pas être jointe
   *[other] { $count } personnes ne peuvent pas être jointes
}
status-alarm = { $name }, depuis { $since }, dite pour la dernière fois { $told }
status-alarm-over = { $name }, réglée depuis { $over }
status-seconds = { $count ->
    [one] { $count } seconde
   *[other] { $count } secondes
}
status-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
status-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
status-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
status-days-hours = { $days } { $hours }
status-well = Tout va bien.
status-wrong = Il y a à regarder : voyez les alertes ci-dessus.
