/* What the compiler and the machine are told for speed alone, by compilers that listen: the program does the same without. */
#ifndef STANCE_SRC_HINT_H
#define STANCE_SRC_HINT_H

#if defined(__GNUC__)
/* Asks for memory before it is needed; never wrong, at worst in vain. */
#define PREFETCH(address) __builtin_prefetch(address)
#define ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define PREFETCH(address) ((void)(address))
#define ALWAYS_INLINE inline
#endif

/* Before a loop of a few turns, a constant; clang unrolls such loops unasked. */
#if defined(__GNUC__) && !defined(__clang__)
#define UNROLL _Pragma("GCC unroll 8")
#else
#define UNROLL
#endif

#endif
