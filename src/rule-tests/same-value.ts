import { canonicalJson } from '../detect/index.ts'
import type { Cell, KustoType } from '../domain/kusto.ts'
import { fixtureJson } from './fixture-value.ts'
import type { FixtureValue } from './test-file.ts'

/**
 * Does a cell hold what a test expects? The YAML value is read as the column's type: `5` is the string "5" of a string
 * column, a `datetime` may leave its zeros away, objects and arrays compare by content with `dynamic`. Null is Kusto's
 * null; of a string column, which knows none, the empty string.
 */
export function sameValue(expected: FixtureValue, actual: Cell, type: KustoType): boolean {
  if (expected === null) return actual === null || (type === 'string' && actual === '')
  if (actual === null) return false
  switch (type) {
    case 'int':
    case 'long':
    case 'real':
      return sameNumber(expected, actual)
    case 'bool':
      return expected === actual
    case 'datetime':
      return canonicalInstant(String(expected)) === canonicalInstant(String(actual))
    case 'dynamic':
      return sameDynamic(expected, String(actual))
    case 'decimal':
      return trimZeros(String(expected)) === trimZeros(String(actual))
    case 'guid':
      return String(expected).toLowerCase() === String(actual).toLowerCase()
    case 'string':
    case 'timespan':
      return typeof expected !== 'object' && String(expected) === String(actual)
  }
}

function sameNumber(expected: FixtureValue, actual: Cell): boolean {
  if (typeof expected === 'string') return expected === String(actual)
  if (typeof expected !== 'number' && typeof expected !== 'bigint') return false
  if (typeof expected === 'bigint' && typeof actual === 'bigint') return expected === actual
  return Object.is(Number(expected), Number(actual)) || Number(expected) === Number(actual)
}

/** One text for one instant: UTC, seconds always there, no trailing zeros. Text that is no instant stays as it is. */
function canonicalInstant(text: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?)?(?:Z|\+00:00)?$/.exec(text.trim())
  if (parts === null) return text
  const [, date = '', time = '00:00', second = '00', fraction = ''] = parts
  const digits = fraction.replace(/0+$/, '')
  return `${date}T${time}:${second}${digits === '' ? '' : `.${digits}`}Z`
}

function sameDynamic(expected: FixtureValue, actual: string): boolean {
  if (typeof expected !== 'object') return String(expected) === actual
  return canonicalJson(actual) === canonicalJson(fixtureJson(expected))
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
}
