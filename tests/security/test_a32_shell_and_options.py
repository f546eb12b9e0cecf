"""A32: an address is an argument, never an option or a command (RT CVE-2011-4458: $USER)."""

import pytest

from attack import ready
from harness import mail

ADDRESSES = ["-Xfoo@x.example", "--socket=/tmp/evil@x.example", "-f@x.example", "$USER@x.example", "${HOME}@x.example", "`id`@x.example",
             "$(touch\u00a0pwned)@x.example", "a;touch${IFS}pwned@x.example", "a|id@x.example", "a&id@x.example", "a'b@x.example", "%s%n@x.example",
             "*@x.example", "../../x@x.example", "--@x.example", "~root@x.example"]


def test_as_sender(gateway):
    ready(gateway)
    gateway.raise_limits()
    before = sorted(path.name for path in gateway.base.iterdir())
    taken = []
    for address in ADDRESSES:
        done = gateway.deliver(mail(sender="c@client.example.net"), gateway.address, sender=address)
        assert done.returncode in (0, 65, 69, 75) and b"usage" not in done.stderr.lower(), (address, done)
        if done.returncode == 0:
            taken.append(address)
    assert len(taken) > 10
    gateway.work()
    assert [row["sender"] for row in gateway.inbound()] == taken        # to the letter
    assert sorted(path.name for path in gateway.base.iterdir()) == before
    gateway.audit()


@pytest.mark.parametrize("domain", ["x.example", "example.com"])
def test_as_recipient(shared_gateway, domain):
    gateway = shared_gateway
    if not gateway.processes:
        ready(gateway)
    for address in ADDRESSES:
        done = gateway.deliver(mail(), address.replace("x.example", domain))
        assert done.returncode == 67, (address, done)
    assert gateway.inbound() == []


def test_a_desk_may_be_called_so(gateway):
    names = ["-Xfoo@example.com", "$USER@example.com", "`id`@example.com"]
    gateway.configure("queue support", "aliases", ", ".join(names))
    ready(gateway)
    for name in names:
        assert gateway.deliver(mail(body=name), name).returncode == 0, name
    gateway.work()
    assert [row["recipient"] for row in gateway.inbound()] == names
