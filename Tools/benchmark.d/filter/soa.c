// The best C we could write for this work: cells in structure-of-arrays, symmetric covariance, scalar
// update. Compiled per REAL and per set of flags; NAME tells them apart.
#include "work.h"

#define CAT2(a, b) a##b
#define CAT(a, b) CAT2(a, b)
#define N(x) CAT(NAME, x)

typedef REAL real;

enum { block = 8, blocks = cells / block };

typedef struct {
  real z[block], h[block], i1[block], i2[block];
  real zz[block], zh[block], z1[block], z2[block], hh[block], h1[block], h2[block];
  real p11[block], p12[block], p22[block];
} __attribute__((aligned(64))) Block;

static Block rack[blocks];
static struct { real volts, rise; } table[256];

void N(_start)(const double *ocv) {
  for (int k = 0; k < points - 1; k++) {
    table[k].volts = ocv[k];
    table[k].rise = ocv[k + 1] - ocv[k];
  }
  for (int b = 0; b < blocks; b++) {
    rack[b] = (Block){0};
    for (int i = 0; i < block; i++) {
      rack[b].z[i] = SOC_GUESS;
      rack[b].zz[i] = P_Z;
      rack[b].hh[i] = P_H;
      rack[b].p11[i] = P_1;
      rack[b].p22[i] = P_2;
    }
  }
}

void N(_read)(double *soc) {
  for (int c = 0; c < cells; c++) soc[c] = rack[c / block].z[c % block];
}

void N(_step)(const INTERVAL *s, const real *restrict volts) {
  const real a = s->keep, e = s->fast, f = s->slow;
  const real goal = (1 - a) * s->goal, fastIn = (1 - e) * s->amperes, slowIn = (1 - f) * s->amperes;
  const real drop = (real)R0 * s->amperes;
  const real aa = a * a, ae = a * e, af = a * f, ee = e * e, ef = e * f, ff = f * f;
  const real M = HYSTERESIS_VOLTS, r1 = R1, r2 = R2, turned = s->turned;
  for (int b = 0; b < blocks; b++) {
    Block *restrict p = &rack[b];
    const real *restrict v = volts + b * block;
    real below[block], rise[block], share[block];
    for (int i = 0; i < block; i++) {
      real z = p->z[i] - turned;
      p->z[i] = z;
      real t = z * 200;
      t = t > 0 ? t : 0;
      t = t < (real)199.9999 ? t : (real)199.9999;
      int k = (int)t;
      share[i] = t - (real)k;
      below[i] = table[k].volts;
      rise[i] = table[k].rise;
    }
    for (int i = 0; i < block; i++) {
      real h = a * p->h[i] + goal, i1 = e * p->i1[i] + fastIn, i2 = f * p->i2[i] + slowIn;
      real zz = p->zz[i] + (real)Q_Z, zh = a * p->zh[i], z1 = e * p->z1[i], z2 = f * p->z2[i];
      real hh = aa * p->hh[i] + (real)Q_H, h1 = ae * p->h1[i], h2 = af * p->h2[i];
      real q11 = ee * p->p11[i] + (real)Q_1, q12 = ef * p->p12[i], q22 = ff * p->p22[i] + (real)Q_2;
      real slope = rise[i] * 200;
      real nu = v[i] - (below[i] + share[i] * rise[i] + M * h - drop - r1 * i1 - r2 * i2);
      real kz = slope * zz + M * zh - r1 * z1 - r2 * z2;
      real kh = slope * zh + M * hh - r1 * h1 - r2 * h2;
      real k1 = slope * z1 + M * h1 - r1 * q11 - r2 * q12;
      real k2 = slope * z2 + M * h2 - r1 * q12 - r2 * q22;
      real g = 1 / (slope * kz + M * kh - r1 * k1 - r2 * k2 + (real)R_V);
      real n = nu * g;
      p->z[i] += kz * n;
      p->h[i] = h + kh * n;
      p->i1[i] = i1 + k1 * n;
      p->i2[i] = i2 + k2 * n;
      real gz = kz * g, gh = kh * g, g1 = k1 * g;
      p->zz[i] = zz - gz * kz;
      p->zh[i] = zh - gz * kh;
      p->z1[i] = z1 - gz * k1;
      p->z2[i] = z2 - gz * k2;
      p->hh[i] = hh - gh * kh;
      p->h1[i] = h1 - gh * k1;
      p->h2[i] = h2 - gh * k2;
      p->p11[i] = q11 - g1 * k1;
      p->p12[i] = q12 - g1 * k2;
      p->p22[i] = q22 - k2 * g * k2;
    }
  }
}
