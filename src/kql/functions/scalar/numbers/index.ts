import type { ScalarEntry } from '../../entry.ts'
import { bitEntries } from './bits.ts'
import { formatBytesEntry } from './format-bytes.ts'
import { gridEntries } from './grid.ts'
import { statisticsEntries } from './statistics.ts'
import { trigonometryEntries } from './trigonometry.ts'
import { unitEntries } from './units.ts'

export const numberEntries: readonly ScalarEntry[] = [
  ...trigonometryEntries,
  ...statisticsEntries,
  ...bitEntries,
  ...gridEntries,
  ...unitEntries,
  formatBytesEntry,
]
