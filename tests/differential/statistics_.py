# statistics_.py: _statistics' inverse of the normal distribution against the pure one; the rest of the module against fractions.

import statistics as native
from fractions import Fraction

import harness

pure = harness.pure("statistics", "_statistics")


def exact_mean(values):
    return float(sum(map(Fraction, values)) / len(values))


def case(r, agree):
    p = r.choice((r.random(), 10.0 ** -r.randint(1, 300), 1 - 10.0 ** -r.randint(1, 17), 0.5, 0.0, 1.0, harness.real(r), 0.075, 0.925))
    mu, sigma = r.choice((0.0, 1.5, -3, harness.real(r))), r.choice((1.0, 2, 0.0, -1.0, 1e-9, harness.real(r)))
    agree("inv_cdf", lambda: native._normal_dist_inv_cdf(p, mu, sigma), lambda: pure._normal_dist_inv_cdf(p, mu, sigma), loose="any")
    agree("NormalDist", lambda: native.NormalDist(mu, sigma).inv_cdf(p), lambda: pure.NormalDist(mu, sigma).inv_cdf(p), loose=True)
    values = [r.choice((r.randint(-9, 9), r.uniform(-5, 5))) for _ in range(r.randint(1, 8))]
    agree("mean", lambda: float(native.mean(values)), lambda: exact_mean(values))
    agree("fmean", lambda: round(native.fmean(values), 9), lambda: round(exact_mean(values), 9))
    agree("pvariance", lambda: native.pvariance(values), lambda: pure.pvariance(values), loose=True)
    agree("quantiles", lambda: native.quantiles(values), lambda: pure.quantiles(values), loose=True)


if __name__ == "__main__":
    harness.main(case)
