# What Microsoft Graph keeps from us, and what to do about it.

graph-consent-missing = Microsoft Graph refuses: nobody has granted the app { $permission }. In the Entra admin centre, open App registrations, this app, API permissions; add it under Microsoft Graph, Application permissions, then choose “Grant admin consent”.
