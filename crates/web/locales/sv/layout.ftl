# Svenska texter. Varje text finns med samma namn på engelska.
skip-to-content = Hoppa till innehållet
navigation = Huvudmeny
nav-alarms = Larm
nav-closed = Avslutade larm
nav-respond = Mina larm
nav-account = Mitt konto
line-open = Linjen öppen
line-lost = Förbindelsen är bruten. Du ser läget som det var. Vi försöker igen hela tiden.
line-wait = Ansluter …
theme-switch = Ljust eller mörkt
other-language = English
other-language-tag = en
log-out = Logga ut
to-first-page = Till första sidan
dismiss = Stäng meddelandet
