# Comment l’application se présente dans Slack.

manifest-description = Anime les rituels de la gouvernance IA : comité, pulses, indicateurs, revue, lettre hebdomadaire.
manifest-what = Comitia anime les rituels qui évitent aux programmes d’IA de s’arrêter après le pilote. Il demande au comité de priorisation ses notes et ses votes, en écrit le compte rendu, demande de temps en temps comment un outil vous sert, et montre si l’usage s’installe.
manifest-how = Tout se passe ici, en messages courts, dans la langue de chaque personne. Répondez par les boutons ; tapez /comitia pour voir ce qui vous attend, et /comitia aide pour le reste.
manifest-private = Les réponses aux pulses et les notes sont confidentielles : elles sont séparées de votre nom à la clôture, et aucun chiffre n’est montré d’un groupe trop petit pour s’y fondre.
manifest-command = Ce qui vous attend, et ce que vous pouvez demander à Comitia
manifest-usage = aide · dates · notes
