# unit tests of lib/thread
