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
doctor-what-platforms = plateformes
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
doctor-zeros = { $name } a encore des zéros à la place du vrai
doctor-secret-remedy = définissez cette variable, ou { $file }
doctor-rehearsal = tout va à { $email }, et à personne d’autre
doctor-rehearsal-remedy = retirez `rehearsal` des paramètres et de l’environnement quand elle sera finie
doctor-database-well = elle répond, et son schéma est celui de cette version
doctor-pause-all = tout
doctor-pause-none = rien n’est en pause
doctor-pause-remedy = tapez /comitia reprendre { $ritual }
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
    [one] cette machine et { $whose } diffèrent de { $seconds } seconde
   *[other] cette machine et { $whose } diffèrent de { $seconds } secondes
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
doctor-people = { $found } sur { $named } nommées dans les paramètres sont parmi les { $count } de { $chat }
doctor-people-untold = { $chat } ne dit l’adresse e-mail de personne
doctor-people-untold-remedy = voyez si l’application a le scope { $scope } et si l’espace montre les adresses aux applications
doctor-person = { $email } ({ $roles })
doctor-person-left = { $person } a quitté { $chat }
doctor-person-left-remedy = nommez quelqu’un d’autre
doctor-person-unknown = { $person } n’est pas dans { $chat }
doctor-person-near = vouliez-vous dire { $email } ?
doctor-person-remedy = écrivez l’adresse de son compte { $chat }
doctor-quorum = { $found } sur { $voters } qui votent peuvent recevoir un message dans { $chat }, le quorum est de { $quorum }
doctor-quorum-remedy = corrigez leurs adresses, ou nommez d’autres personnes, faute de quoi rien ne pourra être décidé
doctor-quorum-unscored = { $quorum } ; aucune note n’est montrée à moins de { $least } personnes qui notent
doctor-quorum-unscored-remedy = nommez-en davantage, ou passez-vous des notes

doctor-trial-nobody = { $to } n’est ni une personne ni un canal
doctor-trial-remedy = donnez l’adresse d’un compte { $chat }, ou nommez un canal dans les paramètres
doctor-trial-room = { $room } ({ $channel })
doctor-trial-remedy-rooms = donnez l’adresse d’un compte { $chat }, ou l’un ou l’autre nom d’un canal parmi { $rooms }
doctor-trial-rehearser = { $email }, à qui s’adresse la répétition,
doctor-trial-rehearser-unknown = la répétition s’adresse à { $email }, qui n’est pas dans { $chat }
doctor-trial-rehearser-remedy = corrigez `rehearsal`
doctor-trial-well = il a été montré à { $where } puis retiré
doctor-trial-lost = il a été envoyé à { $where } mais ne s’y retrouve pas
doctor-trial-lost-remedy = voyez si l’application a les scopes d’historique de `comitia manifest slack`
doctor-trial-unknown = Slack n’a pas répondu ({ $why }), et il est peut-être encore là
doctor-trial-unknown-remedy = supprimez-le à la main, puis réessayez
doctor-trial-invite = invitez-y le bot
doctor-trial-tab = activez l’onglet Messages (App Home)
doctor-trial-look-up = cherchez ce mot parmi les erreurs de chat.postMessage dans la documentation de Slack

# Ce qui touche à Teams, et aux deux plateformes.

doctor-chat-slack = Slack
doctor-chat-teams = Teams
doctor-chat-both = Slack ou Teams
doctor-microsoft = Microsoft
doctor-platforms = { $platforms }
doctor-people-met = { $found } sur { $named } nommées dans les paramètres ont été rencontrées dans { $chat }, ou sont dans l’un de ses canaux
doctor-person-unmet-remedy = corrigez l’adresse, faites installer l’application ou lui écrire une fois `comitia run` au travail, ou accordez User.Read.All dans Entra (docs/teams.md, étape 3)

doctor-what-teams-app = application Teams
doctor-what-signing-keys = clés de signature
doctor-what-endpoint = point de terminaison
doctor-what-installation = installation
doctor-what-reach = accès aux personnes

doctor-teams-no-id = avec des zéros pour identifiants, il n’y a personne à interroger
doctor-teams-no-token = sans le secret client, il n’y a personne à interroger
doctor-teams-anonymous = personne n’a à dire qui il est (teams.anonymous)
doctor-teams-anonymous-remedy = pour essayer sur cette seule machine, car le vrai Teams demande teams.app_id
doctor-teams-bearer = Microsoft connaît l’application { $app } dans l’organisation { $tenant }
doctor-teams-not-let-in = Microsoft ne lui donne pas de jeton ({ $why })
doctor-teams-silent = Microsoft ne répond pas ({ $why })
doctor-teams-silent-remedy = vérifiez le réseau, un pare-feu doit laisser passer { $host }
doctor-teams-refuses = Teams refuse ({ $why })
doctor-app-first = d’abord l’identifiant, l’organisation et le secret de l’application
doctor-secret-wrong-remedy = { $variable } attend la Valeur du secret (et non son ID de secret), et s’il est perdu, créez-en un dans Certificats et secrets
doctor-secret-expired-remedy = le secret a expiré, créez-en un dans Certificats et secrets et donnez sa Valeur par { $variable }
doctor-no-app-remedy = cette organisation n’a pas cette application, corrigez teams.app_id ou teams.tenant d’après la Configuration du bot
doctor-no-principal-remedy = l’application n’a pas de principal de service dans l’organisation, lancez { $command }
doctor-no-tenant-remedy = il n’y a pas de telle organisation, corrigez teams.tenant (Configuration du bot, App Tenant ID)
doctor-no-token-remedy = vérifiez teams.app_id, teams.tenant et { $variable }
doctor-identity-remedy = une identité managée ne répond que sur la machine d’Azure qui l’a, attribuez-la à celle-ci (Identité, Affectée par l’utilisateur) et voyez si teams.app_id est son ID client
doctor-signing-keys = { $count ->
    [one] { $count } clé de Microsoft est disponible pour reconnaître ses appels
   *[other] { $count } clés de Microsoft sont disponibles pour reconnaître ses appels
}
doctor-signing-keys-remedy = laissez passer { $host } par le pare-feu, car sans clés rien n’est cru de ce qui vient de Teams
doctor-endpoint = Teams appelle { $path } sur { $place } à travers votre proxy, et d’ici on ne voit pas si cela passe
doctor-endpoint-remedy = écrivez « aide » à Comitia dans Teams pendant que `comitia run` est au travail

doctor-directory-well = { $count ->
    [one] Microsoft Graph connaît { $count } personne
   *[other] Microsoft Graph connaît { $count } personnes
}
doctor-consent-missing = { $permission } n’est pas accordé
doctor-directory-consent-remedy = sans cela, on connaît les personnes dès qu’elles ont l’application ou lui écrivent, et pour l’accorder, voyez docs/teams.md, étape 3
doctor-graph-refuses = Microsoft Graph ne dit rien ({ $why })
doctor-graph-remedy = réessayez dans une minute, et laissez passer { $host } par le pare-feu
doctor-not-in-catalogue = votre catalogue n’a pas d’application { $app }
doctor-not-in-catalogue-remedy = chargez ce que `comitia manifest teams` écrit (docs/teams.md, étape 6)
doctor-in-catalogue = l’application est dans votre catalogue
doctor-installs = l’application est dans votre catalogue et peut s’installer elle-même pour les personnes
doctor-installation-consent-remedy = sans cela, une stratégie de configuration ou les personnes elles-mêmes installent l’application, et pour l’accorder, voyez docs/teams.md, étape 3

doctor-teams-room-joined = l’application est dans son équipe ou sa conversation
doctor-teams-room-missing = il n’y a pas de tel canal ni de telle conversation
doctor-teams-room-missing-remedy = recopiez son lien (Copier le lien) dans rooms.{ $room }
doctor-teams-room-outside = l’application n’est pas dans son équipe ou sa conversation ({ $why })
doctor-teams-room-outside-remedy = dans Teams, Applications, Comitia, Ajouter à une équipe, et seuls les canaux standard conviennent
doctor-unreached = dans Teams, Comitia ne peut pas écrire à { $people } ({ $why })
doctor-not-installed-remedy = installez-leur l’application par une stratégie de configuration, ou faites-la installer (docs/teams.md, étape 7)
doctor-blocked-remedy = demandez de débloquer Comitia dans Teams, ou de l’installer de nouveau
doctor-forbidden-remedy = l’administration a bloqué l’application, autorisez-la dans le centre d’administration de Teams, Gérer les applications
doctor-wrong-cloud-remedy = l’organisation est dans un autre cloud de Microsoft, corrigez teams.cloud
doctor-teams-trial-unknown = Teams n’a pas répondu ({ $why }), et il est peut-être encore là
doctor-teams-trial-unknown-remedy = regardez-y, puis réessayez
doctor-teams-look-up-remedy = cherchez ce mot dans la documentation de Microsoft, Status codes from bot conversational APIs
doctor-people-unmet = { $people } ne se trouvent pas dans { $chat }
