#include "template/context.h"

#include <string.h>

#include "base/text.h"

const TemplateKey template_keys[] = {
    { "language", "the language the template is written in, as its folder is called", "en" },
    { "installation.name", "the name of the installation, as it stands in subject tags", "Northwind" },
    { "queue.name", "the queue's display name, else its name", "Support" },
    { "queue.address", "the queue's address", "support@northwind.example" },
    { "desk.name", "how the desk signs: installation and queue, one of them where they are the same", "Northwind, Support" },
    { "desk.opens", "when the desk opens again; only while it is closed and its calendar is known", "Monday, 23 November, 09:00 (Athens time)" },
    { "ticket.reference", "the number of the ticket; not in a refusal", "1042" },
    { "ticket.tag", "the subject tag of the ticket; it stands in the subject in any case", "[Northwind #1042]" },
    { "ticket.token", "the signed name of the ticket, by which an answer finds it; it stands in the text in any case",
      "t1042.77.a7q3mzxw2gkd5vbn6hplce4rtoy" },
    { "previous.reference", "the closed ticket that the mail answers, where a new one was made instead", "997" },
    { "message.subject", "the subject the sender wrote; only of an authenticated sender", "The printer is out of order" },
    { "message.text", "what the sender wrote now, each line behind \"> \"; only to agents", "> It does not work." },
    { "sender.name", "the name in the sender's From, proved or not; only to agents", "Maria Jensen" },
    { "sender.address", "whom the ticket is for; only to agents", "maria@client.example" },
    { "bounce.address", "where an answer of ours did not arrive; only to agents", "maria@client.example" },
    { "bounce.reason", "what the other side says of that; only to agents", "5.1.1 mailbox unknown" },
    { "person.name", "the name in the sender's From; only of an authenticated sender", "Maria Jensen" },
    { "refusal.reason", "why a rule refuses the mail, in its words; absent where the ticket it answers is closed",
      "We take no attachments of this kind." },
    { "promise.by", "until when a person answers, in the time of the person who reads it; only where it is known",
      "Tuesday, 24 November, 14:30 (Athens time)" },
    { "promise.within", "how long that is from now, in working time; it has the case that follows \"within\" in the language, and stands only beside promise.by",
      "4 working hours" },
    { "promise.usual", "how long a first answer really took in the last 30 days, the median, in working time; only where there were at least 20", "3 working hours" },
    { "related.tickets", "a list: open tickets of an authenticated sender about the same matter, by their subjects; related is there only where there is one", NULL },
    { "related.tickets.reference", "the number of one of them", "1040" },
    { "related.tickets.tag", "its subject tag", "[Northwind #1040]" },
    { "related.tickets.subject", "its subject", "The printer does not print" },
    { "related.tickets.day", "the day it was opened", "Monday, 23 November" },
    { "waiting.closes", "in a reminder: when the ticket is closed if nothing comes; only where the queue closes it",
      "Tuesday, 24 November, 14:30 (Athens time)" },
    { "survey.good", "in a survey: a mailto: link by which an empty mail says that it went well; short, for the text",
      "mailto:support+r1042.77.3.a7q3mzxw2gkd5vbn6hplce4rtoy@northwind.example" },
    { "survey.good-filled", "the same link with subject and words filled in, for HTML",
      "mailto:support+r1042.77.3.a7q3mzxw2gkd5vbn6hplce4rtoy@northwind.example?subject=%5BNorthwind%20%231042%5D%20The%20service%20was%20good%2C%20thank%20you.&body=The%20service%20was%20good%2C%20thank%20you." },
    { "survey.fair", "the same for: it was fair",
      "mailto:support+r1042.77.2.a7q3mzxw2gkd5vbn6hplce4rtoy@northwind.example" },
    { "survey.fair-filled", "with subject and words",
      "mailto:support+r1042.77.2.a7q3mzxw2gkd5vbn6hplce4rtoy@northwind.example?subject=%5BNorthwind%20%231042%5D%20The%20service%20was%20all%20right.&body=The%20service%20was%20all%20right." },
    { "survey.poor", "the same for: it was poor",
      "mailto:support+r1042.77.1.a7q3mzxw2gkd5vbn6hplce4rtoy@northwind.example" },
    { "survey.poor-filled", "with subject and words",
      "mailto:support+r1042.77.1.a7q3mzxw2gkd5vbn6hplce4rtoy@northwind.example?subject=%5BNorthwind%20%231042%5D%20The%20service%20was%20not%20good.&body=The%20service%20was%20not%20good." },
    { "notice.overdue", "in a mail to agents: \"yes\" if the responses are overdue; absent if they will be soon", "yes" },
    { "notice.count", "of how many responses it tells", "2" },
    { "notice.more", "how many are left out; only where there are too many for one mail", "3" },
    { "notice.tickets", "a list: the tickets that owe them, the first that was due at the top", NULL },
    { "notice.tickets.reference", "its number", "1042" },
    { "notice.tickets.subject", "its subject", "The printer is out of order" },
    { "notice.tickets.due", "when the response is due, by the clock of the desk", "Tuesday, 24 November, 14:30 (Athens time)" },
    { "notice.tickets.priority", "its priority, as commands call it", "urgent" },
    { "notice.tickets.first-response", "\"yes\" if it is the first response that is owed", "yes" },
    { "notice.tickets.next-response", "\"yes\" if it is an answer to further mail", "yes" },
    { "notice.tickets.resolution", "\"yes\" if it is the resolution", "yes" },
    { "help.articles", "a list: up to three help articles that may answer a new ticket; help is there only where there is one", NULL },
    { "help.articles.title", "the title of one of them", "Change the password of a mailbox" },
    { "help.articles.url", "its address, where it has one", "https://help.northwind.example/password" },
    { "help.articles.summary", "how it begins, where it has no address", "Open the control panel and choose Mailboxes." },
    { "help.articles.solved", "a mailto: link by which an empty mail says that the article solved it, and closes the ticket; short, for the text",
      "mailto:support+s1042.77.5.a7q3mzxw2gkd5vbn6hplce4rtoy@northwind.example" },
    { "help.articles.solved-filled", "the same link with subject and words filled in, for HTML",
      "mailto:support+s1042.77.5.a7q3mzxw2gkd5vbn6hplce4rtoy@northwind.example?subject=%5BNorthwind%20%231042%5D%20Change%20the%20password&body=This%20solved%20it%2C%20thank%20you." },
};
const gsize n_template_keys = G_N_ELEMENTS(template_keys);

static gboolean
ends_with_path(const char *key, const char *name)
{
    gsize length = strlen(key), tail = strlen(name);

    return length > tail && key[length - tail - 1] == '.' && g_str_has_suffix(key, name);
}

gboolean
template_key_is_known(const char *name)
{
    gsize length = strlen(name);

    if (g_str_equal(name, "."))
        return TRUE;
    for (gsize i = 0; i < n_template_keys; i++) {
        const char *key = template_keys[i].key;

        if (g_str_equal(key, name) || (g_str_has_prefix(key, name) && key[length] == '.') || ends_with_path(key, name))
            return TRUE;
    }
    return FALSE;
}

const char *
template_key_nearest(const char *name)
{
    const char *keys[G_N_ELEMENTS(template_keys) + 1] = { NULL };

    for (gsize i = 0; i < n_template_keys; i++)
        keys[i] = template_keys[i].key;
    return text_nearest(name, keys);
}

TemplateValue *
template_example_values(void)
{
    TemplateValue *values = template_object();

    for (gsize i = 0; i < n_template_keys; i++)
        template_set_text(values, template_keys[i].key, template_keys[i].example);
    return values;
}
