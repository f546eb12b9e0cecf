/*
 * imap-oauth.h - a person agrees that an account may be read
 */
#pragma once

#include "cli.h"
#include "courier/oauth.h"

/* Without the client's secret. */
OAuthSettings imap_oauth_settings(const ImapConfig *imap);

/* imap authorize ACCOUNT: a code to be entered elsewhere, or a refresh token that was got elsewhere. */
int imap_authorize(Cli *cli, int argc, char **argv);
