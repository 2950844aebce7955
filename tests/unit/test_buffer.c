/* Numbers as the program writes them, against the C library. */
#include "check.h"

#include "cli/buffer.h"
#include "random.h"

static void assert_as_printf(struct buffer *buffer, double value, int decimals) {
    char wanted[400];
    snprintf(wanted, sizeof wanted, "%.*f", decimals, value);
    buffer_clear(buffer);
    buffer_append_real(buffer, value, decimals);
    assert_string_equal(buffer_text(buffer), wanted);
}

static void writes_as_printf(void **state) {
    (void)state;
    static const double VALUES[] = {0,         -0.0,      1,        -1,     0.5,          1.5,      2.5,      0.999999,
                                    0.9999995, 0.9999994, 0.999995, 1e-7,   -1e-7,        5e-7,     4.999e-7, 0.0000015,
                                    0.0000025, 123456.5,  1e6,      1e15,   1e300,        -1e300,   1e-300,   0.125,
                                    0.0625,    0.03125,   9.5,      0.1235, 1234567.8915, 999999.5, 0.45,     -0.45};
    struct buffer buffer = {0};
    for (int decimals = 0; decimals <= 8; decimals++) {
        for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++) {
            assert_as_printf(&buffer, VALUES[i], decimals);
        }
    }
    buffer_free(&buffer);
}

/* Among them the doubles next to the middle between two results. */
static void rounds_as_printf(void **state) {
    (void)state;
    struct random random = random_new(7);
    struct buffer buffer = {0};
    for (size_t i = 0; i < 100000; i++) {
        const double any = (double)(random_next(&random) >> 11) * 0x1p-53;
        const double middle = ((double)random_below(&random, 1000000) + 0.5) / 1e6;
        assert_as_printf(&buffer, any, 6);
        assert_as_printf(&buffer, middle, 6);
        assert_as_printf(&buffer, nextafter(middle, 0), 6);
        assert_as_printf(&buffer, nextafter(middle, 1), 6);
        assert_as_printf(&buffer, -any, 6);
        assert_as_printf(&buffer, -any * 10, 3);
        assert_as_printf(&buffer, any * 10, 4);
    }
    buffer_free(&buffer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_as_printf),
        cmocka_unit_test(rounds_as_printf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
