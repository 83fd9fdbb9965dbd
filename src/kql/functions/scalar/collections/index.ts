import type { ScalarEntry } from '../../entry.ts'
import { arrayEntries } from './arrays.ts'
import { bagEntries } from './bags.ts'
import { rangeEntry, repeatEntry } from './range.ts'
import { setEntries } from './sets.ts'
import { sortEntries } from './sort.ts'

export const collectionEntries: readonly ScalarEntry[] = [
  ...arrayEntries,
  ...sortEntries,
  ...setEntries,
  ...bagEntries,
  rangeEntry,
  repeatEntry,
]
