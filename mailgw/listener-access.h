/*
 * listener-access.h - who may connect to an LMTP listener on TCP: loopback, and the addresses of `allow`
 */
#pragma once

#include <glib.h>

/* For LmtpListener.may_connect; data is the listener's LmtpConfig. */
gboolean listener_may_connect(gpointer data, int fd);
