# Ce que Microsoft Graph nous refuse, et comment y remédier.

graph-consent-missing = Microsoft Graph refuse : personne n’a accordé { $permission } à l’application. Dans le centre d’administration Entra, ouvrez Inscriptions d’applications, cette application, Autorisations d’API ; ajoutez-la sous Microsoft Graph, Autorisations d’application, puis choisissez « Accorder le consentement d’administrateur ».
