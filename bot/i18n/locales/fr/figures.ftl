# Les chiffres de la semaine et le message d’adoption.

figures-title = { $ritual } : jusqu’au { $sunday }
figures-summary = { $count ->
    [one] { $ritual } : du nouveau pour { $count } initiative
   *[other] { $ritual } : du nouveau pour { $count } initiatives
}
figures-summary-due = { $count ->
    [one] { $ritual } : le point sur { $count } initiative, sans changement net
   *[other] { $ritual } : le point sur { $count } initiatives, sans changement net
}

figures-adoption-measured = { $share } des { $n } personnes concernées s’en sont servies du { $first } au { $last } (mesuré).
figures-adoption-partial = Au moins { $share } des { $n } personnes concernées s’en sont servies du { $first } au { $last } (indicatif : une partie des comptes n’est pas reconnue).
figures-adoption-estimated = Environ { $share } des { $people } personnes concernées s’en servent, d’après { $n } réponses du { $first } au { $last } (estimé, entre { $low } et { $high }).
figures-adoption-indicative = { $share } des { $people } personnes concernées s’en servent, si celles qui ont répondu ressemblent aux autres : { $n } réponses seulement du { $first } au { $last } (indicatif).
figures-adoption-favourable = La plupart disent s’en servir, d’après { $n } réponses seulement du { $first } au { $last } (indicatif).
figures-adoption-divided = Les uns disent s’en servir, les autres non, d’après { $n } réponses seulement du { $first } au { $last } (indicatif).
figures-adoption-unfavourable = Peu disent s’en servir, d’après { $n } réponses seulement du { $first } au { $last } (indicatif).
figures-adoption-suppressed = Trop peu de personnes pour montrer un chiffre sans désigner quelqu’un.
figures-adoption-none = Pas encore de chiffre d’usage.

figures-lead-trend = Évolution
figures-trend-up = ▲ en hausse depuis quatre semaines ({ $before } alors)
figures-trend-down = ▼ en baisse depuis quatre semaines ({ $before } alors)
figures-trend-flat = ≈ sans changement net depuis quatre semaines
figures-lead-target = Cible
figures-target-none = aucune n’est convenue
figures-target-open = { $target }
figures-target-met = { $target }, atteinte
figures-target-missed = { $target }, non atteinte
figures-target-near = { $target }, trop près pour trancher
figures-target-early = { $target }, mais c’est trop tôt pour juger : six semaines d’usage d’abord

figures-verdict-none = aucune cible n’est convenue
figures-verdict-open = cible : { $target }
figures-verdict-up-met = cible : { $target }, atteinte
figures-verdict-up-missed = cible : { $target }, non atteinte
figures-verdict-up-near = cible : { $target }, trop près pour trancher
figures-verdict-down-met = cible : { $target } au plus, tenue
figures-verdict-down-missed = cible : { $target } au plus, dépassée
figures-verdict-down-near = cible : { $target } au plus, trop près pour trancher

figures-lead-habit = Usage régulier
figures-habit = { $share } de { $n } personnes, au moins 9 semaines sur 12
figures-habit-short = { $share } de { $n } personnes, chacune des 4 dernières semaines
figures-lead-escalation = Passage à un humain
figures-escalation = { $share } de { $n } conversations en quatre semaines ; { $verdict }
figures-escalation-provisional = { $share } de { $n } conversations en quatre semaines (provisoire) ; { $verdict }
figures-escalation-suppressed = trop peu de conversations pour montrer un chiffre
figures-lead-csat = Satisfaction
figures-csat = { $share } de personnes satisfaites sur { $n } réponses (entre { $low } et { $high }) ; { $verdict }
figures-csat-indicative = { $share } de personnes satisfaites sur { $n } réponses (indicatif, entre { $low } et { $high }) ; { $verdict }
figures-csat-weighted = { $share } de personnes satisfaites, chaque service compté à son poids ({ $answered } des { $n } réponses reçues ; entre { $low } et { $high }) ; { $verdict }
figures-csat-plain = { $share } de personnes satisfaites sur { $n } réponses ; { $verdict }
figures-csat-word = avis { $share }, d’après { $n } réponses seulement ; { $verdict }
figures-csat-suppressed = réponses insuffisantes
figures-lead-saving = Économies
figures-saving = { $amount } sur la dernière période, close le { $day } ; { $verdict }

figures-event-raise-adoption = L’adoption est nettement sous sa cible.
figures-event-raise-escalation = Le passage à un humain dépasse nettement ce qui était convenu.
figures-event-raise-csat = La satisfaction est nettement sous sa cible.
figures-event-worsen-adoption = L’adoption est désormais très loin de sa cible.
figures-event-worsen-escalation = Le passage à un humain est désormais très au-delà de ce qui était convenu.
figures-event-worsen-csat = La satisfaction est désormais très loin de sa cible.
figures-event-clear-adoption = L’adoption a retrouvé sa cible.
figures-event-clear-escalation = Le passage à un humain est revenu à ce qui était convenu.
figures-event-clear-csat = La satisfaction a retrouvé sa cible.

figures-next = Prochaine étape
figures-next-handovers = Relire ensemble quelques conversations passées à un humain, et dire lesquelles devaient l’être.
figures-next-threshold = Convenir de la part de conversations qui peut passer à un humain : personne ne l’a encore dite.
figures-next-wait = Attendre d’en savoir plus avant de juger.
figures-next-target = Convenir d’une cible d’adoption : sans elle, aucun chiffre n’est bon ni mauvais.
figures-next-onboarding = Beaucoup ne l’ont encore jamais ouvert : proposer une prise en main courte, sur de vrais dossiers.
figures-next-conversation = Beaucoup s’en sont servis et ne s’en servent plus : demander en équipe ce qui manque, sans chercher qui.
figures-next-barriers = Demander ce qui freine, et lever le premier frein cité.
figures-next-listen = On s’en sert, mais la satisfaction reste sous sa cible : écouter quelques personnes volontaires.
figures-next-go-on = Continuer, et faire raconter un usage qui marche.

figures-chart-title = Adoption : { $title }
figures-chart-adoption = Adoption
figures-chart-target = Cible
figures-chart-alt = Adoption de { $title } : { $before } le { $first }, { $now } le { $last } ; aucune cible n’est convenue.
figures-chart-alt-target = Adoption de { $title } : { $before } le { $first }, { $now } le { $last } ; cible : { $target }.

figures-carried = Chiffre du { $day } : trop peu de mouvements depuis pour en donner un nouveau sans désigner quelqu’un.
figures-provisional = Provisoire : toutes les données de la semaine ne sont pas arrivées.
figures-late-adoption = Données d’usage en retard : rien après le { $day }.
figures-late-escalation = Conversations en retard : rien après le { $day }.
figures-coverage = { $share } des comptes vus sont reconnus : l’usage réel peut être plus élevé.
figures-response = { $share } des { $n } personnes invitées ont répondu : prudence.
figures-revised-adoption = Révisé : l’adoption au { $day } est de { $share }.
figures-revised-escalation = Révisé : le passage à un humain au { $day } est de { $share }.

figures-others = Les autres initiatives, en une ligne :
figures-note = Mesuré : relevé pour tout le monde. Estimé : d’après des réponses. Indicatif : à prendre avec prudence. Aucun chiffre ne désigne une équipe ni une personne.

cancel-figures = Annuler les chiffres
cancel-figures-spoken = Annuler les chiffres de { $title }
cancel-figures-sure = Annuler les chiffres : { $what } ? Le canal n’en reçoit pas cette fois ; les suivants rattrapent.
