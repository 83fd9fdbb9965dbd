import type { ScalarEntry } from '../../entry.ts'
import { datetimeAdd } from './datetime-add.ts'
import { formatTimespanEntry } from './format-timespan.ts'
import { makeEntries } from './make.ts'
import { datePartEntries } from './parts.ts'
import { startEndEntries } from './start-end.ts'
import { timeZoneEntries } from './time-zones.ts'
import { unixtimeEntries } from './unixtime.ts'

export const dateEntries: readonly ScalarEntry[] = [
  ...startEndEntries,
  ...datePartEntries,
  datetimeAdd,
  ...makeEntries,
  formatTimespanEntry,
  ...unixtimeEntries,
  ...timeZoneEntries,
]
