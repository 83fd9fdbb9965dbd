import type { ScalarEntry } from '../../entry.ts'
import { parseCommandLine } from './command-line.ts'
import { parseCsv } from './csv.ts'
import { encodingEntries } from './encodings.ts'
import { extractJsonEntries } from './extract-json.ts'
import { hashEntries } from './hash.ts'
import { parsePathEntry } from './path.ts'
import { textSearchEntries } from './search.ts'
import { unicodeEntries } from './unicode.ts'
import { urlEntries } from './url.ts'
import { parseUserAgent } from './user-agent.ts'
import { parseVersion } from './version.ts'
import { parseXmlEntry } from './xml.ts'

export const textEntries: readonly ScalarEntry[] = [
  ...urlEntries,
  ...encodingEntries,
  ...hashEntries,
  ...unicodeEntries,
  ...textSearchEntries,
  ...extractJsonEntries,
  parseCommandLine,
  parseCsv,
  parsePathEntry,
  parseUserAgent,
  parseVersion,
  parseXmlEntry,
]
