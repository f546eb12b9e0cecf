/* Where a URL may lead: judged by the address of the connection. */
#include <arpa/inet.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <string.h>

#include "courier/peer-private.h"
#include "tap.h"

typedef struct {
    const char *name;
    const char *address;
    const char *allow;      /* networks separated by blanks, or NULL */
    gboolean    allowed;
} Case;

static const Case cases[] = {
    { "public-ipv4", "192.0.3.1", NULL, TRUE },
    { "public-ipv6", "2a01:4f8::1", NULL, TRUE },
    { "this-network", "0.0.0.0", NULL, FALSE },
    { "this-network-last", "0.255.255.255", NULL, FALSE },
    { "after-this-network", "1.0.0.0", NULL, TRUE },
    { "private-10", "10.0.0.1", NULL, FALSE },
    { "before-private-10", "9.255.255.255", NULL, TRUE },
    { "after-private-10", "11.0.0.0", NULL, TRUE },
    { "carrier-translation-first", "100.64.0.0", NULL, FALSE },
    { "carrier-translation-last", "100.127.255.255", NULL, FALSE },
    { "before-carrier-translation", "100.63.255.255", NULL, TRUE },
    { "after-carrier-translation", "100.128.0.0", NULL, TRUE },
    { "loopback", "127.0.0.1", NULL, FALSE },
    { "loopback-last", "127.255.255.254", NULL, FALSE },
    { "metadata", "169.254.169.254", NULL, FALSE },
    { "private-172-first", "172.16.0.0", NULL, FALSE },
    { "private-172-last", "172.31.255.255", NULL, FALSE },
    { "after-private-172", "172.32.0.0", NULL, TRUE },
    { "assignments", "192.0.0.8", NULL, FALSE },
    { "documentation", "192.0.2.1", NULL, FALSE },
    { "relays", "192.88.99.1", NULL, FALSE },
    { "private-192", "192.168.1.1", NULL, FALSE },
    { "benchmarks", "198.19.255.255", NULL, FALSE },
    { "multicast", "224.0.0.1", NULL, FALSE },
    { "before-multicast", "223.255.255.255", NULL, TRUE },
    { "reserved", "240.0.0.1", NULL, FALSE },
    { "broadcast", "255.255.255.255", NULL, FALSE },
    { "unspecified-ipv6", "::", NULL, FALSE },
    { "loopback-ipv6", "::1", NULL, FALSE },
    { "compatible", "::8.8.8.8", NULL, FALSE },
    { "mapped-loopback", "::ffff:127.0.0.1", NULL, FALSE },
    { "mapped-private", "::ffff:10.0.0.1", NULL, FALSE },
    { "mapped-public", "::ffff:8.8.8.8", NULL, FALSE },
    { "translated-private", "64:ff9b::10.0.0.1", NULL, FALSE },
    { "translated-metadata", "64:ff9b::a9fe:a9fe", NULL, FALSE },
    { "translated-public", "64:ff9b::8.8.8.8", NULL, TRUE },
    { "translated-locally", "64:ff9b:1::8.8.8.8", NULL, FALSE },
    { "unique-local", "fd00::1", NULL, FALSE },
    { "unique-local-first", "fc00::", NULL, FALSE },
    { "link-local", "fe80::1", NULL, FALSE },
    { "site-local", "fec0::1", NULL, FALSE },
    { "multicast-ipv6", "ff02::1", NULL, FALSE },
    { "discard-only", "100::1", NULL, FALSE },
    { "teredo", "2001:0:7f00:1::1", NULL, FALSE },
    { "documentation-ipv6", "2001:db8::1", NULL, FALSE },
    { "6to4-of-loopback", "2002:7f00:1::1", NULL, FALSE },
    { "documentation-new", "3fff::1", NULL, FALSE },
    { "beyond-unicast", "4000::1", NULL, FALSE },
    { "named-address", "127.0.0.1", "127.0.0.1", TRUE },
    { "named-network", "10.20.30.40", "192.168.0.0/16 10.0.0.0/8", TRUE },
    { "outside-of-the-named", "10.20.30.40", "10.20.30.0/27", FALSE },
    { "named-ipv6", "fd12:3456::1", "fd12:3456::/32", TRUE },
    { "another-ipv6", "fd12:3457::1", "fd12:3456::/32", FALSE },
    { "ipv4-network-names-no-ipv6", "::1", "0.0.0.0/0", FALSE },
    { "ipv6-network-names-no-ipv4", "127.0.0.1", "::/0", FALSE },
    { "mapped-of-a-named-network", "::ffff:10.0.0.1", "10.0.0.0/8", TRUE },
    { "mapped-of-another", "::ffff:10.0.0.1", "127.0.0.0/8", FALSE },
};

static socklen_t
fill(const char *text, struct sockaddr_storage *address)
{
    memset(address, 0, sizeof *address);
    if (strchr(text, ':') != NULL) {
        struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = g_htons(443) };

        g_assert_cmpint(inet_pton(AF_INET6, text, &six.sin6_addr), ==, 1);
        memcpy(address, &six, sizeof six);
        return sizeof six;
    } else {
        struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = g_htons(443) };

        g_assert_cmpint(inet_pton(AF_INET, text, &four.sin_addr), ==, 1);
        memcpy(address, &four, sizeof four);
        return sizeof four;
    }
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_auto(GStrv) allow = c->allow != NULL ? g_strsplit(c->allow, " ", -1) : NULL;
    struct sockaddr_storage address;
    socklen_t length = fill(c->address, &address);

    g_assert_cmpint(peer_is_allowed((struct sockaddr *) &address, length, allow), ==, c->allowed);
}

static void
test_other_families(void)
{
    const struct sockaddr local = { .sa_family = AF_UNIX };
    char *everything[] = { (char *) "0.0.0.0/0", (char *) "::/0", NULL };

    g_assert_false(peer_is_allowed(&local, sizeof local, everything));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/courier/peer/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/courier/peer/no-address-of-the-internet", test_other_families);
    return g_test_run();
}
