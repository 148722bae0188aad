export interface Sample {
  count: number;
  mean: number;
  /** Of the sample: divided by one less than its number. */
  variance: number;
}

export function sampleOf(values: readonly number[]): Sample {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { count, mean, variance };
}

/**
 * Welch's t-test of two samples whose variances differ, with the degrees of freedom of Welch and Satterthwaite
 * and the standard error of the difference.
 */
export function welch(one: Sample, other: Sample): { t: number; freedom: number; error: number } {
  const [a, b] = [one.variance / one.count, other.variance / other.count];
  const error = Math.sqrt(a + b);
  return {
    t: (one.mean - other.mean) / error,
    error,
    freedom: (a + b) ** 2 / (a ** 2 / (one.count - 1) + b ** 2 / (other.count - 1)),
  };
}
