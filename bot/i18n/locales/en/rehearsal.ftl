# Going live: a rehearsal, and a trial post.

rehearsal-mark = Rehearsal: { $to }
rehearsal-for = for { $name }
rehearsal-for-elsewhere = for { $name }, on { $chat }
rehearsal-summary = Rehearsal, { $to }: { $summary }

rehearsal-begins = The rehearsal at { $organisation } has begun
rehearsal-begins-copies = From now on you receive everything I would send, to rooms and to people, each with whom it would have been for. Nobody else receives anything.
rehearsal-begins-buttons = Buttons work on the copies that are for you and on those for rooms, and you act as yourself. What is decided here stays in the rehearsal and never counts.
rehearsal-begins-ends = It ends when Comitia is started without it. Type /comitia to see what waits for you.

rehearsal-not-yours = This is a rehearsal, and this copy is for somebody else: only they could answer it.
rehearsal-elsewhere = A rehearsal is on, with one person only. Nothing you do here counts yet; I will write to you once it starts for good.
rehearsal-before = A rehearsal is on, and this message is not part of it. Nothing has changed.
rehearsal-over = This message belongs to a rehearsal that is over. Nothing has changed.

trial-post = This is a test from Comitia at { $organisation }: messages arrive here.
trial-post-taken-back = I take it back at once; there is nothing to do.
