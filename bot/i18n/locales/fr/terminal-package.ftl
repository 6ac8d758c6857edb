# Ce que dit `comitia manifest teams`.

check-then-no-package = aucun paquet n’a été écrit
command-package-not = Ce paquet est impossible : { $why }
command-package-no-bot = l’identifiant d’application du bot Azure manque ; donnez-le avec --app-id, ou comme teams.app_id dans app.yaml (portail Azure, Configuration du bot : Microsoft App ID)
command-package-later = des zéros tiennent encore la place de l’identifiant d’application du bot Azure, et avec un autre identifiant ce serait une autre application : donnez le vrai comme teams.app_id, ou avec --app-id (docs/teams.md, étape 2)
command-package-bot = { $given } n’est pas l’identifiant d’application d’un bot Azure, comme 11111111-2222-3333-4444-555555555555
command-package-name = Teams accepte un nom de 1 à 30 caractères ; donnez un autre --name
command-package-developer = Teams accepte un éditeur de 1 à 32 caractères ; donnez organisation.name
command-package-no-website = personne sous `people`, dont l’adresse indiquerait votre site ; donnez --website
command-package-address = { $option } doit être une adresse { $example }
command-package-version = une version, ce sont trois nombres, comme { $example }
command-package-not-written = { $path } n’a pas été écrit : { $why }
command-package-is = Application { $app }, version { $version }. Après tout changement, donnez une --version plus haute : Teams n’en prend pas d’autre.
command-package-pages = Teams montrera { $website } pour l’aide, { $privacy } pour la confidentialité et { $terms } pour les conditions d’utilisation ; d’autres avec --website, --privacy et --terms.
command-package-upload = Chargez-le sur { $address } (Charger une nouvelle application).
