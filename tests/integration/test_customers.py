"""Customers as an admin sees them: what they are given, what rules make of it, and that they can be erased."""

from test_routing import install
from test_rules_ask import HEAD, form, mail, take, tickets

SCRIPT = HEAD + """
if fact :is "customer.tier" "gold" { addflag "gold"; }
if fact :is "customer.tags" "dns" { addflag "knows-dns"; }
if fact :matches "customer.field.contract" "*" { field "contract" "${1}"; }
if fact :matches "customer.number" "*" { field "customer" "${1}"; }
"""


def test_what_customers_are_given(gateway):
    gw = gateway
    install(gw, SCRIPT)
    gw.run("customer", "organisation", "Harbour Authority", "--domain", "Harbour.example", "--domain", "port.example")
    gw.run("customer", "set", "@Harbour Authority", "tier=gold", "tags=dns, mail", "field.contract=H-17")
    gw.run("customer", "set", "Anna@harbour.example", "number=4711", "field.contract=A-1", "name=Anna Kos")
    take(gw, mail(1, sender="anna@harbour.example"), mail(2, sender="kim@port.example"), mail(3, sender="eve@else.example"))
    anna, kim, eve = tickets(gw)
    assert (anna["tags"], anna["fields"]) == (["gold", "knows-dns"], {"contract": "A-1", "customer": "4711"})
    assert (kim["tags"], kim["fields"]) == (["gold", "knows-dns"], {"contract": "H-17"})
    assert (eve["tags"], eve["fields"]) == ([], {})

    shown = gw.run("customer", "show", "ANNA@harbour.example", "--json")
    assert (shown["organisation"], shown["tier"], shown["number"], shown["tags"]) == ("Harbour Authority", "gold", "4711", ["dns", "mail"])
    assert shown["fields"] == {"contract": "A-1"}
    assert [row["address"] for row in gw.run("customer", "list", "--json")] == ["anna@harbour.example", "eve@else.example", "kim@port.example"]
    assert gw.run("customer", "list", "--organisations", "--json")[0]["domains"] == ["harbour.example", "port.example"]

    # An empty value takes it away; what the organisation has counts again.
    gw.run("customer", "set", "anna@harbour.example", "field.contract=", "tier=silver")
    shown = gw.run("customer", "show", "anna@harbour.example", "--json")
    assert (shown["tier"], shown["fields"]) == ("silver", {"contract": "H-17"})

    # Whose domain it becomes, belongs to it; a domain is one organisation's.
    gw.run("customer", "organisation", "Else", "--domain", "else.example")
    assert gw.run("customer", "show", "eve@else.example", "--json")["organisation"] == "Else"
    gw.run("customer", "organisation", "Thief", "--domain", "port.example", status=1)
    gw.run("customer", "show", "@Thief", status=1)
    gw.run("customer", "set", "eve@else.example", "level=9", status=2)
    gw.run("customer", "set", "@Nobody", "tier=gold", status=1)
    gw.audit()


CANARY = "kanarienvogel"


def test_erase(gateway):
    """After erase no byte in the database tells who it was, and the books balance."""
    gw = gateway
    gw.run("agent", "add", "zoe")
    install(gw, HEAD + 'if address :matches "reply-to" "*" { requester "${1}"; }\nif duplicate { addflag "again"; }\n')
    address = f"{CANARY}@client.example.net"
    text = f"I am {CANARY}, call me."
    take(gw, mail(1, sender=address, subject=f"From {CANARY}").replace(b"Hello.", text.encode()), mail(2, sender="kim@other.example"),
         form(3, address, text=text), sender=address)
    first = next(row["reference"] for row in gw.tickets() if CANARY in row["subject"])
    gw.run("ticket", "reply", first, "--as", "zoe", input=f"Dear {CANARY}")
    gw.run("customer", "set", address, f"name={CANARY}", f"field.x={CANARY}")
    gw.run("customer", "erase", "nobody@else.example", status=1)
    assert gw.run("customer", "erase", address.upper(), "--json")["articles"] == 3
    gw.run("customer", "show", address, status=1)
    gw.run("customer", "erase", address, status=1)

    for (table,) in gw.sql("SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'mailgw'::regnamespace AND c.relkind = 'r'"):
        left = gw.sql(f"SELECT t::text FROM {table} t WHERE t::text ILIKE '%{CANARY}%' OR t::text ILIKE '%{CANARY.encode().hex()}%'")
        assert left == [], table
    assert len(gw.tickets()) == 3
    assert "Hello" in gw.run("ticket", "show", str(tickets(gw)[1]["reference"])), "others keep theirs"
    gw.audit()

    # Who writes again is a new person.
    take(gw, mail(4, sender=address), sender=address)
    assert gw.run("customer", "show", address, "--json")["tickets"] == 1
    gw.audit()
