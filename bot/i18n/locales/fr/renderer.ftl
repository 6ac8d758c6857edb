# Mots propres aux moteurs de rendu : dates, listes, boutons des formulaires.
# Espaces : insécable (U+00A0) devant « : », fine insécable (U+202F) devant « ? ! ; ».

renderer-day = { $weekday } { $day ->
    [1] 1er
   *[other] { $day }
} { $month }
renderer-moment = { $day } à { $time }

# La fin d'une liste coupée ; $count dit combien n'y sont pas.
renderer-more = { $count ->
    [one] { $count } autre
   *[other] { $count } autres
}
renderer-and-more = { $count ->
    [one] et { $count } autre
   *[other] et { $count } autres
}

# L'étiquette d'un bouton qui montre ce que la personne a déjà choisi.
renderer-chosen = ✓ { $label }

# Sortir d'un formulaire, et d'une question de confirmation.
renderer-close = Fermer
renderer-keep = Ne rien changer

# Sous une question obligatoire laissée sans réponse.
renderer-required = Merci de répondre à cette question.

# Le titre d'une fenêtre qui ne fait que dire quelque chose.
renderer-notice = Comitia
renderer-hour-of = { $time }, heure de { $city }

# Une part de personnes ; { $number } est déjà écrit à la manière du pays.
renderer-percent = { $number } %
renderer-share-band = { $low }–{ $high }
renderer-share-at-least = { $share } ou plus
renderer-share-at-most = { $share } ou moins
renderer-share-favourable = favorable
renderer-share-divided = partagé
renderer-share-unfavourable = défavorable
renderer-share-suppressed = trop peu de réponses pour être affiché

# Sous un graphique : les points qu’il ne montre pas.
renderer-chart-gaps = Laissé de côté, sans chiffre à montrer : { $labels }

# Une question dans un message : rien de choisi encore, et combien on peut en choisir.
renderer-choose = Choisir
renderer-choose-up-to = { $most ->
    [one] { $most } choix
   *[other] Jusqu’à { $most } choix
}
