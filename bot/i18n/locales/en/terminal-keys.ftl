# What `comitia keys` says of the keys in the database, and of new ones.

keys-sending = { $count ->
    [0] Messages: no key yet; the first message makes it
    [one] Messages: one key
   *[other] Messages: { $count } keys
}
keys-sending-use = What for: makes the mark by which a message in chat is known again, so that none comes twice after a crash or a restore.
keys-sending-loss = If it is lost: after a restore, what was sent since the backup is not known again and comes twice.
keys-sending-rotation = Rotation: `comitia keys rotate sending`, while Comitia is stopped.
keys-identity = { $count ->
    [0] Usage: no key yet; the first import makes it
    [one] Usage: one key
   *[other] Usage: { $count } keys
}
keys-identity-use = What for: addresses and employer’s numbers in usage are kept only as hashes under it.
keys-identity-loss = If it is lost: new usage finds no earlier user again, and who objected is counted again. If it leaks: whoever has the database too can tell whose usage is whose.
keys-identity-rotation = Rotation: `comitia keys rotate identity`, while Comitia is stopped, as long as every address is known.
keys-panels = { $count ->
    [0] Pulse panels: no key yet; the first wave makes it
    [one] Pulse panels: one key, one a pulse and cycle
   *[other] Pulse panels: { $count } keys, one a pulse and cycle
}
keys-panels-use = What for: deals the people of a pulse into panels at random.
keys-panels-loss = If it is lost: those dealt keep their panel; newcomers of the cycle are dealt anew.
keys-panels-rotation = Rotation: by itself, with each cycle.
keys-seals = { $count ->
    [0] Seals: none, as no round with answers is open
    [one] Seals: one key, that of the open round
   *[other] Seals: { $count } keys, one an open round
}
keys-seals-use = What for: seals pulse answers and marks until the round closes.
keys-seals-loss = If it is lost: the answers of that round cannot be read any more, by anybody.
keys-seals-rotation = Rotation: none; each is destroyed when its round closes.

keys-since = { $keys }, since { $since }
keys-elsewhere = All of these are in the database and in its backups: who reads them may read the keys. Slack’s tokens and the client secret of Teams are in neither; you renew them in Slack and in Entra.
keys-not-known = The keys cannot be told: { $why }
keys-not-rotated = Nothing was changed: { $why }
keys-none = there is no such key yet
keys-careful = since the last restore, messages are still looked for under this key, for two days from the first start: rotate it afterwards
keys-strange = { $count ->
    [one] { $count } of { $total } hashes belongs to no address that is known (an employer’s number, somebody who is gone or has objected). A hash cannot be turned back: under a new key that usage would be a stranger’s, and an objection would no longer hold
   *[other] { $count } of { $total } hashes belong to no address that is known (employer’s numbers, people who are gone or have objected). A hash cannot be turned back: under a new key that usage would be strangers’, and objections would no longer hold
}
keys-sending-rotated = { $count ->
    [0] Messages have a new key.
    [one] Messages have a new key; one on its way keeps the mark it was sent with.
   *[other] Messages have a new key; { $count } on their way keep the mark they were sent with.
}
keys-identity-rotated = { $count ->
    [one] Usage has a new key, and one address is hashed anew.
   *[other] Usage has a new key, and { $count } addresses are hashed anew.
}
keys-back-up = Make a backup now: the earlier ones hold the former key.
