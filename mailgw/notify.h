/*
 * notify.h - tell the service manager how we are (sd_notify(3)); nothing where $NOTIFY_SOCKET is not set
 */
#pragma once

void notify_ready(void);
void notify_alive(void);
