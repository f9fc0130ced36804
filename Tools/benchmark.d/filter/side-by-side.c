// Runs every rival on the same currents and voltages, step by step in turns, one thread; proves each result
// against a plain filter in full matrices; prints name, precision, largest error and the ns a cell step of every
// round, separated by tabs.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "work.h"

typedef struct {
  const char *name;
  int isDouble;
  void (*start)(const double *);
  void (*step)(const void *, const void *);
  void (*read)(double *);
  double ns[64];
  double error;
} Rival;

// One line a rival, written by the script that built them.
#define RIVAL(label, name, isDouble) \
  void name##_start(const double *); \
  void name##_step(const void *, const void *); \
  void name##_read(double *);
#include "rivals.inc"
#undef RIVAL

static Rival rivals[] = {
#define RIVAL(label, name, isDouble) {label, isDouble, name##_start, name##_step, name##_read, {0}, 0},
#include "rivals.inc"
#undef RIVAL
};
enum { count = sizeof rivals / sizeof *rivals, slice = 100 };

static double ocv[points];
static Interval intervals[steps];
static IntervalF intervalsF[steps];
static double (*volts)[cells];
static float (*voltsF)[cells];

static double uniform(void) {
  static unsigned long long state = 20261123;
  state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  return (double)(state >> 11) / 9007199254740992.0;
}

static double curve(double z) {
  double t = fmin(199.9999, fmax(0, z * 200));
  int k = (int)t;
  return ocv[k] + (t - k) * (ocv[k + 1] - ocv[k]);
}

// An LFP-like curve, a current like that of a drive cycle between the ends, cells with an SOC of their own.
static void makeData(void) {
  for (int k = 0; k < points; k++) {
    double z = k / 200.0;
    ocv[k] = 3.25 + 0.03 * z + 0.04 / (1 + exp(-(z - 0.7) / 0.03)) - 0.6 * exp(-z / 0.03)
        + 0.2 * exp((z - 1) / 0.012);
  }
  volts = aligned_alloc(64, sizeof(double) * steps * cells);
  voltsF = aligned_alloc(64, sizeof(float) * steps * cells);
  static double z[cells];
  double h = 0, i1 = 0, i2 = 0, amperes = 0;
  for (int c = 0; c < cells; c++) z[c] = 0.3 + 0.4 * uniform();
  for (int s = 0; s < steps; s++) {
    if (s % 20 == 0) amperes = 280 * (uniform() - 0.5);
    const double turned = amperes / (3600 * CAPACITY_AH);
    const double a = exp(-fabs(HYSTERESIS_RATE * turned));
    const double e = exp(-1 / FAST_SECONDS), f = exp(-1 / SLOW_SECONDS);
    const double goal = amperes > 0 ? -1 : amperes < 0 ? 1 : 0;
    intervals[s] = (Interval){turned, a, goal, e, f, amperes};
    intervalsF[s] = (IntervalF){turned, a, goal, e, f, amperes};
    h = a * h + (1 - a) * goal;
    i1 = e * i1 + (1 - e) * amperes;
    i2 = f * i2 + (1 - f) * amperes;
    for (int c = 0; c < cells; c++) {
      z[c] -= turned;
      volts[s][c] = curve(z[c]) + HYSTERESIS_VOLTS * h - R0 * amperes - R1 * i1 - R2 * i2
          + 0.002 * (uniform() - 0.5);
      voltsF[s][c] = volts[s][c];
    }
  }
}

// The reference: full matrices, Joseph's form, nothing clever.
static void reference(double *soc) {
  for (int c = 0; c < cells; c++) {
    double x[4] = {SOC_GUESS}, P[4][4] = {{0}};
    P[0][0] = P_Z, P[1][1] = P_H, P[2][2] = P_1, P[3][3] = P_2;
    const double Q[4] = {Q_Z, Q_H, Q_1, Q_2};
    for (int s = 0; s < steps; s++) {
      const Interval *v = &intervals[s];
      const double F[4] = {1, v->keep, v->fast, v->slow};
      x[0] -= v->turned;
      x[1] = v->keep * x[1] + (1 - v->keep) * v->goal;
      x[2] = v->fast * x[2] + (1 - v->fast) * v->amperes;
      x[3] = v->slow * x[3] + (1 - v->slow) * v->amperes;
      for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) P[i][j] = F[i] * P[i][j] * F[j] + (i == j ? Q[i] : 0);
      double t = fmin(199.9999, fmax(0, x[0] * 200));
      int k = (int)t;
      double H[4] = {(ocv[k + 1] - ocv[k]) * 200, HYSTERESIS_VOLTS, -R1, -R2};
      double expected = curve(x[0]) + HYSTERESIS_VOLTS * x[1] - R0 * v->amperes - R1 * x[2] - R2 * x[3];
      double p[4], S = R_V, K[4], A[4][4], B[4][4];
      for (int i = 0; i < 4; i++) {
        p[i] = 0;
        for (int j = 0; j < 4; j++) p[i] += P[i][j] * H[j];
        S += H[i] * p[i];
      }
      for (int i = 0; i < 4; i++) K[i] = p[i] / S, x[i] += K[i] * (volts[s][c] - expected);
      for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) A[i][j] = (i == j) - K[i] * H[j];
      for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
          B[i][j] = 0;
          for (int l = 0; l < 4; l++) B[i][j] += A[i][l] * P[l][j];
        }
      for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
          P[i][j] = K[i] * R_V * K[j];
          for (int l = 0; l < 4; l++) P[i][j] += B[i][l] * A[j][l];
        }
    }
    soc[c] = x[0];
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 9;
  if (rounds < 1 || rounds > 64) return 64;
  makeData();
  static double truth[cells], soc[cells];
  reference(truth);
  if (argc > 2) {
    // For rivals that are no library: the first cells' data and the reference's answers.
    FILE *file = fopen(argv[2], "wb");
    if (!file) return 73;
    fwrite(ocv, sizeof ocv, 1, file);
    fwrite(intervals, sizeof intervals, 1, file);
    for (int s = 0; s < steps; s++) fwrite(volts[s], sizeof(double), 4, file);
    fwrite(truth, sizeof(double), 4, file);
    fclose(file);
  }
  // Short slices in turns: whatever else the machine does meets all of them. The clock is the thread's own.
  for (int r = -1; r < rounds; r++) {
    double ns[count] = {0};
    for (int k = 0; k < count; k++) rivals[k].start(ocv);
    for (int from = 0; from < steps; from += slice) {
      for (int k = 0; k < count; k++) {
        Rival *one = &rivals[(k + from / slice) % count];
        double begin = now();
        if (one->isDouble)
          for (int s = from; s < from + slice; s++) one->step(&intervals[s], volts[s]);
        else
          for (int s = from; s < from + slice; s++) one->step(&intervalsF[s], voltsF[s]);
        ns[one - rivals] += now() - begin;
      }
    }
    for (int k = 0; k < count; k++) {
      if (r >= 0) rivals[k].ns[r] = ns[k] / steps / cells;
      rivals[k].read(soc);
      for (int c = 0; c < cells; c++) {
        double error = fabs(soc[c] - truth[c]);
        if (!(error <= rivals[k].error)) rivals[k].error = error;
      }
    }
  }
  int wrong = 0;
  for (int k = 0; k < count; k++) {
    Rival *one = &rivals[k];
    printf("%s\t%s\t%.1e", one->name, one->isDouble ? "double" : "float", one->error);
    for (int r = 0; r < rounds; r++) printf("\t%.3f", one->ns[r]);
    printf("\n");
    // NaN is wrong too.
    if (!(one->error <= (one->isDouble ? 1e-6 : 1e-4))) wrong++;
  }
  return wrong ? 1 : 0;
}
