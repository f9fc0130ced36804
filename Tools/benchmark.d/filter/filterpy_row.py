"""The same work with filterpy, on the first four cells: prints the row of the table.

    python3 filterpy_row.py DATA [STEPS]

DATA is what side-by-side writes. filterpy is read from wherever Python finds it.
"""

import sys
import time

import numpy as np
from filterpy.kalman import ExtendedKalmanFilter

STEPS, POINTS, CELLS = 5000, 201, 4
M, R0, R1, R2 = 7.5e-3, 0.504e-3, 0.044e-3, 0.062e-3


def main():
    data = np.fromfile(sys.argv[1])
    ocv = data[:POINTS]
    intervals = data[POINTS:POINTS + 6 * STEPS].reshape(STEPS, 6)
    volts = data[POINTS + 6 * STEPS:POINTS + 10 * STEPS].reshape(STEPS, CELLS)
    truth = data[POINTS + 10 * STEPS:]
    worst, times = 0.0, []
    for cell in range(CELLS):
        ekf = ExtendedKalmanFilter(dim_x=4, dim_z=1)
        ekf.x = np.array([[0.5], [0.0], [0.0], [0.0]])
        ekf.P = np.diag([0.04, 1.0, 25.0, 400.0])
        ekf.Q = np.diag([1e-10, 1e-5, 1e-2, 1e-2])
        ekf.R = np.array([[1e-2]])
        begin = time.thread_time_ns()
        for (turned, a, goal, e, f, amperes), volt in zip(intervals, volts[:, cell]):
            ekf.F = np.diag([1.0, a, e, f])
            x = ekf.x
            ekf.x = np.array([
                [x[0, 0] - turned], [a * x[1, 0] + (1 - a) * goal],
                [e * x[2, 0] + (1 - e) * amperes], [f * x[3, 0] + (1 - f) * amperes]])
            ekf.P = ekf.F @ ekf.P @ ekf.F.T + ekf.Q
            t = min(199.9999, max(0.0, ekf.x[0, 0] * 200))
            k = int(t)
            rise = ocv[k + 1] - ocv[k]

            def jacobian(_):
                return np.array([[rise * 200, M, -R1, -R2]])

            def expected(x):
                return np.array([[
                    ocv[k] + (t - k) * rise + M * x[1, 0] - R0 * amperes - R1 * x[2, 0]
                    - R2 * x[3, 0]]])

            ekf.update(np.array([[volt]]), jacobian, expected)
        times.append((time.thread_time_ns() - begin) / STEPS)
        worst = max(worst, abs(ekf.x[0, 0] - truth[cell]))
    print(f"filterpy\tdouble\t{worst:.1e}\t" + "\t".join(f"{t:.0f}" for t in times))


main()
