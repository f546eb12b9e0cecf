/*
 * chart-heat.c - how much there was in each hour of the week
 */
#include "report/chart.h"

#include <math.h>
#include <string.h>

#include "report/markup.h"

#define WIDTH  360.0
#define LEFT   34.0
#define TOP    18.0
#define CELL   13.4
#define ROW    17.0
#define LEGEND 5

static const char *const weekdays[7] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

/* By the root: the difference between few and none is worth more than that between many and very many. */
static double
strength(gint64 count, gint64 most)
{
    return count > 0 ? 0.12 + 0.88 * sqrt((double) count / (double) most) : 0;
}

static void
draw_cell(GString *page, double x, double y, gint64 count, gint64 most, const char *title)
{
    markup_raw(page, count > 0 ? "<rect class=\"heat\"" : "<rect class=\"cold\"");
    markup_number(page, "x", x);
    markup_number(page, "y", y);
    markup_number(page, "width", CELL - 1);
    markup_number(page, "height", ROW - 1);
    if (count > 0) {
        char text[G_ASCII_DTOSTR_BUF_SIZE];

        g_ascii_formatd(text, sizeof text, "%.2f", strength(count, most));
        markup_format(page, " fill-opacity=\"%s\"", text);
    }
    markup_raw(page, "><title>");
    markup_text(page, title);
    markup_raw(page, "</title></rect>");
}

static void
draw_text(GString *page, const char *class_, double x, double y, const char *text)
{
    markup_format(page, "<text class=\"%s\"", class_);
    markup_number(page, "x", x);
    markup_number(page, "y", y);
    markup_raw(page, ">");
    markup_text(page, text);
    markup_raw(page, "</text>");
}

static void
draw_row(GString *page, int day, gint64 counts[24], gint64 most)
{
    double y = TOP + day * ROW;

    draw_text(page, "y", LEFT - 4, y + ROW - 5, weekdays[day]);
    for (int hour = 0; hour < 24; hour++) {
        g_autofree char *title = g_strdup_printf("%s %02d:00 to %02d:00: %" G_GINT64_FORMAT, weekdays[day], hour, hour + 1, counts[hour]);

        draw_cell(page, LEFT + hour * CELL, y, counts[hour], most, title);
    }
}

static void
draw_legend(GString *page, gint64 most)
{
    double y = TOP + 7 * ROW + 8;
    g_autofree char *word = g_strdup_printf("%" G_GINT64_FORMAT, most);
    double x = LEFT + 24 * CELL - 8 * (double) strlen(word) - LEGEND * CELL - 4;

    draw_text(page, "y", x - 5, y + 12, "0");
    for (int i = 0; i < LEGEND; i++)
        draw_cell(page, x + i * CELL, y, i * most / (LEGEND - 1), most, "");
    draw_text(page, "start", x + LEGEND * CELL + 4, y + 12, word);
}

void
chart_heat(GString *page, const char *label, gint64 counts[7][24])
{
    gint64 most = 0;

    for (int day = 0; day < 7; day++)
        for (int hour = 0; hour < 24; hour++)
            most = MAX(most, counts[day][hour]);
    markup_format(page, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", WIDTH, TOP + 7 * ROW + 28);
    markup_text(page, label);
    markup_raw(page, "\">");
    for (int hour = 0; hour < 24; hour += 3) {
        g_autofree char *text = g_strdup_printf("%02d", hour);

        draw_text(page, "x", LEFT + (hour + 0.5) * CELL, TOP - 5, text);
    }
    for (int day = 0; day < 7; day++)
        draw_row(page, day, counts[day], most);
    if (most > 0)
        draw_legend(page, most);
    markup_raw(page, "</svg>\n");
}
