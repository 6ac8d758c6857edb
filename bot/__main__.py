"""`python -m bot` is `comitia`."""

from bot.cli import main

main()
