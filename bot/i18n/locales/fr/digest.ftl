# La lettre hebdomadaire aux personnes qui conduisent le changement.

digest-title = { $ritual }
digest-summary = { $decisions ->
    [0] { $changes ->
        [0] { $ritual } : rien à décider
        [one] { $ritual } : rien à décider, { $changes } changement confirmé
       *[other] { $ritual } : rien à décider, { $changes } changements confirmés
    }
    [one] { $changes ->
        [0] { $ritual } : une décision à prendre
        [one] { $ritual } : une décision à prendre, { $changes } changement confirmé
       *[other] { $ritual } : une décision à prendre, { $changes } changements confirmés
    }
   *[other] { $changes ->
        [0] { $ritual } : { $decisions } décisions à prendre
        [one] { $ritual } : { $decisions } décisions à prendre, { $changes } changement confirmé
       *[other] { $ritual } : { $decisions } décisions à prendre, { $changes } changements confirmés
    }
}
digest-nothing-new = { $ritual } : rien de nouveau.
digest-nothing-new-but = { $decisions ->
    [0] { $open ->
        [one] { $ritual } : rien de nouveau. { $open } point reste ouvert ; { digest-command } le montre.
       *[other] { $ritual } : rien de nouveau. { $open } points restent ouverts ; { digest-command } les montre.
    }
    [one] { $open ->
        [0] { $ritual } : rien de nouveau. Une décision reste à prendre ; { digest-command } la montre.
        [one] { $ritual } : rien de nouveau. Une décision reste à prendre et { $open } point ouvert ; { digest-command } les montre.
       *[other] { $ritual } : rien de nouveau. Une décision reste à prendre et { $open } points ouverts ; { digest-command } les montre.
    }
   *[other] { $open ->
        [0] { $ritual } : rien de nouveau. { $decisions } décisions restent à prendre ; { digest-command } les montre.
        [one] { $ritual } : rien de nouveau. { $decisions } décisions restent à prendre et { $open } point ouvert ; { digest-command } les montre.
       *[other] { $ritual } : rien de nouveau. { $decisions } décisions restent à prendre et { $open } points ouverts ; { digest-command } les montre.
    }
}
digest-command = /comitia digest
digest-quiet = Rien à décider, rien d’ouvert, aucune échéance sous une semaine.

digest-decisions = À décider ({ $count })
digest-changes = Changements confirmés ({ $count })
digest-barriers = Ce qui freine l’usage ({ $count })
digest-open = Toujours ouvert ({ $count })
digest-ahead = D’ici une semaine ({ $count })
digest-and-more = { $count ->
    [one] et { $count } autre
   *[other] et { $count } autres
}
digest-and-also = { $first } · { $then }

digest-voting = vote ouvert jusqu’au { $until }
digest-on-agenda = à l’ordre du jour de « { $ritual } », le { $at }
digest-no-sitting = à aucun ordre du jour pour l’instant
digest-put-off = { $count ->
    [one] { $count } report
   *[other] { $count } reports
}
digest-waits-since = attend depuis le { $day }
digest-stuck = continuer, changer de cap ou arrêter ?
digest-very-late = { $count ->
    [one] { $count } jour ouvré de retard (échéance le { $due }, { $owner }) : est-ce fait, ou faut-il une nouvelle date ?
   *[other] { $count } jours ouvrés de retard (échéance le { $due }, { $owner }) : est-ce fait, ou faut-il une nouvelle date ?
}
digest-late = { $count ->
    [one] { $count } jour ouvré de retard (échéance le { $due }, { $owner })
   *[other] { $count } jours ouvrés de retard (échéance le { $due }, { $owner })
}
digest-no-target = sans cible ou sans point de départ : personne n’a dit ce qui est acceptable

digest-metric-adoption = adoption
digest-metric-habit = habitude
digest-metric-escalation = passage à un humain
digest-metric-csat = satisfaction
digest-metric-never = jamais utilisé
digest-metric-dormant = plus utilisé
digest-metric-coverage = couverture
digest-metric-response-rate = taux de réponse
digest-tier-measured = mesuré
digest-tier-calibrated = calibré
digest-tier-estimated = estimé
digest-tier-indicative = indicatif
digest-figure = { $share } (n = { $n }, { $days } jours jusqu’au { $until }, { $tier })
digest-figure-provisional = { $share } (n = { $n }, { $days } jours jusqu’au { $until }, { $tier }, provisoire)
digest-before = { $now } ; { $before } avant
digest-changed-up = ▲ { $metric } en hausse : { $figure }
digest-changed-down = ▼ { $metric } en baisse : { $figure }
digest-changed-raised-up = { $metric } sous sa cible : { $figure }
digest-changed-raised-down = { $metric } au-dessus de sa cible : { $figure }
digest-changed-worsened-up = { $metric } très loin sous sa cible : { $figure }
digest-changed-worsened-down = { $metric } très au-dessus de sa cible : { $figure }
digest-changed-cleared = { $metric } de nouveau dans la cible : { $figure }

# Un frein, avec les mots de la réponse ; on peut en choisir plusieurs.
digest-held-back = { $barriers } ({ $days } jours jusqu’au { $until }, { $tier } ; plusieurs choix possibles)
digest-barrier = « { $barrier } » : { $x } réponses sur { $n }, { $share }
digest-barrier-roughly = « { $barrier } » : { $share } des { $n } réponses
digest-barrier-most = « { $barrier } » : la plupart des { $n } réponses
digest-barrier-some = « { $barrier } » : une partie des { $n } réponses

digest-breach-up = { $metric } { $figure }, sous sa cible de { $target }
digest-breach-down = { $metric } { $figure }, au-dessus de sa cible de { $target }
digest-breach-open-up = { $metric } { $figure }, sous sa cible
digest-breach-open-down = { $metric } { $figure }, au-dessus de sa cible
digest-since = depuis le { $day }
digest-red = rouge à la revue du { $on } : { $value } pour une cible de { $target }
digest-red-unsure = ≈ rouge à la revue du { $on } : { $value } pour une cible de { $target }

digest-ahead-ritual = le { $at }
digest-ahead-action = action à rendre le { $at }

digest-stable = { $count ->
    [one] { $count } chiffre est stable.
   *[other] { $count } chiffres sont stables.
}

digest-coverage = Fichiers d’usage : { $share } des { $seen } identités sont des personnes que je connais.
digest-response = Pulses : { $share } des { $n } personnes interrogées ont répondu, sur { $days } jours.
digest-suppressed = { $count ->
    [one] { $count } groupe est trop petit pour être montré.
   *[other] { $count } groupes sont trop petits pour être montrés.
}
digest-objected = { $count } personnes sont laissées de côté à leur demande.
digest-objected-few = Quelques personnes sont laissées de côté à leur demande.
digest-doubt-late = { $title } : rien de nouveau pour { $metric } depuis le { $day }.
digest-doubt-coverage = { $title } : seules { $share } des identités des fichiers d’usage sont des personnes que je connais.
digest-doubt-response = { $title } : seules { $share } des personnes interrogées ont répondu.
digest-doubt-revised = { $title } : { $metric } au { $day }, chiffre révisé, { $share } désormais.
digest-doubts-more = { $count ->
    [one] { $count } autre chiffre est à lire avec prudence.
   *[other] { $count } autres chiffres sont à lire avec prudence.
}
digest-next = Votre prochaine lettre : { $at }.
digest-choose = Choisir mon jour

digest-form-title = Votre lettre
digest-form-submit = Enregistrer
digest-form-note = À votre heure locale. Si c’est un jour chômé, la lettre arrive le jour ouvré suivant.
digest-form-day = Quel jour ?
digest-form-hour = À quelle heure ?
digest-day-mon = Lundi
digest-day-tue = Mardi
digest-day-wed = Mercredi
digest-day-thu = Jeudi
digest-day-fri = Vendredi
digest-day-none = Pas de lettre
digest-hour = { $hour } h
digest-hour-past = { $hour } h { $tens }{ $ones }
digest-chosen = C’est noté. Votre prochaine lettre : { $at }.
digest-chosen-later = C’est noté, à partir de la prochaine lettre.
digest-chosen-none = C’est noté : plus de lettre. Tapez /comitia digest pour en voir une quand vous voulez, ou pour les retrouver.
digest-none = Aucune lettre hebdomadaire n’est prévue ici.
refused-not-a-reader = La lettre hebdomadaire est destinée aux personnes qui conduisent le changement. Si vous devriez en être, voyez avec la personne qui s’occupe de Comitia ici.
help-digest-command = /comitia digest
help-digest = La lettre de la semaine telle qu’elle est maintenant. Dessous, « Choisir mon jour » fixe le jour et l’heure où elle vous arrive, ou l’arrête.

cancel-letters = Annuler les lettres
cancel-letters-spoken = Annuler les lettres de { $title }
cancel-letters-sure = Annuler les lettres : { $what } ? Celles qui ne sont pas parties ne partiront pas ; celles déjà envoyées restent.
