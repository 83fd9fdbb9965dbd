/** From nothing found to the most of the line. */
const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const
/** Nothing is known: not the same as nothing found. */
const UNKNOWN = '·'

/** A character for each value, against the greatest of them; undefined is a value that nobody has measured. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const most = Math.max(0, ...values.map((value) => value ?? 0))
  const steps = BLOCKS.length - 1
  return values
    .map((value) => {
      if (value === undefined) return UNKNOWN
      // Something must not look like nothing, however much there was on another day.
      return BLOCKS[value === 0 ? 0 : Math.max(1, Math.round((value / most) * steps))] ?? UNKNOWN
    })
    .join('')
}
