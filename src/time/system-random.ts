/** A number in [0, 1), for jitter only: never for identifiers or secrets. */
export const systemRandom = (): number => Math.random()
