import type { YAMLMap } from 'yaml'
import type { Span } from '../domain/diagnostic.ts'
import { ConfigError } from '../domain/errors.ts'
import { SEVERITIES } from '../domain/rule.ts'
import type { Severity } from '../domain/rule.ts'
import { nearestName } from '../text/near-name.ts'
import { isYamlList, isYamlMap, isYamlScalar, scalarText } from '../text/yaml-file.ts'
import type { YamlEntry, YamlFile } from '../text/yaml-file.ts'
import { Secret } from './secret.ts'

/** What an option of a sink may be: text, a list of texts, or what an environment variable holds (`env:NAME`). */
export type SinkOption = string | readonly string[] | Secret

/** Which incidents a sink is told of; what is absent asks for nothing, and all that is there must hold. */
export interface SinkRouting {
  /** This severity or a graver one. */
  readonly severity?: Severity
  /** Globs over rule ids and names; any may match. */
  readonly rules?: readonly string[]
  /** Tags of rules; any may be there. */
  readonly tags?: readonly string[]
  /** Globs over workspaces' names, and tags of workspaces; any may match. */
  readonly workspaces?: readonly string[]
}

/** A sink by the name under which it is registered, with options of its own. */
export interface SinkConfig {
  readonly type: string
  readonly options: Readonly<Record<string, SinkOption>>
  readonly when?: SinkRouting
  /** Where it stands in hunt.yaml, and each of its options; absent for what comes from elsewhere. */
  readonly span?: Span
  readonly spans?: Readonly<Record<string, Span>>
}

const WHEN_KEYS = ['severity', 'rules', 'tags', 'workspaces'] as const

/** Reads `sinks:` of hunt.yaml; what is wrong is reported to the file. */
export function readSinks(node: unknown, yaml: YamlFile): readonly SinkConfig[] {
  if (isYamlScalar(node)) return [{ type: scalarText(node), options: {}, span: yaml.span(node) }]
  if (!isYamlList(node)) {
    yaml.report(node, 'type', 'sinks is not a list', 'for example `sinks: [file]`')
    return []
  }
  return node.items.flatMap((item) => {
    if (isYamlScalar(item)) return [{ type: scalarText(item), options: {}, span: yaml.span(item) }]
    return isYamlMap(item) ? readSink(item, yaml) : noType(item, yaml)
  })
}

function noType(item: unknown, yaml: YamlFile): readonly SinkConfig[] {
  yaml.report(item, 'missing', 'a sink has no type', 'for example `- type: file`')
  return []
}

function readSink(item: YAMLMap<unknown, unknown>, yaml: YamlFile): readonly SinkConfig[] {
  const entries = yaml.allEntries(item)
  const type = entries.find(({ key }) => key === 'type')
  if (!isYamlScalar(type?.value)) return noType(item, yaml)
  const when = entries.find(({ key }) => key === 'when')
  const read = entries
    .filter(({ key }) => key !== 'type' && key !== 'when')
    .flatMap((entry) => {
      const value = readOption(entry, yaml)
      return value === undefined ? [] : [{ key: entry.key, value, span: yaml.span(entry.value) }]
    })
  return [
    {
      type: scalarText(type.value),
      options: Object.fromEntries(read.map(({ key, value }) => [key, value])),
      ...(when === undefined ? {} : { when: readWhen(when, yaml) }),
      span: yaml.span(type.value),
      spans: Object.fromEntries(read.map(({ key, span }) => [key, span])),
    },
  ]
}

function readOption({ key, value }: YamlEntry, yaml: YamlFile): SinkOption | undefined {
  if (isYamlScalar(value) && value.value !== null) return scalarText(value)
  if (isYamlList(value) && value.items.every(isYamlScalar)) return value.items.map(scalarText)
  yaml.report(value, 'type', `the option ${key} of a sink is neither a value nor a list of values`)
  return undefined
}

function readWhen({ value }: YamlEntry, yaml: YamlFile): SinkRouting {
  if (!isYamlMap(value)) {
    yaml.report(value, 'type', 'when is not a mapping', 'for example `when: { severity: High }`')
    return {}
  }
  const fields = new Map(yaml.entries(value, WHEN_KEYS).map((entry) => [entry.key, entry.value]))
  const severity = readSeverity(fields.get('severity'), yaml)
  const lists = (['rules', 'tags', 'workspaces'] as const).flatMap((key) => {
    const names = fields.has(key) ? readNames(fields.get(key), key, yaml) : undefined
    return names === undefined ? [] : [[key, names] as const]
  })
  return { ...(severity === undefined ? {} : { severity }), ...Object.fromEntries(lists) }
}

function readSeverity(node: unknown, yaml: YamlFile): Severity | undefined {
  if (node === undefined) return undefined
  const text = isYamlScalar(node) ? scalarText(node) : ''
  const found = SEVERITIES.find((severity) => severity.toLowerCase() === text.toLowerCase())
  if (found !== undefined) return found
  const near = nearestName(text, SEVERITIES)
  yaml.report(
    node,
    'value',
    `severity "${text}" is not one of ${SEVERITIES.join(', ')}`,
    near === undefined ? 'it is the least severity that the sink is told of' : `did you mean "${near}"?`,
  )
  return undefined
}

function readNames(node: unknown, key: string, yaml: YamlFile): readonly string[] | undefined {
  const items = isYamlScalar(node) ? [node] : isYamlList(node) ? node.items : []
  const names = items.map((item) => (isYamlScalar(item) && item.value !== null ? scalarText(item).trim() : ''))
  if (names.length > 0 && names.every((name) => name !== '')) return names
  yaml.report(node, 'type', `when.${key} is not a list of names`, `for example \`${key}: [prod*]\``)
  return undefined
}

const REFERENCE = /^env:([A-Za-z_][A-Za-z0-9_]*)$/

/** Names of the variables that options of sinks refer to. */
export function sinkVariables(sinks: readonly SinkConfig[]): readonly string[] {
  return sinks.flatMap(({ options }) =>
    Object.values(options).flatMap((value) => {
      const [, name] = typeof value === 'string' ? (REFERENCE.exec(value) ?? []) : []
      return name === undefined ? [] : [name]
    }),
  )
}

/**
 * Puts what environment and `.env` hold in the place of `env:NAME`, so that no secret need stand in hunt.yaml.
 *
 * @throws ConfigError `config/missing-sink-variable`
 */
export function resolveSinks(
  sinks: readonly SinkConfig[],
  variables: Readonly<Record<string, string | undefined>>,
): readonly SinkConfig[] {
  return sinks.map((sink) => {
    const options = Object.entries(sink.options).map(([key, value]) => {
      const [, name] = typeof value === 'string' ? (REFERENCE.exec(value) ?? []) : []
      if (name === undefined) return [key, value] as const
      const text = variables[name]
      if (text === undefined || text === '') throw missingVariable(sink, key, name)
      return [key, new Secret(text)] as const
    })
    return { ...sink, options: Object.fromEntries(options) }
  })
}

function missingVariable({ type, spans }: SinkConfig, key: string, name: string): ConfigError {
  const span = spans?.[key]
  return new ConfigError({
    code: 'config/missing-sink-variable',
    message: `the option ${key} of the sink "${type}" is env:${name}, and there is no variable ${name}`,
    hint: `set it in the environment or in .env: ${name}=…`,
    ...(span === undefined ? {} : { span }),
  })
}
