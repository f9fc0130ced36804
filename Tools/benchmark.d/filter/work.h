// The same work for every rival: a cell of four states (SOC, hysteresis, two currents of RC links), one
// voltage a step, an open-circuit voltage of 201 points read along straight lines.
#ifndef WORK_H
#define WORK_H

enum { cells = 400, steps = 5000, points = 201 };

#define CAPACITY_AH 280.0
#define HYSTERESIS_RATE 30.0
#define FAST_SECONDS 40.0
#define SLOW_SECONDS 600.0
#define R0 0.504e-3
#define R1 0.044e-3
#define R2 0.062e-3
#define HYSTERESIS_VOLTS 7.5e-3
#define P_Z 0.04
#define P_H 1.0
#define P_1 25.0
#define P_2 400.0
#define Q_Z 1e-10
#define Q_H 1e-5
#define Q_1 1e-2
#define Q_2 1e-2
#define R_V 1e-2
#define SOC_GUESS 0.5

// What one step does to every cell alike; the exponentials are worked out once for all rivals, before
// the clock runs.
typedef struct {
  double turned, keep, goal, fast, slow, amperes;
} Interval;

typedef struct {
  float turned, keep, goal, fast, slow, amperes;
} IntervalF;

#endif
