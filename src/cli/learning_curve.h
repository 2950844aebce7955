/* Figures against how much there is to learn from. */
#ifndef STANCE_CLI_LEARNING_CURVE_H
#define STANCE_CLI_LEARNING_CURVE_H

#include "emit.h"
#include "exit_code.h"
#include "stance.h"

#define LEARNING_CURVE_POINTS 6

struct learning_curve {
    struct stance_evaluation *points[LEARNING_CURVE_POINTS - 1]; /* NULL where the share is too small to learn from */
    const struct stance_evaluation *whole;                       /* of all groups; borrowed */
};

/* Cross-validates on growing, nested shares of the groups; `whole` is the evaluation of the same training on all. Says what goes
 * wrong; to be freed also then. */
enum exit_code learning_curve_new(struct learning_curve *curve, const struct stance_evaluation *whole,
                                  const struct stance_corpus *corpus, const struct stance_train_options *training,
                                  const struct stance_evaluate_options *options);
void learning_curve_free(struct learning_curve *curve);

void learning_curve_report(const struct learning_curve *curve, struct buffer *out);

/* As an array of objects. */
void learning_curve_emit(const struct learning_curve *curve, struct emitter *emitter);

#endif
