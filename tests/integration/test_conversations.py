"""Two workers and conversations that arrive in any order: one ticket each."""

import random
import threading

import pytest

from harness import mail

CONVERSATIONS = 12
FOLLOW_UPS = 20
SEEDS = 8


def customer(conversation):
    return f"customer@client{conversation}.example"


def name(conversation, number):
    return f"m{number}@c{conversation}.example"


def write(conversation, number, parents):
    """One mail; parents are its ancestors, eldest first. A conversation is of one kind: by References, by In-Reply-To
    alone, or by References alone."""
    kind = conversation % 3
    headers = {}
    if parents and kind != 2:
        headers["In_Reply_To"] = f"<{name(conversation, parents[-1])}>"
    if parents and kind != 1:
        headers["References"] = " ".join(f"<{name(conversation, parent)}>" for parent in parents)
    return mail(subject=f"{'Re: ' if parents else ''}conversation {conversation}", message_id=name(conversation, number),
                sender=customer(conversation),
                body=f"part {number} of conversation {conversation}\n", **headers)


def chain(conversation):
    """Each mail answers the one before it."""
    return [write(conversation, number, list(range(number))) for number in range(8)]


def star(conversation):
    """Twenty follow-ups to one mail."""
    return [write(conversation, number, [0] if number else []) for number in range(FOLLOW_UPS + 1)]


def tree(conversation, chance):
    """Each mail answers any earlier one."""
    ancestors = [[]]
    for number in range(1, 12):
        parent = chance.randrange(number)
        ancestors.append([*ancestors[parent], parent])
    return [write(conversation, number, parents) for number, parents in enumerate(ancestors)]


def conversations(chance, first=0):
    """{the customer: mails in the order in which they were written}"""
    made = {}
    for conversation in range(first, first + CONVERSATIONS):
        kind = conversation // 3 % 3
        made[customer(conversation)] = (chain(conversation) if kind == 0 else star(conversation) if kind == 1
                                        else tree(conversation, chance))
    return made


def shuffled(made, chance):
    mails = [content for one in made.values() for content in one]
    chance.shuffle(mails)
    return mails


def take_in(gateway, mails, label="mails"):
    directory = gateway.base / label
    directory.mkdir()
    for number, content in enumerate(mails):
        (directory / f"{number:05d}.eml").write_bytes(content)
    gateway.run("import", *sorted(directory.glob("*.eml")))


def check(gateway, made):
    rows = gateway.wait_inbound(sum(map(len, made.values())))
    assert {row["outcome"] for row in rows} == {"ticket"}
    found = {who: [] for who in made}
    for ticket in gateway.tickets():
        if ticket["merged_into"] is None:
            found[ticket["requester"]].append((ticket["reference"], ticket["articles"]))
    split = {who: tickets for who, tickets in found.items() if len(tickets) != 1}
    assert split == {}, f"not one ticket: {split}\n{gateway.log_tail()}"
    assert {who: tickets[0][1] for who, tickets in found.items()} == {who: len(mails) for who, mails in made.items()}
    gateway.audit()


@pytest.fixture
def roomy(gateway):
    gateway.raise_limits()
    return gateway


def test_shuffled_conversations_are_one_ticket_each(roomy):
    """All of a shuffle waits when two workers begin: batches are as full as they can be."""
    made = {}
    for seed in range(SEEDS):
        chance = random.Random(seed)
        these = conversations(chance, first=seed * CONVERSATIONS)
        made |= these
        take_in(roomy, shuffled(these, chance), f"seed{seed}")
        roomy.run("serve", "--role", "worker", "--until-idle")
        check(roomy, made)


def test_conversations_that_arrive_backwards(roomy):
    """Every reply before its parent."""
    made = conversations(random.Random(7))
    take_in(roomy, reversed([content for one in made.values() for content in one]))
    roomy.run("serve", "--role", "worker", "--until-idle")
    check(roomy, made)


def test_conversation_in_order_is_never_split(roomy):
    """Each mail names its parent only, and all of them wait when the worker begins: the third must not overtake the second, which
    waits for the first. It would be a ticket of its own, with an acknowledgement of its own, until it is merged."""
    take_in(roomy, [write(1, number, [number - 1] if number else []) for number in range(4)])
    roomy.run("serve", "--role", "worker", "--until-idle")
    assert [(ticket["reference"], ticket["articles"]) for ticket in roomy.tickets()] == [(1, 4)]
    roomy.audit()


def test_conversations_that_arrive_while_they_are_worked(roomy):
    """Through LMTP, from several connections at once, with workers and courier awake."""
    chance = random.Random(11)
    made = conversations(chance)
    mails = shuffled(made, chance)
    refused = []
    roomy.serve()

    def send(part):
        for content in part:
            refused.extend(roomy.lmtp(content))

    senders = [threading.Thread(target=send, args=(mails[start::6],)) for start in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert refused == []
    check(roomy, made)


def test_missing_links_that_come_in_one_batch(roomy):
    """Four mails whose parents are missing are four tickets; then the three parents come at once, each a link of two of them."""
    mails = [write(1, number, list(range(number))) for number in range(7)]
    roomy.configure("gateway", "workers", "1")
    take_in(roomy, mails[0::2], "even")
    roomy.run("serve", "--role", "worker", "--until-idle")
    assert len(roomy.tickets()) == 4
    take_in(roomy, mails[1::2], "odd")
    roomy.run("serve", "--role", "worker", "--until-idle")
    check(roomy, {customer(1): mails})
