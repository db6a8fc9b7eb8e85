"""Instructions in German, French, Spanish, Portuguese and Italian, told by their form: the infinitive or the
imperative, and a small word of the language beside it. No list of verbs would hold what houses write.
"""

from __future__ import annotations

import re

#: "Bereitschaft informieren", "Protokoll ergänzen": the infinitive comes last. A finite verb makes it a statement.
_GERMAN_END = re.compile(r"(?<![A-ZÄÖÜ])\b[a-zäöüß]{2,}(?:en|ern|eln)\b[\W\d]*$")
_GERMAN_CERTAIN = re.compile(r"[äöüß]|\b[a-z]{3,}ieren\b[\W\d]*$")
_GERMAN_WORD = re.compile(
    r"\b(?:[Dd](?:er|as|en|em|es)|Die|und|oder|nicht|im|ist|mit|für|bei|auf|eine?[nmrs]?|vom|zum|zur|wieder|neu|aus|über|per"
    r"|danach|dann|anschließend|alle|auch|[Ff]alls|[Ww]enn|nach|vor|ob)\b")
_GERMAN_FINITE = re.compile(r"\b(?:wird|werden|sind|hat|haben|kann|können|wurde|wurden|waren|war|dürfen|darf|sein)\b")
#: "Bestätigen Sie im Monitoring, dass ...": the imperative comes first.
_GERMAN_FORMAL = re.compile(
    r"^\W*(?:(?:Danach|Dann|Nun|Anschließend|Zuletzt|Bitte)\s+)?[A-ZÄÖÜa-zäöü][a-zäöüß]+e?n\s+Sie\b")

_FRENCH_START = re.compile(
    r"^\W*(?:(?:puis|ensuite|enfin|toujours|bien)\s+)?(?:ne (?:pas|jamais) |se |s['’])?"
    r"[a-zéèêàçîïûô]{2,}(?:er|ir|re|ez)\b", re.I)
_FRENCH_WORD = re.compile(r"\b(?:les?|la|une?|des|du|de|aux?|en|sur|avec|pour|et|que|dans|si)\b|\b[ld]['’]|[à]", re.I)

_ROMANCE_START = re.compile(
    r"^\W*(?:(?:luego|después|después,|ahora|por favor|no|depois|poi|quindi|infine)\s+)?"
    r"(?:[a-záéíóúñü]{2,}(?:ar|er|ir|arse|irse|erse|are|ere|ire)|(?:compr[uo]eb[ae]|verifi(?:que|ca)|revis[ae]|reinici[ae]"
    r"|avis[ae]|abr[ae]|cierr[ae]|ejecut[ae]|det(?:enga|én)|espere|llam[ae]|contacte|escale|notifi(?:que|ca)|confirm[ae]"
    r"|asegúre(?:se|te)|asegúrate|elimin[ae]|borr[ae]|consult[ae]|con[eé]ct[ae](?:se|te)|copi[ae]|cambi[ae]|cree|apli(?:que|ca)"
    r"|vuelv[ae]|continú[ae]|sig[au]e?|inform[ae]|anot[ae]|haga|pong[ae]|inici[ae]|restaur[ae]|verifique|reinicie|execute|acesse"
    r"|aguarde|entre|pare|controlla(?:re|te)?|riavvia|avvia|esegui|apri|attendi|chiama|avvisa|escalar))\b", re.I)
_ROMANCE_WORD = re.compile(
    r"\b(?:el|los|las|una?|del|al|con|por|para|que|si|os|uma?|do|da|em|com|il|lo|gli|le|della|di|en|la|de)\b|[ñáíóúã]",
    re.I)


_ENGLISH = re.compile(
    r"\b(?:the|is|are|to|of|and|you|your|should|with|for|that|this|it|be|if|when|was|not|from|at|or|has|have|will|can|there|an)\b"
    r"|^\W*(?:never|other|another|however|after|under|over|either|rather|whether|where|more|are|their|our|server|user|owner|router"
    r"|cluster|order|number|customer|water|fire|software|hardware|before|later|per|your)\b",
    re.I)


def tells(text: str) -> bool:
    """Whether a plain sentence or list line of another language than English tells one to do something."""
    if _ENGLISH.search(text):
        return False
    if _GERMAN_FORMAL.match(text):
        return True
    if _GERMAN_END.search(text) and (_GERMAN_CERTAIN.search(text) or _GERMAN_WORD.search(text)):
        return not _GERMAN_FINITE.search(text)
    if (start := _FRENCH_START.match(text)) and _FRENCH_WORD.search(text, start.end()):
        return True
    start = _ROMANCE_START.match(text)
    return start is not None and bool(_ROMANCE_WORD.search(text, start.end()))
