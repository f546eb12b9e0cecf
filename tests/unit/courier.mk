# unit tests of lib/courier
