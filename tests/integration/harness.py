"""harness.py - what the stories are told with: a gateway, a Postfix, an SMTP server that does as it is told.

Each stands in a file of its own; stories import them from here.

Everything lives in a temporary directory with a short path (a Unix socket's may have 107 bytes), is reached over loopback
or Unix sockets only, and is stopped by its own process id.  Nothing here sleeps for a fixed time and hopes: wait_for()
asks again until an answer is there or the deadline has passed, and then says what it was waiting for.

Started by root the product runs as an unprivileged user, so directories made here can be entered by everybody.
"""

from gateway import Gateway  # noqa: F401
from ground import (BUILD, DELIVER, IS_ROOT, MAILGW, PYTHON, SOURCE, descendants, free_port, is_alive,  # noqa: F401
                    make_directory, wait_for)
from mails import corpora_path, generate, generator_path, mail  # noqa: F401
from postfix import Postfix  # noqa: F401
from smtp_sink import Received, Sink  # noqa: F401
