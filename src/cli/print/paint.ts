import type { Severity } from '../../domain/rule.ts'
import type { Styles } from '../terminal.ts'

/** The colour of a severity; plain for none. */
export function paintSeverity(severity: Severity | undefined, styles: Styles): (text: string) => string {
  if (severity === 'High') return styles.red
  if (severity === 'Medium') return styles.yellow
  // Cyan, for the blue of many terminals cannot be read on black.
  if (severity === 'Low') return styles.cyan
  return styles.dim
}
