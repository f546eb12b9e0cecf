/*
 * words.c - what ICU does not know: how a language puts a zone beside a time, and what it calls working time
 *
 * After "within" the noun stands in the case that the templates' word for it asks for: the genitive (в течение, на працягу, w ciągu), the dative (innerhalb von).
 */
#include <string.h>

#include "base/text.h"
#include "locale/locale-private.h"

static const LocaleWords words[] = {
    {
        .language = "en", .icu = "en_GB",
        .solved = "This solved it, thank you.",
        .rated = { "The service was not good.", "The service was all right.", "The service was good, thank you." },
        .day = "EEEE, d MMMM", .day_and_year = "EEEE, d MMMM y", .time = "HH:mm", .joined = "{0}, {1}",
        .in_zone = "{0} ({1} time)", .besides = "{0} (our time, {1}: {2})", .both = "{0} and {1}",
        .plain = { { "{0} minute", NULL, NULL, "{0} minutes" },
                   { "{0} hour", NULL, NULL, "{0} hours" },
                   { "{0} day", NULL, NULL, "{0} days" } },
        .plain_working = { { "{0} working minute", NULL, NULL, "{0} working minutes" },
                           { "{0} working hour", NULL, NULL, "{0} working hours" },
                           { "{0} working day", NULL, NULL, "{0} working days" } },
    },
    {
        .language = "el",
        .solved = "Αυτό έλυσε το θέμα, ευχαριστώ.",
        .rated = { "Η εξυπηρέτηση δεν ήταν καλή.", "Η εξυπηρέτηση ήταν μέτρια.", "Η εξυπηρέτηση ήταν καλή, ευχαριστώ." },
        .day = "EEEE, d MMMM", .day_and_year = "EEEE, d MMMM y", .time = "HH:mm", .joined = "{0}, {1}",
        .in_zone = "{0} (ζώνη ώρας: {1})", .besides = "{0} (δική μας ώρα, {1}: {2})", .both = "{0} και {1}",
        .plain = { { "{0} λεπτό", NULL, NULL, "{0} λεπτά" },
                   { "{0} ώρα", NULL, NULL, "{0} ώρες" },
                   { "{0} ημέρα", NULL, NULL, "{0} ημέρες" } },
        .plain_working = { { "{0} εργάσιμο λεπτό", NULL, NULL, "{0} εργάσιμα λεπτά" },
                           { "{0} εργάσιμη ώρα", NULL, NULL, "{0} εργάσιμες ώρες" },
                           { "{0} εργάσιμη ημέρα", NULL, NULL, "{0} εργάσιμες ημέρες" } },
    },
    {
        .language = "ru",
        .solved = "Вопрос решён, спасибо.",
        .rated = { "Обслуживание мне не понравилось.", "Обслуживание было приемлемым.", "Обслуживание мне понравилось, спасибо." },
        .day = "EEEE, d MMMM", .day_and_year = "EEEE, d MMMM y 'г'.", .time = "HH:mm", .joined = "{0}, {1}",
        .in_zone = "{0} (часовой пояс: {1})", .besides = "{0} (у нас, {1}: {2})", .both = "{0} и {1}",
        .plain = { { "{0} минута", "{0} минуты", "{0} минут", "{0} минуты" },
                   { "{0} час", "{0} часа", "{0} часов", "{0} часа" },
                   { "{0} день", "{0} дня", "{0} дней", "{0} дня" } },
        .plain_working = { { "{0} рабочая минута", "{0} рабочие минуты", "{0} рабочих минут", "{0} рабочей минуты" },
                           { "{0} рабочий час", "{0} рабочих часа", "{0} рабочих часов", "{0} рабочего часа" },
                           { "{0} рабочий день", "{0} рабочих дня", "{0} рабочих дней", "{0} рабочего дня" } },
        .within = { { "{0} минуты", NULL, NULL, "{0} минут" },
                    { "{0} часа", NULL, NULL, "{0} часов" },
                    { "{0} дня", NULL, NULL, "{0} дней" } },
        .within_working = { { "{0} рабочей минуты", NULL, NULL, "{0} рабочих минут" },
                            { "{0} рабочего часа", NULL, NULL, "{0} рабочих часов" },
                            { "{0} рабочего дня", NULL, NULL, "{0} рабочих дней" } },
    },
    {
        .language = "be",
        .solved = "Пытанне вырашана, дзякуй.",
        .rated = { "Абслугоўванне мне не спадабалася.", "Абслугоўванне было прымальным.", "Абслугоўванне мне спадабалася, дзякуй." },
        .day = "EEEE, d MMMM", .day_and_year = "EEEE, d MMMM y 'г'.", .time = "HH:mm", .joined = "{0}, {1}",
        .in_zone = "{0} (часавы пояс: {1})", .besides = "{0} (у нас, {1}: {2})", .both = "{0} і {1}",
        .plain = { { "{0} хвіліна", "{0} хвіліны", "{0} хвілін", "{0} хвіліны" },
                   { "{0} гадзіна", "{0} гадзіны", "{0} гадзін", "{0} гадзіны" },
                   { "{0} дзень", "{0} дні", "{0} дзён", "{0} дня" } },
        .plain_working = { { "{0} працоўная хвіліна", "{0} працоўныя хвіліны", "{0} працоўных хвілін", "{0} працоўнай хвіліны" },
                           { "{0} працоўная гадзіна", "{0} працоўныя гадзіны", "{0} працоўных гадзін", "{0} працоўнай гадзіны" },
                           { "{0} працоўны дзень", "{0} працоўныя дні", "{0} працоўных дзён", "{0} працоўнага дня" } },
        .within = { { "{0} хвіліны", NULL, NULL, "{0} хвілін" },
                    { "{0} гадзіны", NULL, NULL, "{0} гадзін" },
                    { "{0} дня", NULL, NULL, "{0} дзён" } },
        .within_working = { { "{0} працоўнай хвіліны", NULL, NULL, "{0} працоўных хвілін" },
                            { "{0} працоўнай гадзіны", NULL, NULL, "{0} працоўных гадзін" },
                            { "{0} працоўнага дня", NULL, NULL, "{0} працоўных дзён" } },
    },
    {
        .language = "pl",
        .solved = "To rozwiązało sprawę, dziękuję.",
        .rated = { "Obsługa nie była dobra.", "Obsługa była przeciętna.", "Obsługa była dobra, dziękuję." },
        .day = "EEEE, d MMMM", .day_and_year = "EEEE, d MMMM y", .time = "HH:mm", .joined = "{0}, {1}",
        .in_zone = "{0} (strefa czasowa: {1})", .besides = "{0} (u nas, {1}: {2})", .both = "{0} i {1}",
        .plain = { { "{0} minuta", "{0} minuty", "{0} minut", "{0} minuty" },
                   { "{0} godzina", "{0} godziny", "{0} godzin", "{0} godziny" },
                   { "{0} dzień", "{0} dni", "{0} dni", "{0} dnia" } },
        .plain_working = { { "{0} minuta robocza", "{0} minuty robocze", "{0} minut roboczych", "{0} minuty roboczej" },
                           { "{0} godzina robocza", "{0} godziny robocze", "{0} godzin roboczych", "{0} godziny roboczej" },
                           { "{0} dzień roboczy", "{0} dni robocze", "{0} dni roboczych", "{0} dnia roboczego" } },
        .within = { { "{0} minuty", NULL, NULL, "{0} minut" },
                    { "{0} godziny", NULL, NULL, "{0} godzin" },
                    { "{0} dnia", NULL, NULL, "{0} dni" } },
        .within_working = { { "{0} minuty roboczej", NULL, NULL, "{0} minut roboczych" },
                            { "{0} godziny roboczej", NULL, NULL, "{0} godzin roboczych" },
                            { "{0} dnia roboczego", NULL, NULL, "{0} dni roboczych" } },
    },
    {
        .language = "de",
        .solved = "Damit ist es gelöst, vielen Dank.",
        .rated = { "Ich war nicht zufrieden.", "Ich war teilweise zufrieden.", "Ich war zufrieden, vielen Dank." },
        .day = "EEEE, d. MMMM", .day_and_year = "EEEE, d. MMMM y", .time = "HH:mm 'Uhr'", .joined = "{0}, {1}",
        .in_zone = "{0} (Ortszeit {1})", .besides = "{0} (bei uns, {1}: {2})", .both = "{0} und {1}",
        .plain = { { "{0} Minute", NULL, NULL, "{0} Minuten" },
                   { "{0} Stunde", NULL, NULL, "{0} Stunden" },
                   { "{0} Tag", NULL, NULL, "{0} Tage" } },
        .plain_working = { { "{0} Minute Arbeitszeit", NULL, NULL, "{0} Minuten Arbeitszeit" },
                           { "{0} Arbeitsstunde", NULL, NULL, "{0} Arbeitsstunden" },
                           { "{0} Arbeitstag", NULL, NULL, "{0} Arbeitstage" } },
        .within = { { "{0} Minute", NULL, NULL, "{0} Minuten" },
                    { "{0} Stunde", NULL, NULL, "{0} Stunden" },
                    { "{0} Tag", NULL, NULL, "{0} Tagen" } },
        .within_working = { { "{0} Minute Arbeitszeit", NULL, NULL, "{0} Minuten Arbeitszeit" },
                            { "{0} Arbeitsstunde", NULL, NULL, "{0} Arbeitsstunden" },
                            { "{0} Arbeitstag", NULL, NULL, "{0} Arbeitstagen" } },
    },
};

const LocaleWords *
locale_words(const char *language)
{
    gsize length = strcspn(language, "-_");

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strlen(words[i].language) == length && g_ascii_strncasecmp(words[i].language, language, length) == 0)
            return &words[i];
    }
    return NULL;
}

const char *
locale_solved_phrase(const Locale *locale)
{
    return locale->words != NULL ? locale->words->solved : words[0].solved;
}

const char *
locale_rated_phrase(const Locale *locale, gsize rating)
{
    g_assert(rating < LOCALE_RATINGS);
    return locale->words != NULL ? locale->words->rated[rating] : words[0].rated[rating];
}

/* A mail program may break the line, or make three spaces of one. */
gboolean
locale_is_link_phrase(const char *text)
{
    g_autofree char *line = text_fold_space(text);

    g_strstrip(line);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_str_equal(words[i].solved, line))
            return TRUE;
        for (gsize rating = 0; rating < LOCALE_RATINGS; rating++)
            if (g_str_equal(words[i].rated[rating], line))
                return TRUE;
    }
    return FALSE;
}
