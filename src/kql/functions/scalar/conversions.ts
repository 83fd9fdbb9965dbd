import type { KustoType } from '../../../domain/kusto.ts'
import { conversionNatives } from '../conversion-natives.ts'
import { convert } from '../convert.ts'
import { arg, learn, scalar, type ScalarEntry } from '../entry.ts'

function conversion(name: string, type: KustoType, page = `${name}-function`): ScalarEntry {
  return scalar({
    name,
    docs: learn(page),
    // Null stays null, the empty string for strings; a value that does not convert is null.
    nulls: 'null',
    type: () => type,
    natives: name === 'tostring' ? conversionNatives : [],
    sql: (args, info) => convert(arg(args, 0, info), type, info).sql,
  })
}

export const conversions: readonly ScalarEntry[] = [
  conversion('tostring', 'string'),
  conversion('toint', 'int'),
  conversion('tolong', 'long'),
  conversion('todouble', 'real'),
  conversion('toreal', 'real', 'todouble-function'),
  conversion('tobool', 'bool'),
  conversion('toboolean', 'bool', 'tobool-function'),
  conversion('todecimal', 'decimal'),
  conversion('todatetime', 'datetime'),
  conversion('totimespan', 'timespan'),
  conversion('totime', 'timespan', 'totimespan-function'),
  conversion('toguid', 'guid'),
]
