/** Pairs of queries of which Kusto's reference says that they find the same rows, made of any query. */
import type { Column, KustoType } from '../../src/domain/kusto.ts'
import type { Engine, QueryOptions } from '../../src/kql/index.ts'
import { name, type Expressions } from './expressions.ts'
import { identity } from './identities.ts'
import { ask, headOf, isSettled, rowTexts, SLOW, type Failure } from './properties.ts'
import type { Random } from './random.ts'

/** The rows of its queries, taken together. */
type Side = readonly string[]

export interface Relation {
  readonly kind: string
  readonly sides: (query: string) => readonly Side[]
}

export interface Material {
  readonly random: Random
  readonly expressions: Expressions
  readonly columns: readonly Column[]
}

const DEPTH = 2

/** Undefined where the columns do not fit. */
type Maker = (material: Material) => Relation | undefined

const condition = ({ expressions, columns }: Material): string => expressions.ofType('bool', columns, DEPTH)

function column({ random, columns }: Material, types?: readonly KustoType[]): Column | undefined {
  const fitting = columns.filter(({ type }) => types === undefined || types.includes(type))
  return fitting.length === 0 ? undefined : random.pick(fitting)
}

/** Each row is in exactly one of `p`, `not(p)` and «p is null». */
const partition: Maker = (material) => {
  const p = condition(material)
  const parts = (query: string) => [p, `not(${p})`, `isnull(${p})`].map((each) => `${query}\n| where ${each}`)
  return {
    kind: 'partition',
    sides: (query) => [
      [query],
      parts(query),
      [
        `union ${parts(query)
          .map((part) => `(${part})`)
          .join(', ')}`,
      ],
    ],
  }
}

/** A condition that is only looked at finds what a condition that filters finds. */
const looking: Maker = (material) => {
  const p = condition(material)
  return {
    kind: 'where against countif',
    sides: (query) =>
      [
        `where ${p} | count | project n = Count`,
        `summarize n = countif(${p})`,
        `extend p = ${p} | where p | count | project n = Count`,
        `extend p = ${p} | summarize n = countif(p)`,
        `summarize c = count() by p = ${p} | summarize n = sumif(c, p) | project n = coalesce(n, 0)`,
      ].map((end) => [`${query}\n| ${end}`]),
  }
}

/** A name changes nothing, nor does `materialize`, nor a function without parameters, nor a filter that lets all pass. */
const named: Maker = () => ({
  kind: 'name',
  sides: (query) => [
    [query],
    [`let named = ${query};\nnamed | where true`],
    [`let named = materialize(${query});\nunion (named | where false), named`],
    [`${query}\n| as named\n| where true`],
    [`let named = () { ${query} };\nnamed()`],
    [`let same = (named: (*)) { named };\n${query}\n| invoke same()`],
    [`${query}\n| take 100000`],
    [`${query}\n| serialize`],
    [`${query}\n| extend hidden = row_number()\n| project-away hidden`],
  ],
})

const doubled: Maker = () => ({
  kind: 'named twice',
  sides: (query) => [
    [query, query],
    [`let named = ${query};\nunion named, named`],
    [`let named = materialize(${query});\nunion named, named`],
    [`${query}\n| as named\n| union named`],
    [`${query}\n| mv-expand hidden = dynamic([1, 2])\n| project-away hidden`],
  ],
})

/** The group of a key is what a filter by the key leaves. */
const group: Maker = (material) => {
  const key = column(material, ['bool', 'int', 'long', 'string', 'datetime', 'timespan', 'guid'])
  if (key === undefined) return undefined
  const { expressions, columns } = material
  const aggregates = ['a0 = count()', `a1 = ${expressions.aggregate(columns, 1)}`].filter(isSettled)
  const literal = expressions.literal(key.type)
  const own = literal.includes('null') && key.type !== 'string' ? `isnull(${name(key)})` : `${name(key)} == ${literal}`
  return {
    kind: 'group against filter',
    sides: (query) => [
      [`${query}\n| summarize ${aggregates.join(', ')} by key = ${name(key)}\n| where ${own.replaceAll(name(key), 'key')}\n| project-away key`],
      [`${query}\n| where ${own}\n| summarize ${aggregates.join(', ')} by one = 1\n| project-away one`],
    ],
  } // prettier-ignore
}

/** `sumif(x, p)` is `sum(x)` of the rows with p. */
const guarded: Maker = (material) => {
  const made = material.expressions.guardedAggregate(material.columns, condition(material))
  // Which value `any` takes, and in what order lists are, is open.
  if (made === undefined || /any|make_|arg_/.test(made.name)) return undefined
  return {
    kind: `filter against ${made.name}`,
    sides: (query) => [
      [`${query}\n| summarize z = ${made.guarded}`],
      [`${query}\n| where ${made.condition}\n| summarize z = ${made.plain}`],
      [`${query}\n| extend guard = ${made.condition}\n| where guard\n| summarize z = ${made.plain}`],
    ],
  }
}

const KEYS = 'bilresdtg'

const joins: Maker = (material) => {
  const { random, columns } = material
  const keys = columns.filter(({ name: each }) => each.length === 1 && KEYS.includes(each))
  if (keys.length === 0) return undefined
  const key = random.pick(keys).name
  const right = random.pick(['U', 'T', 'Empty', 'U | where l > 0'])
  const marked = `(${right} | extend marker = 1)`
  const join = (query: string, kind: string, other = `(${right})`): string =>
    `${query}\n| join kind=${kind} ${other} on ${key}`
  const left = (query: string): string => `${query}\n| extend left = 1`
  const away = `project-away ${key}1`
  if (columns.some((each) => each.name === `${key}1`)) return undefined
  const relations: readonly Relation[] = [
    {
      kind: 'inner against outer joins',
      sides: (query) => [
        [join(query, 'inner', marked)],
        [`${join(query, 'leftouter', marked)}\n| where isnotnull(marker)`],
        [`${join(left(query), 'rightouter', marked)}\n| where isnotnull(left)\n| project-away left`],
        [
          `${join(left(query), 'fullouter', marked)}\n| where isnotnull(left) and isnotnull(marker)\n| project-away left`,
        ],
        [
          `let one = ${query};\nlet other = ${marked};\none | join hint.strategy=broadcast kind=inner other on $left.${key} == $right.${key}`,
        ],
      ],
    },
    { kind: 'semi and anti', sides: (query) => [[query], [join(query, 'leftsemi'), join(query, 'leftanti')]] },
    {
      kind: 'semi against inner join',
      sides: (query) => [
        [join(query, 'leftsemi')],
        [`${join(query, 'inner', `(${right} | distinct ${key})`)}\n| ${away}`],
        [`${right}\n| join kind=rightsemi (${query}) on ${key}`],
      ],
    },
    {
      kind: 'anti against outer join',
      sides: (query) => [
        [join(query, 'leftanti')],
        [
          `${join(query, 'leftouter', `(${right} | distinct ${key} | extend marker = 1)`)}\n| where isnull(marker)\n| project-away marker, ${key}1`,
        ],
        [`${right}\n| join kind=rightanti (${query}) on ${key}`],
      ],
    },
    {
      kind: 'full against left outer join',
      sides: (query) => [
        [`${join(left(query), 'fullouter', marked)}\n| where isnotnull(left)`],
        [join(left(query), 'leftouter', marked)],
      ],
    },
    {
      kind: 'lookup against join',
      sides: (query) => [
        [`${query}\n| lookup kind=leftouter (${right} | project ${key}, marker = s) on ${key}`],
        [`${join(query, 'leftouter', `(${right} | project ${key}, marker = s)`)}\n| ${away}`],
      ],
    },
    {
      kind: 'semi join against in',
      sides: (query) => [
        [`${join(query, 'leftsemi')}\n| where isnotnull(${key})`],
        [`${query}\n| where isnotnull(${key}) and ${key} in ((${right} | project ${key}))`],
        [`let list = ${right} | distinct ${key};\n${query}\n| where isnotnull(${key}) and ${key} in (list)`],
      ],
    },
  ]
  // NaN is in no list, but a key like any other.
  return random.pick(key === 'r' ? relations.filter(({ kind }) => kind !== 'semi join against in') : relations) // prettier-ignore
}

/** Which of equal rows come first is open, so only the keys are compared. */
const first: Maker = (material) => {
  const key = column(material)
  if (key === undefined) return undefined
  const { random } = material
  const order = `${random.pick(['asc', 'desc'])}${random.pick(['', ' nulls first', ' nulls last'])}`
  const count = random.integer(12)
  // So are 0.0 and -0.0, which the sum makes one.
  const seen = key.type === 'real' ? 'key = key + 0.0' : 'key'
  return {
    kind: 'top against sort',
    sides: (query) => [
      [`${query}\n| top ${count} by ${name(key)} ${order}\n| project key = ${name(key)}\n| project ${seen}`],
      [`${query}\n| sort by ${name(key)} ${order}\n| take ${count}\n| project key = ${name(key)}\n| project ${seen}`],
      [`${query}\n| sort by ${name(key)} ${order}\n| extend place = row_number()\n| where place <= ${count}\n| project key = ${name(key)}\n| project ${seen}`],
      [`${query}\n| project key = ${name(key)}\n| sort by key ${order}\n| limit ${count}\n| project ${seen}`],
    ],
  } // prettier-ignore
}

const distinct: Maker = ({ random, columns }) => {
  const some = random.some(columns, 3).map(name).join(', ')
  return {
    kind: 'distinct',
    sides: (query) => [
      [`${query}\n| distinct ${some}`],
      [`${query}\n| summarize by ${some}`],
      [`${query}\n| summarize count() by ${some}\n| project ${some}`],
      [`${query}\n| project ${some}\n| distinct *`],
      [`${query}\n| union (${query})\n| distinct ${some}`],
    ],
  }
}

/** A value that is computed where a row is made, and where it is read. */
const computed: Maker = (material) => {
  const { expressions, columns } = material
  const value = expressions.ofType(expressions.anyType(), columns, DEPTH)
  const p = condition(material)
  return {
    kind: 'computed column',
    sides: (query) => [
      [`${query}\n| where ${p}\n| project z = ${value}`],
      [`${query}\n| extend z = ${value}\n| where ${p}\n| project z`],
      [`${query}\n| extend z = ${value}, hidden = ${p}\n| where hidden\n| project z`],
      [`let named = ${query}\n| extend z = ${value};\nnamed\n| where ${p}\n| project z`],
      [`${query}\n| extend n = row_number(), z = ${value}\n| where ${p}\n| project z`],
      [`${query}\n| mv-expand hidden = pack_array(0)\n| where ${p}\n| project z = ${value}`],
    ],
  }
}

const conjunction: Maker = (material) => {
  const [p, q] = [condition(material), condition(material)]
  return {
    kind: 'and, or',
    sides: (query) => [
      [`${query}\n| where ${p} and ${q}`],
      [`${query}\n| where ${p}\n| where ${q}`],
      [`${query}\n| where ${q}\n| where ${p}`],
      [`${query}\n| where not(not(${p}) or not(${q}))`],
      [`${query}\n| where iff(${p}, ${q}, false)`],
      [`${query}\n| extend p = ${p}\n| extend q = ${q}\n| where p and q\n| project-away p, q`],
    ],
  }
}

/** A choice is that of its rows. */
const choice: Maker = (material) => {
  const { expressions, columns } = material
  const type = expressions.anyType()
  const p = condition(material)
  const [x, y] = [expressions.ofType(type, columns, DEPTH), expressions.ofType(type, columns, DEPTH)]
  return {
    kind: 'iff',
    sides: (query) => [
      [`${query}\n| project z = iff(${p}, ${x}, ${y})`],
      [`${query}\n| project z = case(${p}, ${x}, ${y})`],
      [
        `${query}\n| where ${p}\n| project z = iff(true, ${x}, ${y})`,
        `${query}\n| where not(${p}) or isnull(${p})\n| project z = iff(false, ${x}, ${y})`,
      ],
    ],
  }
}

const scalars: Maker = (material) => {
  const { expressions, columns } = material
  const aggregate = expressions.aggregate(columns, 1)
  if (!isSettled(aggregate)) return undefined
  return {
    kind: 'toscalar',
    sides: (query) => [
      [`${query}\n| summarize z = ${aggregate}`],
      [`print z = toscalar(${query} | summarize ${aggregate})`],
      [`let z = toscalar(${query} | summarize ${aggregate});\nprint z = z`],
      [`let t = materialize(${query});\nprint z = toscalar(t | summarize ${aggregate})`],
    ],
  }
}

/** A function is what is written in it, a parameter what is given for it. */
const functions: Maker = (material) => {
  const { expressions, random, columns } = material
  const [given, type] = [random.pick(columns), expressions.anyType()]
  const parameter: Column = { name: 'parameter', type: given.type }
  const constant: Column = { name: 'constant', type: expressions.anyType() }
  const literal = expressions.literal(constant.type)
  const body = expressions.ofType(type, [parameter, constant], DEPTH)
  const written = body.replaceAll(name(parameter), name(given)).replaceAll(name(constant), literal)
  const declared = `parameter: ${parameter.type}, constant: ${constant.type}`
  return {
    kind: 'function',
    sides: (query) => [
      [`${query}\n| project z = ${written}`],
      [`let f = (${declared}) { ${body} };\n${query}\n| project z = f(${name(given)}, ${literal})`],
      [`let constant = ${literal};\nlet f = (parameter: ${parameter.type}) { let inner = ${body}; inner };\n${query}\n| project z = f(${name(given)})`],
      [`let f = (given: (*), constant: ${constant.type}) { given | extend parameter = ${name(given)} | project z = ${body} };\n${query}\n| invoke f(${literal})`],
      [`let constant = ${literal};\nlet g = () { ${query} };\ng()\n| extend parameter = ${name(given)}\n| project z = ${body}`],
    ],
  } // prettier-ignore
}

const expanded: Maker = (material) => {
  const { random, columns } = material
  const [one, other] = [random.pick(columns), random.pick(columns)]
  // The language service takes the ordinal of getschema for a long; it is an int.
  if (one.name === 'ColumnOrdinal' || other.name === 'ColumnOrdinal') return undefined
  // For an apply, DuckDB takes 0.0 and -0.0 for one value.
  if (one.type !== other.type || one.type === 'dynamic' || one.type === 'real') return undefined
  return {
    kind: 'mv-expand',
    sides: (query) => [
      [`${query}\n| project z = ${name(one)}`, `${query}\n| project z = ${name(other)}`],
      [`${query}\n| mv-expand z = pack_array(${name(one)}, ${name(other)}) to typeof(${one.type})\n| project z`],
      [`${query}\n| mv-apply z = pack_array(${name(one)}, ${name(other)}) to typeof(${one.type}) on (project z)\n| project z`],
    ],
  } // prettier-ignore
}

/** A filter within each part, and each element, is a filter of all. */
const within: Maker = (material) => {
  const p = condition(material)
  const key = column(material, ['int', 'long', 'string', 'datetime', 'guid', 'bool'])
  if (key === undefined) return undefined
  return {
    kind: 'partition by',
    sides: (query) => [
      [`${query}\n| where ${p}`],
      [`${query}\n| partition hint.strategy=native by ${name(key)} (where ${p})`],
      [`${query}\n| mv-apply hidden = dynamic([1]) on (where ${p})\n| project-away hidden`],
    ],
  }
}

const same: Maker = ({ random, expressions, columns }) => {
  const { kind, forms } = identity(random, expressions, columns)
  return { kind, sides: (query) => forms.map((form) => [`${query}\n| project z = ${form}`]) }
}

const OF_COLUMN: readonly ((x: string) => readonly string[])[] = [
  (x) => [`count()`, `countif(true)`, `countif(isnull(${x}) or isnotnull(${x}))`],
  (x) => [`max(${x})`, `maxif(${x}, true)`],
  (x) => [`min(${x})`, `minif(${x}, true)`],
  (x) => [`dcount(${x})`, `count_distinct(${x})`, `dcountif(${x}, true)`, `dcount_hll(hll(${x}))`, `count_distinctif(${x}, true)`],
  (x) => [`array_length(make_list(${x}))`, `tolong(array_length(make_listif(${x}, true)))`, `array_length(make_list_if(${x}, true))`],
  (x) => [`array_sort_asc(make_set(${x}))`, `array_sort_asc(make_setif(${x}, true))`, `array_sort_asc(make_set(iff(true, ${x}, ${x})))`],
  (x) => [`countif(isnotnull(${x}))`, `tolong(sum(toint(isnotnull(${x}))))`, `count() - countif(isnull(${x}))`],
  (x) => [`percentile(${x}, 50)`, `percentilew(${x}, 1, 50)`],
  (x) => [`variance(${x})`, `varianceif(${x}, true)`],
] // prettier-ignore

/** Aggregates that are the same by their pages, over all rows and in groups. */
const sameAggregates: Maker = (material) => {
  const { random, columns } = material
  const forms = random.pick(OF_COLUMN)(name(random.pick(columns)))
  // Of 0.0 and -0.0, which are one group, either may be its key; the sum makes them one.
  const key = random.pick(columns)
  const by = random.chance(0.5) ? '' : ` by key = ${name(key)}${key.type === 'real' ? ' + 0.0' : ''}`
  return {
    kind: forms[0] ?? '',
    sides: (query) => forms.map((form) => [`${query}\n| summarize z = ${form}${by}`]),
  }
}

const tops: Maker = ({ random, columns }) => {
  const key = name(random.pick(columns))
  return {
    kind: 'all of the top',
    sides: (query) => [
      [`${query}\n| summarize n = count() by key = ${key}\n| project key, n`],
      [`${query}\n| top-hitters 10000 of ${key}\n| project key = ${key}, n = approximate_count_${key.slice(2, -2)}`],
      [`${query}\n| project key = ${key}\n| top-nested of key by n = count()\n| project key, n`],
      [`${query}\n| sample-distinct 10000 of ${key}\n| project key = ${key}\n| extend n = 0\n| union (${query}\n| project key = ${key}, n = 1)\n| summarize n = sum(n) by key\n| project key, n`],
      [`${query}\n| sort by ${key} asc\n| extend run = row_number()\n| summarize n = count() by key = ${key}\n| project key, n`],
    ],
  } // prettier-ignore
}

const MAKERS: readonly (readonly [number, Maker])[] = [
  [2, partition], [2, looking], [2, named], [1, doubled], [2, group], [2, guarded], [3, joins], [1, first], [1, distinct],
  [2, computed], [2, conjunction], [1, choice], [1, scalars], [2, functions], [1, expanded], [1, within], [6, same], [2, sameAggregates], [1, tops],
] // prettier-ignore

export function makeRelation(material: Material): Relation | undefined {
  let left = material.random.next() * MAKERS.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, make] of MAKERS) {
    left -= weight
    if (left < 0) return make(material)
  }
  return undefined
}

/** Sides that are refused say nothing. */
export async function relationFailure(
  engine: Engine,
  query: string,
  { kind, sides }: Relation,
  options: QueryOptions = {},
): Promise<Failure | undefined> {
  let before: { readonly text: string; readonly answer: string } | undefined
  for (const side of sides(query)) {
    const rows: string[] = []
    let head = ''
    let isRefused = false
    for (const text of side) {
      const answer = await ask(engine, text, options)
      // Each side may read the query several times; whether once is slow, others ask.
      if ('failure' in answer && answer.failure.kind === SLOW) return undefined
      if ('failure' in answer) return { ...answer.failure, detail: `${answer.failure.detail}\n${text}` }
      if ('refusal' in answer) isRefused = true
      else {
        head = headOf(answer.table)
        rows.push(...rowTexts(answer.table))
      }
    }
    if (isRefused) continue
    const after = { text: side.join('\n// and\n'), answer: `${head}\n${rows.sort().join('\n')}` }
    before ??= after
    if (before.answer !== after.answer) return { kind, detail: difference(before, after) }
  }
  return undefined
}

interface Answered {
  readonly text: string
  readonly answer: string
}

function difference(before: Answered, after: Answered): string {
  const [one, other] = [before.answer.split('\n'), after.answer.split('\n')]
  const only = (lines: readonly string[], others: readonly string[]): string =>
    lines.filter((line) => count(lines, line) > count(others, line)).slice(0, 5).join('\n    ').slice(0, 400) // prettier-ignore
  return `${before.text}\n  against\n${after.text}\n  only there:\n    ${only(one, other)}\n  only here:\n    ${only(other, one)}` // prettier-ignore
}

const count = (lines: readonly string[], line: string): number => lines.filter((each) => each === line).length
