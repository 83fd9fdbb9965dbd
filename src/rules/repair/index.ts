import { repairFileFence } from './file-fence.ts'
import { repairIndentation } from './indentation.ts'
import { repairLostIndentation } from './lost-indentation.ts'
import type { Repair } from './repair.ts'
import { repairUnquotedValues } from './unquoted-value.ts'

/** In the order in which they are tried: what damages most comes first, so that the later ones see less damage. */
export const REPAIRS: readonly Repair[] = [
  repairFileFence,
  repairIndentation,
  repairLostIndentation,
  repairUnquotedValues,
]
