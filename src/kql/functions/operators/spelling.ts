import type { KustoType } from '../../../domain/kusto.ts'
import { formatDatetime, parseDatetime } from '../../values/datetime.ts'
import { formatReal } from '../../values/real.ts'
import { formatTimespan, parseTimespan } from '../../values/timespan.ts'
import { parseBool, parseLong, parseReal } from '../conversion-natives.ts'

/**
 * Does a text name a value of the type, but not as `tostring()` would: `"true"` for `True`, `"2020-01-01"` for a datetime?
 * Then it depends on what the service converts, the text or the value, whether `==` holds; no page says which.
 */
export function isOtherSpelling(text: string, type: KustoType): boolean {
  const own = ownSpelling(text, type)
  return own !== undefined && own !== text
}

/** The text of the value that `text` names; undefined where it names none. */
function ownSpelling(text: string, type: KustoType): string | undefined {
  switch (type) {
    case 'bool': {
      const value = parseBool(text)
      return value === null ? undefined : value ? 'True' : 'False'
    }
    case 'int':
    case 'long':
      return parseLong(text)?.toString()
    case 'real': {
      const value = parseReal(text)
      return value === null ? undefined : formatReal(value)
    }
    case 'decimal': {
      const value = parseReal(text)
      return value === null ? undefined : String(value)
    }
    case 'datetime': {
      const ticks = parseDatetime(text)
      return ticks === undefined ? undefined : formatDatetime(ticks)
    }
    case 'timespan': {
      const ticks = parseTimespan(text)
      return ticks === undefined ? undefined : formatTimespan(ticks)
    }
    case 'guid':
      return /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined
    case 'string':
    case 'dynamic':
      return undefined
  }
}
