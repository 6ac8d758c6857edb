# Ce qui ne va pas dans app.yaml, dans l’environnement et dans les arguments, et ce qu’il faut y faire ; et ce que dit
# `comitia check` de paramètres qui conviennent.

# Valeurs et noms dans les phrases qui suivent.
settings-quoted = « { $value } »
settings-this = cette valeur
settings-the-file = le fichier
settings-none = aucun
settings-in-environment = environnement
settings-in-arguments = arguments
settings-kind-boolean = un booléen
settings-kind-number = un nombre
settings-kind-nothing = rien du tout
settings-kind-date = une date
settings-kind-other = autre chose que du texte

# Le fichier dans son ensemble.
settings-file-none = ce fichier n’existe pas
settings-file-unreadable = le fichier ne peut pas être lu ({ $why })
settings-file-folder = c’est un dossier
settings-file-forbidden = accès refusé
settings-file-large = le fichier dépasse 1 Mo
settings-file-not-utf8 = le fichier n’est pas du texte en UTF-8
settings-file-empty = le fichier est vide
settings-file-no-lines = le fichier n’est pas fait de lignes `clé{":"} valeur`
settings-file-deep = le fichier est trop profond ou trop grand
settings-aliases-endless = les alias de ce fichier se développent sans fin
settings-control-here = un caractère de contrôle se trouve ici
settings-yaml = illisible en YAML : { $why }
settings-yaml-quote-open = le guillemet ouvert ici n’est jamais fermé
settings-yaml-quote-late = le guillemet ouvert ici n’est fermé qu’à la ligne { $line }
settings-yaml-tab = une tabulation se trouve là où YAML veut des espaces
settings-yaml-alias = un alias (*nom) ne désigne aucune ancre (&nom) plus haut
settings-yaml-start = une valeur ne peut pas commencer par ce caractère
settings-yaml-colon = un second deux-points se trouve sur cette ligne
settings-yaml-documents = un second document commence
settings-yaml-expected = attendu { $wanted }, trouvé { $found }
settings-yaml-missing = il manque { $wanted }
settings-yaml-says = l’analyseur dit « { $words } »

# Clés et valeurs telles que le fichier les écrit.
settings-key-twice = cette clé est déjà donnée ligne { $line }
settings-key-no-word = une clé doit être un mot
settings-key-long = une clé dépasse { $most } caractères
settings-key-merge = les clés de fusion ne sont pas lues
settings-key-read-as = cette clé se lit comme { $kind }
settings-key-secret = cette clé ressemble à un secret
settings-key-bad = cette clé ne convient pas
settings-key-unknown = cette clé n’existe pas
settings-key-of-no-kind = { $kind } n’a pas cette clé
settings-key-missing = cette clé manque dans { $section }
settings-key-of-figure = cette clé manque dans { $section } : { $source } se compte sur une initiative
settings-tag = une étiquette ({"!"}…) précède cette valeur
settings-value-long = cette valeur dépasse { $most } caractères
settings-value-secret = cette valeur ressemble à un secret
settings-value-is-secret = cette valeur est l’un des secrets de l’environnement
settings-secret-in-file = un secret ne figure jamais dans ce fichier
settings-empty = cette clé est vide

# L’environnement et les arguments.
settings-variable-unknown = ce réglage n’existe pas
settings-variable-twice = { $variable } donne déjà ce réglage
settings-variable-database = { $variable } désigne aussi une base de données
settings-secret-unreadable = le fichier désigné ne peut pas être lu
settings-secret-unreadable-file = { $file } ne peut pas être lu ({ $why })
settings-secret-not-short = le fichier désigné n’est pas un texte court
settings-secret-empty = le fichier désigné est vide
settings-secret-argument = un secret ne se donne jamais en argument : d’autres peuvent le voir
settings-secret-needed = Slack en mode { $mode } a besoin de ce secret
settings-teams-secret-needed = Teams a besoin du secret client du bot
settings-teams-unknown = c’est un canal de Teams, et rien ne dit qui y est Comitia
settings-anonymous-open = sans identité, Comitia ne peut écouter que sur cette machine, et web.host en désigne une autre
settings-anonymous-id = teams.anonymous sert à essayer sans identité, et teams.app_id en est une
settings-zeros = des zéros tiennent ici la place du vrai
settings-slack-by-room = un nom sans lien est un canal de Slack, et Comitia est donc aussi au travail sur Slack
settings-slack-by-token = avec un jeton de Slack, Comitia est aussi au travail sur Slack
settings-token-other = c’est l’autre des deux jetons
settings-token-not-bot = cela ne ressemble pas à un jeton de bot (xoxb-…)
settings-token-not-app = cela ne ressemble pas à un jeton d’application (xapp-…)

# Les valeurs une à une.
settings-boolean = { $value } se lit comme un booléen, pas comme du texte
settings-not-text = { $value } n’est pas du texte
settings-blank = { $value } est vide
settings-not-plain = { $value } contient un saut de ligne ou un caractère de contrôle
settings-too-long = cette valeur dépasse { $most } caractères
settings-not-zone = { $value } n’est pas un fuseau horaire
settings-not-time = { $value } n’est pas une heure
settings-not-number = { $value } n’est pas un nombre
settings-not-whole = { $value } n’est pas un nombre entier
settings-over-everybody = { $value } dépasse la totalité du comité
settings-nobody-decides = { $value } ne laisse personne décider
settings-not-mark = { $value } n’est pas entre 1 et 5
settings-not-rule = { $value } n’est pas une règle de calendrier
settings-not-every-week = { $value } ne revient pas chaque semaine
settings-two-calendars = { $value } désigne plus d’un calendrier de jours fériés
settings-not-calendar = { $value } n’est pas un calendrier de jours fériés
settings-not-weekdays = { $value } n’est pas une liste de jours de la semaine
settings-no-day-to-work = { $value } ne laisse aucun jour de travail
settings-not-email = { $value } n’est pas une adresse e-mail
settings-not-channel = { $value } n’est pas un nom de canal
settings-not-teams-link = { $value } n’est pas un lien vers un canal ou une conversation de Teams
settings-not-uuid = { $value } n’est pas un identifiant de Microsoft
settings-not-asks = { $value } n’est ni oui, ni non, ni une date
settings-not-date = { $value } n’est pas une date
settings-thousands = { $value } peut être des milliers ou un nombre décimal
settings-long-unit = { $value } dépasse 20 caractères
settings-not-currency = { $value } n’est pas une monnaie en cours
settings-not-address = { $value } n’est pas une adresse
settings-not-plain-address = { $value } n’est pas une adresse simple
settings-in-the-clear = { $value } enverrait les jetons en clair
settings-not-database = { $value } n’est pas l’adresse d’une base de données que Comitia connaît
settings-sqlite-server = { $value } désigne un serveur, et SQLite n’en a pas
settings-no-host = { $value } n’a ni hôte ni port utilisables
settings-less = { $value } est inférieur à { $bound }
settings-more = { $value } est supérieur à { $bound }
settings-not-one-of = { $value } ne fait pas partie de { $allowed }
settings-not-list = { $value } n’est pas une liste (des lignes qui commencent par `- `)
settings-not-section = { $value } n’est pas une section
settings-not-here = { $value } ne convient pas ici

# Ce qui doit s’accorder.
settings-path-and-url = une base de données a un path ou une url, pas les deux
settings-person-twice = { $value } est déjà l’email de la personne de la ligne { $line }
settings-initiative-twice = { $value } est déjà la key de l’initiative de la ligne { $line }
settings-kpi-twice = { $value } est déjà la key du KPI de la ligne { $line }
settings-unknown-site = { $value } n’est pas un site de `sites`
settings-unknown-room = { $value } n’est pas un canal de `rooms`
settings-unknown-kpi = { $value } n’est pas un KPI de `kpis`
settings-unlisted = { $value } n’est pas dans la liste `initiatives`
settings-no-voters = ce comité n’a personne pour voter : dans `people`, personne n’a un rôle de ses voters ({ $roles })
settings-no-readers = cette lettre n’a personne pour la lire : dans `people`, personne n’a un rôle de ses readers ({ $roles })
settings-reminder-late = le rappel (jours ouvrés après : { $after }) ne vient pas avant la clôture (jours après : { $days })
settings-not-weekly = ce pulse n’est pas hebdomadaire : chaque fois, il interroge un quart des personnes, et personne deux fois en 28 jours
settings-agenda-late = l’ordre du jour (jours ouvrés avant : { $agenda }) ne vient pas après la demande de notes (jours ouvrés avant : { $marks })
settings-ballots-close = les votes ferment ({ $deadline }) au plus tard quand ils s’ouvrent ({ $at })
settings-unit-currency = { $source } est dans la monnaie de l’organisation : son unité est { $unit }
settings-unit-share = { $source } est une part : son unité est { $unit }
settings-percentage = { $value } est un pourcentage, et l’unité est { $unit }
settings-no-share = { $value } n’est pas une part
settings-one-or-all = { $value } peut être 1 % ou la totalité
settings-amber-no-target = amber est ce qui se tolère à défaut d’une cible, et il n’y en a pas
settings-amber-more = { $value } est meilleur que la cible, alors que plus vaut mieux
settings-amber-less = { $value } est meilleur que la cible, alors que moins vaut mieux

# Ce qu’il faut faire.
settings-do-both = { $first } ; { $second }
settings-do-meant = vouliez-vous dire « { $near } » ?
settings-do-known = connus : { $known }
settings-do-begin = partez de l’app.yaml livré avec Comitia
settings-do-name-file = indiquez le fichier des paramètres, ou lancez `comitia init` pour en écrire un
settings-do-permissions = vérifiez son nom et ses droits d’accès
settings-do-settings-only = ne donnez que les paramètres ; app.yaml fait quelques kilo-octets
settings-do-utf8 = enregistrez-le en UTF-8
settings-do-delete-sign = supprimez-le ; le fichier doit être du texte simple en UTF-8
settings-do-limits = au plus { $levels } niveaux, { $nodes } valeurs et { $aliases } alias sont lus
settings-do-look-around = vérifiez l’indentation, les deux-points et les guillemets autour d’ici
settings-do-close = fermez-le
settings-do-close-here = fermez-le ici
settings-do-spaces = indentez avec des espaces
settings-do-quote-star = mettez entre guillemets une valeur qui commence par *
settings-do-quotes = mettez la valeur entre guillemets
settings-do-quote-colon = mettez entre guillemets une valeur qui contient un deux-points et une espace
settings-do-one-document = gardez un seul document : retirez la ligne `---`
settings-do-keep-one = gardez l’un des deux
settings-do-key-value = écrivez `clé{":"} valeur` ; mettez entre guillemets une valeur qui commence par {"{"} ou {"["}
settings-do-shorter = raccourcissez
settings-do-write-out = écrivez les clés en toutes lettres
settings-do-quote-key = mettez des guillemets : "{ $name }"
settings-do-write-key = écrivez une clé avant le deux-points
settings-do-no-tag = retirez-la : les paramètres sont des valeurs simples
settings-do-revoke = retirez-le du fichier et révoquez-le
settings-do-change-password = retirez-le du fichier et changez le mot de passe
settings-do-secret-elsewhere = les secrets viennent de l’environnement ou de fichiers, comme app.yaml le dit en tête
settings-do-give-secret = donnez-le par { $variable } ou { $variable }_FILE
settings-do-give-variable = donnez-le par { $variable }
settings-do-set-secret = définissez { $variable } ou { $variable }_FILE
settings-do-give = donnez { $wanted }
settings-do-give-or-out = donnez { $wanted }, ou retirez la ligne (une valeur qui commence par # demande des guillemets)
settings-do-give-text = donnez { $wanted } ; mettez entre guillemets un nombre, yes, no, on ou off
settings-do-add = ajoutez `{ $name }{":"} …`, { $wanted }
settings-do-other-kind = c’est une clé de { $kinds } : retirez-la, ou écrivez un autre kind
settings-do-key-letters = écrivez des minuscules, des chiffres, - et des _ isolés
settings-do-see-example = voyez dans app.yaml ce qui se règle
settings-do-readable = désignez un fichier que Comitia peut lire
settings-do-secret-alone = désignez un fichier qui ne contient que le secret
settings-do-write-secret = écrivez-y le secret
settings-do-token-letters = un jeton de bot commence par xoxb-, un jeton d’application par xapp-
settings-do-copy-token = copiez-le depuis l’application Slack, { $where }
settings-do-quote-yes = mettez des guillemets : "yes", "no", "on"
settings-do-line = écrivez une ligne de texte
settings-do-letter = écrivez au moins une lettre
settings-do-plain-line = écrivez une ligne de texte simple
settings-do-zone = écrivez par exemple Europe/Paris
settings-do-time = écrivez heures et minutes, par exemple 10:00
settings-do-fraction = écrivez 1/2, 50% ou 0.5
settings-do-quorum-most = un quorum est au plus 1 : écrivez 1/2 ou 50%
settings-do-quorum-least = un quorum est plus que 0 : écrivez 1/2 ou 50%
settings-do-mark = les notes vont de 1 à 5 : écrivez 3.5
settings-do-rule = écrivez par exemple "1er mardi", "dernier vendredi" ou "jour 15"
settings-do-every-week = écrivez par exemple "chaque lundi"
settings-do-one-calendar = nommez-en un, et ajoutez les autres jours chômés par leurs dates (2026-12-24)
settings-do-calendar = écrivez FR ou CA-QC, ou des dates comme 2026-12-24
settings-do-weekdays = écrivez mon, tue, wed, thu, fri, sat ou sun
settings-do-working-day = laissez un jour de travail dans la semaine
settings-do-email = écrivez par exemple ana.silva@example.org
settings-do-channel = écrivez-le comme dans la messagerie : minuscules, chiffres, - et _, sans #
settings-do-teams-link = prenez celui que donne « Copier le lien » dans le menu du canal, dans Teams
settings-do-zeros = docs/teams.md dit où le trouver
settings-do-slack-by-room = collez le lien que Teams donne du canal ; si Slack est voulu, ajoutez une section `slack` avec son `mode`
settings-do-slack-by-token = retirez-le de l’environnement ; si Slack est voulu, ajoutez une section `slack` avec son `mode`
settings-do-uuid = copiez-le depuis le portail Azure : 32 chiffres et lettres de a à f, en cinq groupes
settings-do-loopback = mettez 127.0.0.1 dans web.host
settings-do-asks = écrivez true, false, ou la date à laquelle l’initiative a commencé à demander : 2026-01-05
settings-do-date = écrivez par exemple 2026-01-05
settings-do-amount = écrivez par exemple 12, 0.45 ou 45%
settings-do-thousands = écrivez { $whole }{ $decimals } ou { $whole }.{ $decimals }
settings-do-short-unit = écrivez une unité courte, par exemple "%", EUR ou jours
settings-do-currency = écrivez son code de trois lettres : EUR
settings-do-digits = écrivez-le en chiffres
settings-do-https = écrivez https{":"}//…, ou http{":"}//127.0.0.1{":"}… pour un espace de travail local
settings-do-database = écrivez postgresql{":"}//… ou sqlite{":"}///…
settings-do-strokes = écrivez sqlite{":"}///… avec trois barres avant le fichier
settings-do-host = écrivez postgresql{":"}//hôte{":"}5432/nom ; dans un mot de passe, écrivez %40 pour @ et %25 pour %
settings-do-one-of-them = écrivez l’un d’eux
settings-do-key-lines = écrivez ses clés en lignes `clé{":"} valeur` au-dessous
settings-do-own-email = chaque personne a son propre email : réunissez les deux ou changez-en un
settings-do-own-initiative = chaque initiative a sa propre key : réunissez les deux ou changez-en une
settings-do-own-kpi = chaque KPI a sa propre key : réunissez les deux ou changez-en une
settings-do-add-to = ajoutez cette clé à `{ $section }`
settings-do-imported = normal si un fichier que vous importez l’apporte
settings-do-role = donnez un tel rôle à quelqu’un, ou nommez d’autres rôles
settings-do-reminder = donnez à reminder_after une valeur plus petite que open_days, ou 0 pour aucun rappel
settings-do-every-tue = écrivez par exemple "chaque mardi" pour entendre tout le monde en quatre semaines
settings-do-no-unit = retirez l’unité
settings-do-number-of = écrivez un nombre de { $unit }, ou prenez "%" comme unité
settings-do-percent = écrivez { $value }% ou une part comme 0.45
settings-do-share = une part est entre 0 % et 100 %
settings-do-one-or-all = écrivez 1% ou 100%
settings-do-target = ajoutez `target{":"} …`
settings-do-amber-below = amber est ce qui se tolère en dessous de la cible ; sinon, changez direction
settings-do-amber-above = amber est ce qui se tolère au-dessus de la cible ; sinon, changez direction
settings-do-agenda = donnez à agenda_before une valeur plus petite que marks_before
settings-do-deadline = donnez à deadline une heure plus tardive que at

# Ce que veut chaque clé, après « donnez ».
settings-wanted-value = une autre valeur
settings-wanted-its-value = sa valeur
settings-wanted-organisation = une section avec name, locale et zone
settings-wanted-people = une liste de personnes
settings-wanted-initiatives = une liste d’initiatives
settings-wanted-kpis = une liste de KPI
settings-wanted-rehearsal = l’adresse e-mail de la seule personne qui reçoit tout
settings-wanted-house-name = le nom de l’organisation
settings-wanted-locale = en ou fr
settings-wanted-zone = un fuseau horaire, par exemple Europe/Paris
settings-wanted-currency = le code d’une monnaie, par exemple EUR
settings-wanted-holidays = un pays (FR), un pays et sa région (CA-QC), ou des dates
settings-wanted-weekend = une liste de mon tue wed thu fri sat sun
settings-wanted-email = une adresse e-mail
settings-wanted-roles = une liste de rôles
settings-wanted-person-name = le nom de la personne
settings-wanted-site = une clé de `sites`
settings-wanted-room = une clé de `rooms`
settings-wanted-initiative = une clé de `initiatives`
settings-wanted-initiative-keys = une liste de clés de `initiatives`
settings-wanted-kpi-keys = une liste de clés de `kpis`
settings-wanted-initiative-key = un nom court et durable, par exemple claims-triage
settings-wanted-kpi-key = un nom court et durable, par exemple assistant-adoption
settings-wanted-title = un titre d’une ligne
settings-wanted-ritual-title = le titre que tout le monde voit
settings-wanted-summary = à quoi elle sert, en une phrase ou deux
settings-wanted-stage = opportunity, framing, poc, mvp, pilot ou industrialised
settings-wanted-asks = true, false, ou la date depuis laquelle elle demande son étape suivante
settings-wanted-department = la direction dont elle relève
settings-wanted-owner = l’adresse e-mail de la personne responsable
settings-wanted-people-count = un nombre, au moins { $least } : en dessous, on reconnaîtrait des personnes
settings-wanted-number-from = un nombre, au moins { $least }
settings-wanted-number = un nombre de { $least } à { $most }
settings-wanted-days = un nombre de jours, de { $least } à { $most }
settings-wanted-weeks = un nombre de semaines, de { $least } à { $most }
settings-wanted-working-days = un nombre de jours ouvrés, de { $least } à { $most }
settings-wanted-reminder = un nombre de jours ouvrés, de { $least } (aucun rappel) à { $most }
settings-wanted-seconds = un nombre de secondes, de { $least } à { $most }
settings-wanted-minutes = un nombre de minutes, de { $least } à { $most }
settings-wanted-port = un port, de { $least } à { $most } (0 pour n’importe quel port libre)
settings-wanted-mode = socket ou http
settings-wanted-https = une adresse https
settings-wanted-team = un identifiant d’espace de travail, par exemple T0123ABCD
settings-wanted-bot-token = le jeton de bot, xoxb-…
settings-wanted-app-token = le jeton d’application, xapp-…
settings-wanted-signing-secret = le secret de signature de l’application Slack
settings-wanted-app-id = l’identifiant d’application Microsoft du bot
settings-wanted-tenant = l’identifiant de votre locataire (annuaire)
settings-wanted-identity = secret ou managed
settings-wanted-cloud = public ou government
settings-wanted-dialogs = true ou false
settings-wanted-anonymous = true ou false
settings-wanted-app-password = le secret client du bot
settings-wanted-host = une adresse où écouter, par exemple 127.0.0.1
settings-wanted-path = un nom de fichier, par exemple comitia.sqlite
settings-wanted-url = postgresql{":"}//… ou sqlite{":"}///…
settings-wanted-on-unknown = skip ou resend
settings-wanted-level = debug, info, warning ou error
settings-wanted-kind = prioritisation_committee, pulse, adoption_post, kpi_review ou weekly_digest
settings-wanted-when = une règle de calendrier, par exemple "1er mardi"
settings-wanted-when-weekly = un jour de la semaine, par exemple "chaque lundi"
settings-wanted-at = heures et minutes, par exemple 10:00
settings-wanted-at-own = heures et minutes dans le fuseau de chaque personne, par exemple 10:00
settings-wanted-holiday = next, previous, skip ou keep
settings-wanted-quorum = une part, par exemple 1/2 ou 50%
settings-wanted-majority = simple, absolute, two_thirds ou three_quarters
settings-wanted-pass-mark = une note de 1 à 5, par exemple 3.5
settings-wanted-boolean = true ou false
settings-wanted-source = adoption, escalation, csat, saving, imported ou asked
settings-wanted-unit = une unité courte, par exemple "%", EUR ou jours
settings-wanted-direction = up ou down, selon ce qui est mieux
settings-wanted-amount = un nombre, par exemple 12 ou 45%
settings-wanted-frequency = weekly, monthly ou quarterly
settings-wanted-date = une date, par exemple 2026-01-05

# Règles de calendrier et calendriers de jours fériés illisibles.
rule-quoted = « { $text } »
rule-weekday = { $number ->
    [0] lundi
    [1] mardi
    [2] mercredi
    [3] jeudi
    [4] vendredi
    [5] samedi
   *[other] dimanche
}
rule-near = { $what } ; vouliez-vous dire « { $near } » ?
rule-examples = « 1er mardi », « dernier vendredi », « jour 15 », « dernier jour ouvré », « chaque lundi », « toutes les 2 semaines lundi depuis 2026-01-05 » et « 3e semaine du mois mardi »
rule-not-understood = { $text } n’est pas une règle que Comitia comprend. Il comprend, par exemple, { $examples }
rule-not-understood-near = { $text } n’est pas une règle que Comitia comprend ; vouliez-vous dire « { $near } » ? Il comprend, par exemple, { $examples }
rule-not-followed = { $text } n’est pas une règle que Comitia peut suivre : { $why }
rule-day-of-month = un mois a les jours 1 à 31 ; trouvé { $found }
rule-week-of-month = un mois a les semaines 1 à 5 ; trouvé { $found }
rule-every = une règle revient toutes les 1 à 52 semaines ; trouvé { $found }
rule-from-when = toutes les { $every } semaines, comptées depuis quand ? Donnez le premier jour, comme dans « toutes les { $every } semaines { $weekday } depuis 2026-01-05 »
rule-other-weekday = { $start } est un { $found }, la règle dit { $says } ; vouliez-vous dire « depuis { $right } » ?
rule-two-meanings = elle peut vouloir dire deux choses ; écrivez « { $monthly } » pour une fois par mois, ou « { $weekly } » et la première date
rule-not-date = { $text } n’est pas une date ; écrivez par exemple 2026-01-05
rule-calendar = il n’y a pas de calendrier de jours fériés { $name } ; écrivez un pays (FR) ou un pays et sa région (CA-QC)
rule-calendar-part = le calendrier de jours fériés { $country } n’a pas de région { $part } ; il a { $parts }
rule-calendar-whole = le calendrier de jours fériés { $country } n’a pas de région { $part } ; écrivez { $country } seul

# Ce qu’il advient de paramètres inutilisables.
check-faults = { $count ->
    [one] { $count } erreur.
   *[other] { $count } erreurs.
}
check-faults-then = { $count ->
    [one] { $count } erreur : { $then }.
   *[other] { $count } erreurs : { $then }.
}
check-then-not-started = rien n’a été lancé
check-then-not-looked-at = rien d’autre n’a été examiné
check-then-no-manifest = aucun manifeste n’a été écrit

# Ce que donnent de bons paramètres.
check-good = { $path } est bon.
check-key = { $name } :
check-people = Personnes : { $count }
check-platforms = Au travail sur { $platforms }.
check-initiatives = { $asking ->
    [one] Initiatives : { $count }, dont { $asking } demande son étape suivante
   *[other] Initiatives : { $count }, dont { $asking } demandent leur étape suivante
}
check-kpis = KPI : { $count }
check-kpis-lacking = KPI : { $count }, dont { $lacking } sans cible ou sans niveau de départ
check-source-adoption = adoption
check-source-escalation = passage à un humain
check-source-csat = satisfaction
check-source-saving = économies
check-source-imported = valeur importée
check-source-asked = valeur demandée
check-kpi = { $title }, { $source } ({ $owner })
check-kpi-of = { $title }, { $source } pour { $initiative } ({ $owner })
check-kpi-with = { $title }, { $source } pour { $initiative } ({ $owner })
check-from = de { $value }
check-to-more = à { $value } ou plus
check-to-less = à { $value } ou moins
check-amber = orange jusqu’à { $value }
check-no-baseline = SANS NIVEAU DE DÉPART : gris tant qu’il n’y en a pas
check-no-target = SANS CIBLE : gris tant qu’il n’y en a pas
check-no-baseline-no-target = SANS NIVEAU DE DÉPART NI CIBLE : gris tant qu’il n’y en a pas
check-rituals = Rituels : { $count }
check-no-rituals = Rituels : aucun, rien ne sera jamais prévu
check-committee = { $count ->
    [one] { $count } personne vote, dans { $room }
   *[other] { $count } personnes votent, dans { $room }
}
check-pulse = { $days ->
    [one] un pulse sur { $initiatives }, ouvert { $days } jour
   *[other] un pulse sur { $initiatives }, ouvert { $days } jours
}
check-figures = les chiffres de { $initiatives }, dans { $room }
check-digest = { $count ->
    [one] une lettre à { $count } personne
   *[other] une lettre à { $count } personnes
}
check-review = { $count ->
    [one] une revue de { $count } KPI, dans { $room }
   *[other] une revue de { $count } KPI, dans { $room }
}
check-every-initiative = chaque initiative en service
check-next = prochaine fois : { $when }
check-next-own = prochaine fois : { $when } (dans le fuseau de chaque personne)
check-next-none = prochaine fois : pas dans les { $days } jours
check-worth-a-look = À regarder :
check-ids-needed = Encore nécessaires pour `comitia run`, dans { $path } à la place des zéros (docs/teams.md dit où les trouver) :
check-still-needed = Encore nécessaires pour `comitia run`, dans l’environnement (ou dans des fichiers, avec _FILE après le nom) :
