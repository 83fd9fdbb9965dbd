/** How expected and actual items were put together. */
export interface Pairing<E, A> {
  /** In the order of the expected items; the actual one is undefined when none is left that fits. */
  readonly pairs: readonly { readonly expected: E; readonly actual: A | undefined }[]
  /** Actual items that nobody expected. */
  readonly surplus: readonly A[]
}

/**
 * Gives every expected item an actual one of its own, so that as many as possible fit, whatever the order: an expectation
 * that says little must not take the only item of one that says more (augmenting paths; the lists are short).
 */
export function pairUp<E, A>(
  expected: readonly E[],
  actual: readonly A[],
  fits: (expected: E, actual: A) => boolean,
): Pairing<E, A> {
  const edges = expected.map((each) => actual.flatMap((other, index) => (fits(each, other) ? [index] : [])))
  const holder = new Map<number, number>()
  const place = (at: number, tried: Set<number>): boolean =>
    (edges[at] ?? []).some((index) => {
      if (tried.has(index)) return false
      tried.add(index)
      const current = holder.get(index)
      if (current !== undefined && !place(current, tried)) return false
      holder.set(index, at)
      return true
    })
  expected.forEach((_, at) => place(at, new Set()))
  const taken = new Map([...holder].map(([index, at]) => [at, index]))
  return {
    pairs: expected.map((each, at) => {
      const index = taken.get(at)
      return { expected: each, actual: index === undefined ? undefined : actual[index] }
    }),
    surplus: actual.filter((_, index) => !holder.has(index)),
  }
}
