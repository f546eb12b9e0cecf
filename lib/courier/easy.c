#include "courier/easy-private.h"

static gpointer
global_init(gpointer unused G_GNUC_UNUSED)
{
    return GINT_TO_POINTER(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

CURL *
easy_new(const char *ca_file)
{
    static GOnce once = G_ONCE_INIT;
    CURL *easy;

    g_once(&once, global_init, NULL);
    g_assert(once.retval != NULL);
    easy = curl_easy_init();
    g_assert(easy != NULL);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* Not even from the environment. */
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    if (ca_file != NULL) {
        /* In place of the system's, which libcurl would go on trusting. */
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    return easy;
}
