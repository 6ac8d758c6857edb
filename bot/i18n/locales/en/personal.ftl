# What somebody is told of their own data. Only they see it, and nothing of it is kept as a message.

personal-title = What I keep about you
personal-only-you = Only you see this. It is drawn for you now and kept nowhere.
personal-handed-over = This is for { $name } alone: to be handed over to them, and kept by nobody else. In chat they see more: /comitia my-data also tells them whether they have answered, and how many messages were written for them.
personal-nothing = Nothing.
personal-address = { $email }
personal-zone = Time zone: { $zone }; language: { $language }
personal-language-en = English
personal-language-fr = French
personal-accounts = Accounts: { $platforms }
personal-site = Site: { $site }
personal-department = Department: { $department }
personal-manager = Manager: { $manager }
personal-roles = Roles: { $roles }
personal-role-admin = admin
personal-role-chair = chair
personal-role-deputy = deputy chair
personal-role-secretary = secretary
personal-role-member = member
personal-role-change-manager = change manager
personal-role-sponsor = sponsor
personal-messages = { $count ->
    [one] One message written for you
   *[other] { $count } messages written for you
}
personal-objected = Left out of all figures since { $day }, at your own request

personal-uses = What you used
personal-use = { $count ->
    [0] not used in the last 28 days; first { $first }, last { $last }
    [one] on one of the last 28 days; first { $first }, last { $last }
   *[other] on { $count } of the last 28 days; first { $first }, last { $last }
}
personal-uses-kept = Kept by day for 100 days, then by week for 13 months; the first and last day until three months after you leave. Only counts by group are ever shown, never yours.

personal-pulses = Pulses
personal-answered = asked { $day }; you have answered, under seal
personal-unanswered = asked { $day }; still open
personal-asked-sealed = asked { $day }; what you answered, if you did, is under seal until the close
personal-asked = asked { $day }; closed; what you answered, if you did, no longer has your name
personal-last-asked = Last asked { $day }. { $unanswered ->
    [0] I have noted no closed question that you left unanswered.
    [one] I have noted one closed question that you left unanswered.
   *[other] I have noted { $unanswered } closed questions in a row that you left unanswered.
}
personal-last-asked-on = Last asked { $day }.
personal-opted-out = You asked not to be invited.
personal-pulses-kept = That you were asked is kept for 30 days after the close. Answers are separated from your name when the wave closes; after that I cannot find yours. The day you were last asked, and how many in a row you left unanswered where your group is large enough, stay with your name, so that I ask you less often: nobody else is shown them.

personal-votes = Votes and marks
personal-marks = { $count ->
    [one] Marks of one initiative, sealed until the agenda
   *[other] Marks of { $count } initiatives, sealed until the agenda
}
personal-vote = { $choice }, { $at }
personal-vote-reason = { $choice }, { $at }: { $reason }
personal-votes-kept = Votes are named, and the minutes show them. Marks lose your name when the agenda comes out.
personal-older = { $count ->
    [one] Show one older vote
   *[other] Show { $count } older votes
}

personal-duties = What you are to do, and your wishes
personal-action = due { $due }
personal-action-undated = without a date
personal-readings = { $count ->
    [one] One KPI value you gave
   *[other] { $count } KPI values you gave
}
personal-letter = Weekly letter
personal-wish = { $day }, { $hour }:00
personal-wish-none = none

personal-untied = No longer tied to you
personal-untied-words = Answers and comments of closed pulses, marks after their reveal, and every published figure. They hold no name, and I cannot find yours among them.
personal-erase = Erase my data
personal-erased-already = You have been erased already, at your own request. What stands here goes with your duties: once they are over, /comitia erase makes me forget you altogether.

personal-erase-title = Erase my data
personal-erase-goes = What goes
personal-erase-goes-words = What you used, by day, by week, first and last; your department and manager; your invitations, and answers still under seal; the reasons of your votes, in the minutes too; your wishes about the weekly letter.
personal-erase-stays = What stays
personal-erase-stays-words = Published figures, which are of groups. Answers of closed pulses, which nobody can find any more. The minutes, which name you where you voted. Messages you have already received in chat, which are not mine to delete.
personal-erase-known = I go on knowing you
personal-erase-duties = Your name, address and votes stay, because { $reasons }; so do the day you were last asked a question and, if you made it, the wish to be asked none, so that I do not ask too often. Without that I would forget you altogether.
personal-duty-role = the settings give you a role
personal-duty-ballot = a ballot of yours is still open
personal-duty-owner = an initiative, a KPI or an open action is yours
personal-erase-forgotten = I forget you altogether
personal-erase-forgotten-words = Your name, address and account go too, and I will no longer know who you are when you write to me.
personal-erase-after = From then on
personal-erase-after-words = What comes in about you is dropped, and you count in no figure; people read only how many are left out. A hash of your address, which holds no name, tells me so. Whoever looks after Comitia here can undo that for the future, never for what was erased.
personal-erase-sure = Erase your data now? It cannot be brought back.
personal-erased = It is done: I no longer know who you are.
personal-erased-but = It is done. Your name stays for your duties only, and you count in no figure.

help-my-data-command = /comitia my-data · /comitia erase
help-my-data = What I keep about you, and how to have it erased. Only you see it.
