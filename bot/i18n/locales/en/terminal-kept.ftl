# What is kept: backups, restores, keys, and what a changed app.yaml would move.

kept-backed-up = { $rows ->
    [one] { $file } holds all of the database as it was now: { $rows } row, schema { $schema }. It also holds the keys of open rounds: keep it as you keep the database.
   *[other] { $file } holds all of the database as it was now: { $rows } rows, schema { $schema }. It also holds the keys of open rounds: keep it as you keep the database.
}
kept-not-backed-up = No backup was made: { $why }
kept-restored = { $rows ->
    [one] The database is again what it was on { $at }: { $rows } row.
   *[other] The database is again what it was on { $at }: { $rows } rows.
}
kept-former = The one before it is kept as { $name }.
kept-former-none = There was none before it.
kept-restored-next = Start `comitia run`. For two days each message is first looked for in Slack, so that none comes twice. In Teams no bot may look: what fell due since the backup is not sent again. What was erased, objected to or stopped since the backup stands as before it: do it again, and delete the former database once all is well.
kept-not-restored = Nothing was changed: { $why }

kept-file-there = { $file } is there already: name another, or replace it with --force
kept-no-file = there is no file { $file }
kept-at-it = another backup or restore is at work at { $file }: wait until it has ended
kept-cannot-write = { $file } cannot be written ({ $why })
kept-cannot-restore = { $file } cannot be restored ({ $why })
kept-unsound = the database is not sound ({ $why }): restore the last good backup
kept-no-backup = { $file } is no backup of Comitia
kept-damaged = { $file } is damaged: take an earlier backup
kept-newer = { $file } is of schema { $schema }, newer than this version’s { $head }: install the newer Comitia
kept-rehearsed = { $file } is the backup of a rehearsal, and this is none
kept-live = { $file } is no backup of a rehearsal, and this is one
kept-at-work = a Comitia is at work on { $name }: stop it, and start it again afterwards
kept-in-use = { $name } is in use: stop every Comitia, and whoever else has it open

kept-diff-none = Nothing would change at the next start.
kept-diff = At the next start of `comitia run` this would change; until then nothing does:
kept-diff-added = added: { $title }, { $then }
kept-diff-moves = moves: { $title }, { $before }, to { $then }
kept-diff-steps = moves: { $title }, { $then }, in some of its steps
kept-diff-falls-away = falls away: { $title }, { $then }
kept-diff-keeps = has begun and keeps its rules: { $title }, { $then }
kept-diff-keeps-rules = has begun and keeps its rules: { $title }, { $then }; these stay as they were: { $rules }
kept-diff-let-go = has begun and is let go, its ritual being gone: { $title }, { $then }
kept-diff-room-added = new room: { $room }, the channel { $then }
kept-diff-room-gone = falls away: the room { $room }; nothing more is posted there
kept-diff-room-moves = the room { $room } is the channel { $then }, no longer { $before }
kept-diff-rituals-added = new ritual: { $name }
kept-diff-rituals-falls-away = falls away: the ritual { $name }
kept-diff-rituals-other = the ritual { $name }, for whatever has not begun: { $values }
kept-diff-kpis-added = new KPI: { $name }
kept-diff-kpis-falls-away = falls away: the KPI { $name }
kept-diff-kpis-other = the KPI { $name }: { $values }
kept-diff-initiatives-added = new initiative: { $name }
kept-diff-initiatives-falls-away = no longer listed: the initiative { $name }; what is known of it stays
kept-diff-initiatives-other = the initiative { $name }: { $values }
kept-diff-value = { $named } from { $before } to { $then }
kept-diff-value-new = { $named } is now { $then }
kept-diff-value-gone = { $named } no longer { $before }
kept-diff-value-other = { $named } is another
kept-diff-gains = { $email } becomes { $roles }
kept-diff-loses = { $email } is no longer { $roles }
kept-diff-not = What would change is not known: { $why }
