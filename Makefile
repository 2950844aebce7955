# stance: `make demo` and `make check` do everything on a fresh Debian machine; `make help` lists the rest.

VERSION := $(shell sed -n 's/^\#define STANCE_VERSION "\(.*\)"/\1/p' include/stance.h)
SOVERSION := $(firstword $(subst ., ,$(VERSION)))
PREFIX ?= /usr/local
PROFILE ?= release
DESTDIR ?=
MODEL := models/diplomatic-en.stance

# --- Profiles: each has its own flags and its own objects --------------------------------------------------------------
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wundef
CFLAGS_release := -O2 -g
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan := -O1 -g -fsanitize=thread
CFLAGS_coverage := -O0 -g --coverage
CFLAGS_debug := -O0 -g
WERROR ?=

BUILD := build/$(PROFILE)
CFLAGS ?= $(CFLAGS_$(PROFILE))
ALL_CFLAGS := -std=c11 -D_POSIX_C_SOURCE=200809L $(WARNINGS) $(WERROR) -fPIC -fvisibility=hidden -pthread $(CFLAGS)
DEPENDENCIES = -MMD -MP
LIB_LIBS := -lsvm -llinear -lutf8proc -lm -pthread
CLI_LIBS := -ljansson -lz -lzstd $(LIB_LIBS)

LIB_SOURCES := $(sort $(wildcard src/*.c))
CLI_SOURCES := $(sort $(wildcard src/cli/*.c))
UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o)
CLI_OBJECTS := $(CLI_SOURCES:%.c=$(BUILD)/%.o)
UNIT_TESTS := $(UNIT_SOURCES:%.c=$(BUILD)/%)
LIB := $(BUILD)/libstance.a
SHARED := $(BUILD)/libstance.so.$(VERSION)
CLI := $(BUILD)/stance

.PHONY: all lib shared cli setup demo demo-run check check-run check-unit check-cli asan tsan valgrind \
        coverage lint format format-check models bench bench-train install uninstall clean help
.DELETE_ON_ERROR:
.SECONDARY:

all: lib shared cli ## build the libraries and the program

lib: $(LIB)
shared: $(SHARED)
cli: $(CLI)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

# --- Build ---------------------------------------------------------------------------------------------------------------
# A change of compiler or flags rebuilds.
FLAGS_NOW := $(CC) $(ALL_CFLAGS) $(LDFLAGS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS_NOW)' | cmp -s - $@ || echo '$(FLAGS_NOW)' > $@
FORCE:

$(BUILD)/src/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(DEPENDENCIES) -Iinclude -c $< -o $@

$(LIB): $(LIB_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

$(SHARED): $(LIB_OBJECTS)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -shared -Wl,-soname,libstance.so.$(SOVERSION) -o $@ $^ $(LIB_LIBS)
	ln -sf $(@F) $(BUILD)/libstance.so.$(SOVERSION)
	ln -sf $(@F) $(BUILD)/libstance.so

$(CLI): $(CLI_OBJECTS) $(LIB)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CLI_LIBS)

$(BUILD)/tests/unit/%: tests/unit/%.c $(LIB) $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(DEPENDENCIES) -Iinclude -Isrc -Itests/unit $< $(LIB) $(LDFLAGS) -o $@ -lcmocka $(LIB_LIBS)

$(addprefix $(BUILD)/tests/unit/,test_corpora test_provenance test_score): LIB_LIBS += -ljansson
# Parts of the program that are tested without it.
CLI_TESTS := $(addprefix $(BUILD)/tests/unit/,test_buffer test_json_scan)
CLI_TESTED := $(addprefix $(BUILD)/src/cli/,json_scan.o buffer.o memory.o message.o)
$(CLI_TESTS): $(CLI_TESTED)
$(CLI_TESTS): LDFLAGS += $(CLI_TESTED)
$(CLI_TESTS): LIB_LIBS += -ljansson
# What the system says of its processors passes through the test.
$(BUILD)/tests/unit/test_parallel: LDFLAGS += -Wl,--wrap=sysconf
# Every allocation of the library passes through the test, which lets them fail.
$(BUILD)/tests/unit/test_memory: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup

-include $(LIB_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(UNIT_TESTS:=.d)

# --- The two commands ----------------------------------------------------------------------------------------------------
setup:
	@sh scripts/setup.sh --if-missing

demo: setup ## install what is missing, build, and score a news article
	@$(MAKE) --no-print-directory demo-run

demo-run: cli
	@sh scripts/demo.sh $(CLI) $(MODEL)

check: setup ## install what is missing, build, and run every test
	@$(MAKE) --no-print-directory check-run

check-run: all check-unit check-cli

check-unit: $(UNIT_TESTS)
	@sh scripts/run-unit.sh $(UNIT_TESTS)

check-cli: cli
	@sh tests/cli/run.sh $(CLI)

# --- The same tests under instruments -------------------------------------------------------------------------------------
asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	$(MAKE) PROFILE=asan check-unit check-cli

tsan: ## the tests under ThreadSanitizer
	$(MAKE) PROFILE=tsan check-unit

valgrind: $(UNIT_TESTS) ## the unit tests under valgrind's memcheck
	@sh scripts/run-unit.sh --under 'valgrind -q --leak-check=full --errors-for-leak-kinds=definite,indirect,possible --error-exitcode=9' $(UNIT_TESTS)

coverage: ## line coverage of the tests, in build/coverage/html
	$(MAKE) PROFILE=coverage check-unit check-cli
	lcov -q --capture --directory build/coverage/src --output-file build/coverage/lcov.info --rc lcov_branch_coverage=0
	genhtml -q build/coverage/lcov.info --output-directory build/coverage/html
	lcov --summary build/coverage/lcov.info

C_FILES := $(wildcard include/*.h src/*.[ch] src/cli/*.[ch] tests/unit/*.[ch])
format: ## lay out the code
	clang-format -i $(C_FILES)

format-check:
	clang-format --dry-run -Werror $(C_FILES)

lint: format-check ## layout, cppcheck, clang-tidy, shellcheck
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 -Iinclude -Isrc src src/cli
	clang-tidy --quiet --warnings-as-errors='*' $(LIB_SOURCES) $(CLI_SOURCES) -- -std=c11 -D_POSIX_C_SOURCE=200809L -Iinclude
	shellcheck scripts/*.sh tests/cli/*.sh

models: setup ## train the shipped model anew: make models TEXTS=DIR, see scripts/models.sh
	@$(MAKE) --no-print-directory cli
	sh scripts/models.sh $(CLI) $(MODEL) $(TEXTS)

# --- Speed -----------------------------------------------------------------------------------------------------------------
$(BUILD)/bench-stages: scripts/bench-stages.c $(LIB) $(BUILD)/flags
	$(CC) $(ALL_CFLAGS) $(DEPENDENCIES) -Iinclude -Isrc $< $(LIB) $(LDFLAGS) -o $@ $(LIB_LIBS)

bench: cli $(BUILD)/bench-stages ## compare speed with other programs: make bench [LINES=FILE], see scripts/bench.py
	@/usr/bin/python3 scripts/bench.py $(CLI) $(BUILD)/bench-stages $(LINES)

bench-train: cli ## training on ever more texts, and beside other programs: make bench-train TEXTS=DIR, see scripts/bench-train.py
	@/usr/bin/python3 scripts/bench-train.py $(CLI) $(TEXTS)

# --- Installation ----------------------------------------------------------------------------------------------------------
install: all ## install under PREFIX (and DESTDIR)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include \
	        $(DESTDIR)$(PREFIX)/share/stance/models $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(CLI) $(DESTDIR)$(PREFIX)/bin/stance
	install -m 644 $(LIB) $(DESTDIR)$(PREFIX)/lib/
	install -m 755 $(SHARED) $(DESTDIR)$(PREFIX)/lib/
	ln -sf libstance.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/libstance.so.$(SOVERSION)
	ln -sf libstance.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/libstance.so
	install -m 644 include/stance.h $(DESTDIR)$(PREFIX)/include/
	install -m 644 models/*.stance $(DESTDIR)$(PREFIX)/share/stance/models/
	install -m 644 src/cli/stance.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' src/stance.pc.in > $(DESTDIR)$(PREFIX)/lib/pkgconfig/stance.pc

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/stance $(DESTDIR)$(PREFIX)/lib/libstance.a $(DESTDIR)$(PREFIX)/lib/libstance.so* \
	      $(DESTDIR)$(PREFIX)/include/stance.h $(DESTDIR)$(PREFIX)/share/man/man1/stance.1 $(DESTDIR)$(PREFIX)/lib/pkgconfig/stance.pc
	rm -rf $(DESTDIR)$(PREFIX)/share/stance

clean: ## remove build/
	rm -rf build
