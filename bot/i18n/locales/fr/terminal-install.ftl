# `comitia install-teams` : l’application, donnée aux gens dans Teams.

install-no-teams = app.yaml ne dit pas qui est Comitia dans Teams : remplissez sa section teams, avec app_id et tenant.
install-nobody = L’application ne manque à aucune des personnes que Comitia connaît sur Teams. Il les connaît une fois que `comitia run` a lu l’annuaire, ou les a rencontrées.
install-waiting = { $count ->
    [one] { $count } personne connue sur Teams n’a pas l’application, pour ce qu’on en sait. Pour la lui donner, ajoutez --go.
   *[other] { $count } personnes connues sur Teams n’ont pas l’application, pour ce qu’on en sait. Pour la leur donner, ajoutez --go.
}
install-not-uploaded = Le catalogue de l’organisation n’a pas encore cette application : déposez-y ce qu’écrit `comitia manifest teams`, puis recommencez.
install-progress = { $done } sur { $count }
install-stopped = Arrêt ici ({ $why }). Relancez plus tard : la commande reprend avec les personnes restantes.
install-failed = Rien n’a été installé : { $why }
install-done = Application donnée à { $given } ; { $there } l’avaient déjà.
install-refused = { $count ->
    [one] Une règle de l’organisation en prive { $count } personne : voyez les stratégies d’autorisation des applications dans le centre d’administration Teams.
   *[other] Une règle de l’organisation en prive { $count } personnes : voyez les stratégies d’autorisation des applications dans le centre d’administration Teams.
}
install-unknown = { $count ->
    [one] Teams ne connaît pas { $count } personne : sans licence, ou jamais venue.
   *[other] Teams ne connaît pas { $count } personnes : sans licence, ou jamais venues.
}
install-failed-for = { $count ->
    [one] Pour { $count } personne, échec : relancez plus tard.
   *[other] Pour { $count } personnes, échec : relancez plus tard.
}
