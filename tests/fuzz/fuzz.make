# fuzz.make - the fuzz targets and the libraries below them, built by clang beside the usual build (GNU make)
#
# Called by `make fuzz` with SOURCE and BUILD (absolute), CPPFLAGS, LIBRARIES (sources of the libraries, as the modules list
# them), TARGETS and LIBS.  Works in the current directory; what is left there saves the next run the compiling.
CC = clang
CXX = clang++
FLAGS = -Wall -Wextra -Werror -g -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -MMD -MP

vpath %.c $(SOURCE) $(BUILD)
vpath %.cc $(SOURCE)

objects = $(patsubst %.cc,%.o,$(patsubst %.c,%.o,$(filter %.c %.cc,$(LIBRARIES)))) tests/fuzz/check.o tests/fuzz/check-sieve.o
programs = $(TARGETS:%=fuzz-%)

all: $(programs) seeds

$(programs): fuzz-%: tests/fuzz/fuzz-%.o $(objects)
	@echo '  FUZZ-LD  $@'; $(CC) -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBS)

seeds: tests/fuzz/seeds.o $(objects)
	@echo '  FUZZ-LD  $@'; $(CC) -fsanitize=address,undefined -o $@ $^ $(LIBS)

%.o: %.c
	@mkdir -p $(@D); echo '  FUZZ-CC  $@'
	@$(CC) $(CPPFLAGS) -std=gnu11 $(FLAGS) -c -o $@ $<

%.o: %.cc
	@mkdir -p $(@D); echo '  FUZZ-CXX $@'
	@$(CXX) $(CPPFLAGS) -std=c++17 $(FLAGS) -c -o $@ $<

.SECONDARY:
.PHONY: all
-include $(shell find lib tests -name '*.d' 2>/dev/null)
