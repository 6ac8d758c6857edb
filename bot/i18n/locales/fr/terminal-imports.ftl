# Ce que dit la ligne de commande des fichiers qu’elle importe, énumère et annule.

# Quel fichier, et ce qu’il en est advenu.
import-which = Indiquez un type et un fichier, ou demandez --template.
import-no-kind = « { $kind } » n’est pas un type de fichier : { $hint }
import-meant = vouliez-vous dire « { $word } » ?
import-known = au choix : { $words }
import-none-known = il n’y en a encore aucun
import-template-french = { $file } : les en-têtes peuvent aussi être en français, avec ou sans accents : { $names }
import-reading = Lecture de { $file }
import-taking-in = Import de { $file }
import-progress = { $doing } : { $percent } %
import-file-fault = { $file } : { $why }
import-nothing-imported = Rien n’a été importé.
import-then-nothing = rien n’a été importé
import-line-fault = { $file }, ligne { $line } : { $why }
import-field-fault = { $file }, ligne { $line }, colonne « { $column } » : { $why }
import-more-faults = { $count ->
    [one] … et { $count } autre.
   *[other] … et { $count } autres.
}
import-faults = { $count ->
    [one] { $count } erreur : rien n’a été importé.
   *[other] { $count } erreurs : rien n’a été importé.
}
import-lines = { $count ->
    [one] { $count } ligne
   *[other] { $count } lignes
}
import-counted = { $lines }, { $new ->
    [one] { $new } nouveauté
   *[other] { $new } nouveautés
}, { $changed ->
    [one] { $changed } changement
   *[other] { $changed } changements
}
import-done = { $file } : { $counted }. C’est l’import { $number } : `comitia undo-import { $number }` l’annule.
import-nothing-new = { $file } : rien de nouveau dans { $lines } ; rien n’a changé.
import-note = Remarque : { $notice }
import-named = { $number } ({ $kind }, { $file })

# Annuler un import, et la liste.
import-undone = L’import { $number } ({ $kind }, { $file }) est annulé : tout est comme avant.
import-not-undone = Rien n’a été annulé : { $why }
import-then-not-undone = rien n’a été annulé
import-undo-later = { $count ->
    [one] l’import { $later } est venu après lui et peut reposer sur lui ; annulez-le d’abord, `comitia undo-import { $order }`.
   *[other] les imports { $later } sont venus après lui et peuvent reposer sur lui ; annulez-les d’abord, dans l’ordre { $order }.
}
import-undo-settled = une partie de l’import { $number } est déjà résumée par semaine, car ses jours ont plus de 100 jours.
import-undo-nothing = rien n’a été importé.
import-undo-unknown = il n’y a pas d’import { $number } ; `comitia imports` les énumère.
import-list-settled = (une partie est résumée par semaine)
import-list-empty = Rien n’a encore été importé.

# Les fichiers qu’on ne peut pas lire du tout.
import-at-line = ligne { $line } : { $why }
import-cannot-open = impossible d’ouvrir le fichier ({ $why })
import-cannot-read = impossible de lire le fichier ({ $why })
import-why-missing = il n’existe pas
import-why-directory = c’est un dossier
import-why-denied = vous n’en avez pas le droit
import-file-empty = le fichier est vide ; sa première ligne doit nommer les colonnes
import-too-many-lines = plus de { $most } lignes : importez-le en plusieurs fichiers
import-line-endless = la ligne { $line } est plus longue que toute ligne d’un fichier CSV : en est-ce un ?
import-binary = la ligne { $line } contient des données binaires : ce n’est pas un fichier CSV
import-not-utf-8 = ligne { $line }, octet { $byte } (0x{ $hex }) : ce n’est pas de l’UTF-8 ; enregistrez-le à nouveau au format « CSV UTF-8 »
import-not-utf-8-letter = ligne { $line }, octet { $byte } (0x{ $hex }, sans doute « { $letter } » en Windows-1252 ou Latin-1) : ce n’est pas de l’UTF-8 ; enregistrez-le à nouveau au format « CSV UTF-8 »
import-utf-16 = le fichier est écrit en UTF-16 : enregistrez-le à nouveau au format « CSV UTF-8 »
import-spreadsheet = c’est un classeur ou une archive, pas un fichier CSV : enregistrez-le au format « CSV UTF-8 »
import-old-mac = une ligne se termine comme sur les anciens Mac : enregistrez à nouveau le fichier avec des fins de ligne ordinaires
import-quote-open = un guillemet (") s’ouvre et ne se ferme jamais : fermez-le, ou doublez les guillemets qui font partie du texte ("")
import-quote-behind = du texte suit un guillemet fermant (") : doublez les guillemets qui font partie du texte ("")
import-no-csv = ce n’est pas du CSV que Comitia sait lire ({ $words })

# L’en-tête, et les lignes entières.
import-column-unnamed = une colonne n’a pas de nom : nommez-la ou retirez-la
import-column-unknown = n’est pas une colonne du type { $kind } : { $hint }
import-column-twice = y est deux fois (aussi sous le nom « { $other } ») : retirez l’une des deux
import-column-missing = manque : { $meaning }
import-fields = { $count ->
    [one] { $count } champ, et { $header } dans l’en-tête : n’en omettez aucun, et mettez entre guillemets ("…") un texte qui contient le séparateur
   *[other] { $count } champs, et { $header } dans l’en-tête : n’en omettez aucun, et mettez entre guillemets ("…") un texte qui contient le séparateur
}
import-left-before = { $left } précède valid_from, { $begins } : corrigez l’une des deux dates
import-own-manager = personne n’est son propre responsable : laissez vide tout en haut
import-target-day = est vide, et la ligne nomme une cible : écrivez le jour où elle reçoit l’outil
import-part-larger = { $part } dépasse le total de { $wholes } ({ $whole })

# Les champs : ce qui suit le champ lui-même.
import-field = « { $field } » { $why }
import-field-empty = ce champ est vide : { $meaning }
import-future = est dans l’avenir : nous sommes le { $today }
import-long-ago = est trop ancien pour être juste : écrivez l’année en entier
import-control-line = contient un saut de ligne ou un caractère de contrôle : écrivez une seule ligne de texte
import-control = contient un caractère de contrôle : écrivez du texte simple
import-long = fait { $length } caractères : écrivez-en { $most } au plus
import-formula-name = commence comme une formule : écrivez le nom seul
import-formula-address = commence comme une formule : écrivez l’adresse seule
import-no-email = n’est pas une adresse e-mail : écrivez par exemple ana.silva@example.org
import-no-key = n’est pas une clé : écrivez-la comme dans app.yaml, en minuscules, chiffres, - et _ (claims-triage)
import-no-staff-number = n’est pas un matricule : écrivez des lettres et des chiffres, sans espaces
import-no-date = n’est pas une date : écrivez 2026-12-31 ou 31/12/2026
import-count-doubtful = n’est pas sûrement un nombre entier : écrivez { $number }
import-no-count = n’est pas un nombre entier : écrivez-le en chiffres, 0 ou plus
import-no-number = n’est pas un nombre : écrivez 1234.5 ou 1 234,5
import-no-amount = n’est pas un montant : écrivez 1234.50 ou 1 234,50
import-two-ways = se lit { $whole }{ $part } ou { $whole },{ $part } : écrivez { $whole }{ $part } ou { $whole }{ $part },00 pour le premier, { $whole },{ $part }0 pour le second
import-no-stage = n’est pas une étape : choisissez parmi { $stages }
import-no-bucket = n’est pas une poche : écrivez core, bet ou exploration

# Ce que les lignes donnent ensemble, et avec ce qui est connu.
import-unknown-initiative = « { $initiative } » n’est une initiative ni d’app.yaml, ni d’un fichier initiatives déjà importé : { $hint }
import-unknown-kpi = « { $kpi } » n’est pas un KPI d’app.yaml : { $hint }
import-decimal = { $whole },{ $part }
import-share-or-percent = « { $value } » n’est pas une part, et { $kpi } est en pourcentage : écrivez { $value } % ou { $share }
import-share-bounds = { $kpi } est une part, comprise entre 0 % et 100 % : corrigez la valeur
import-percent-of-unit = est un pourcentage, et { $kpi } se compte en { $unit } : écrivez le nombre seul
import-percent-of-none = est un pourcentage, et { $kpi } n’a pas d’unité : écrivez le nombre seul, ou donnez-lui l’unité "%" dans app.yaml
import-usage-twice = la ligne { $line } donne un autre nombre pour la même adresse et le même jour : écrivez une seule ligne avec leur somme
import-day-twice = la ligne { $line } dit autre chose de { $what } au { $day } : gardez l’une des deux, ou une seule avec leur somme
import-words-twice = la ligne { $line } dit autre chose : dites-le une seule fois
import-target-twice = la ligne { $line } donne un autre jour à la même cible : gardez l’une des deux
import-person-twice = la ligne { $line } dit autre chose de la même personne au même jour : gardez l’une des deux
import-number-twice = la ligne { $line } donne à la même personne un autre matricule : corrigez l’un des deux
import-address-twice = la ligne { $line } parle de la même personne sous une autre adresse : gardez l’une des deux lignes et écrivez l’autre adresse dans ses other_emails
import-number-of-line = la ligne { $line } donne à la même adresse un autre matricule, sans départ entre les deux : est-ce quelqu’un d’autre ?
import-number-of-before = un import précédent donne à la même adresse un autre matricule, sans départ entre les deux : est-ce quelqu’un d’autre ?
import-left-early = { $left } précède le début de la dernière affectation connue ({ $begins }) : indiquez valid_from

# Ce qui mérite d’être dit en plus.
import-strangers = { $count ->
    [one] { $count } adresse n’est à personne dans les fichiers people : elle compte dans le taux de rapprochement, sans nom
   *[other] { $count } adresses ne sont à personne dans les fichiers people : elles comptent dans le taux de rapprochement, sans nom
}
import-past = { $count ->
    [one] { $count } ligne laissée de côté : d’un jour déjà résumé par semaine, ou d’il y a plus de 13 mois
   *[other] { $count } lignes laissées de côté : de jours déjà résumés par semaine, ou d’il y a plus de 13 mois
}
import-objectors = { $count ->
    [one] { $count } ligne concerne quelqu’un qui a demandé à ne pas y figurer : elle n’a pas été importée
   *[other] { $count } lignes concernent des personnes qui ont demandé à ne pas y figurer : elles n’ont pas été importées
}
import-unknown-sites = aucun site d’app.yaml ne s’appelle { $sites } : qui y travaille a les jours fériés de l’organisation
import-word = « { $word } »
import-ruled = app.yaml décrit { $keys } : ses mots l’emportent sur ceux du fichier
import-empty-department = personne n’est dans le service « { $department } » : { $hint }

# Ce qu’est chaque colonne.
import-is-email = l’adresse de la personne
import-is-name = le nom de la personne
import-is-department = le service de la personne
import-is-site = là où la personne travaille
import-is-manager = l’adresse de la personne responsable
import-is-valid-from = le jour à partir duquel la ligne vaut ; vide, aujourd’hui
import-is-left-on = le dernier jour de la personne
import-is-access = les clés des initiatives auxquelles elle a accès, séparées par des espaces
import-is-employee-id = le matricule, qui reste quand l’adresse change
import-is-other-emails = d’autres adresses de la même personne, séparées par des espaces
import-is-initiative = la clé d’une initiative
import-is-title = un titre d’une ligne
import-is-summary = à quoi elle sert
import-is-stage = à choisir parmi { $stages }
import-is-its-department = le service dont elle relève
import-is-owner = l’adresse de qui la porte
import-is-sponsor = l’adresse de qui la parraine
import-is-bucket = core, bet ou exploration
import-is-target-department = un service qui la reçoit ; vide, tous
import-is-target-site = un site qui la reçoit ; vide, tous
import-is-rollout-on = le jour où elle leur parvient
import-is-day-of-use = le jour de l’usage
import-is-actions = combien de fois la personne s’en est servie ce jour-là, d’elle-même
import-is-day-or-week = un jour, ou le dernier jour de la semaine que la ligne résume
import-is-escalated = confiées à un humain
import-is-confirmed = résolues, et la personne l’a dit
import-is-implied = résolues, car personne n’a dit le contraire
import-is-abandoned = laissées sans fin
import-is-unengaged = celles où personne n’a pris part
import-is-avoidable = parmi les escaladées, à la demande de la personne ou faute de l’assistant
import-is-contacted-again = parmi les autres, celles où la personne est revenue dans les 24 heures
import-is-resolved-and-contacted = parmi les résolues, celles où un humain a été sollicité tout de même
import-is-period-end = le dernier jour de la période
import-is-amount = le montant économisé, dans la devise de l’organisation
import-is-kpi = la clé d’un KPI
import-is-day-of-value = le jour auquel se rapporte la valeur
import-is-value = un nombre ; pour un KPI en pourcentage, 45 % ou 0,45
import-is-n = sur combien porte la valeur
