/*
 * spans-signature-private.h - what people and their programs add below their own words
 */
#pragma once

#include "message/spans-lines-private.h"

/*
 * The lines from..to are a person's, between two quotes or the ends of the mail: marks signatures ("-- ", "Sent from my ...", what stands below
 * closing words and looks like a visiting card), list footers and small print. before: something stands above these lines.
 */
void     signature_mark(const LineTable *table, guint from, guint to, gboolean before);
/* The first line from..to that begins a signature, or `to`. */
guint    signature_delimiter(const LineTable *table, guint from, guint to, gboolean before);
/* The line is one that a telephone adds. */
gboolean signature_is_sent_from(const LineTable *table, guint i);
