import { unsupported } from '../../../errors.ts'
import { isArray, isObject, parseJson, type Json } from '../../../values/json.ts'
import { convert } from '../../convert.ts'
import { constantText, learn, scalar, type ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'

const STEP = /\.([^.[\]'"*?@$()\s]+)|\[\s*(?:(-?\d+)|'([^']*)'|"([^"]*)")\s*\]/y

/** Keys and positions of a plain JSONPath; undefined for wildcards, filters and anything else. */
export function jsonPath(path: string): readonly (string | number)[] | undefined {
  if (!path.startsWith('$')) return undefined
  const steps: (string | number)[] = []
  for (let at = 1; at < path.length; at = STEP.lastIndex) {
    STEP.lastIndex = at
    const match = STEP.exec(path)
    if (match === null) return undefined
    steps.push(match[2] === undefined ? (match[1] ?? match[3] ?? match[4] ?? '') : Number(match[2]))
  }
  return steps
}

/** Null where the path leads nowhere or the text is no JSON. */
export function valueAt(text: string, steps: readonly (string | number)[]): Json {
  let value: Json = parseJson(text) ?? null
  for (const step of steps) {
    if (typeof step === 'number') value = isArray(value) ? (value[step] ?? null) : null
    else value = isObject(value) ? (value.get(step) ?? null) : null
  }
  return value
}

const found = nativeScalar({
  name: 'extract_json',
  page: 'extract-json-function',
  takes: ['string', 'string'],
  returns: 'dynamic',
  run: (path, text) => valueAt(text, jsonPath(path) ?? []),
})

/** A third argument names the type; without it the text. */
function extractJson(name: string): ScalarEntry {
  return scalar({
    name,
    docs: learn('extract-json-function'),
    nulls: 'null',
    natives: found.natives ?? [],
    sql: (args, info) => {
      const path = constantText(args, 0, info)
      if (jsonPath(path) === undefined) throw unsupported(`the JSON path ${path}`, info.span)
      const sql = found.sql(args.slice(0, 2), { ...info, type: 'dynamic' })
      return convert({ sql, type: 'dynamic', literal: undefined, span: info.span }, info.type, info).sql
    },
  })
}

export const extractJsonEntries: readonly ScalarEntry[] = [extractJson('extract_json'), extractJson('extractjson')]
