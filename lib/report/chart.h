/*
 * chart.h - charts as SVG in a page
 *
 * A chart is as wide as a phone and grows with its place. Colours are the page's (classes), so that light, dark and paper have their own. Every column tells its
 * values to who points at it; the tables beside the charts tell them to everybody.
 */
#pragma once

#include <glib.h>

typedef enum { CHART_COUNT, CHART_SECONDS, CHART_PERCENT } ChartScale;

typedef struct {
    const char   *name;            /* "tickets" */
    const char   *class_;          /* of its columns: "strong", "soft", "good", "bad" */
    const double *values;          /* less than 0: there is none */
} ChartSeries;

typedef struct {
    const char        *label;      /* what is seen, for who cannot see it              */
    ChartScale         scale;
    gboolean           stacked;    /* the second on the first; else the later in front */
    guint              n;          /* columns */
    const char *const *labels;     /* of each */
    guint              room;       /* at most so many labels are written               */
    const ChartSeries *series;
    guint              n_series;
} ChartColumns;

void chart_columns(GString *page, const ChartColumns *chart);

/* Monday is 0. */
void chart_heat(GString *page, const char *label, gint64 counts[7][24]);
