#include "report/figures-json.h"

#include "targets/civil.h"

static const char *const target_keys[N_REPORT_TARGETS] = {
    [REPORT_FIRST_RESPONSE] = "first-response", [REPORT_NEXT_RESPONSE] = "next-response", [REPORT_RESOLUTION] = "resolution",
};

static json_t *
day_json(gint64 day)
{
    g_autofree char *text = civil_format(day);

    return json_text(text);
}

/* Whole seconds: what is told of fractions would be noise. */
static json_t *
times_json(const ReportTimes *times)
{
    json_t *object = json_object();

    json_object_set_new(object, "count", json_integer(times->count));
    json_object_set_new(object, "median", times->count > 0 ? json_integer((json_int_t) (times->median + 0.5)) : json_null());
    json_object_set_new(object, "p90", times->count > 0 ? json_integer((json_int_t) (times->p90 + 0.5)) : json_null());
    return object;
}

static json_t *
kept_json(const ReportKept *kept)
{
    json_t *object = json_object();
    double percent = report_kept_percent(kept);

    json_object_set_new(object, "met", json_integer(kept->met));
    json_object_set_new(object, "breached", json_integer(kept->breached));
    json_object_set_new(object, "owed", json_integer(kept->owed));
    json_object_set_new(object, "met_percent", percent >= 0 ? json_real((double) (gint64) (percent * 100 + 0.5) / 100) : json_null());
    return object;
}

static void
add_figures(json_t *object, const ReportFigures *figures)
{
    json_t *targets = json_object();
    ReportKept all = report_kept_sum(figures);

    for (int i = 0; i < N_REPORT_TARGETS; i++)
        json_object_set_new(targets, target_keys[i], kept_json(&figures->kept[i]));
    json_object_set_new(targets, "all", kept_json(&all));
    json_object_set_new(object, "mails", json_integer(figures->mails));
    json_object_set_new(object, "tickets", json_integer(figures->tickets));
    json_object_set_new(object, "first_response_seconds", times_json(&figures->answered));
    json_object_set_new(object, "resolution_seconds", times_json(&figures->resolved));
    json_object_set_new(object, "targets", targets);
    json_object_set_new(object, "reopened", json_integer(figures->reopened));
    json_object_set_new(object, "backlog", figures->backlog >= 0 ? json_integer(figures->backlog) : json_null());
    json_object_set_new(object, "oldest_open", json_time(figures->oldest * G_USEC_PER_SEC));
}

static json_t *
totals_json(const ReportFigures *figures)
{
    json_t *object = json_object();

    add_figures(object, figures);
    return object;
}

static json_t *
periods_json(const Report *report, const ReportGroup *group)
{
    json_t *array;

    if (report->span->every == EVERY_SPAN)
        return json_null();
    array = json_array();
    for (guint i = 0; i < report_span_periods(report->span); i++) {
        json_t *period = json_object();

        json_object_set_new(period, "from", day_json(report_span_day(report->span, i)));
        json_object_set_new(period, "to", day_json(report_span_day(report->span, i + 1)));
        add_figures(period, &group->periods[i]);
        json_array_append_new(array, period);
    }
    return array;
}

json_t *
report_to_json(const Report *report)
{
    json_t *object = json_object(), *groups = json_array();

    json_object_set_new(object, "since", day_json(report->span->first));
    json_object_set_new(object, "until", day_json(report->span->end));
    json_object_set_new(object, "timezone", json_text(zone_name(report->span->zone)));
    json_object_set_new(object, "every", json_text(report_every_name(report->span->every)));
    json_object_set_new(object, "by", json_text(report_by_name(report->by)));
    json_object_set_new(object, "totals", totals_json(&report->whole.all));
    for (guint i = 0; i < report->groups->len; i++) {
        const ReportGroup *group = report->groups->pdata[i];
        json_t *one = json_object();

        json_object_set_new(one, "name", json_text(group->name));
        json_object_set_new(one, "totals", totals_json(&group->all));
        json_object_set_new(one, "periods", periods_json(report, group));
        json_array_append_new(groups, one);
    }
    json_object_set_new(object, "groups", groups);
    json_object_set_new(object, "periods", periods_json(report, &report->whole));
    return object;
}
