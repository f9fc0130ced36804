// The same as soa.c in long arrays, one loop over all cells, left to the compiler's vectoriser.
#include "work.h"

#define CAT2(a, b) a##b
#define CAT(a, b) CAT2(a, b)
#define N(x) CAT(NAME, x)

typedef REAL real;

#define COLUMN static real __attribute__((aligned(64)))
COLUMN z_[cells], h_[cells], i1_[cells], i2_[cells], zz_[cells], zh_[cells], z1_[cells], z2_[cells];
COLUMN hh_[cells], h1_[cells], h2_[cells], p11_[cells], p12_[cells], p22_[cells];
static real ocv_[points + 1], rise_[points + 1];

void N(_start)(const double *ocv) {
  for (int k = 0; k < points; k++) ocv_[k] = ocv[k];
  for (int k = 0; k < points - 1; k++) rise_[k] = ocv[k + 1] - ocv[k];
  for (int c = 0; c < cells; c++) {
    z_[c] = SOC_GUESS;
    h_[c] = i1_[c] = i2_[c] = zh_[c] = z1_[c] = z2_[c] = h1_[c] = h2_[c] = p12_[c] = 0;
    zz_[c] = P_Z, hh_[c] = P_H, p11_[c] = P_1, p22_[c] = P_2;
  }
}

void N(_read)(double *soc) {
  for (int c = 0; c < cells; c++) soc[c] = z_[c];
}

void N(_step)(const INTERVAL *s, const real *restrict v) {
  const real a = s->keep, e = s->fast, f = s->slow;
  const real goal = (1 - a) * s->goal, fastIn = (1 - e) * s->amperes, slowIn = (1 - f) * s->amperes;
  const real drop = (real)R0 * s->amperes;
  const real aa = a * a, ae = a * e, af = a * f, ee = e * e, ef = e * f, ff = f * f;
  const real M = HYSTERESIS_VOLTS, r1 = R1, r2 = R2, turned = s->turned;
#pragma GCC ivdep
  for (int c = 0; c < cells; c++) {
    real z = z_[c] - turned;
    real t = z * 200;
    t = t > 0 ? t : 0;
    t = t < (real)199.9999 ? t : (real)199.9999;
    int k = (int)t;
    real rise = rise_[k], slope = rise * 200;
    real h = a * h_[c] + goal, i1 = e * i1_[c] + fastIn, i2 = f * i2_[c] + slowIn;
    real zz = zz_[c] + (real)Q_Z, zh = a * zh_[c], z1 = e * z1_[c], z2 = f * z2_[c];
    real hh = aa * hh_[c] + (real)Q_H, h1 = ae * h1_[c], h2 = af * h2_[c];
    real q11 = ee * p11_[c] + (real)Q_1, q12 = ef * p12_[c], q22 = ff * p22_[c] + (real)Q_2;
    real nu = v[c] - (ocv_[k] + (t - (real)k) * rise + M * h - drop - r1 * i1 - r2 * i2);
    real kz = slope * zz + M * zh - r1 * z1 - r2 * z2;
    real kh = slope * zh + M * hh - r1 * h1 - r2 * h2;
    real k1 = slope * z1 + M * h1 - r1 * q11 - r2 * q12;
    real k2 = slope * z2 + M * h2 - r1 * q12 - r2 * q22;
    real g = 1 / (slope * kz + M * kh - r1 * k1 - r2 * k2 + (real)R_V);
    real n = nu * g;
    z_[c] = z + kz * n, h_[c] = h + kh * n, i1_[c] = i1 + k1 * n, i2_[c] = i2 + k2 * n;
    real gz = kz * g, gh = kh * g, g1 = k1 * g;
    zz_[c] = zz - gz * kz, zh_[c] = zh - gz * kh, z1_[c] = z1 - gz * k1, z2_[c] = z2 - gz * k2;
    hh_[c] = hh - gh * kh, h1_[c] = h1 - gh * k1, h2_[c] = h2 - gh * k2;
    p11_[c] = q11 - g1 * k1, p12_[c] = q12 - g1 * k2, p22_[c] = q22 - k2 * g * k2;
  }
}
