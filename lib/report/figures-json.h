/*
 * figures-json.h - figures for programs: counts, seconds, days
 */
#pragma once

#include "base/json.h"
#include "report/figures.h"

/* {"since", "until", "timezone", "every", "by", "totals", "groups": [{"name", "totals", "periods"}], "periods"}; periods is null without every. */
json_t *report_to_json(const Report *report);
