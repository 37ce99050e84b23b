# Builds the program.
CC ?= gcc
CFLAGS := -O2 \
          -Wall
export VERSION = 1.0
LDFLAGS += -lm
REVISION != git rev-parse HEAD
override PREFIX = /usr

.PHONY: all clean
.SUFFIXES: .c .o

define COMPILE =
$(CC) $(CFLAGS) -c $<
endef

ifeq ($(DEBUG),1)
CFLAGS += -g
endif

include rules.mk

## Builds everything.
all: program docs ## the default

program: main.o util.o | build
	$(CC) -o $@ $^ \
	  $(LDFLAGS)
	VAR=1 echo done: ok

%.o: %.c
	$(COMPILE)

build/%.html docs/%.txt: %.md; pandoc $<

clean::
	rm -rf build

$(OUT)/x: URL=http://example.com
