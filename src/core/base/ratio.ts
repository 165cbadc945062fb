/**
 * Compares a/b with c/d exactly, without products: whole parts first, then the turned-over rests, as Euclid's algorithm goes on.
 * @returns below 0, 0 or above 0, as a/b is smaller, equal or larger. Numerators are safe integers from 0, denominators from 1.
 */
export function compareRatios(a: number, b: number, c: number, d: number): number {
  let sign = 1;
  for (let [n, m, p, q] = [a, b, c, d]; ; ) {
    const [restLeft, restRight] = [n % m, p % q];
    const [left, right] = [(n - restLeft) / m, (p - restRight) / q];
    if (left !== right) return sign * (left < right ? -1 : 1);
    if (restLeft === 0 || restRight === 0) return sign * (Math.sign(restLeft) - Math.sign(restRight)) + 0;
    // x/m < y/q exactly where m/x > q/y.
    [n, m, p, q] = [m, restLeft, q, restRight];
    sign = -sign;
  }
}
