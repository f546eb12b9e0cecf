"""What automatic mails say: an organisation's own templates in two languages, named by a rule; and the commands that try them."""

import email
import email.policy
import os
import subprocess

import harness

SCRIPT = """require ["vnd.mailgw.ticket"];

# rule:[outage]
if header :contains "subject" ["site", "σελίδα"] { acknowledge :template "outage"; }
"""
ENGLISH = "Subject: We know\n\nWe know of the outage{{#person.name}}, {{.}}{{/person.name}}. Your ticket is {{ticket.reference}}.\n{{>signature}}\n"
GREEK = "Subject: Το γνωρίζουμε\n\nΓνωρίζουμε για τη διακοπή. Το αίτημά σας: {{ticket.reference}}.\n{{>signature}}\n"
PROVED = "Authentication-Results: mx.example.com; dmarc=pass header.from=client.example.net\n"
BODIES = {"en": "Hello, your web site cannot be reached since this morning, and our customers are asking. Please tell us when it will be back.",
          "el": "Καλημέρα σας, η σελίδα μας δεν ανοίγει από το πρωί και οι πελάτες μας ρωτούν. Πείτε μας παρακαλώ πότε θα λειτουργήσει ξανά."}


def mail(subject, number, language, more="", name="Anna Kos"):
    return (f"{more}From: {name} <anna@client.example.net>\nTo: support@example.com\nSubject: {subject}\n"
            f"Message-ID: <m{number}@client.example.net>\nDate: Sun, 22 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\n"
            f"Content-Type: text/plain; charset=utf-8\n\n{BODIES[language]}\n").encode()


def write(gw, path, text):
    """Readable for whatever user the gateway runs as."""
    full = gw.dir / path
    full.parent.mkdir(parents=True, exist_ok=True)
    for folder in (full.parent, full.parent.parent):
        folder.chmod(0o755)
    full.write_text(text, encoding="utf-8")
    full.chmod(0o644)


def install(gw):
    gw.raise_limits()
    gw.configure("gateway", "authserv-id", "mx.example.com")
    gw.configure("rules", "on-message", "main.sieve")
    write(gw, "rules/main.sieve", SCRIPT)
    write(gw, "templates/en/outage.mustache", ENGLISH)
    write(gw, "templates/el/outage.mustache", GREEK)
    gw.run("config", "check")


def answers(gw):
    """Automatic mails in the folder they go to, by the mail each answers."""
    found = {}
    for path in (gw.dir / "sent" / "new").iterdir():
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        found[str(message["In-Reply-To"])] = message
    return found


def text_of(message, kind="plain"):
    return message.get_body((kind,)).get_content()


def take(gw, *mails):
    lmtp = gw.serve("--role", "lmtp")
    for one in mails:
        assert gw.lmtp(one, sender="anna@client.example.net") == {}
    gw.stop(lmtp)
    gw.work()


def test_a_rule_names_a_template_in_two_languages(gateway):
    gw = gateway
    install(gw)
    take(gw, mail("The site is down", 1, "en"), mail("Η σελίδα δεν ανοίγει", 2, "el"), mail("Printer", 3, "el"),
         mail("Site & <shop>", 4, "en", PROVED), mail("Printer & <paper>", 5, "en", PROVED))
    said = answers(gw)
    assert len(said) == 5
    one, two, three, four, five = (said[f"<m{number}@client.example.net>"] for number in range(1, 6))
    assert "We know of the outage. Your ticket is " in text_of(one) and "Auto" not in one["Subject"]
    assert "Γνωρίζουμε για τη διακοπή." in text_of(two) and two["Subject"].endswith("Το γνωρίζουμε")
    # What no rule names is ours, in the language of the mail; of a stranger it repeats nothing, and it is plain text.
    assert "Σας ευχαριστούμε" in text_of(three) and three["Subject"].endswith("Λάβαμε το μήνυμά σας")
    assert not three.is_multipart() and "Printer" not in three.as_string()
    # HTML of ours does not go along with another text.
    assert "We know of the outage, Anna Kos." in text_of(four) and not four.is_multipart()
    assert five["Subject"].endswith("Auto: Printer & <paper>")
    assert "<p>Hello Anna Kos,</p>" in text_of(five, "html") and "Hello Anna Kos," in text_of(five)
    for message in said.values():
        assert message["Auto-Submitted"] == "auto-replied" and message["Subject"].startswith("[")
        assert "Ref: t" in text_of(message)

    # A follow-up has no answer, unless a rule names one.
    follow_up = "In-Reply-To: <m1@client.example.net>\n"
    take(gw, mail("Re: The site is down", 6, "en", follow_up), mail("Re: something", 7, "en", follow_up))
    said = answers(gw)
    assert "We know of the outage." in text_of(said["<m6@client.example.net>"])
    assert "<m7@client.example.net>" not in said
    tickets = [row["ticket"] for row in gw.inbound()]
    assert tickets[5] == tickets[6] == tickets[0]
    gw.audit()


def test_reload_with_a_broken_template_keeps_the_old(gateway):
    gw = gateway
    install(gw)
    process = gw.serve()
    gw.wait_log("templates digest=")
    write(gw, "templates/en/outage.mustache", "Subject: x\n\n{{#open}}\n")
    done = gw.execute("reload")
    assert done.returncode == 1
    assert "the gateway keeps the templates it has: templates/en/outage.mustache:3:1: error: '{{#open}}' is never closed" in done.stderr
    gw.wait_log("reload-refused.*outage.mustache:3:1")
    gw.kill_role("worker")
    assert gw.lmtp(mail("The site is down", 1, "en"), sender="anna@client.example.net") == {}
    harness.wait_for("the answer", lambda: (gw.dir / "sent" / "new").exists() and answers(gw))
    assert "We know of the outage." in text_of(answers(gw)["<m1@client.example.net>"])
    gw.stop(process)


def test_a_rule_cannot_name_what_is_not_there(gateway):
    gw = gateway
    install(gw)
    write(gw, "rules/main.sieve", 'require "vnd.mailgw.ticket";\nacknowledge :template "outrage";\n')
    done = gw.execute("config", "check")
    assert done.returncode == 1 or "outrage" in done.stdout
    assert "outrage" in done.stdout + done.stderr


# ---- commands, without any configuration ----------------------------------------------------------------------------


def run_bare(*arguments, input=None):
    environment = {key: value for key, value in os.environ.items() if key != "MAILGW_CONFIG"}
    return subprocess.run([str(harness.MAILGW), "template", *map(str, arguments)], capture_output=True, text=True, timeout=30, input=input, env=environment)


def test_render_prints_the_file_and_nothing_more(tmp_path):
    (tmp_path / "x.html.mustache").write_text("a{{v}}\n  {{>part}}\n{{>../secret}}{{>*name}}b", encoding="utf-8")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "part.html.mustache").write_text("1\n2", encoding="utf-8")
    (tmp_path / "parts" / "part.mustache").write_text("wrong", encoding="utf-8")
    (tmp_path / "secret.html.mustache").write_text("SECRET", encoding="utf-8")
    (tmp_path / "data.json").write_text('{"v": "<&>", "name": "../secret"}', encoding="utf-8")
    done = run_bare("render", "--template", tmp_path / "x.html.mustache", "--data", tmp_path / "data.json", "--partials", tmp_path / "parts")
    assert (done.returncode, done.stdout, done.stderr) == (0, "a&lt;&amp;&gt;\n  1\n  2b", "")
    # Without .html nothing is escaped, and partials have that ending too.
    (tmp_path / "x.mustache").write_text("a{{v}}{{>part}}", encoding="utf-8")
    done = run_bare("render", "--template", tmp_path / "x.mustache", "--data", "-", "--partials", tmp_path / "parts", input='{"v": "<&>"}')
    assert (done.returncode, done.stdout) == (0, "a<&>wrong")


def test_render_of_a_mail(tmp_path):
    (tmp_path / "data.json").write_text('{"ticket": {"reference": 7}}', encoding="utf-8")
    done = run_bare("render", "follow-up", "--lang", "de-AT", "--data", tmp_path / "data.json")
    head, body = done.stdout.split("\n\n", 1)
    assert head == "Subject: Auto-Antwort: Ihre Nachricht wurde hinzugefügt"
    assert "Vorgang 7" in body


def test_mistakes_have_a_place(tmp_path):
    (tmp_path / "x.mustache").write_text("text\n {{#a}}", encoding="utf-8")
    done = run_bare("render", "--template", tmp_path / "x.mustache")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path}/x.mustache:2:2: error: '{{{{#a}}}}' is never closed (write '{{{{/a}}}}')\n"
    (tmp_path / "bad.json").write_text("{\n  nonsense", encoding="utf-8")
    done = run_bare("render", "acknowledge", "--data", tmp_path / "bad.json")
    assert done.returncode == 1 and "bad.json:2:" in done.stderr
    assert run_bare("render").returncode == 2
    assert run_bare("render", "nowhere").returncode == 1


def test_check_and_diff(tmp_path):
    folder = tmp_path / "templates" / "de"
    folder.mkdir(parents=True)
    assert run_bare("check").returncode == 0
    (folder / "acknowledge.mustache").write_text("Subject: Danke\n\nDanke, {{persn.name}}.\n", encoding="utf-8")
    done = run_bare("check", tmp_path / "templates")
    assert done.returncode == 1
    assert "de/acknowledge.mustache:3:8: error: nothing fills the key 'persn.name' (did you mean 'person.name'?)" in done.stdout
    (tmp_path / "mailgw.conf").write_text("", encoding="utf-8")
    done = run_bare("diff", "--config", tmp_path / "mailgw.conf")
    assert done.returncode == 0 and "de/acknowledge.mustache" in done.stdout and "changed" in done.stdout
    done = run_bare("diff", "de/acknowledge.mustache", "--config", tmp_path / "mailgw.conf")
    assert "+Danke, {{persn.name}}." in done.stdout and "-{{>signature}}" in done.stdout


def test_preview_of_a_ticket_is_the_mail_that_was_sent(gateway):
    gw = gateway
    gw.raise_limits()
    gw.configure("gateway", "authserv-id", "mx.example.com")
    take(gw, mail("Our site", 1, "en", PROVED))
    sent = answers(gw)["<m1@client.example.net>"]
    shown = gw.run("template", "preview", sent["Subject"].split("#")[1].split("]")[0], "--html", str(gw.dir / "shown.html"))
    # As format=flowed it has been broken otherwise.
    assert shown.split() == f"Subject: {sent['Subject']}\n\n{text_of(sent)}".split()
    assert (gw.dir / "shown.html").read_text(encoding="utf-8") == text_of(sent, "html").replace("\r", "")
