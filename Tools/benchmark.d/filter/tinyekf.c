// TinyEKF as its users write it: a state and a covariance a cell, Jacobians handed over each step. The
// header is read from the path the caller gives and is no part of this project.
#include "work.h"
#define EKF_N 4
#define EKF_M 1
#define _float_t REAL
#include <tinyekf.h>

#define CAT2(a, b) a##b
#define CAT(a, b) CAT2(a, b)
#define N(x) CAT(NAME, x)

static ekf_t rack[cells];
static REAL ocv_[points];

void N(_start)(const double *ocv) {
  const REAL diagonal[4] = {P_Z, P_H, P_1, P_2};
  for (int k = 0; k < points; k++) ocv_[k] = ocv[k];
  for (int c = 0; c < cells; c++) {
    ekf_initialize(&rack[c], diagonal);
    rack[c].x[0] = SOC_GUESS;
  }
}

void N(_read)(double *soc) {
  for (int c = 0; c < cells; c++) soc[c] = rack[c].x[0];
}

void N(_step)(const INTERVAL *s, const REAL *volts) {
  static const REAL noise[16] = {Q_Z, 0, 0, 0, 0, Q_H, 0, 0, 0, 0, Q_1, 0, 0, 0, 0, Q_2};
  static const REAL variance[1] = {R_V};
  const REAL a = s->keep, e = s->fast, f = s->slow;
  const REAL jacobian[16] = {1, 0, 0, 0, 0, a, 0, 0, 0, 0, e, 0, 0, 0, 0, f};
  for (int c = 0; c < cells; c++) {
    const REAL *x = rack[c].x;
    const REAL next[4] = {
        x[0] - s->turned, a * x[1] + (1 - a) * s->goal, e * x[2] + (1 - e) * s->amperes,
        f * x[3] + (1 - f) * s->amperes};
    ekf_predict(&rack[c], next, jacobian, noise);
    REAL t = next[0] * 200;
    t = t > 0 ? t : 0;
    t = t < (REAL)199.9999 ? t : (REAL)199.9999;
    const int k = (int)t;
    const REAL rise = ocv_[k + 1] - ocv_[k];
    const REAL expected[1] = {
        ocv_[k] + (t - (REAL)k) * rise + (REAL)HYSTERESIS_VOLTS * next[1] - (REAL)R0 * s->amperes
        - (REAL)R1 * next[2] - (REAL)R2 * next[3]};
    const REAL h[4] = {rise * 200, HYSTERESIS_VOLTS, -R1, -R2};
    ekf_update(&rack[c], &volts[c], expected, h, variance);
  }
}
