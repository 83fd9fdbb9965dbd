import type { ColumnDef, Expand } from '../ir/relation.ts'
import { call, cases, cast, column, infix, int, isNotNull, lambda, list, long, sqlNull, text, once } from './build.ts'
import type { SqlExpr, SqlFrom, SqlOutput, SqlSelect } from './nodes.ts'
import type { Translation } from './translate.ts'

/**
 * The elements of a dynamic as a list of JSON texts: an array's items, a bag's members as one-member bags (or as
 * `[key, value]`), any other value alone; null for null.
 */
export function elementsSql(dynamic: SqlExpr, asPairs: boolean): SqlExpr {
  return once(dynamic, (value) => elementsOf(value, asPairs))
}

const texts = (json: SqlExpr): SqlExpr => cast(json, 'VARCHAR[]')

function elementsOf(value: SqlExpr, asPairs: boolean): SqlExpr {
  // Both in the order of the text. Looking up each key by itself would take the square of their number.
  const members = call('list_zip', call('json_keys', value), texts(call('json_extract', value, text('$.*'))))
  const name = cast(call('to_json', call('struct_extract', column('member'), int(1))), 'VARCHAR')
  const content = call('struct_extract', column('member'), int(2))
  const pair = asPairs
    ? call('concat', text('['), name, text(','), content, text(']'))
    : call('concat', text('{'), name, text(':'), content, text('}'))
  const type = call('json_type', value)
  return cases(
    [
      [infix(type, '=', text('ARRAY')), texts(call('json_extract', value, text('$[*]')))],
      [infix(type, '=', text('OBJECT')), call('list_transform', members, lambda(['member'], pair))],
      [isNotNull(value), list(value)],
    ],
    sqlNull('VARCHAR[]'),
  )
}

/** Lists first, then positions up to the longest, then the element of each list at the position. */
export function expandSql(expand: Expand, translation: Translation): SqlSelect {
  const input = translation.fromQuery(expand.input)
  const values = expand.items.map(({ value, asPairs }) => elementsSql(translation.scalar(value), asPairs))
  const names = values.map(() => translation.freshName('list'))
  const lists: SqlSelect = {
    kind: 'select',
    star: true,
    outputs: values.map((value, index) => ({ value, alias: names[index] ?? '' })),
    from: input,
    where: [],
  }
  // A dynamic that is null is one element where it keeps its row (mv-expand-operator); an empty array is none.
  const missing = long(expand.keepEmpty ? 1 : 0)
  const length = longest(names.map((name) => call('coalesce', call('len', column(name)), missing)))
  // Not a lateral join: a test of the position makes DuckDB join positions to rows, which turns their order round.
  const positions: SqlSelect = {
    kind: 'select',
    star: true,
    outputs: [translation.define(expand.position, call('unnest', call('range', long(1), upperBound(expand, length))))],
    from: { kind: 'query', query: lists, alias: translation.freshName('t') },
    where: [],
  }
  const from: SqlFrom = { kind: 'query', query: positions, alias: translation.freshName('t') }
  const position = column(translation.alias(expand.position.id))
  const outputs = expand.items.map(({ column: definition }, index) =>
    element(definition, names[index] ?? '', position, translation),
  )
  if (expand.indexColumn !== undefined) {
    outputs.push(translation.define(expand.indexColumn, infix(position, '-', long(1))))
  }
  return { kind: 'select', star: true, outputs, from, where: [] }
}

function longest(lengths: readonly SqlExpr[]): SqlExpr {
  const [only] = lengths
  return lengths.length === 1 && only !== undefined ? only : call('greatest', ...lengths)
}

function upperBound(expand: Expand, length: SqlExpr): SqlExpr {
  const limited = expand.limit === undefined ? length : call('least', length, long(expand.limit))
  return infix(limited, '+', long(1))
}

function element(definition: ColumnDef, name: string, position: SqlExpr, translation: Translation): SqlOutput {
  const value = call('list_extract', column(name), position)
  return translation.define(definition, call('nullif', value, text('null')))
}
