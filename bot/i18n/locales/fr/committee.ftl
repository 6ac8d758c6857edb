# Le comité de priorisation.

stage-opportunity = opportunité
stage-framing = cadrage
stage-poc = POC
stage-mvp = MVP
stage-pilot = pilote
stage-industrialised = industrialisation

vote-go = Go
vote-no-go = No-go
vote-defer = Reporter
vote-abstain = S’abstenir
vote-spoken = { $choice } : { $title }

criterion-impact = Impact : qu’est-ce que cela changerait ?
criterion-feasibility = Faisabilité technique : savons-nous le faire ?
criterion-alignment = Alignement stratégique : cela sert-il notre plan ?
criterion-risk = Risque : qu’est-ce qui pourrait mal tourner ?
criterion-effort = Effort : qu’est-ce que cela nous coûtera ?

short-impact = impact
short-feasibility = faisabilité
short-alignment = alignement
short-risk = risque
short-effort = effort

anchor = { $mark } · { $words }
anchor-impact-1 = presque personne ne le remarquerait
anchor-impact-2 = un petit gain pour une équipe
anchor-impact-3 = un gain net pour une direction
anchor-impact-4 = un gain net pour plusieurs directions
anchor-impact-5 = change notre façon de travailler ou de servir
anchor-feasibility-1 = ni données, ni méthode connue
anchor-feasibility-2 = données à constituer, méthode à éprouver
anchor-feasibility-3 = données présentes, qualité à reprendre
anchor-feasibility-4 = données prêtes, méthode éprouvée ailleurs
anchor-feasibility-5 = déjà fait chez nous
anchor-alignment-1 = hors de nos priorités
anchor-alignment-2 = lien lointain
anchor-alignment-3 = sert une priorité
anchor-alignment-4 = sert plusieurs priorités
anchor-alignment-5 = notre plan en dépend
anchor-risk-1 = une erreur serait sans effet
anchor-risk-2 = les erreurs se rattrapent aisément
anchor-risk-3 = les erreurs coûtent du temps ou de la confiance
anchor-risk-4 = les erreurs touchent clients ou conformité
anchor-risk-5 = une erreur pourrait faire scandale
anchor-effort-1 = quelques jours, avec l’équipe en place
anchor-effort-2 = quelques semaines, avec l’équipe en place
anchor-effort-3 = quelques mois
anchor-effort-4 = la plus grande partie d’une année
anchor-effort-5 = plus d’un an, plusieurs équipes

marks-call-title = { $ritual } : vos notes, s’il vous plaît
marks-call-why = { $count ->
    [one] { $count } initiative se prépare pour la séance du { $sitting }. Cinq questions, environ deux minutes ; répondez avant le { $until }.
   *[other] { $count } initiatives se préparent pour la séance du { $sitting }. Cinq questions pour chacune, environ deux minutes ; répondez avant le { $until }.
}
marks-call-title-over = { $ritual } : les notes
marks-call-off = La séance du { $sitting } n’a pas lieu, et aucune note n’est attendue. Ses initiatives attendent la prochaine.
marks-call-over = Les notes sont closes. Merci : l’ordre du jour dit ce qu’il en est sorti.
marks-call-summary = { $count ->
    [one] { $ritual } : { $count } initiative attend vos notes
   *[other] { $ritual } : { $count } initiatives attendent vos notes
}
point-line = { $summary } ({ $department } · demande : { $stage })
marks-give = Donner mes notes
marks-change = Changer mes notes
marks-give-spoken = Donner mes notes pour { $title }
marks-change-spoken = Notes données pour { $title } ; les changer
marks-sealed-note = Vos notes sont scellées : chiffrées jusqu’à l’ordre du jour, puis mêlées à celles de tous, sans nom. L’ordre du jour ne montre un score qu’à partir de cinq membres.
marks-revealed-note = Les noms ont été séparés des notes à la publication de l’ordre du jour.
marks-none-waiting = Aucune initiative n’attend vos notes.
marks-form-title = Vos notes
marks-form-place = Initiative { $place } sur { $whole }. Scellé jusqu’à l’ordre du jour, puis montré sans nom.
marks-form-submit = Enregistrer mes notes

score-passes = Score { $score } sur 5 (médiane de { $count } membres), au-dessus du seuil
score-fails = Score { $score } sur 5 (médiane de { $count } membres), sous le seuil
score-suppressed = Pas de score : trop peu de notes pour en montrer un
warning-paradox = À regarder de près : les totaux des membres et les critères pris un à un ne tombent pas du même côté du seuil.
warning-disagreement = Le comité est partagé. À discuter d’abord : { $criteria }
warning-lone-voice = Une voix isolée, à entendre : { $criteria }
carried-over = { $count ->
    [one] Reportée de la dernière séance
   *[other] Reportée { $count } fois
}

agenda-title = { $ritual } : l’ordre du jour
agenda-when = Les votes s’ouvrent le { $opens } et se ferment à { $closes }.
agenda-point = { $place }. { $title }
agenda-empty = Aucune initiative ne demande de décision cette fois.
agenda-note = { $marked ->
    [one] { $marked } membre sur { $members } a donné des notes.
   *[other] { $marked } membres sur { $members } ont donné des notes.
} Le score est la médiane des scores pondérés de chaque membre ; il éclaire le vote et ne décide rien.
agenda-summary = { $count ->
    [0] { $ritual } : rien à décider cette fois
    [one] { $ritual } : { $count } initiative à l’ordre du jour
   *[other] { $ritual } : { $count } initiatives à l’ordre du jour
}

paper-title = { $ritual } : vos bulletins
paper-left = { $count ->
    [one] { $count } vote vous attend, jusqu’au { $until }.
   *[other] { $count } votes vous attendent, jusqu’au { $until }.
}
paper-done = Vous avez voté sur tout. Vous pouvez changer d’avis jusqu’à la clôture.
paper-off = Cette séance est annulée. Rien n’a été compté.
paper-over = Tous les votes sont clos. Merci.
paper-question = Peut-elle passer en { $stage } ? { $score }. { $summary }
paper-mine = Votre vote : { $choice }.
paper-mine-reason = Votre vote : { $choice }, avec votre raison.
paper-mine-open = Votre vote : { $choice }. Vous pouvez le changer jusqu’à { $until }.
paper-mine-reason-open = Votre vote : { $choice }, avec votre raison. Vous pouvez le changer jusqu’à { $until } ; une autre réponse repart sans la raison.
paper-named = Les votes sont nominatifs : le compte rendu dit qui a voté quoi et montre les raisons données.
paper-summary = { $count ->
    [one] { $ritual } : { $count } vote est ouvert
   *[other] { $ritual } : { $count } votes sont ouverts
}
ballots-none-but-marks = { $count ->
    [one] Aucun vote n’est ouvert, mais { $count } initiative attend vos notes : tapez /comitia notes.
   *[other] Aucun vote n’est ouvert, mais { $count } initiatives attendent vos notes : tapez /comitia notes.
}
ballots-none = Aucun vote ne vous attend.
ballot-cancelled = Ce vote a été annulé. L’initiative attend la prochaine séance.

reason-add = Dire pourquoi
reason-change = Changer ma raison
reason-spoken = Une raison pour votre vote sur { $title }
reason-vote-first = Votez d’abord, dites pourquoi ensuite.
reason-form-title = Pourquoi ce vote ?
reason-form-submit = Enregistrer ma raison
reason-form-label = Votre raison
reason-form-note = Le compte rendu la montre avec votre nom.

minutes-rule = Règle de décision : { $majority }. Quorum : { $quorum } des personnes qui peuvent voter.
majority-simple = plus de Go que de No-go
majority-absolute = Go de plus de la moitié des personnes qui peuvent voter
majority-two-thirds = au moins deux Go pour un No-go
majority-three-quarters = au moins trois Go pour un No-go

card-participation = { $present ->
    [0] Personne n’a encore voté, sur { $entitled }. Quorum : { $quorum }.
    [one] { $present } membre sur { $entitled } a voté. Quorum : { $quorum }.
   *[other] { $present } membres sur { $entitled } ont voté. Quorum : { $quorum }.
}
card-note = Ouvert jusqu’au { $until }. Résultat à la clôture.
card-everybody = Tout le monde a voté. Clôture le { $until } ; d’ici là, vous pouvez changer d’avis.
card-summary = Vote : { $title }

outcome-go = Go : elle passe en { $stage }.
outcome-go-weak = Go, avec un mandat faible : elle passe en { $stage }, mais moins d’un quart des membres ont dit oui.
outcome-no-go = No-go, et c’est une bonne nouvelle : un non clair et rapide libère du monde et des moyens pour ce qui peut marcher.
outcome-deferred = Reportée : le comité veut en savoir plus. Elle revient à la prochaine séance.
outcome-not-adopted = Non adoptée : pas de majorité, ni pour ni contre. Elle reste où elle est et revient à la prochaine séance.
outcome-no-quorum = Pas de quorum : trop peu de membres ont voté. Elle revient à la prochaine séance.
tally = { $yes } go, { $no } no-go, { $defer ->
    [one] { $defer } report
   *[other] { $defer } reports
}, { $abstain ->
    [one] { $abstain } abstention
   *[other] { $abstain } abstentions
} · { $present ->
    [one] { $present } votant
   *[other] { $present } votants
} sur { $entitled }

minutes-title = { $ritual } : compte rendu du { $sitting }
minutes-names = { $names }
minutes-reason-by = { $name } ({ $choice })
minutes-nothing = Aucune décision n’a été prise.
minutes-next = Prochaine séance : { $at }
minutes-summary = { $count ->
    [0] { $ritual } : le compte rendu
    [one] { $ritual } : { $count } décision, le compte rendu est là
   *[other] { $ritual } : { $count } décisions, le compte rendu est là
}

cancelled-lead = Annulé
cancelled-text = { $ritual } du { $sitting } n’aura pas lieu. Ses initiatives attendent la prochaine séance.
