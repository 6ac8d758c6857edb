# La revue mensuelle des KPI : valeurs demandées, tableau, actions et leur échelle.

kpi-colour-green = 🟢 Vert
kpi-colour-amber = 🟠 Orange
kpi-colour-red = 🔴 Rouge
kpi-colour-grey = ⚪ Gris
kpi-grey-no-target = cible à définir : personne n’a dit ce qui est acceptable
kpi-grey-no-data = pas de valeur
kpi-grey-too-few = trop peu pour juger
kpi-grey-stale = la dernière valeur date du { $on }, c’est trop ancien
kpi-grey-too-early = trop tôt pour juger

review-joined = { $left } · { $right }
review-sentences = { $left } { $right }

readings-ask-title = { $ritual } : vos valeurs, s’il vous plaît
readings-ask-why = { $count ->
    [one] { $count } de vos KPI attend sa valeur, jusqu’au { $until }. C’est l’affaire d’une minute.
   *[other] { $count } de vos KPI attendent leur valeur, jusqu’au { $until }. C’est l’affaire d’une minute.
}
readings-ask-noted = Tout est noté, merci. Vous pouvez modifier vos valeurs jusqu’au { $until }.
readings-ask-over = La revue a eu lieu : son tableau est dans le canal. Ses valeurs ne peuvent plus changer.
readings-ask-off = La revue du { $review } n’a pas lieu, et aucune valeur n’est attendue. Celles déjà données servent à la suivante.
readings-ask-given = noté : { $value }
readings-ask-last = pas encore de valeur ; la dernière était { $value }, le { $on }
readings-ask-first = pas encore de valeur
readings-ask-instead = la question vous revient, car je ne peux pas joindre { $email }
readings-ask-note = Le tableau montre vos valeurs dans le canal. Ce que personne ne donne y manquera.
readings-ask-summary = { $count ->
    [one] { $ritual } : { $count } KPI attend votre valeur
   *[other] { $ritual } : { $count } KPI attendent vos valeurs
}
readings-give = Donner mes valeurs
readings-change = Changer mes valeurs
readings-none-waiting = Aucun KPI n’attend de valeur de vous.
readings-form-title = Vos valeurs
readings-form-submit = Enregistrer
readings-form-note = Laissez vide ce que vous ne savez pas encore. Vous pouvez y revenir jusqu’à la revue.
readings-form-page = Page { $page } sur { $pages } : cinq KPI à la fois.
reading-hint-share = En pourcentage, par exemple 12,5 %.
reading-hint-unit = En { $unit }, par exemple 1 234,5.
reading-hint = Un nombre, par exemple 1 234,5.
reading-hint-last = { $hint } La dernière fois : { $value }, le { $on }.

refused-readings-closed = Cette revue a eu lieu : ses valeurs ne peuvent plus changer.
refused-review-off = Cette revue n’a pas lieu : aucune valeur n’est attendue.
refused-number = Écrivez un nombre, comme 12,5 ou 1 234,5.
refused-number-meaning = Écrivez-le sans signe pour les milliers : il se lit de deux façons.
refused-number-length = Écrivez au plus { $whole } chiffres avant la virgule et { $decimals } après.
refused-share = Un pourcentage se situe entre 0 et 100.
refused-share-meaning = Écrivez le signe %, comme dans 45 % ou 0,45 % : ce nombre se lit de deux façons.
refused-nothing-given = Donnez au moins une valeur.
refused-day = Choisissez l’un des jours proposés.
refused-what = Dites ce qui sera fait.
refused-reason = Dites pourquoi.
refused-action-closed = Cette action est déjà close. Rien n’a changé.
refused-snoozed-enough = Les rappels se reportent deux fois, pas plus.

review-title = { $ritual } : { $day }
review-late = Cette revue était prévue le { $day }.
review-counts = { $counts }
review-count-green = { $count ->
    [one] 🟢 { $count } vert
   *[other] 🟢 { $count } verts
}
review-count-amber = 🟠 { $count } orange
review-count-red = { $count ->
    [one] 🔴 { $count } rouge
   *[other] 🔴 { $count } rouges
}
review-count-grey = { $count ->
    [one] ⚪ { $count } gris
   *[other] ⚪ { $count } gris
}
review-kpi = { $colour } · { $title }
review-approximate = { $colour } ≈
review-value = { $value }
review-value-n = { $value } (n = { $n })
review-value-figure = { $value } (n = { $n }, { $tier })
review-tier-measured = mesuré
review-tier-calibrated = calibré
review-tier-estimated = estimé
review-tier-indicative = indicatif
review-before = à la dernière revue : { $value }
review-target-up = cible : au moins { $value }
review-target-down = cible : au plus { $value }
review-amber = toléré jusqu’à { $value }
review-target-again = sa cible était à revoir le { $on }
review-progress = progrès : { $progress }
review-progress-from = { $progress } du chemin de { $baseline } à { $target }
review-progress-back = plus loin de la cible qu’au départ
review-progress-back-from = plus loin de la cible qu’au départ ({ $baseline })
review-course-rising = ▲ en hausse
review-course-falling = ▼ en baisse
review-course-unclear = sans tendance nette
review-outlook = projection : { $value } pour le { $on }, si la tendance se maintient
review-note = Les actions se mettent à jour ici jusqu’à la prochaine revue.
review-note-progress = Le progrès est la part du chemin parcouru entre le point de départ et la cible.
review-note-approximate = ≈ : trop près d’un seuil pour être sûr de la couleur.
review-note-window = Les taux de personnes et de conversations portent sur les 28 derniers jours.
review-summary = { $red ->
    [0] { $ritual } : le tableau de { $count } KPI, aucun rouge
    [one] { $ritual } : le tableau de { $count } KPI, { $red } rouge
   *[other] { $ritual } : le tableau de { $count } KPI, { $red } rouges
}
review-chart-value = Valeur
review-chart-target = Cible
review-chart-alt = { $title } : { $first } le { $first_on }, { $last } le { $last_on }.
review-chart-alt-target = { $title } : { $first } le { $first_on }, { $last } le { $last_on }, pour une cible de { $target }.

action-line = Action : { $what } · { $owner } · pour le { $due }
action-line-moved = Action : { $what } · { $owner } · pour le { $due }, promise d’abord pour le { $first }
action-line-undated = Action : { $what } · { $owner } · sans échéance
action-line-awaited = Une action est demandée à { $owner } · sans échéance pour l’instant
action-line-nobody = Il faut une action, et je n’ai trouvé personne à qui la demander. Qui la prend ?
action-line-done = Fait : { $what } · { $owner }
action-nobody = personne pour l’instant
action-target = convenir d’une cible
action-level-3 = en retard
action-level-4 = plus de 5 jours ouvrés de retard, pour le prochain ordre du jour
action-level-5 = plus de 15 jours ouvrés de retard : est-ce fait, ou faut-il une nouvelle date ?
action-awaited = Que ferez-vous, et pour quand ?
action-stranger = app.yaml nomme { $email }, que je ne peux pas joindre : cela vous revient.

actions-title = { $ritual } : vos actions
actions-why = { $count ->
    [one] { $count } de vos KPI est au rouge. Que ferez-vous, et pour quand ?
   *[other] { $count } de vos KPI sont au rouge. Que ferez-vous pour chacun, et pour quand ?
}
actions-open = { $count ->
    [one] { $count } action est en cours.
   *[other] { $count } actions sont en cours.
}
actions-late = { $count ->
    [one] { $count } action est en retard.
   *[other] { $count } actions sont en retard.
}
actions-late-others = { $count ->
    [one] { $count } autre est en cours.
   *[other] { $count } autres sont en cours.
}
actions-done = Il ne reste rien à faire. Merci.
actions-none = Aucune action ne vous attend.
actions-mine = Actions
actions-note = Ce que vous écrivez paraît avec votre nom sur le tableau du canal.
actions-summary = { $count ->
    [one] { $ritual } : { $count } action vous attend
   *[other] { $ritual } : { $count } actions vous attendent
}
actions-more = { $count ->
    [one] Et { $count } autre.
   *[other] Et { $count } autres.
}
actions-moved-on = Une revue plus récente a eu lieu : vos actions sont dans son message.
actions-at-home = Vos actions
action-at-home = { $what } · pour le { $due }
action-at-home-undated = { $what } · sans échéance
action-at-home-late = { $count ->
    [one] { $count } jour ouvré de retard
   *[other] { $count } jours ouvrés de retard
}
action-at-home-late-since = { $count ->
    [one] { $count } jour ouvré de retard : c’était pour le { $missed }
   *[other] { $count } jours ouvrés de retard : c’était pour le { $missed }
}
values-at-home = Les valeurs de vos KPI
values-at-home-line = { $count ->
    [one] { $count } valeur est attendue, jusqu’au { $until } : { $kpis }
   *[other] { $count } valeurs sont attendues, jusqu’au { $until } : { $kpis }
}
values-at-home-others = { $count ->
    [one] { $count } de plus
   *[other] { $count } de plus
}

cancel-review = Annuler la revue
cancel-review-spoken = Annuler la revue { $title }
cancel-review-sure = Annuler la revue : { $what } ? Plus personne n’est sollicité, et aucun tableau n’est affiché. Les valeurs déjà données servent à la suivante.

open-action = Dire ce qui sera fait
open-action-spoken = Dire ce qui sera fait pour { $title }
open-action-change = La modifier
open-action-date = Nouvelle date
open-action-date-spoken = Une autre date pour l’action sur { $title }
open-action-snooze = Me le rappeler plus tard
open-action-snooze-spoken = Reporter les rappels de l’action sur { $title }
open-action-again = Reprendre
open-action-again-spoken = Reprendre l’action sur { $title }
action-done = C’est fait
action-done-spoken = L’action sur { $title } est faite
action-done-noted = C’est noté : l’action sur « { $title } » est faite. Le tableau le dit.
action-form-title = Votre action
action-form-submit = Enregistrer
action-form-why = Que sera-t-il fait pour revenir à la cible ?
action-form-what = Ce qui sera fait
action-form-hint = Une chose que l’on peut cocher. Le tableau la montre mot pour mot.
action-form-due = Pour quand
action-form-day = { $on }
action-form-reason = Pourquoi
date-form-title = Une autre date
date-form-submit = Enregistrer la date
date-form-note = Le tableau montre la nouvelle date à côté de la première. Une action déjà en retard le reste.
snooze-form-title = Rappel plus tard
snooze-form-submit = Reporter
snooze-form-note = { $count ->
    [one] La date ne change pas ; personne n’est relancé d’ici là. Possible encore { $count } fois.
   *[other] La date ne change pas ; personne n’est relancé d’ici là. Possible { $count } fois.
}
snooze-form-until = Pas de rappel avant
again-form-title = Reprendre l’action
again-form-submit = Reprendre

climb-title = { $count ->
    [one] { $count } action demande votre attention
   *[other] { $count } actions demandent votre attention
}
climb-1-yours = La moitié du temps est passée.
climb-1-theirs = La moitié du temps est passée.
climb-2-yours = Les trois quarts du temps sont passés. La suppléance le sait aussi.
climb-2-theirs = Les trois quarts du temps sont passés. La personne qui s’en charge le sait aussi.
climb-3-yours = L’échéance est passée. La présidence le sait aussi : est-ce fait, ou faut-il une nouvelle date ?
climb-3-theirs = L’échéance est passée. La personne qui s’en charge le sait aussi.
climb-4-yours = Plus de 5 jours ouvrés de retard : le sponsor est prévenu, et c’est à l’ordre du jour suivant.
climb-4-theirs = Plus de 5 jours ouvrés de retard : cela vous revient, et va à l’ordre du jour suivant.
climb-5-yours = Plus de 15 jours ouvrés de retard. Il faut trancher : est-ce fait, ou faut-il une nouvelle date ?
climb-5-theirs = Plus de 15 jours ouvrés de retard. Il faut trancher : est-ce fait, ou faut-il une nouvelle date ?
climb-reason = La dernière raison donnée : { $reason }

skipped-ask-readings = Les valeurs des KPI n’ont été demandées à personne : la revue tombait avant que je puisse le faire.
skipped-hold-review = La revue des KPI n’a pas eu lieu : plus de cinq jours ouvrés étaient passés. La prochaine regardera tout.
