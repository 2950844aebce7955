/* What compilers can check beyond the standard. */
#ifndef STANCE_CLI_ATTRIBUTES_H
#define STANCE_CLI_ATTRIBUTES_H

#if defined(__GNUC__)
#define PRINTF_LIKE(format_index, first_index) __attribute__((format(printf, format_index, first_index)))
#else
#define PRINTF_LIKE(format_index, first_index)
#endif

#endif
