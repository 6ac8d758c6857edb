"""Chat platforms: one folder each, alike inside, strangers to each other.

To add one, say "webex":

1. `platforms/webex/render.py`: pure functions `message`, `home`, `sentence`, `form` (a `Message` or `Form` and a
   `Translator` -> what the platform is told); `questions.py`: `answers`, `inputs` (what it sends back -> field name ->
   answer). Text written by people goes in as plain text; what is alike on every platform is in `platforms.pieces`. In
   tests/golden/drawing.py give it a line, and `pytest tests/golden --golden-write` draws every message in every
   language for you to look at.
2. `platforms/webex/sender.py`: a class that answers `platforms.port.Sender`. Every call takes its turn at a
   `bot.pace.Pace` with the platform's rates; every way a call can end becomes a `DeliveryError` (never possible, to be
   tried again and when, perhaps done, a person or room out of reach) in one table of its own. What the platform cannot
   tell, `find` says: `unreadable`.
3. `platforms/webex/listeners.py`: turns what arrives into requests at `bot.desk.Desk` (`press`, `submit`, `command`,
   `written_to`, `met`), which commits before it returns; then acknowledges; then shows the `Reply`. No rule in it. Who
   somebody is comes from what the platform vouches for, as an `Account`, never from what a button holds.
4. `bot/app/webex.py`: a class that answers `bot.app.side.Side`, and what opens it; `bot/app/running.py` imports it
   where the settings say so. Its settings are a section in bot/settings_tree.py, with `platforms_of` and
   `needed_secrets`, and a value of `settings_values.Channel.platform` with how a room is written there; a route of its
   own goes into bot/web.py.
5. What names platforms one by one: `use_cases.reach.PEOPLE_OF`, with a `Wrong` and its `alarm-…` sentences, without
   which the first refused person is a fault; `storage.standing.PLATFORMS`; `bot.rehearsal.CHATS`; an `Examination`
   for `bot.commands.doctor._side`. Its sentences: `doctor-chat-webex`, `doctor-webex-no-token`, `status-what-webex`.
6. A stand-in that speaks the platform's protocol on loopback, beside bot/sandbox and bot/tenant and built of the same
   bot/local. The scenarios (tests/bot/scenarios) and the crash matrix then run on the new platform too.
7. import-linter's contracts in pyproject.toml: the folder into "Slack and Teams never meet", its SDK into one that
   confines it.
"""
