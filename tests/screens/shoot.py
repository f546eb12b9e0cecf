#!/usr/bin/python3
"""Pictures of every shipped automatic mail as a customer sees it: make screenshots [SCREENS=DIR]

One picture for a language and a scheme of colours holds every template, each as narrow as a telephone and as wide as a window. They are made to be looked at;
whether the words are right is for a reader of the language to say.
"""

import html
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("MAILGW_SOURCE", "."))
MAILGW = pathlib.Path(os.environ.get("MAILGW_BUILD", ".")) / "mailgw" / "mailgw"
NARROW, WIDE = 375, 760
SCHEMES = {"dark": 0, "light": 1}     # as Chromium's settings count them
CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=2000"]

# What differs between languages: a name, a subject, dates as lib/locale tells them.
TOLD = {
    "en": ("Maria Jensen", "The printer on the second floor does not print", "Tuesday, 24 November, 18:00, UTC+5:30 (our time, Athens: 14:30)",
           "4 working hours", "3 hours", "Monday, 23 November, 09:00 (Athens time)", "Change or reset the password of a mailbox"),
    "el": ("Μαρία Παπαδοπούλου", "Ο εκτυπωτής στον δεύτερο όροφο δεν τυπώνει", "Τρίτη, 24 Νοεμβρίου, 18:00, UTC+5:30 (δική μας ώρα, Αθήνα: 14:30)",
           "4 εργάσιμες ώρες", "3 ώρες", "Δευτέρα, 23 Νοεμβρίου, 09:00 (ζώνη ώρας: Αθήνα)", "Αλλαγή ή επαναφορά κωδικού πρόσβασης"),
    "ru": ("Анна Сергеевна Ковалёва", "Не печатает принтер на втором этаже", "вторник, 24 ноября, 18:00, UTC+5:30 (у нас, Афины: 14:30)",
           "4 рабочих часов", "3 часа", "понедельник, 23 ноября, 09:00 (часовой пояс: Афины)", "Как сменить или восстановить пароль"),
    "be": ("Ганна Кавалёва", "Не друкуе прынтар на другім паверсе", "аўторак, 24 лістапада, 18:00, UTC+5:30 (у нас, Афіны: 14:30)",
           "4 працоўных гадзін", "3 гадзіны", "панядзелак, 23 лістапада, 09:00 (часавы пояс: Афіны)", "Як змяніць або аднавіць пароль"),
    "pl": ("Małgorzata Wiśniewska", "Nie drukuje drukarka na drugim piętrze", "wtorek, 24 listopada, 18:00, UTC+5:30 (u nas, Ateny: 14:30)",
           "4 godzin roboczych", "3 godziny", "poniedziałek, 23 listopada, 09:00 (strefa czasowa: Ateny)", "Zmiana lub odzyskanie hasła"),
    "de": ("Annegret Schönfelder-Maier", "Der Drucker im zweiten Stock druckt nicht", "Dienstag, 24. November, 18:00 Uhr, UTC+5:30 (bei uns, Athen: 14:30 Uhr)",
           "4 Arbeitsstunden", "3 Stunden", "Montag, 23. November, 09:00 Uhr (Ortszeit Athen)", "Passwort eines Postfachs ändern oder zurücksetzen"),
}


REASON = "We take no attachments of this kind:\n\n  invoice.exe"


def values(language, name):
    person, subject, by, within, usual, opens, article = TOLD[language]
    link = "mailto:support+s1042.77.3.a7q3mzxw2gkd5vbn6hplce4rtoy@northwind.example"
    articles = [{"title": article, "url": f"https://help.northwind.example/{language}/password", "solved": link, "solved-filled": link},
                {"title": "IMAP & SMTP", "summary": "imap.northwind.example, 993; smtp.northwind.example, 465."}]
    return {"language": language, "installation": {"name": "Northwind"}, "queue": {"name": "Support", "address": "support@northwind.example"},
            "desk": {"name": "Northwind, Support", "opens": opens},
            "ticket": {"reference": "1042", "tag": "[Northwind #1042]", "token": "t1042.77.a7q3mzxw2gkd5vbn6hplce4rtoy"}, "previous": {"reference": "997"},
            "message": {"subject": subject}, "person": {"name": person}, "promise": {"by": by, "within": within, "usual": usual},
            "help": {"articles": articles}, "related": {"tickets": [{"day": opens.split(",")[0], "tag": "[Northwind #1040]", "subject": subject}]}, **({"refusal": {"reason": REASON}} if name == "refused" else {})}


def names():
    """What has a subject is a mail, and the rest are parts of mails; mails to agents have no HTML."""
    folder = SOURCE / "templates" / "en"
    return sorted(path.stem for path in folder.glob("*.mustache") if not path.stem.endswith(".html")
                  and (folder / f"{path.stem}.html.mustache").exists() and path.read_text(encoding="utf-8").startswith("Subject:"))


def render(folder, name, language):
    data, page = folder / f"{language}.json", folder / f"{language}-{name}.html"
    data.write_text(json.dumps(values(language, name)), encoding="utf-8")
    done = subprocess.run([MAILGW, "template", "render", "--lang", language, "--data", data, "--html", page, name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{language}/{name}: {done.stderr}")
    return page.read_text(encoding="utf-8")


def sheet(language, folder):
    """Frames, because a window of Chromium is never as narrow as a telephone."""
    rows, whole = [], 20
    for name in names():
        page = render(folder, name, language)
        height = 480 + 110 * page.count("<li>") + 160 * page.count("<strong>")
        frame = f'<iframe srcdoc="{html.escape(page)}" style="width:%dpx;height:{height}px;border:1px solid #888"></iframe>'
        whole += height + 40
        rows.append(f"<h4>{language}/{name}</h4><div>{frame % NARROW} {frame % WIDE}</div>")
    path = folder / f"{language}.html"
    path.write_text('<!DOCTYPE html><meta charset="utf-8"><style>:root{color-scheme:light dark}body{font:13px sans-serif}h4{margin:6px 0}</style>'
                    + "\n".join(rows), encoding="utf-8")
    return path, whole


def shoot(page, height, scheme, picture, folder):
    subprocess.run([*CHROMIUM, f"--user-data-dir={folder}/profile", f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
                    f"--window-size={NARROW + WIDE + 40},{height}", f"--screenshot={picture}", page.as_uri()], check=True, capture_output=True, timeout=120)


def main():
    target = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "screens").absolute()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for language in TOLD:
            page, height = sheet(language, folder)
            for scheme in SCHEMES:
                picture = target / f"{language}-{scheme}.png"
                shoot(page, height, scheme, picture, folder)
                print(picture)


if __name__ == "__main__":
    main()
