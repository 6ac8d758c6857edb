# Ce que dit `comitia keys` des clés de la base, et de leurs remplaçantes.

keys-sending = { $count ->
    [0] Messages : pas encore de clé ; le premier message la crée
    [one] Messages : une clé
   *[other] Messages : { $count } clés
}
keys-sending-use = À quoi elle sert : elle forme la marque qui permet de reconnaître un message dans la messagerie, pour qu’aucun n’arrive deux fois après une panne ou une restauration.
keys-sending-loss = Si elle est perdue : après une restauration, ce qui est parti depuis la sauvegarde n’est plus reconnu et arrive deux fois.
keys-sending-rotation = Rotation : `comitia keys rotate sending`, Comitia étant arrêté.
keys-identity = { $count ->
    [0] Usages : pas encore de clé ; le premier import la crée
    [one] Usages : une clé
   *[other] Usages : { $count } clés
}
keys-identity-use = À quoi elle sert : les adresses et les matricules des usages ne sont gardés que sous forme d’empreintes calculées avec elle.
keys-identity-loss = Si elle est perdue : les nouveaux usages ne retrouvent plus leurs auteurs, et qui s’est opposé est compté de nouveau. Si elle fuite : qui détient aussi la base peut dire à qui sont les usages.
keys-identity-rotation = Rotation : `comitia keys rotate identity`, Comitia étant arrêté, tant que toutes les adresses sont connues.
keys-panels = { $count ->
    [0] Panels des pulses : pas encore de clé ; la première vague la crée
    [one] Panels des pulses : une clé, une par pulse et par cycle
   *[other] Panels des pulses : { $count } clés, une par pulse et par cycle
}
keys-panels-use = À quoi elle sert : elle répartit au hasard les personnes d’un pulse entre les panels.
keys-panels-loss = Si elle est perdue : les personnes déjà réparties gardent leur panel ; celles qui arrivent pendant le cycle sont réparties autrement.
keys-panels-rotation = Rotation : d’elle-même, à chaque cycle.
keys-seals = { $count ->
    [0] Scellés : aucune clé, aucun tour avec des réponses n’étant ouvert
    [one] Scellés : une clé, celle du tour ouvert
   *[other] Scellés : { $count } clés, une par tour ouvert
}
keys-seals-use = À quoi elle sert : elle scelle les réponses aux pulses et les notes jusqu’à la clôture du tour.
keys-seals-loss = Si elle est perdue : plus personne ne peut lire les réponses de ce tour.
keys-seals-rotation = Rotation : aucune ; chacune est détruite à la clôture de son tour.

keys-since = { $keys }, depuis le { $since }
keys-elsewhere = Toutes ces clés sont dans la base et dans ses sauvegardes : qui les lit peut lire les clés. Les jetons de Slack et le secret client de Teams ne sont ni dans l’une ni dans les autres ; ils se renouvellent dans Slack et dans Entra.
keys-not-known = Impossible de dire quelles clés il y a : { $why }
keys-not-rotated = Rien n’a été modifié : { $why }
keys-none = il n’y a pas encore de telle clé
keys-careful = depuis la dernière restauration, des messages sont encore cherchés avec cette clé, pendant deux jours à partir du premier démarrage : faites la rotation ensuite
keys-strange = { $count ->
    [one] { $count } empreinte sur { $total } n’est celle d’aucune adresse connue (un matricule, une personne partie ou qui s’est opposée). Une empreinte ne se défait pas : avec une nouvelle clé, ces usages seraient ceux d’une personne inconnue, et une opposition ne tiendrait plus
   *[other] { $count } empreintes sur { $total } ne sont celles d’aucune adresse connue (des matricules, des personnes parties ou qui se sont opposées). Une empreinte ne se défait pas : avec une nouvelle clé, ces usages seraient ceux de personnes inconnues, et des oppositions ne tiendraient plus
}
keys-sending-rotated = { $count ->
    [0] Les messages ont une nouvelle clé.
    [one] Les messages ont une nouvelle clé ; un message en route garde la marque avec laquelle il est parti.
   *[other] Les messages ont une nouvelle clé ; { $count } messages en route gardent la marque avec laquelle ils sont partis.
}
keys-identity-rotated = { $count ->
    [one] Les usages ont une nouvelle clé, et { $count } empreinte a été recalculée.
   *[other] Les usages ont une nouvelle clé, et { $count } empreintes ont été recalculées.
}
keys-back-up = Faites une sauvegarde maintenant : les précédentes contiennent l’ancienne clé.
