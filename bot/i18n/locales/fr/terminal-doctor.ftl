# Ce que doctor dit de chaque chose examinée, et ce qu’il faut y faire.

doctor-level-ok = ok
doctor-level-skipped = ignoré
doctor-level-warning = alerte
doctor-level-fault = erreur
doctor-line = { $what } : { $words }
doctor-line-remedy = { $what } : { $words } ; { $remedy }
doctor-counted = { $faults }, { $warnings }.
doctor-counted-faults = { $count ->
    [0] Aucune erreur
    [one] { $count } erreur
   *[other] { $count } erreurs
}
doctor-counted-warnings = { $count ->
    [0] aucune alerte
    [one] { $count } alerte
   *[other] { $count } alertes
}

doctor-what-settings = paramètres
doctor-what-rehearsal = répétition
doctor-what-database = base de données
doctor-what-pause = pause
doctor-what-posts = messages
doctor-what-bot-token = jeton du bot
doctor-what-app-token = jeton de l’application
doctor-what-signing-secret = secret de signature
doctor-what-scopes = scopes
doctor-what-clock = horloge
doctor-what-directory = annuaire
doctor-what-rooms-people = canaux, personnes
doctor-what-people = personnes
doctor-what-trial = message d’essai

doctor-settings-good = { $path } est bon
doctor-secret-missing = { $name } n’est pas donné
doctor-secret-remedy = définissez cette variable, ou { $file }
doctor-rehearsal = tout va à { $email }, et à personne d’autre
doctor-rehearsal-remedy = retirez `rehearsal` des paramètres et de l’environnement quand elle sera finie
doctor-database-well = elle répond, et son schéma est celui de cette version
doctor-pause-all = tout
doctor-pause-none = rien n’est en pause
doctor-pause-remedy = tapez /comitia resume { $ritual }
doctor-paused = { $ritual } est en pause depuis { $since }

doctor-posts = { $counts }
doctor-posts-none = aucun pour l’instant
doctor-posts-pending = { $count } en attente
doctor-posts-shown = { $count ->
    [one] { $count } affiché
   *[other] { $count } affichés
}
doctor-posts-expired = { $count ->
    [one] { $count } périmé
   *[other] { $count } périmés
}
doctor-posts-withdrawn = { $count ->
    [one] { $count } retiré
   *[other] { $count } retirés
}
doctor-posts-failed = { $count } en échec
doctor-posts-perhaps = { $count ->
    [one] { $count } peut-être affiché
   *[other] { $count } peut-être affichés
}
doctor-posts-not-shown = { $count ->
    [one] { $count } message en échec
   *[other] { $count } messages en échec
}
doctor-posts-not-shown-remedy = le journal dit pourquoi (action post_not_shown)
doctor-posts-too-late = { $count ->
    [one] { $count } message périmé, trop tard pour être affiché
   *[other] { $count } messages périmés, trop tard pour être affichés
}
doctor-posts-too-late-remedy = le journal dit ce qui manquait
doctor-posts-overdue = { $count ->
    [one] { $count } message aurait dû être affiché il y a plus d’une heure
   *[other] { $count } messages auraient dû être affichés il y a plus d’une heure
}
doctor-posts-overdue-remedy = voyez si `comitia run` est au travail, et son journal

doctor-source-none = rien n’est importé
doctor-source-ends = { $initiative } s’arrête au { $day }
doctor-source-stale = { $told }
doctor-source-remedy = lancez comitia import { $kind } FILE.csv
doctor-source-fresh = { $count ->
    [one] jusqu’au { $day }, pour { $count } initiative
   *[other] jusqu’au { $day }, pour { $count } initiatives
}

doctor-slack-no-token = sans jeton du bot, il n’y a personne à interroger
doctor-slack-waits = Slack demande d’attendre
doctor-slack-waits-remedy = réessayez dans une minute
doctor-slack-refuses = Slack refuse ({ $why })
doctor-bot-token-remedy = recopiez-le depuis l’application Slack, OAuth & Permissions
doctor-not-a-bot = ce n’est pas celui d’un bot
doctor-not-a-bot-remedy = COMITIA_SLACK__BOT_TOKEN attend celui qui commence par xoxb-
doctor-other-workspace = c’est celui de l’espace { $team }, slack.team indique { $wanted }
doctor-other-workspace-remedy = corrigez l’un ou l’autre
doctor-bearer = c’est @{ $name } dans { $workspace } ({ $team })
doctor-scopes-untold = Slack ne dit pas lesquels sont accordés
doctor-scopes-missing = il manque { $scopes }
doctor-scopes-surplus = accordés sans nécessité, { $scopes }
doctor-scopes-well = tous ceux qu’il faut, et aucun autre
doctor-scopes-remedy = reprenez le manifeste de `comitia manifest slack` (App Manifest), puis réinstallez l’application
doctor-clock = { $seconds ->
    [one] cette machine et Slack diffèrent de { $seconds } seconde
   *[other] cette machine et Slack diffèrent de { $seconds } secondes
}
doctor-clock-remedy = faites-la régler par le réseau (NTP)
doctor-http = Slack appelle /slack/events sur { $place } à travers votre proxy
doctor-http-signed = il est donné ; Slack appelle /slack/events sur { $place } à travers votre proxy
doctor-app-token-missing = il n’est pas donné
doctor-app-token-remedy = créez-en un avec le scope { $scope } (Basic Information), et voyez si Socket Mode est activé
doctor-app-token-well = Socket Mode peut se connecter

doctor-token-first = d’abord le jeton du bot et ses scopes
doctor-directory-remedy = voyez si l’application a les scopes de `comitia manifest slack`
doctor-room-missing = le bot ne voit aucun canal de ce nom
doctor-room-missing-remedy = créez-le, invitez-y le bot s’il est privé, ou corrigez rooms.{ $room }
doctor-room-remedy = réessayez
doctor-room-joined = le bot y est
doctor-room-outside = le bot n’y est pas et ne peut rien y écrire
doctor-room-outside-remedy = tapez-y /invite @{ $name }
doctor-people = { $found } sur { $named } nommées dans les paramètres sont parmi les { $count } de Slack
doctor-people-untold = Slack ne dit l’adresse e-mail de personne
doctor-people-untold-remedy = voyez si l’application a le scope { $scope } et si l’espace montre les adresses aux applications
doctor-person = { $email } ({ $roles })
doctor-person-left = { $person } a quitté Slack
doctor-person-left-remedy = nommez quelqu’un d’autre
doctor-person-unknown = { $person } n’est pas dans Slack
doctor-person-near = vouliez-vous dire { $email } ?
doctor-person-remedy = écrivez l’adresse de son compte Slack
doctor-quorum = { $found } sur { $voters } qui votent sont dans Slack, le quorum est de { $quorum }
doctor-quorum-remedy = corrigez leurs adresses, ou nommez d’autres personnes, faute de quoi rien ne pourra être décidé
doctor-quorum-unscored = { $quorum } ; aucune note n’est montrée à moins de { $least } personnes qui notent
doctor-quorum-unscored-remedy = nommez-en davantage, ou passez-vous des notes

doctor-trial-nobody = { $to } n’est ni une personne ni un canal
doctor-trial-remedy = donnez l’adresse d’un compte Slack, ou nommez un canal dans les paramètres
doctor-trial-room = { $room } (#{ $channel })
doctor-trial-remedy-rooms = donnez l’adresse d’un compte Slack, ou l’un ou l’autre nom d’un canal parmi { $rooms }
doctor-trial-rehearser = { $email }, à qui s’adresse la répétition,
doctor-trial-rehearser-unknown = la répétition s’adresse à { $email }, qui n’est pas dans Slack
doctor-trial-rehearser-remedy = corrigez `rehearsal`
doctor-trial-well = il a été montré à { $where } puis retiré
doctor-trial-lost = il a été envoyé à { $where } mais ne s’y retrouve pas
doctor-trial-lost-remedy = voyez si l’application a les scopes d’historique de `comitia manifest slack`
doctor-trial-unknown = Slack n’a pas répondu ({ $why }), et il est peut-être encore là
doctor-trial-unknown-remedy = supprimez-le à la main, puis réessayez
doctor-trial-invite = invitez-y le bot
doctor-trial-tab = activez l’onglet Messages (App Home)
doctor-trial-look-up = cherchez ce mot parmi les erreurs de chat.postMessage dans la documentation de Slack
