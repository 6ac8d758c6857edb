# What `comitia manifest teams` says.

check-then-no-package = no package was written
command-package-not = No such package can be made: { $why }
command-package-no-bot = the Azure bot’s app id is missing; give it with --app-id, or as teams.app_id in app.yaml (Azure portal, the bot’s Configuration: Microsoft App ID)
command-package-later = zeros still stand for the Azure bot’s app id, and with another id it would be another app: put the real one in as teams.app_id, or give it with --app-id (docs/teams.md, step 2)
command-package-bot = { $given } is no app id of an Azure bot, such as 11111111-2222-3333-4444-555555555555
command-package-name = Teams takes a name of 1 to 30 characters; give another --name
command-package-developer = Teams takes a developer of 1 to 32 characters; give organisation.name
command-package-no-website = nobody stands under `people` whose address would tell your website; give --website
command-package-address = { $option } has to be an address { $example }
command-package-version = a version is three numbers, such as { $example }
command-package-not-written = { $path } was not written: { $why }
command-package-is = App { $app }, version { $version }. After any change, give a higher --version: Teams takes no other.
command-package-pages = Teams will show { $website } for help, { $privacy } for privacy and { $terms } for terms of use; others with --website, --privacy and --terms.
command-package-upload = Upload it at { $address } (Upload new app).
