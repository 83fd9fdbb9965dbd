/**
 * Compiles queries whose columns depend on the data (`evaluate bag_unpack`, `pivot`): asks the data, writes the answer
 * into the text as an output schema, and compiles again, until nothing is open. The service does the same: it runs what
 * stands before the plug-in first (https://learn.microsoft.com/kusto/query/bag-unpack-plugin, performance).
 */
import { KqlError } from '../domain/errors.ts'
import type { Column, ResultTable } from '../domain/kusto.ts'
import { schemaText } from './bind/symbols.ts'
import { placedAt, unsupported } from './errors.ts'
import type { QueryPlan } from './ir/relation.ts'
import { UnknownConstant } from './lower/constants.ts'
import { UnreadExternalData } from './lower/external-data.ts'
import { NO_COLUMN, UnresolvedColumns } from './lower/unresolved-columns.ts'

interface Insertion {
  /** Where in the original text the schema goes. */
  readonly offset: number
  readonly columns: readonly Column[]
  /** Columns of no known type: those that the query names and no row has, because there are no rows, and undecided ones. */
  readonly guessed: readonly Column[]
  /** Type of those; undefined where rows have fixed all columns. */
  readonly typeWithoutRows: Column['type'] | undefined
}

/** More would be a text made to keep us busy. */
const MAX_ROUNDS = 200

export async function resolveColumns<T>(
  text: string,
  /** `original` gives the offset in the text as it was for one in the text that is compiled. */
  compileText: (text: string, original: (offset: number) => number) => T,
  run: (plan: QueryPlan) => Promise<ResultTable>,
): Promise<T> {
  let insertions: readonly Insertion[] = []
  // What was said first of a place: no later guess says it better.
  const said = new Map<number, KqlError>()
  for (let round = 0; ; round++) {
    const query = insert(text, insertions)
    try {
      const known = insertions
      return compileText(query, (offset) => originalOffset(offset, known))
    } catch (error) {
      if (!(error instanceof KqlError) || round >= MAX_ROUNDS) throw error
      if (error instanceof UnreadExternalData) {
        const { position, request } = error
        throw new UnreadExternalData({ ...position, offset: originalOffset(position.offset, insertions) }, request)
      }
      if (error instanceof UnknownConstant) {
        const { rows } = await run(error.plan)
        error.settle(rows[0]?.[0] ?? null)
      } else if (error instanceof UnresolvedColumns) {
        insertions = [...insertions, await discovered(error, text, query, insertions, run)]
      } else {
        const guessed = withNamedColumn(error, query, insertions) ?? withOtherTypes(error, query, insertions)
        const place = originalOffset(error.position?.offset ?? 0, insertions)
        const first = said.get(place) ?? relocated(ofUndecided(error, text, insertions) ?? error, insertions)
        if (guessed === undefined) throw first
        if (error.code !== 'kql/unknown-column') said.set(place, first)
        insertions = guessed
      }
    }
  }
}

async function discovered(
  { operator, discovery }: UnresolvedColumns,
  text: string,
  query: string,
  insertions: readonly Insertion[],
  run: (plan: QueryPlan) => Promise<ResultTable>,
): Promise<Insertion> {
  const { offset, length } = operator.span
  if (query.slice(offset, offset + length).trim() !== operator.text) {
    throw unsupported('a plug-in in a saved function whose columns depend on the data', operator.span)
  }
  const { rows } = await run(discovery.plan)
  const columns = discovery.columns(rows)
  const guessed = discovery.undecided?.(rows) ?? []
  const end = originalOffset(offset + query.slice(offset, offset + length).trimEnd().length, insertions)
  if (end > text.length || (columns.length + guessed.length === 0 && rows.length > 0)) throw unsupported('a plug-in that leaves no column', operator.span) // prettier-ignore
  return {
    offset: end,
    columns,
    guessed,
    typeWithoutRows: rows.length === 0 ? discovery.typeWithoutRows : undefined,
  }
}

function schemaOf({ columns, guessed }: Insertion): string {
  const all = [...columns, ...guessed]
  return ` : (${schemaText(all.length === 0 ? [{ name: NO_COLUMN, type: 'string' }] : all)})`
}

function insert(text: string, insertions: readonly Insertion[]): string {
  return [...insertions]
    .sort((left, right) => right.offset - left.offset)
    .reduce((query, insertion) => query.slice(0, insertion.offset) + schemaOf(insertion) + query.slice(insertion.offset), text) // prettier-ignore
}

/** Offset in the text as it was before the insertions. */
function originalOffset(offset: number, insertions: readonly Insertion[]): number {
  let original = offset
  for (const insertion of [...insertions].sort((left, right) => left.offset - right.offset)) {
    if (original > insertion.offset) original = Math.max(insertion.offset, original - schemaOf(insertion).length)
  }
  return original
}

function relocated(error: KqlError, insertions: readonly Insertion[]): KqlError {
  const { position } = error
  if (position === undefined || insertions.length === 0) return error
  return placedAt(error, { ...position, offset: originalOffset(position.offset, insertions) })
}

/**
 * Without rows there are no bags, so any column that the query goes on to name is missing. The service then fails with
 * an unknown column; for a rule that waits for events that is no fault, so here the column exists and has no values.
 */
function withNamedColumn(
  error: KqlError,
  query: string,
  insertions: readonly Insertion[],
): readonly Insertion[] | undefined {
  if (error.code !== 'kql/unknown-column' || error.position === undefined) return undefined
  const { offset, length } = error.position
  const name = query.slice(offset, offset + length).trim().replace(/^\[\s*["']([^]*)["']\s*\]$/, '$1') // prettier-ignore
  const at = originalOffset(offset, insertions)
  const before = insertions.filter((insertion) => insertion.typeWithoutRows !== undefined && insertion.offset <= at)
  const nearest = before.sort((left, right) => right.offset - left.offset)[0]
  const type = nearest?.typeWithoutRows
  if (nearest === undefined || type === undefined) return undefined
  if ([...nearest.columns, ...nearest.guessed].some((column) => column.name === name)) return undefined
  const extended: Insertion = { ...nearest, guessed: [...nearest.guessed, { name, type }] }
  return insertions.map((insertion) => (insertion === nearest ? extended : insertion))
}

/** A column that may be a text or a datetime does not fit somewhere: as the other it might. */
function ofUndecided(
  { code, position }: KqlError,
  text: string,
  insertions: readonly Insertion[],
): KqlError | undefined {
  if (code !== 'kql/type-mismatch' || position === undefined) return undefined
  const undecided = insertions.flatMap(({ offset, guessed, typeWithoutRows }) => {
    const words = wordsOf(text.slice(offset))
    return typeWithoutRows === undefined ? guessed.filter(({ name }) => words.has(name)) : []
  })
  const [first] = undecided
  return first && unsupported(`the column "${first.name}", whose text may be a datetime or timespan`, position)
}

/** What a guessed column may be, from what fits most places to what fits few. Most members are text. */
const GUESSES: readonly Column['type'][] = ['dynamic', 'string', 'long', 'real', 'bool', 'timespan', 'datetime']
/** What a query with a column of the wrong type is met with, by the binder or behind it. */
const ABOUT_TYPES: ReadonlySet<string> = new Set(['kql/type-mismatch', 'kql/invalid', 'kql/unsupported'])

/** A guessed column stands where the query wants another type, as in `summarize sum(n)`: the next guess for those of the place. */
function withOtherTypes(
  error: KqlError,
  query: string,
  insertions: readonly Insertion[],
): readonly Insertion[] | undefined {
  if (!ABOUT_TYPES.has(error.code) || error.position === undefined) return undefined
  const { offset, length } = error.position
  const guessed = insertions.flatMap((insertion) => (insertion.typeWithoutRows === undefined ? [] : insertion.guessed))
  const place = query.slice(offset, offset + length)
  const before = query.slice(Math.max(0, offset - FAR), offset)
  const behind = query.slice(offset + length, offset + length + FAR)
  const found = [wordsOf(place), operandsOf(place, before, behind), operatorAround(before, behind)]
    .map((words) => guessed.filter(({ name }) => words.has(name)))
    .find(({ length: number }) => number > 0)
  // Of several the one that fewest guesses were made for: they must often be of one type in the end.
  const least = Math.min(...(found ?? []).map(({ type }) => GUESSES.indexOf(type)))
  const meant = new Set(found?.filter(({ type }) => GUESSES.indexOf(type) === least).map(({ name }) => name))
  const next = ({ name, type }: Column): Column => {
    const guess = meant.has(name) ? GUESSES[GUESSES.indexOf(type) + 1] : undefined
    return guess === undefined ? { name, type } : { name, type: guess }
  }
  const changed = insertions.map((insertion) =>
    insertion.typeWithoutRows === undefined ? insertion : { ...insertion, guessed: insertion.guessed.map(next) },
  )
  const isChanged = guessed.some((column) => next(column).type !== column.type)
  return isChanged ? changed : undefined
}

/** Further than an operator goes. */
const FAR = 2000

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.split(/[^\p{L}\p{N}_]+/u))

/** Of `a * 1h` the place is the `*`. What stands beside `and` is an operand as a whole only, not the first word of `a > 1`. */
function operandsOf(operator: string, before: string, behind: string): ReadonlySet<string> {
  const isLogical = /^\s*(?:and|or)\s*$/.test(operator)
  const [, left] = (isLogical ? /(?:[(,|]|\b(?:where|and|or))\s*([\p{L}\p{N}_]+)\s*$/u : /([\p{L}\p{N}_]+)[\s(]*$/u).exec(before) ?? [] // prettier-ignore
  const [, right] = (isLogical ? /^\s*([\p{L}\p{N}_]+)\s*(?:[),|;]|$|\b(?:and|or)\b)/u : /^[\s(]*([\p{L}\p{N}_]+)/u).exec(behind) ?? [] // prettier-ignore
  return new Set([left, right].filter((word) => word !== undefined))
}

/** Roughly: it may end too early, at a bar in a text. */
const operatorAround = (before: string, behind: string): ReadonlySet<string> =>
  wordsOf(`${before.slice(before.lastIndexOf('|') + 1)} ${behind.split('|', 1)[0] ?? ''}`)
