"""Email: mail read, taken as messages, and answers sent.

- `parse.py` reads a mail; its parts: `headers`, `body`, `html_text`, `quotes`, `kinds`, `senders`; all pure
- `threads.py` finds the conversation a mail belongs to; `taking.py` stores it through the front door
- `smtp_in.py` and `imap.py` are the two ways in; `writing.py` and `delivering.py` the way out
"""
