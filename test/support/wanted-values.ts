/** What the text of a query says about the values that get through its filters: rough, with patterns instead of a parser. */

/** A value inside a dynamic column, as far as the query reads it. */
export interface Shape {
  readonly members: Map<string, Shape>
  /** Elements, where the query indexes or expands the value. */
  items: Shape | undefined
  /** Names under which the query compares this value: its own, and those of columns made of it. */
  readonly names: Set<string>
}

export interface Wanted {
  readonly texts: readonly string[]
  readonly numbers: readonly bigint[]
  /** Literals that stand behind a column and an operator that wants them. */
  readonly byColumn: ReadonlyMap<string, readonly string[]>
  /** Names behind a dot or in brackets: members of bags. */
  readonly members: readonly string[]
  readonly shapes: ReadonlyMap<string, Shape>
}

const LITERAL = /@?"(?:[^"\\\n]|\\.)*"|@?'(?:[^'\\\n]|\\.)*'/g
const VALUE = /@?"[^"\n]*"|@?'[^'\n]*'|-?\d+(?:\.\d+)?/g
const COMPARISON =
  /\b([A-Za-z_]\w*)\b(?:\s*\])?\)*\s*(==|=~|>=?|<=?|\bin~?|\b(?:has|contains|startswith|endswith|hasprefix|hassuffix)(?:_cs)?|\bhas_any|\bhas_all|\bbetween)\s*\(*\s*(?:dynamic\s*\(\s*\[?)?\s*((?:@?"[^"\n]*"|@?'[^'\n]*'|-?\d+(?:\.\d+)?)(?:\s*,\s*(?:@?"[^"\n]*"|@?'[^'\n]*'|-?\d+))*)/g
const NAMED_COMPARISON =
  /\b([A-Za-z_]\w*)\b\)*\s*(?:==|=~|\bin~?|\bhas_any|\bhas_all|\bhas|\bcontains)\s*\(*\s*([A-Za-z_]\w*)/g
const LIST =
  /\blet\s+([A-Za-z_]\w*)\s*=\s*(?:dynamic\s*\(\s*\[|pack_array\s*\(|(?:toscalar\s*\(\s*)?datatable\s*\([^)]*\)\s*\[|)([^;]*);/g
const PATH = /\b([A-Za-z_]\w*)((?:\s*(?:\.\s*[A-Za-z_]\w*|\[\s*(?:-?\d+|"[^"\n]*"|'[^'\n]*')\s*\]))+)/g
const STEP = /\.\s*([A-Za-z_]\w*)|\[\s*(-?\d+)\s*\]|\[\s*["']([^"'\n]*)["']\s*\]/g
const ALIAS =
  /\b([A-Za-z_]\w*)\s*=\s*([A-Za-z_]\w*(?:\s*(?:\.\s*[A-Za-z_]\w*|\[\s*(?:-?\d+|"[^"\n]*"|'[^'\n]*')\s*\]))*)/g
const EXPANSION =
  /\bmv-?(?:expand|apply)\s+(?:\w+\s*=\s*(?:bag|array|\w+)\s+)*?(?:([A-Za-z_]\w*)\s*=\s*)?([A-Za-z_]\w*(?:\s*(?:\.\s*[A-Za-z_]\w*|\[\s*\d+\s*\]))*)/g

const unquote = (literal: string): string => literal.replace(/^@?["']|["']$/g, '').replaceAll('\\\\', '\\')

/** `tostring(parse_json(tostring(a.b)).c)` reads as `a.b.c`. */
function withoutConversions(code: string): string {
  let plain = code.replace(/\b(?:parse_?json|todynamic|tostring|toobject|tolower|toupper|trim\s*\(\s*@?"[^"]*"\s*,|dynamic_to_json)\s*\(/g, '(') // prettier-ignore
  for (let round = 0; round < 4; round++) plain = plain.replace(/\(\s*([A-Za-z_][\w.[\]"' ]*?)\s*\)/g, ' $1')
  return plain
}

export function wantedBy(text: string): Wanted {
  const code = text.replace(/(^|\s)\/\/.*$/gm, '$1')
  const plain = withoutConversions(code)
  const texts = [...code.matchAll(LITERAL)].map(([literal]) => unquote(literal)).filter((one) => one.length < 200)
  const shapes = shapesOf(plain)
  const names = [...shapes.values()].flatMap((shape) => allMembers(shape))
  return {
    texts: [...new Set(texts)],
    numbers: [...new Set([...code.matchAll(/\b\d{1,18}\b/g)].map(([digits]) => BigInt(digits)))],
    byColumn: comparisons(plain),
    members: [...new Set([...names, 'displayName', 'name', 'value', 'Name', 'Value', 'key', 'type'])],
    shapes,
  }
}

function comparisons(code: string): ReadonlyMap<string, readonly string[]> {
  const byColumn = new Map<string, string[]>()
  const add = (column: string, values: readonly string[]): void => {
    if (values.length > 0) byColumn.set(column, [...(byColumn.get(column) ?? []), ...values])
  }
  for (const [, column = '', operator = '', literals = ''] of code.matchAll(COMPARISON)) {
    const values = [...literals.matchAll(VALUE)].map(([literal]) => unquote(literal))
    add(column, values.map((value) => beyond(value, operator))) // prettier-ignore
  }
  const lists = new Map<string, string[]>()
  for (const [, name = '', body = ''] of code.matchAll(LIST)) {
    const values = [...body.matchAll(VALUE)].map(([literal]) => unquote(literal))
    if (values.length > 0 && values.length < 200) lists.set(name, values)
  }
  for (const [, column = '', name = ''] of code.matchAll(NAMED_COMPARISON)) add(column, lists.get(name) ?? [])
  // A column made of another one wants what that has to be, and the other way round.
  for (const [, alias = '', path = ''] of code.matchAll(ALIAS)) {
    const values = byColumn.get(alias)
    if (values !== undefined && /^\w+$/.test(path) && !byColumn.has(path)) byColumn.set(path, values)
  }
  return byColumn
}

/** What lies on the right side of a bound. */
function beyond(value: string, operator: string): string {
  if (!/^-?\d{1,15}$/.test(value)) return value
  if (operator === '>') return String(BigInt(value) + 1n)
  return operator === '<' ? String(BigInt(value) - 1n) : value
}

const freshShape = (): Shape => ({ members: new Map(), items: undefined, names: new Set() })

function shapesOf(code: string): Map<string, Shape> {
  const roots = new Map<string, Shape>()
  const aliases = new Map<string, Shape>()
  const rootOf = (name: string): Shape => {
    const known = aliases.get(name) ?? roots.get(name) ?? freshShape()
    if (!aliases.has(name)) roots.set(name, known)
    return known
  }
  const shapeAt = (path: string): Shape => {
    const [, name = '', rest = ''] = /^([A-Za-z_]\w*)([^]*)$/.exec(path) ?? []
    let shape = rootOf(name)
    for (const [, member, index, quoted] of rest.matchAll(STEP)) {
      shape = index === undefined ? memberOf(shape, member ?? quoted ?? '') : (shape.items ??= freshShape())
    }
    return shape
  }
  for (const line of code.split('|')) {
    for (const [, alias = '', path = ''] of line.matchAll(EXPANSION)) {
      const expanded = shapeAt(path)
      expanded.items ??= freshShape()
      aliases.set(alias === '' && /^\w+$/.test(path) ? path : alias, expanded.items)
    }
    for (const [path] of line.matchAll(PATH)) shapeAt(path)
    for (const [, alias = '', path = ''] of line.matchAll(ALIAS)) {
      if (/^\w+$/.test(path)) continue
      const shape = shapeAt(path)
      shape.names.add(alias)
      aliases.set(alias, shape)
    }
  }
  return roots
}

function memberOf(shape: Shape, name: string): Shape {
  const known = shape.members.get(name) ?? freshShape()
  known.names.add(name)
  shape.members.set(name, known)
  return known
}

function allMembers({ members, items }: Shape): string[] {
  const nested = [...members.values(), ...(items === undefined ? [] : [items])].flatMap((shape) => allMembers(shape))
  return [...members.keys(), ...nested]
}
