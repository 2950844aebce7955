/* Asks for memory before it is needed; never wrong, at worst in vain. */
#ifndef STANCE_SRC_PREFETCH_H
#define STANCE_SRC_PREFETCH_H

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

#endif
