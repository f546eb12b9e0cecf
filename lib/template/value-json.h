/*
 * value-json.h - JSON as a value that a template can be filled with, for the command that renders
 */
#pragma once

#include "base/json.h"
#include "template/value.h"

/* Numbers become texts, the shortest that read back as the same number. LIMIT if it is nested deeper than LIMIT_TEMPLATE_DATA. */
TemplateValue *template_value_from_json(const json_t *json, GError **error);
