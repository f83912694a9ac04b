# English texts. Every text stands under the same name in Swedish.
skip-to-content = Skip to content
navigation = Main menu
nav-alarms = Alarms
nav-closed = Closed alarms
nav-respond = My alarms
nav-account = My account
line-open = Line open
line-lost = Connection lost. You see things as they were. We keep trying.
line-wait = Connecting …
theme-switch = Light or dark
other-language = Svenska
other-language-tag = sv
log-out = Log out
to-first-page = To the first page
dismiss = Dismiss
