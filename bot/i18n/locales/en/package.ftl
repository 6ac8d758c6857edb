# How the app presents itself in Teams: its description, and the words it suggests where people write.

package-full = { $name }: the rituals of AI governance
package-short = Runs the rituals of AI governance, and shows whether the habit holds.
package-how = Everything happens here, in short messages in each reader’s language. Answer by the buttons; write “ballots” to see what waits for you, and “help” for the rest. In a channel or a group chat, mention the app first.

package-ballots = ballots
package-ballots-about = Your open ballots
package-marks = marks
package-marks-about = The first initiative that still waits for your marks
package-readings = readings
package-readings-about = The KPI values that are asked of you
package-actions = actions
package-actions-about = Your open actions
package-dates = dates
package-dates-about = The next sittings
package-digest = digest
package-digest-about = The weekly letter as it stands now
package-pulse-off = pulse off
package-pulse-off-about = No more questions of pulses
package-my-data = my-data
package-my-data-about = What is kept about you
package-erase = erase
package-erase-about = Erases what is kept about you, once you have confirmed
package-help = help
package-help-about = What you can ask
