# Ce que les commandes disent dans le terminal, et pourquoi Comitia ne démarre pas.

command-cannot-start = Comitia ne peut pas démarrer : { $why }
command-cannot-migrate = Comitia ne peut pas migrer la base : { $why }
command-migrated = La base est au schéma de cette version.
command-not-written = Ce qui devait s’afficher n’a pas pu être écrit ({ $why }).
command-stopped = Comitia est arrêté.
command-at-work = Comitia est au travail ; { $address } dit comment il va.
command-rehearsing = C’est une répétition : tout va à { $email } et à personne d’autre ; elle est gardée dans { $file }, supprimez ce fichier pour la reprendre à zéro.

command-database-empty = la base n’a pas encore de tables : lancez `comitia migrate`
command-database-older = la base est au schéma { $found }, plus ancien que celui de cette version, { $head } : lancez `comitia migrate`
command-database-newer = la base est au schéma { $found }, plus récent que celui de cette version, { $head } : réinstallez la version plus récente de Comitia
command-database-unknown = la base est au schéma { $found }, que cette version ne connaît pas : indiquez une autre base dans les paramètres, ou installez la version qui a créé celle-ci
command-database-not-opened = { $name } ne s’ouvre pas comme une base de données ({ $why }) : vérifiez `database` dans les paramètres
command-database-file-kept = { $name } n’est pas accessible en écriture : donnez ce droit au compte de Comitia, ou indiquez un autre fichier comme `database.path` dans les paramètres
command-database-folder-kept = rien ne peut être écrit dans { $folder }, où se trouvent { $name } et son journal : donnez ce droit au compte de Comitia, ou indiquez un autre endroit comme `database.path` dans les paramètres
command-database-socket = la socket locale
command-database-silent = PostgreSQL ne répond pas, { $host }:{ $port } ({ $why }) : démarrez-le, ou corrigez `database.url` dans les paramètres
command-database-refused = PostgreSQL, { $host }:{ $port }, refuse { $name } ({ $why }) : vérifiez `database.url` dans les paramètres
command-database-taken = un autre Comitia travaille sur { $path } : arrêtez-le d’abord, ou donnez une base PostgreSQL à plusieurs
command-database-importing = un autre import est en cours sur cette base : attendez qu’il soit terminé
command-database-rehearsed = { $name } est la base d’une répétition : indiquez-en une autre dans les paramètres (`database`)
command-database-live = { $name } n’est pas la base d’une répétition, et une répétition ne travaille jamais sur une autre : déplacez ce fichier

command-slack-silent = Slack ne répond pas ({ $why }) : vérifiez le réseau et slack.api_url
command-too-many-connections = Slack n’accepte pas de connexion de plus : une application en a dix au plus ; arrêtez un des processus, ou attendez une minute si l’un d’eux vient de s’arrêter
command-slack-waits = { $minutes ->
    [one] Slack demande d’attendre : réessayez dans { $minutes } minute
   *[other] Slack demande d’attendre : réessayez dans { $minutes } minutes
}
command-refused-bot-token = Slack refuse le jeton du bot ({ $why }) : vérifiez COMITIA_SLACK__BOT_TOKEN
command-teams-refused = Microsoft ne donne pas de jeton à Comitia ({ $why }). `comitia doctor` dit pourquoi : le réseau, teams.app_id, teams.tenant ou le secret.
command-refused-app-token = Slack refuse le jeton de l’application ({ $why }) : vérifiez COMITIA_SLACK__APP_TOKEN (son scope est { $scope })
command-refused-people = Slack refuse de lister les personnes ({ $why }) : le bot a besoin des scopes { $scopes }
command-refused-channels = Slack refuse de lister les canaux ({ $why }) : le bot a besoin des scopes { $scopes }
command-refused-rehearser = Slack refuse de dire à qui s’adresse la répétition ({ $why }) : le bot a besoin des scopes { $scopes }
command-not-a-bot = ce jeton n’est pas celui d’un bot : COMITIA_SLACK__BOT_TOKEN attend celui qui commence par xoxb-
command-other-workspace = le jeton du bot est celui de l’espace { $team }, slack.team indique { $wanted } : corrigez l’un ou l’autre
command-channel = #{ $channel } (room { $room })
command-no-channel = le bot ne voit pas dans l’espace le canal { $channels } : créez-le, invitez-y le bot s’il est privé, ou corrigez `rooms` dans les paramètres
command-no-rehearser = personne dans l’espace n’a l’adresse { $email }, à qui s’adresse la répétition : corrigez `rehearsal` dans les paramètres (ou COMITIA_REHEARSAL, ou --rehearse)
command-teams-no-rehearser = personne d’adresse { $email }, à qui s’adresse la répétition, n’a écrit à Comitia ni n’est dans l’un de ses canaux : corrigez `rehearsal` dans les paramètres (ou COMITIA_REHEARSAL, ou --rehearse), ou ajoutez cette personne à l’équipe d’un canal
command-teams-silent-room = Comitia n’a trouvé personne d’adresse { $email }, à qui s’adresse la répétition, et Teams ne dit pas qui est dans { $room } ({ $why }) : ajoutez-y Comitia, ou relancez si ce n’était que le réseau ; ou corrigez `rehearsal` dans les paramètres (ou COMITIA_REHEARSAL, ou --rehearse)
command-teams-refused-rehearser = Teams ne laisse pas Comitia écrire à { $email }, à qui s’adresse la répétition ({ $why }) : installez-lui l’application
command-port-taken = impossible d’écouter sur { $place } ({ $why }) : vérifiez `web` dans les paramètres

command-digest-preview = La lettre est seulement montrée : ajoutez --preview.
command-no-letter = La lettre ne peut pas être écrite : { $why }
command-no-digest = Aucune lettre hebdomadaire n’est prévue : ajoutez aux paramètres un rituel dont le kind est weekly_digest.
command-not-a-reader = La lettre ne va à personne : { $email } ne la reçoit pas ; donnez `{ $roles }` dans `people`.
command-readers-unknown = La lettre ne va encore à personne : `comitia run` cherche { $people } dans la messagerie à son démarrage. Lancez-le d’abord ; `comitia doctor` dit qui n’y est pas.

command-nobody = Personne n’est connu sous l’adresse { $email }.
command-not-shown = Rien ne peut être montré : { $why }
command-not-erased = Rien n’a été effacé : { $why }
command-erase-sure = Ceci efface pour toujours ce qui est gardé sur { $email } : confirmez avec --yes.
command-erase-lifted = { $email } sera de nouveau connu et compté au prochain démarrage et aux prochains fichiers.
command-erase-not-left-out = { $email } n’était pas mis à l’écart.
command-erased = Effacé, et tout à fait oublié. Comitia ne compte plus cette personne dans aucun chiffre.
command-erased-but = Effacé, sauf le nom, l’adresse et les votes, qui restent parce que { $reasons }. Cette personne n’est plus comptée dans aucun chiffre.
command-duty-role = les paramètres lui donnent un rôle
command-duty-ballot = un de ses votes est encore ouvert
command-duty-owner = une initiative, un KPI ou une action ouverte lui revient

init-next-migrate = crée les tables de la base de données
init-next-workspace = Sans compte Slack, un espace de travail local permet d’essayer les trois dernières étapes :

command-manifest-not = Ce manifeste est impossible : { $why }
command-manifest-name = Slack accepte un nom de 1 à 35 caractères ; donnez un autre --name
command-manifest-url = en HTTP, Slack doit savoir où appeler ; donnez --url { $example }
command-manifest-no-url = en Socket Mode, Slack n’appelle personne ; retirez --url, ou donnez --mode http
command-manifest-paste = Collez-le sur { $address } (From a manifest).

command-calendar-line = { $when }  { $title } : { $step }
command-calendar-nothing = Aucune échéance.
command-step-call-for-marks = appel à notation
command-step-publish-agenda = ordre du jour
command-step-open-ballots = ouverture des votes
command-step-close-ballot = clôture des votes
command-step-launch-waves = préparation des questions
command-step-remind = relance
command-step-close-wave = clôture des réponses
command-step-post-figures = chiffres
command-step-ask-readings = demande des valeurs
command-step-hold-review = revue
command-step-climb = échéance des actions
command-step-plan-letters = préparation des lettres
command-step-send-letter = envoi des lettres

command-demo-starting = Démarrage d’un espace de travail local et de Comitia…
command-demo-stopped = La démo est arrêtée.
command-demo-not-started = La démo n’a pas pu démarrer : { $why }
command-demo-not-run = La démo n’a pas pu se dérouler : { $why }
command-demo-part = { $part } n’a pas démarré (code de sortie { $code })
command-demo-once = { $directory } vient d’une démonstration précédente. Le locataire Teams local n’en a rien gardé : indiquez un autre dossier.
command-demo-unsound = La démonstration est allée jusqu’au bout et a trouvé ce qui ne doit pas être : { $found }.
command-demo-history = { $weeks ->
    [one] { $weeks } semaine d’historique
   *[other] { $weeks } semaines d’historique
}
command-demo-weeks = { $weeks ->
    [one] { $weeks } semaine
   *[other] { $weeks } semaines
}
command-demo-percent = { $what } : { $percent } %  { $day }
command-demo-ready = La démo de Comitia est prête. Tout tourne sur cette machine ; rien n’en sort.
command-demo-english = en anglais, { $name } :
command-demo-french = en français, { $name } :
command-demo-try = À essayer : ouvrez le message direct de Comitia et appuyez en haut sur « À la prochaine échéance », une ou deux fois, jusqu’à ce qu’il vous demande vos notes ; choisissez « Donner mes notes ». Appuyez de nouveau sur « À la prochaine échéance » jusqu’à l’ouverture des votes, et votez ; appuyez encore, et lisez les décisions et le compte rendu dans { $room }. En chemin, { $news } dit qui se sert de quoi et, après quelques échéances, un pulse vous demande votre avis (deux clics). Trois mois sont passés : remontez le fil, ou devenez Claire ou Tom (en haut) pour lire la lettre hebdomadaire.
command-demo-stop = Ctrl-C l’arrête.

command-workspace-open = Un espace de travail local est ouvert. Il parle les protocoles de Slack sur cette machine seulement ; rien n’en sort.
command-workspace-page = sa page, pour { $name } :
command-workspace-then = Dans un autre terminal, dans le répertoire de { $config } :
command-workspace-close = Ctrl-C le ferme.
command-workspace-teams = { $config } met Comitia sur Teams, et cet espace de travail local ne parle que les protocoles de Slack. Pour essayer Teams sans locataire : comitia playground, ou make demo-teams dans les sources (avec Node.js). Sans rien d’autre que cette machine : comitia demo.
command-workspace-not = L’espace de travail ne peut pas être fait de { $config } : { $why }
command-workspace-port = Impossible d’écouter sur le port { $port } ({ $why }) : indiquez-en un autre avec --port

command-playground-starting = Démarrage de Comitia et de l’Agents Playground de Microsoft…
command-playground-no-node = L’Agents Playground de Microsoft a besoin de Node.js 18 ou plus récent : sous Debian, apt-get install nodejs npm
command-playground-not-there = { $package } n’est pas à { $client } : lancez make demo-teams, ou installez-le avec npm et indiquez son cli.js avec --client
command-playground-not-started = le Playground n’a pas démarré : son journal est { $log }
command-playground-once = { $directory } vient d’une démonstration précédente, dont le Playground n’a rien gardé : indiquez un autre dossier.
command-playground-ready = Comitia est dans l’Agents Playground de Microsoft, qui ressemble à Teams et se comporte comme lui. Vous y êtes { $name } ; tout tourne sur cette machine et ne s’entend que d’elle. Ouvrez :
command-playground-try = À essayer : dans Personal Chat vous trouvez la lettre, un pulse (deux clics), vos notes et vos bulletins ; dans la conversation de groupe AI committee, l’ordre du jour, les cartes des votes et les décisions ; dans le canal AI news, qui se sert de quoi. Écrivez « aide » à Comitia. Gardez une seule fenêtre ouverte : rechargé, le Playground ne montre plus rien de ce qui a été dit.
command-playground-keys = Ici : Entrée mène à la prochaine chose à voir, w puis Entrée à une semaine plus tard.
command-playground-news = { $count ->
    [one] Il est { $at }. Une nouveauté :
   *[other] Il est { $at }. { $count } nouveautés :
}
command-playground-line = { $place } : { $words }
command-playground-earlier = { $count ->
    [one] Une plus ancienne, et :
   *[other] { $count } plus anciennes, et :
}
command-playground-withdrawn = J’ai repris ce message.
command-playground-nothing = Il est { $at } : rien de nouveau.
