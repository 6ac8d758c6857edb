# Comment l’application se présente dans Teams : sa description, et les mots qu’elle propose là où l’on écrit.

package-full = { $name } : les rituels de la gouvernance IA
package-short = Anime les rituels de la gouvernance IA et montre si l’usage s’installe.
package-how = Tout se passe ici, en messages courts, dans la langue de chaque personne. Répondez par les boutons ; écrivez « bulletins » pour voir ce qui vous attend, et « aide » pour le reste. Dans un canal ou une conversation de groupe, mentionnez d’abord l’application.

package-ballots = bulletins
package-ballots-about = Vos bulletins ouverts
package-marks = notes
package-marks-about = La première initiative qui attend encore vos notes
package-readings = valeurs
package-readings-about = Les valeurs de KPI qui vous sont demandées
package-actions = actions
package-actions-about = Vos actions en cours
package-dates = dates
package-dates-about = Les prochaines séances
package-digest = lettre
package-digest-about = La lettre hebdomadaire, telle qu’elle est à présent
package-pulse-off = pulse stop
package-pulse-off-about = Plus aucune question des pulses
package-my-data = mes-données
package-my-data-about = Ce qui est gardé à votre sujet
package-erase = effacer
package-erase-about = Efface ce qui est gardé à votre sujet, après confirmation
package-help = aide
package-help-about = Ce que vous pouvez demander
