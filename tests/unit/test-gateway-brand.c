/*
 * test-gateway-brand.c - a queue that writes in another name: what customers see of it, and which tags lead back
 */
#include <glib/gstdio.h>
#include <unistd.h>

#include "gateway-desk.h"
#include "tap.h"

static const BrandConfig acme = { (char *) "acme", (char *) "Acme Hosting", (char *) "Acme Support", (char *) "Acme", (char *) "de", (char *) "acme" };

static Message *
answer(Desk *desk, const char *fields)
{
    g_autofree char *mail = desk_mail(fields);
    const Effect *effect;
    gsize length;
    const guint8 *bytes;

    desk_decide(desk, mail);
    effect = desk_effect(desk, EFFECT_MAIL, 0);
    g_assert_nonnull(effect);
    bytes = g_bytes_get_data(effect->mail.bytes, &length);
    return message_parse(bytes, length, NULL);
}

static void
test_names(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autoptr(Message) message = NULL, named = NULL;

    desk->support.of_brand = &acme;
    message = answer(desk, "");
    g_assert_true(g_str_has_prefix(message->subject, "[Acme #1042] "));
    g_assert_cmpstr(((MessageAddress *) message->from->pdata[0])->name, ==, "Acme Support");
    g_assert_nonnull(strstr(message->text, "-- \nAcme Hosting, support\n"));
    g_assert_null(strstr(message->text, "Northwind"));
    /* What the queue says of itself is nearer. */
    desk->support.display_name = (char *) "The Desk";
    named = answer(desk, "");
    g_assert_cmpstr(((MessageAddress *) named->from->pdata[0])->name, ==, "The Desk");
}

/* Whichever tag an answer bears, it is one of ours. */
static void
test_tags(void)
{
    static const char *const tags[] = { "Acme", NULL };
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *by_brand = desk_mail("Subject: Re: [Acme #17] x\n"), *by_name = desk_mail("Subject: Re: [Northwind #17] x\n");

    desk->settings.old_tags = tags;
    desk_add_ticket(desk, 17, TICKET_OPEN, TRUE);
    desk_decide(desk, by_brand);
    g_assert_cmpint(desk->decision->ticket, ==, 17);
    desk_decide(desk, by_name);
    g_assert_cmpint(desk->decision->ticket, ==, 17);
}

static void
test_templates(void)
{
    g_autofree char *folder = g_dir_make_tmp("mailgw-brand-XXXXXX", NULL), *language = g_build_filename(folder, "en", NULL);
    g_autofree char *path = g_build_filename(language, "acme-acknowledge.mustache", NULL);
    g_autoptr(TemplateSet) templates = NULL;
    g_autoptr(Desk) desk = desk_new();
    g_autoptr(Message) branded = NULL, plain = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(g_mkdir(language, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, "Subject: Hi\n\nAcme has it.\n", -1, NULL));
    templates = template_set_load(folder, &error);
    g_assert_no_error(error);
    g_unlink(path);
    g_rmdir(language);
    g_rmdir(folder);
    desk->settings.templates = templates;
    plain = answer(desk, "");
    g_assert_null(strstr(plain->text, "Acme has it."));
    desk->support.of_brand = &acme;
    branded = answer(desk, "");
    g_assert_nonnull(strstr(branded->text, "Acme has it."));
    g_assert_cmpstr(branded->subject, ==, "[Acme #1042] Hi");
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/gateway/brand/names", test_names);
    g_test_add_func("/gateway/brand/tags", test_tags);
    g_test_add_func("/gateway/brand/templates", test_templates);
    return g_test_run();
}
