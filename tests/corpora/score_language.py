"""The language of a mail: sentences of lingua-sample, a file for each language, each sentence sent as a mail of its own."""

from figures import Figure, parse_bytes

SHIPPED = ("en", "el", "ru", "be", "pl", "de")
LONG = 60       # characters: what a sentence needs to be judged by

# A sentence of the sample may be called by the other name: the standards of one language that only some of its words tell apart.
SAME = {frozenset(("bs", "hr")), frozenset(("bs", "sr")), frozenset(("hr", "sr")), frozenset(("id", "ms")), frozenset(("nb", "nn"))}


def mail(sentence):
    header = "From: a@customer.example\nSubject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    return (header + sentence + "\n").encode()


def language(found):
    return (found or "?").split("-")[0]


def figures(corpora):
    sentences = []
    for path in sorted((corpora / "lingua-sample").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        sentences += [(path.stem, line.strip()) for line in lines if len(line.strip()) >= LONG]
    answers = [language(one["language"]) for one in parse_bytes(mail(text) for _, text in sentences)]
    asked = list(zip(sentences, answers))

    for code in SHIPPED:
        mine = [(text, answer) for (name, text), answer in asked if name == code]
        wrong = [f"{code}: {answer}: {text[:60]}" for text, answer in mine if answer != code]
        yield Figure(f"language {code}", len(mine) - len(wrong), len(mine), 0.97, wrong)

    wrong = [f"{name}: {answer}: {text[:60]}" for (name, text), answer in asked
             if answer != name and frozenset((name, answer)) not in SAME]
    yield Figure("language, all of the sample", len(asked) - len(wrong), len(asked), 0, wrong)

    # No answer costs little, the queue's default takes its place; a wrong shipped one sends a stranger's words to a customer.
    taken = [line for line in wrong if line.split(": ")[1] in SHIPPED]
    others = sum(1 for (name, _), _ in asked if name not in SHIPPED)
    yield Figure("language, others not taken for a shipped one", others - len(taken), others, 0.97, taken)
