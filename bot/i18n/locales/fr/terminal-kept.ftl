# Ce qui est gardé : sauvegardes, restaurations, clés, et ce qu’un app.yaml modifié déplacerait.

kept-backed-up = { $rows ->
    [one] { $file } contient toute la base telle qu’elle était à l’instant : { $rows } ligne, schéma { $schema }. Les clés des tours encore ouverts y sont aussi : gardez ce fichier comme la base elle-même.
   *[other] { $file } contient toute la base telle qu’elle était à l’instant : { $rows } lignes, schéma { $schema }. Les clés des tours encore ouverts y sont aussi : gardez ce fichier comme la base elle-même.
}
kept-not-backed-up = Aucune sauvegarde n’a été faite : { $why }
kept-restored = { $rows ->
    [one] La base est de nouveau celle du { $at } : { $rows } ligne.
   *[other] La base est de nouveau celle du { $at } : { $rows } lignes.
}
kept-former = La base précédente est gardée sous le nom { $name }.
kept-former-none = Il n’y en avait pas avant elle.
kept-restored-next = Lancez `comitia run`. Pendant deux jours, chaque message est d’abord cherché dans Slack, pour qu’aucun n’arrive deux fois. Dans Teams, aucun bot ne peut chercher : ce qui est tombé depuis la sauvegarde n’est pas renvoyé. Ce qui a été effacé, refusé ou arrêté depuis la sauvegarde est redevenu comme avant : refaites-le, puis supprimez la base précédente quand tout va bien.
kept-not-restored = Rien n’a été modifié : { $why }

kept-file-there = { $file } existe déjà : choisissez un autre nom, ou remplacez-le avec --force
kept-no-file = le fichier { $file } n’existe pas
kept-at-it = une autre sauvegarde ou restauration travaille sur { $file } : attendez qu’elle soit terminée
kept-cannot-write = impossible d’écrire { $file } ({ $why })
kept-cannot-restore = impossible de restaurer { $file } ({ $why })
kept-unsound = la base n’est pas saine ({ $why }) : restaurez la dernière bonne sauvegarde
kept-no-backup = { $file } n’est pas une sauvegarde de Comitia
kept-damaged = { $file } est abîmé : prenez une sauvegarde plus ancienne
kept-newer = { $file } est au schéma { $schema }, plus récent que celui de cette version, { $head } : installez la version plus récente de Comitia
kept-rehearsed = { $file } est la sauvegarde d’une répétition, et ce n’en est pas une ici
kept-live = { $file } n’est pas la sauvegarde d’une répétition, et c’en est une ici
kept-at-work = un Comitia travaille sur { $name } : arrêtez-le, et relancez-le ensuite
kept-in-use = { $name } est utilisée : arrêtez chaque Comitia, et tout ce qui l’a ouverte

kept-diff-none = Rien ne changerait au prochain démarrage.
kept-diff = Voici ce qui changerait au prochain démarrage de `comitia run` ; d’ici là, rien ne change :
kept-diff-added = s’ajoute : { $title }, { $then }
kept-diff-moves = se déplace : { $title }, { $before }, au { $then }
kept-diff-steps = se déplace : { $title }, { $then }, pour certaines étapes
kept-diff-falls-away = disparaît : { $title }, { $then }
kept-diff-keeps = a commencé et garde ses règles : { $title }, { $then }
kept-diff-keeps-rules = a commencé et garde ses règles : { $title }, { $then } ; restent telles quelles : { $rules }
kept-diff-let-go = a commencé et s’arrête, son rituel n’existant plus : { $title }, { $then }
kept-diff-room-added = nouveau canal : { $room }, à savoir { $then }
kept-diff-room-gone = disparaît : le canal { $room } ; plus rien n’y est publié
kept-diff-room-moves = le canal { $room } devient { $then } au lieu de { $before }
kept-diff-rituals-added = nouveau rituel : { $name }
kept-diff-rituals-falls-away = disparaît : le rituel { $name }
kept-diff-rituals-other = le rituel { $name }, pour tout ce qui n’a pas commencé : { $values }
kept-diff-kpis-added = nouveau KPI : { $name }
kept-diff-kpis-falls-away = disparaît : le KPI { $name }
kept-diff-kpis-other = le KPI { $name } : { $values }
kept-diff-initiatives-added = nouvelle initiative : { $name }
kept-diff-initiatives-falls-away = n’est plus dans la liste : l’initiative { $name } ; ce qu’on en sait demeure
kept-diff-initiatives-other = l’initiative { $name } : { $values }
kept-diff-value = { $named } passe de { $before } à { $then }
kept-diff-value-new = { $named } devient { $then }
kept-diff-value-gone = { $named } n’est plus { $before }
kept-diff-value-other = { $named } change
kept-diff-gains = { $email } devient { $roles }
kept-diff-loses = { $email } n’est plus { $roles }
kept-diff-not = Impossible de dire ce qui changerait : { $why }
