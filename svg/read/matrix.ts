/** Affine maps: (x, y) goes to (a x + c y + e, b x + d y + f). */
export interface Matrix {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

export const identity: Matrix = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

/** The map that applies `inner` first. */
export function multiply(outer: Matrix, inner: Matrix): Matrix {
  return {
    a: outer.a * inner.a + outer.c * inner.b,
    b: outer.b * inner.a + outer.d * inner.b,
    c: outer.a * inner.c + outer.c * inner.d,
    d: outer.b * inner.c + outer.d * inner.d,
    e: outer.a * inner.e + outer.c * inner.f + outer.e,
    f: outer.b * inner.e + outer.d * inner.f + outer.f,
  };
}

export function translation(x: number, y: number): Matrix {
  return { a: 1, b: 0, c: 0, d: 1, e: x, f: y };
}

export function scaling(x: number, y: number): Matrix {
  return { a: x, b: 0, c: 0, d: y, e: 0, f: 0 };
}

export function determinant(m: Matrix): number {
  return m.a * m.d - m.b * m.c;
}

export function isFiniteMatrix({ a, b, c, d, e, f }: Matrix): boolean {
  return Number.isFinite(a + b + c + d + e + f);
}

/** The side of the square that has the area of a unit square's image: what strokes are scaled by. */
export function meanScale(m: Matrix): number {
  return m.b === 0 && m.c === 0 && m.a === m.d
    ? Math.abs(m.a)
    : Math.sqrt(Math.abs(determinant(m)));
}

/** Whether circles stay circles, but for rounding. */
export function isConformal(m: Matrix): boolean {
  if (m.b === 0 && m.c === 0 && m.a === m.d) return true;
  const tolerance = 1e-6 * (Math.abs(m.a) + Math.abs(m.b) + Math.abs(m.c) + Math.abs(m.d));
  const near = (x: number, y: number) => Math.abs(x - y) <= tolerance;
  return (near(m.a, m.d) && near(m.b, -m.c)) || (near(m.a, -m.d) && near(m.b, m.c));
}
