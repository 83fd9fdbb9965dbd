import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Pair, Scalar, YAMLMap } from 'yaml'
import type { Diagnostic, DiagnosticSeverity, Span } from '../domain/diagnostic.ts'
import { nearestName } from './near-name.ts'

/** A key of a mapping with its value; `keyNode` is for messages about the key itself. */
export interface YamlEntry {
  readonly key: string
  readonly value: unknown
  readonly keyNode: unknown
}

export interface YamlFileOptions {
  /** The name that messages show. */
  readonly file: string
  /** Diagnostic codes begin with it: `config` makes `config-syntax` and `config-unknown-key`. */
  readonly area: string
}

/**
 * A YAML file of ours (hunt.yaml, rule tests), read strictly: whoever walks through it reports what is wrong, with its
 * place, and goes on, so that all mistakes come out at once. Rule files are read by `rules`, which is more tolerant.
 */
export class YamlFile {
  /** The document's root as the `yaml` package gives it; null for an empty file. */
  readonly root: unknown
  readonly isBroken: boolean
  readonly text: string
  readonly #options: YamlFileOptions
  readonly #lines = new LineCounter()
  readonly #diagnostics: Diagnostic[] = []

  constructor(text: string, options: YamlFileOptions) {
    this.text = text
    this.#options = options
    const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, intAsBigInt: true })
    this.root = document.contents
    this.isBroken = document.errors.length > 0
    for (const error of document.errors) {
      this.#add('syntax', error.message.split('\n', 1)[0] ?? error.message, undefined, error.pos, 'error')
    }
  }

  /** What has been reported so far, in the order of the file. */
  get diagnostics(): readonly Diagnostic[] {
    return [...this.#diagnostics].sort(({ span: a }, { span: b }) => a.line - b.line || a.column - b.column)
  }

  /** What has been reported after the first `count`, in the order in which it was. */
  newest(count: number): readonly Diagnostic[] {
    return this.#diagnostics.slice(count)
  }

  report(node: unknown, what: string, message: string, hint?: string, severity: DiagnosticSeverity = 'error'): void {
    this.#add(what, message, hint, rangeOf(node), severity)
  }

  /** Entries whose key is known; others are reported with the nearest known key. */
  entries(map: YAMLMap, known: readonly string[]): readonly YamlEntry[] {
    return this.allEntries(map).filter(({ key, keyNode }) => {
      if (known.includes(key)) return true
      const near = nearestName(key, known)
      const hint = near === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${near}"?`
      this.report(keyNode, 'unknown-key', `unknown key "${key}"`, hint)
      return false
    })
  }

  allEntries(map: YAMLMap): readonly YamlEntry[] {
    return map.items.map((pair) => ({ key: keyOf(pair), value: pair.value, keyNode: pair.key }))
  }

  span(node: unknown): Span {
    return this.spanAt(...rangeOf(node))
  }

  /** The place of a part of the text, in UTF-16 units; cut at the end of its first line. */
  spanAt(start: number, end: number): Span {
    const { line, col } = this.#lines.linePos(start)
    const lineEnd = this.#lines.lineStarts[line] ?? this.text.length + 1
    const length = Math.max(0, Math.min(end, lineEnd - 1) - start)
    return { file: this.#options.file, line: Math.max(1, line), column: Math.max(1, col), length }
  }

  /** A line, counted from 1. */
  lineAt(number: number): string {
    return this.text.split(/\r\n|\n|\r/)[number - 1] ?? ''
  }

  /** The line on which a node starts. */
  line(node: unknown): string {
    return this.#line(rangeOf(node)[0])
  }

  #add(
    what: string,
    message: string,
    hint: string | undefined,
    range: readonly [number, number],
    severity: DiagnosticSeverity,
  ): void {
    this.#diagnostics.push({
      code: `${this.#options.area}-${what}`,
      severity,
      message,
      ...(hint === undefined ? {} : { hint }),
      span: this.spanAt(...range),
      sourceLine: this.#line(range[0]),
    })
  }

  #line(offset: number): string {
    const { line } = this.#lines.linePos(offset)
    return this.lineAt(Math.max(1, line))
  }
}

export const isYamlMap = isMap<unknown, unknown>
export const isYamlList = isSeq<unknown>
export const isYamlScalar = isScalar<unknown>

/** The text of a scalar as written, without quotes: `0123` stays `0123`. */
export function scalarText(node: Scalar<unknown>): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function keyOf(pair: Pair<unknown, unknown>): string {
  return isScalar(pair.key) ? scalarText(pair.key) : ''
}

/** Offsets of a node without the space and comments after it. */
function rangeOf(node: unknown): readonly [number, number] {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined
  return Array.isArray(range) ? [Number(range[0]), Number(range[1])] : [0, 0]
}
