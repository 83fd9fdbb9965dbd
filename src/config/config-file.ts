import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Node, Pair, Scalar, YAMLMap } from 'yaml'
import type { Diagnostic, Span } from '../domain/diagnostic.ts'
import { GUID, SETTINGS, isWorkspaceName } from './settings.ts'
import type { SinkConfig } from './settings.ts'
import { CREDENTIALS } from './credential.ts'
import type { CredentialKind } from './credential.ts'
import { nearestName } from '../text/near-name.ts'

/** A value as written, with its place for messages. */
export interface WrittenValue {
  readonly text: string
  readonly span: Span
  readonly sourceLine: string
}

export interface WorkspaceEntry {
  readonly name: string
  readonly id: string
  readonly tags: readonly string[]
  readonly credential: CredentialKind | undefined
  /** Tenant of the workspace when it is not the credential's own. */
  readonly tenantId: string | undefined
}

/** What hunt.yaml says, and everything that is wrong with it. */
export interface ConfigFile {
  readonly values: ReadonlyMap<string, WrittenValue>
  readonly workspaces: readonly WorkspaceEntry[]
  readonly sinks: readonly SinkConfig[] | undefined
  readonly diagnostics: readonly Diagnostic[]
}

const WORKSPACE_KEYS = ['name', 'id', 'tags', 'credential', 'tenantId'] as const

/** Reads the text of hunt.yaml; `file` is the name that messages show. Never throws: problems are diagnostics. */
export function parseConfigFile(text: string, file: string): ConfigFile {
  return new ConfigFileReader(text, file).read()
}

class ConfigFileReader {
  readonly #text: string
  readonly #file: string
  readonly #lines = new LineCounter()
  readonly #diagnostics: Diagnostic[] = []

  constructor(text: string, file: string) {
    this.#text = text
    this.#file = file
  }

  read(): ConfigFile {
    const document = parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false })
    for (const error of document.errors) {
      this.#report('config-syntax', firstLine(error.message), undefined, error.pos)
    }
    const root: unknown = document.contents
    const values = new Map<string, WrittenValue>()
    let workspaces: readonly WorkspaceEntry[] = []
    let sinks: readonly SinkConfig[] | undefined
    if (isMap(root)) {
      for (const [key, value, pair] of this.#entries(root, knownKeys())) {
        if (key === 'workspaces') workspaces = this.#workspaces(value)
        else if (key === 'sinks') sinks = this.#sinks(value)
        else this.#scalar(key, value, pair, values)
      }
    } else if (root !== null && document.errors.length === 0) {
      const what = 'the configuration is not a mapping of settings to values'
      this.#report(
        'config-type',
        what,
        'write one setting a line, for example `output: ./output`',
        rangeOf(root as Node),
      )
    }
    return { values, workspaces, sinks, diagnostics: this.#diagnostics.sort(byPlace) }
  }

  #scalar(key: string, value: unknown, pair: Pair, values: Map<string, WrittenValue>): void {
    if (isScalar(value) && value.value !== null) {
      const [start, end] = rangeOf(value)
      const text = typeof value.value === 'string' ? value.value : (value.source ?? String(value.value))
      values.set(key, { text, span: this.#span(start, end), sourceLine: this.#line(start) })
      return
    }
    const setting = Object.values(SETTINGS).find((each) => each.key === key)
    const example = setting === undefined ? '' : `for example \`${key}: ${setting.example}\``
    this.#report('config-type', `${key} needs one value`, example, rangeOf(pair.key as Node))
  }

  #workspaces(node: unknown): readonly WorkspaceEntry[] {
    if (!isSeq(node)) {
      this.#report('config-type', 'workspaces is not a list', 'write `- name: …` and `id: …` for each', rangeOf(node))
      return []
    }
    const entries = node.items.flatMap((item) => (isMap(item) ? this.#workspace(item) : this.#notAWorkspace(item)))
    const seen = new Set<string>()
    return entries
      .filter(({ entry, item }) => {
        const again = seen.has(entry.name.toLowerCase())
        if (again)
          this.#report('config-duplicate', `two workspaces are named "${entry.name}"`, undefined, rangeOf(item))
        seen.add(entry.name.toLowerCase())
        return !again
      })
      .map(({ entry }) => entry)
  }

  #notAWorkspace(item: unknown): [] {
    this.#report('config-type', 'a workspace needs a name and an id', 'write `- name: …` and `id: …`', rangeOf(item))
    return []
  }

  #workspace(item: YAMLMap): { entry: WorkspaceEntry; item: YAMLMap }[] {
    const fields = new Map(this.#entries(item, WORKSPACE_KEYS).map(([key, value]) => [key, value]))
    const name = this.#field(item, fields, 'name', isWorkspaceName, 'letters, digits, ".", "_" and "-"', 'contoso-prod')
    const id = this.#field(
      item,
      fields,
      'id',
      (text) => GUID.test(text),
      'a workspace ID (GUID)',
      SETTINGS.workspaceId.example,
    )
    const credential = fields.has('credential')
      ? this.#field(item, fields, 'credential', isCredential, `one of ${CREDENTIALS.join(', ')}`, 'managed-identity')
      : undefined
    const tenantId = fields.has('tenantId')
      ? this.#field(
          item,
          fields,
          'tenantId',
          (text) => GUID.test(text),
          'a tenant ID (GUID)',
          SETTINGS.workspaceId.example,
        )
      : undefined
    if (name === undefined || id === undefined) return []
    const tags = this.#names(fields.get('tags'), 'tags')
    return [
      {
        entry: { name, id: id.toLowerCase(), tags, credential: credential as CredentialKind | undefined, tenantId },
        item,
      },
    ]
  }

  #field(
    item: YAMLMap,
    fields: ReadonlyMap<string, unknown>,
    key: string,
    accept: (text: string) => boolean,
    accepts: string,
    example: string,
  ): string | undefined {
    const node = fields.get(key)
    if (node === undefined) {
      this.#report('config-missing', `a workspace has no ${key}`, `for example \`${key}: ${example}\``, rangeOf(item))
      return undefined
    }
    const text = isScalar(node) ? textOf(node) : ''
    if (accept(text)) return text
    this.#report(
      'config-value',
      `${key} "${text}" is not ${accepts}`,
      `for example \`${key}: ${example}\``,
      rangeOf(node),
    )
    return undefined
  }

  #sinks(node: unknown): readonly SinkConfig[] {
    if (isScalar(node)) return [{ type: textOf(node), options: {} }]
    if (!isSeq(node)) {
      this.#report('config-type', 'sinks is not a list', 'for example `sinks: [file]`', rangeOf(node))
      return []
    }
    return node.items.flatMap((item) => {
      if (isScalar(item)) return [{ type: textOf(item), options: {} }]
      const fields = isMap(item) ? item.items.map((pair) => [keyOf(pair), pair.value] as const) : []
      const type = fields.find(([key]) => key === 'type')?.[1]
      if (isScalar(type)) {
        const options = fields.flatMap(([key, value]) =>
          key !== 'type' && isScalar(value) ? [[key, textOf(value)]] : [],
        )
        return [{ type: textOf(type), options: Object.fromEntries(options) as Record<string, string> }]
      }
      this.#report('config-missing', 'a sink has no type', 'for example `- type: file`', rangeOf(item))
      return []
    })
  }

  #names(node: unknown, key: string): readonly string[] {
    if (node === undefined) return []
    if (isSeq(node) && node.items.every((item) => isScalar(item)))
      return node.items.map((item) => textOf(item as Scalar))
    this.#report('config-type', `${key} is not a list of names`, `for example \`${key}: [prod, eu]\``, rangeOf(node))
    return []
  }

  /** Known keys with their values; unknown ones are reported with the nearest known name. */
  #entries(map: YAMLMap, known: readonly string[]): (readonly [string, unknown, Pair])[] {
    return map.items.flatMap((pair) => {
      const key = keyOf(pair)
      if (known.includes(key)) return [[key, pair.value, pair] as const]
      const near = nearestName(key, known)
      const hint = near === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${near}"?`
      this.#report('config-unknown-key', `unknown key "${key}"`, hint, rangeOf(pair.key))
      return []
    })
  }

  #report(code: string, message: string, hint: string | undefined, range: readonly [number, number]): void {
    this.#diagnostics.push({
      code,
      severity: 'error',
      message,
      ...(hint === undefined || hint === '' ? {} : { hint }),
      span: this.#span(...range),
      sourceLine: this.#line(range[0]),
    })
  }

  #span(start: number, end: number): Span {
    const { line, col } = this.#lines.linePos(start)
    const lineEnd = this.#lines.lineStarts[line] ?? this.#text.length + 1
    const length = Math.max(0, Math.min(end, lineEnd - 1) - start)
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col), length }
  }

  #line(offset: number): string {
    const { line } = this.#lines.linePos(offset)
    return this.#text.split(/\r\n|\n|\r/)[Math.max(1, line) - 1] ?? ''
  }
}

function byPlace({ span: a }: Diagnostic, { span: b }: Diagnostic): number {
  return a.line - b.line || a.column - b.column
}

function knownKeys(): readonly string[] {
  return [...Object.values(SETTINGS).flatMap((setting) => setting.key ?? []), 'workspaces']
}

function isCredential(text: string): boolean {
  return (CREDENTIALS as readonly string[]).includes(text)
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? textOf(pair.key) : ''
}

function textOf(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

/** Offsets of a node without the space and comments after it. */
function rangeOf(node: unknown): readonly [number, number] {
  const range = (node as { range?: readonly [number, number, number] | null } | null | undefined)?.range
  return range === undefined || range === null ? [0, 0] : [range[0], range[1]]
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text
}
