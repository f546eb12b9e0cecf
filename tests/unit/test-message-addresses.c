/* Lists of addresses as RFC 5322, 3.4 has them and as mail has them. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "message/address-list-private.h"
#include "message/message.h"
#include "tap.h"

typedef struct {
    const char *name;
    const char *raw;
    const char *wanted;     /* "name|address", one after the other, with ", " between; "-" where there is no name */
} Case;

static const Case cases[] = {
    { "plain", "jane@x.example", "-|jane@x.example" },
    { "name", "Jane Doe <jane@x.example>", "Jane Doe|jane@x.example" },
    { "quoted-name", "\"Doe, Jane\" <jane@x.example>", "Doe, Jane|jane@x.example" },
    { "quoted-pair", "\"J \\\"D\\\" Doe\" <jane@x.example>", "J \"D\" Doe|jane@x.example" },
    { "list", "a@x.example, B <b@x.example>,c@x.example", "-|a@x.example, B|b@x.example, -|c@x.example" },
    { "empty-items", ",, a@x.example, ,", "-|a@x.example" },
    { "empty", "", "" },
    { "null-path", "<>", "" },
    { "domain-lower-case", "Jane@X.EXAMPLE", "-|Jane@x.example" },
    { "idn", "jane@b\303\274cher.example", "-|jane@xn--bcher-kva.example" },
    { "group", "Team: a@x.example, B <b@x.example>;, c@x.example",
      "-|a@x.example, B|b@x.example, -|c@x.example" },
    { "empty-group", "undisclosed-recipients:;", "" },
    { "nested-groups", "A: B: C: a@x.example;;;", "-|a@x.example" },
    { "quoted-name-without-brackets", "\"Doe, Jane\" jane@x.example", "Doe, Jane|jane@x.example" },
    { "quoted-name-behind", "jane@x.example \"Jane \\\"J\\\" Doe\"", "Jane \"J\" Doe|jane@x.example" },
    { "lone-word-before-a-quoted-name", "root, \"Bob\" <bob@x.example>", "-|root, Bob|bob@x.example" },
    { "nothing-in-brackets", "a@x.example <>, b@x.example <", "-|a@x.example, -|b@x.example" },
    { "comment-is-the-name", "jane@x.example (Jane Doe)", "Jane Doe|jane@x.example" },
    { "comment-in-a-name", "Jane (the boss) Doe <jane@x.example>", "Jane Doe (the boss)|jane@x.example" },
    { "comment-in-an-address", "Pete <pete(his account)@silly.example(his host)>", "Pete|pete@silly.example" },
    { "nested-comment", "jane@x.example (Jane (J) Doe)", "Jane (J) Doe|jane@x.example" },
    { "quoted-local-part", "\"jane doe\"@x.example", "-|\"jane doe\"@x.example" },
    { "quoted-local-part-in-brackets", "J <\"jane, doe\"@x.example>", "J|\"jane, doe\"@x.example" },
    { "domain-literal", "jane@[IPv6:2001:db8::1]", "-|jane@[ipv6:2001:db8::1]" },
    { "source-route", "<@a.example,@b.example:jane@x.example>", "-|jane@x.example" },
    { "obsolete-blanks", "jane . doe @ x.example", "-|jane.doe@x.example" },
    { "blanks-around-at", "jane @ x.example", "-|jane@x.example" },
    { "encoded-name", "=?utf-8?Q?J=C3=B6rg_M?= <j@x.example>", "J\303\266rg M|j@x.example" },
    { "encoded-comma", "=?utf-8?Q?Doe,_Jane?= <j@x.example>", "Doe, Jane|j@x.example" },
    { "encoded-in-quotes", "\"=?utf-8?Q?J=C3=B6rg?=\" <j@x.example>", "J\303\266rg|j@x.example" },
    { "encoded-all", "=?utf-8?Q?Jane_<jane@x.example>?=", "Jane|jane@x.example" },
    { "raw-8-bit", "J\366rg <j@x.example>", "J\303\266rg|j@x.example" },
    /* The sins. */
    { "comma-without-quotes", "Doe, Jane <jane@x.example>, b@x.example", "Doe, Jane|jane@x.example, -|b@x.example" },
    { "comma-after-encoded", "=?utf-8?Q?M=C3=BCller?=, Jane <jane@x.example>", "M\303\274ller, Jane|jane@x.example" },
    { "names-without-domain", "root, daemon, a@x.example", "-|root, -|daemon, -|a@x.example" },
    { "words-without-address", "Undisclosed recipients", "Undisclosed recipients|" },
    { "semicolons", "a@x.example; B <b@x.example>; c@x.example", "-|a@x.example, B|b@x.example, -|c@x.example" },
    { "no-comma", "a@x.example b@x.example", "-|a@x.example, -|b@x.example" },
    { "no-comma-after-brackets", "A <a@x.example> B <b@x.example>", "A|a@x.example, B|b@x.example" },
    { "no-brackets", "Jane Doe jane@x.example", "Jane Doe|jane@x.example" },
    { "name-behind", "<jane@x.example> Jane", "Jane|jane@x.example" },
    { "no-closing-bracket", "Jane <jane@x.example, b@x.example", "Jane|jane@x.example, -|b@x.example" },
    { "no-opening-bracket", "jane@x.example>", "-|jane@x.example" },
    { "doubled-brackets", "Jane <<jane@x.example>>", "Jane|jane@x.example" },
    { "name-in-brackets", "<Jane Doe> <jane@x.example>", "Jane Doe|jane@x.example" },
    { "quotes-around-the-address", "\"jane@x.example\"", "-|jane@x.example" },
    { "quotes-in-brackets", "Jane <\"jane@x.example\">", "Jane|jane@x.example" },
    { "open-quote", "\"Jane <jane@x.example>", "Jane|jane@x.example" },
    { "open-comment", "Jane <jane@x.example> (the", "Jane|jane@x.example" },
    { "mailto", "mailto:jane@x.example", "-|jane@x.example" },
    { "mailto-in-brackets", "Jane <mailto:jane@x.example>", "Jane|jane@x.example" },
    { "address-as-name", "jane@x.example <jane@x.example>", "jane@x.example|jane@x.example" },
    { "apostrophes-stay", "'Jane' <jane@x.example>", "'Jane'|jane@x.example" },
    { "two-blanks-in-a-name-stay", "\"A  B\" <a@x.example>", "A  B|a@x.example" },
};

static char *
as_text(const GPtrArray *addresses)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < addresses->len; i++) {
        const MessageAddress *address = addresses->pdata[i];

        g_string_append_printf(text, "%s%s|%s", i > 0 ? ", " : "", address->name != NULL ? address->name : "-",
                               address->address);
    }
    return g_string_free(text, FALSE);
}

static void
test_case(gconstpointer data)
{
    const Case *one = data;
    g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func((GDestroyNotify) message_address_free);
    g_autofree char *found = NULL;

    g_assert_true(address_list_parse(one->raw, LIMIT_ADDRESSES_PER_FIELD, addresses));
    found = as_text(addresses);
    g_assert_cmpstr(found, ==, one->wanted);
}

/* No more than are asked for, however many stand there, and the caller is told. */
static void
test_limit(void)
{
    g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func((GDestroyNotify) message_address_free);
    g_autoptr(GString) raw = g_string_new(NULL);

    for (guint i = 0; i < 300; i++)
        g_string_append_printf(raw, "a%u@x.example,", i);
    g_assert_false(address_list_parse(raw->str, 256, addresses));
    g_assert_cmpuint(addresses->len, ==, 256);
    g_assert_cmpstr(((MessageAddress *) addresses->pdata[255])->address, ==, "a255@x.example");
}

/* Linear, and no stack that the sender decides about. */
static void
test_hostile(void)
{
    static const char *const pieces[] = { "a:", "<", "(", "\"", "\\", "<@a,", "[", "a@[:", "=?utf-8?Q?", "=?utf-8?Q?a@b?=,",
                                          ",", ";", "<\"", "a@b ", "(()", "<(" };

    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func((GDestroyNotify) message_address_free);
        g_autoptr(GString) raw = g_string_new(NULL);
        gint64 begin = clock_process_cpu();

        while (raw->len < LIMIT_HEADER_FIELD)
            g_string_append(raw, pieces[i]);
        (void) address_list_parse(raw->str, LIMIT_ADDRESSES_PER_FIELD, addresses);
        g_assert_cmpuint(addresses->len, <=, LIMIT_ADDRESSES_PER_FIELD);
        g_assert_cmpint(clock_process_cpu() - begin, <, 3 * G_USEC_PER_SEC);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/message/addresses/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/message/addresses/at-most-so-many", test_limit);
    g_test_add_func("/message/addresses/hostile", test_hostile);
    return g_test_run();
}
