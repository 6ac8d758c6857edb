# Les mots dont tout rituel peut se servir.

verbatim = { $words }

unit-minute = minutes
unit-hour = heures
unit-day = jours
unit-week = semaines
unit-month = mois

greeting = Bonjour { $name } ! J’anime avec vous les rituels du comité IA.
greeting-hint = Tapez /comitia pour vos bulletins et vos notes, ou /comitia aide pour voir ce que je sais faire.

help-title = Ce que vous pouvez me demander
help-me-command = /comitia
help-me = Vos bulletins ouverts, dans un message que personne d’autre ne voit.
help-dates-command = /comitia dates
help-dates = Les prochaines séances.
help-marks-command = /comitia notes
help-marks = Ouvre la première initiative qui attend encore vos notes.
help-actions-command = /comitia actions · /comitia valeurs
help-actions = Vos actions en cours, et les valeurs de KPI qui vous sont demandées.
help-pause-command = /comitia pause [rituel ou tout] · /comitia reprendre [rituel ou tout]
help-pause = Retient les messages et les votes d’un rituel, puis les laisse repartir sans déluge.
help-cancel-command = /comitia annuler
help-cancel = Annule ce qui est en cours ou ce qui vient, de tout rituel, ou un vote ouvert par erreur.
help-withdraw-command = /comitia retirer
help-withdraw = Retire un message parti par erreur.
help-more-alone = Vous pouvez peut-être davantage : demandez-le-moi dans notre conversation à deux.
help-home = Mon onglet Accueil montre tout ce qui vous attend.

dates-title = Prochaines séances
dates-line = { $at }
dates-now = Vote en cours, depuis le { $at }
dates-none = Rien n’est encore prévu.
dates-paused = En pause pour le moment : { $rituals }.

home-title = Bonjour { $name }
home-waiting = { $ballots ->
    [0] { $marks ->
        [one] { $marks } initiative attend vos notes.
       *[other] { $marks } initiatives attendent vos notes.
    }
    [one] { $marks ->
        [0] { $ballots } bulletin attend votre vote.
        [one] { $ballots } bulletin attend votre vote, et { $marks } initiative vos notes.
       *[other] { $ballots } bulletin attend votre vote, et { $marks } initiatives vos notes.
    }
   *[other] { $marks ->
        [0] { $ballots } bulletins attendent votre vote.
        [one] { $ballots } bulletins attendent votre vote, et { $marks } initiative vos notes.
       *[other] { $ballots } bulletins attendent votre vote, et { $marks } initiatives vos notes.
    }
}
home-nothing = Rien ne vous attend. Belle journée !
home-ballots = Vos bulletins
home-marks = Vos notes
home-help = Tapez /comitia aide où vous voulez pour voir ce que je sais faire.

skipped-summary = Une étape de « { $ritual } » a été sautée
skipped-call-for-marks = Les notes n’ont été demandées à personne : l’ordre du jour tombait avant que je puisse le faire.
skipped-publish-agenda = L’ordre du jour n’a pas été publié : les votes s’ouvraient avant que je puisse le faire.
skipped-open-ballots = Les votes ne se sont pas ouverts : leur échéance était passée. Les initiatives attendent la prochaine séance.
skipped-too-near = Son moment était déjà passé quand cette date a été fixée : elle a été déplacée dans mes réglages, ou l’on m’a lancé à ce moment-là. Rien à faire, sauf si vous voulez vous en charger sans moi.
skipped-why = J’étais à l’arrêt, en pause ou coupé à ce moment-là. Rien à faire, sauf si vous voulez tenir la séance sans moi.

paused = « { $ritual } » est en pause. Plus rien ne part avant un /comitia reprendre. Les votes déjà ouverts restent possibles.
paused-all = Tout est en pause. Plus rien ne part avant un /comitia reprendre tout. Les votes déjà ouverts restent possibles.
pause-which = Lequel ? Nommez-en un : { $rituals } ; ou tout.
resumed = « { $ritual } » reprend. Ce qui arrive trop tard est sauté, le reste continue.
resume-all-first = Tout est en pause, « { $ritual } » aussi. Tapez d’abord /comitia reprendre tout.
resumed-all = Tout reprend. Ce qui arrive trop tard est sauté, le reste continue.

cancel-title = Que faut-il annuler ?
cancel-nothing = Il n’y a rien à annuler.
cancel-which = Lequel ? Nommez-en un : { $rituals } ; ou aucun, pour les voir tous.
cancel-more = Il y en a d’autres. Pour voir le reste d’un rituel, nommez-le : /comitia annuler suivi de l’un de ces mots : { $rituals }.
cancel-ballot = Annuler le vote
cancel-ballot-line = Ouvert jusqu’au { $until }
cancel-ballot-spoken = Annuler le vote sur { $title }
cancel-ballot-sure = Annuler le vote sur « { $what } » ? Les votes déjà donnés ne compteront pas, et l’initiative attendra la prochaine séance.
cancel-ballot-done = Le vote sur « { $title } » est annulé. L’initiative attend la prochaine séance.
cancel-sitting = Annuler la séance
cancel-sitting-spoken = Annuler la séance de { $title }
cancel-sitting-sure = Annuler la séance : { $what } ? Ses votes ne compteront pas, et ses initiatives attendront la prochaine séance.
cancelled-rest-done = Les votes encore ouverts de « { $ritual } » sont annulés. Ce qui était décidé le reste, et le compte rendu le dit.
cancelled-done = { $ritual }, { $at } : c’est annulé.

sitting-named = { $ritual }, { $at }

withdraw = Le retirer
withdraw-title = Quel message faut-il retirer ?
withdraw-nothing = Il n’y a aucun message à retirer.
withdraw-line = Dans { $room }, le { $at }
withdraw-spoken = Retirer le message dans { $title }
withdraw-sure = Retirer « { $what } » ? Le message disparaît pour tout le monde et ne revient pas.
withdraw-done = C’est fait : le message est en train d’être retiré.

refused = Ce n’est pas possible.
refused-not-found = Je ne retrouve plus cela.
refused-stranger = Je ne vous connais pas encore. Votre compte n’a pas d’adresse que je reconnaisse ; voyez avec la personne qui s’occupe de Comitia ici.
refused-not-allowed = Votre rôle ne le permet pas. Un administrateur ou la présidence du comité peut le faire.
refused-not-a-member = Seuls les membres de ce comité peuvent le faire.
refused-ballot-closed = Ce vote est clos. Votre réponse n’a pas changé.
refused-ballot-cancelled = Ce vote a été annulé. Rien n’a été compté.
refused-marks-closed = Les notes de cette séance sont closes.
refused-invalid = Je n’ai pas compris cette réponse. Rien n’a changé.
refused-vote = Ce n’est pas l’une des réponses. Rien n’a changé.
refused-mark = Choisissez une note de 1 à 5.
refused-too-long = Cela fait { $length } caractères ; le maximum est { $limit }. Rien n’a changé.
refused-nothing-to-do = Rien à faire : c’est déjà le cas.
refused-rule = Je ne sais pas lire cette règle.
refused-command = Je ne connais pas « { $words } ». Tapez /comitia aide pour voir ce que je sais faire.
fault = Quelque chose s’est mal passé de mon côté, et rien n’a changé. Si cela se reproduit, transmettez cette référence : { $reference }.
refused-too-late = Le formulaire a mis trop de temps à s’ouvrir. Essayez encore une fois.

voice-here = Je vous écris désormais ici.
