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
