#include "report/chart.h"

#include "report/axis.h"
#include "report/markup.h"
#include "report/words.h"

#define WIDTH   360.0
#define HEIGHT  180.0
#define LEFT    44.0
#define RIGHT   354.0
#define TOP     10.0
#define BOTTOM  156.0
#define TICKS   4

static char *
value_word(ChartScale scale, double value)
{
    if (scale == CHART_SECONDS)
        return report_duration(value);
    if (scale == CHART_PERCENT)
        return report_percent(value);
    return g_strdup_printf("%" G_GINT64_FORMAT, (gint64) (value + 0.5));
}

static double
highest(const ChartColumns *chart)
{
    double max = 0;

    for (guint i = 0; i < chart->n; i++) {
        double sum = 0;

        for (guint s = 0; s < chart->n_series; s++) {
            double value = MAX(chart->series[s].values[i], 0);

            sum = chart->stacked ? sum + value : MAX(sum, value);
        }
        max = MAX(max, sum);
    }
    return max;
}

static double
axis_of(const ChartColumns *chart, double *step_out)
{
    double max = highest(chart);

    if (chart->scale == CHART_PERCENT) {
        *step_out = 25;
        return 100;
    }
    *step_out = chart->scale == CHART_SECONDS ? axis_step_seconds(max, TICKS) : axis_step(max, TICKS);
    return axis_top(max, *step_out);
}

static void
draw_axis(GString *page, ChartScale scale, double top, double step)
{
    for (int i = 0; i * step <= top * 1.0001; i++) {
        double y = BOTTOM - (BOTTOM - TOP) * i * step / top;
        g_autofree char *word = scale == CHART_PERCENT ? g_strdup_printf("%.0f%%", i * step) : value_word(scale, i * step);

        markup_raw(page, i == 0 ? "<line class=\"base\"" : "<line class=\"grid\"");
        markup_number(page, "x1", LEFT);
        markup_number(page, "x2", RIGHT);
        markup_number(page, "y1", y);
        markup_number(page, "y2", y);
        markup_raw(page, "/><text class=\"y\"");
        markup_number(page, "x", LEFT - 5);
        markup_number(page, "y", y + 4);
        markup_raw(page, ">");
        markup_text(page, i == 0 && scale == CHART_SECONDS ? "0" : word);
        markup_raw(page, "</text>");
    }
}

static void
draw_label(GString *page, const ChartColumns *chart, guint i, double middle)
{
    markup_raw(page, "<text class=\"x\"");
    markup_number(page, "x", CLAMP(middle, LEFT + 8, RIGHT - 14));
    markup_number(page, "y", BOTTOM + 15);
    markup_raw(page, ">");
    markup_text(page, chart->labels[i]);
    markup_raw(page, "</text>");
}

static void
draw_bar(GString *page, const char *class_, double x, double width, double from, double to)
{
    markup_raw(page, "<rect class=\"");
    markup_raw(page, class_);
    markup_raw(page, "\"");
    markup_number(page, "x", x);
    markup_number(page, "y", to);
    markup_number(page, "width", width);
    markup_number(page, "height", from - to);
    markup_raw(page, "/>");
}

static void
draw_title(GString *page, const ChartColumns *chart, guint i)
{
    markup_raw(page, "<title>");
    markup_text(page, chart->labels[i]);
    for (guint s = 0; s < chart->n_series; s++) {
        double value = chart->series[s].values[i];
        g_autofree char *word = value < 0 ? g_strdup("-") : value_word(chart->scale, value);

        markup_raw(page, s == 0 ? ": " : ", ");
        markup_text(page, word);
        markup_raw(page, " ");
        markup_text(page, chart->series[s].name);
    }
    markup_raw(page, "</title>");
}

static void
draw_column(GString *page, const ChartColumns *chart, guint i, double top)
{
    double room = (RIGHT - LEFT) / chart->n, width = MIN(room * (chart->n > 90 ? 1 : 0.78), 40), x = LEFT + room * (i + 0.5) - width / 2;
    double base = BOTTOM;

    markup_raw(page, "<g>");
    draw_title(page, chart, i);
    for (guint s = 0; s < chart->n_series; s++) {
        double value = chart->series[s].values[i], height = (BOTTOM - TOP) * value / top;
        /* Of two that stand in one place the later one is narrower, so that both are seen. */
        double inset = !chart->stacked && s > 0 && width > 4 ? width * 0.18 : 0;

        if (value <= 0)
            continue;
        draw_bar(page, chart->series[s].class_, x + inset, width - 2 * inset, base, base - height);
        if (chart->stacked)
            base -= height;
    }
    markup_raw(page, "</g>");
}

/* One that would be cut by the edge is left out. */
static gboolean
has_label(guint i, guint n, guint every)
{
    return i % every == 0 && (n - i > every / 2 || i == 0 || every == 1);
}

void
chart_columns(GString *page, const ChartColumns *chart)
{
    guint every = axis_every(chart->n, chart->room);
    double step, top = axis_of(chart, &step);

    markup_format(page, "<svg%s viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", every == 1 && chart->n > 9 ? " class=\"dense\"" : "", WIDTH, HEIGHT);
    markup_text(page, chart->label);
    markup_raw(page, "\">");
    draw_axis(page, chart->scale, top, step);
    for (guint i = 0; i < chart->n; i++) {
        draw_column(page, chart, i, top);
        if (has_label(i, chart->n, every))
            draw_label(page, chart, i, LEFT + (RIGHT - LEFT) * (i + 0.5) / chart->n);
    }
    markup_raw(page, "</svg>\n");
}
