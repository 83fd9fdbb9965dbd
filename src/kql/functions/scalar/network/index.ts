import type { ScalarEntry } from '../../entry.ts'
import { ipv4Entries } from './ipv4.ts'
import { ipv6Entries } from './ipv6.ts'
import { ipSearchEntries } from './search.ts'

export const networkEntries: readonly ScalarEntry[] = [...ipv4Entries, ...ipv6Entries, ...ipSearchEntries]
