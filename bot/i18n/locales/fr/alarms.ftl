# Ce qui ne va pas chez le bot lui-même, pour qui veille sur lui : ce que c'est, et que faire.

alarm-step = Une étape de « { $ritual } » échoue encore et encore.
alarm-step-do = Je la retente toutes les cinq minutes. Le journal dit pourquoi ; d’ici là, mettez le rituel en pause si personne ne doit l’attendre.
alarm-step-over = L’étape de « { $ritual } » qui échouait depuis le { $since } n’échoue plus.

alarm-database-over = La base de données répond de nouveau. Elle ne répondait plus depuis le { $since }.

alarm-disk-over = Le disque de la base de données a de nouveau de la place. Il était plein depuis le { $since }.

alarm-stuck = { $count ->
    [one] Un message attend depuis plus d’une heure.
   *[other] { $count } messages attendent depuis plus d’une heure.
}
alarm-stuck-do = Sur ma machine, « comitia status » dit ce qui attend et pourquoi. Le plus souvent, ce sont des canaux où je ne peux pas écrire ou des personnes qu’on ne me laisse pas joindre.
alarm-stuck-over = Les messages partent de nouveau. Certains étaient bloqués depuis le { $since }.

alarm-room = Je ne peux pas écrire dans { $room } ({ $why }).
alarm-room-do = Réinvitez-moi dans ce canal, désarchivez-le, ou donnez-en un autre dans mes réglages. Ce qui lui était destiné attend.
alarm-room-over = Je peux de nouveau écrire dans { $room }. Je ne le pouvais plus depuis le { $since } ; ce qui lui était destiné part maintenant.

alarm-channel = Mes réglages donnent à « { $room } » le canal { $channel }, et je n’en trouve aucun de ce nom.
alarm-channel-do = Ce qui lui est destiné va là où il allait. Donnez ce nom à un canal et invitez-m’y, ou remettez l’ancien nom dans mes réglages, puis redémarrez-moi.
alarm-channel-over = Je retrouve le canal { $channel } de « { $room } ». Il manquait depuis le { $since }.

alarm-people = { $count ->
    [one] Slack ne me laisse pas écrire à une personne.
   *[other] Slack ne me laisse pas écrire à { $count } personnes.
}
alarm-people-do = Vérifiez que chaque compte concerné est actif et que les applications peuvent lui écrire. Je réessaie chaque jour pour les votes et les actions, toutes les quatre semaines pour les questions au plus grand nombre. Pour qui est parti, rien à faire : Slack me le dit.

alarm-uninstalled = { $count ->
    [one] Teams ne me laisse pas écrire à une personne.
   *[other] Teams ne me laisse pas écrire à { $count } personnes.
}
alarm-uninstalled-do = Elles n’ont pas l’application, ou l’ont bloquée. Sur ma machine, « comitia install-teams » la donne à qui ne l’a pas ; j’écris à chaque personne dès qu’elle l’a. D’ici là, je réessaie chaque jour pour les votes et les actions, toutes les quatre semaines pour les questions au plus grand nombre, et ces personnes comptent parmi celles qui n’ont pas répondu.

alarm-deaf = Je n’entends plus les clics faits dans Slack.
alarm-deaf-do = Je me reconnecte de moi-même, encore et encore. Vérifiez que cette machine joint Slack, que le mode Socket est activé, et qu’il ne tourne pas plus de dix copies de moi.
alarm-deaf-over = J’entends de nouveau les clics faits dans Slack. Je ne les entendais plus depuis le { $since }.
