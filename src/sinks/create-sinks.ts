import type { SinkConfig } from '../config/sink-config.ts'
import { ConfigError } from '../domain/errors.ts'
import type { Sink } from '../domain/ports.ts'
import { nearestName } from '../text/near-name.ts'
import { emailSink } from './email/index.ts'
import { fileSink } from './file/index.ts'
import { logAnalyticsSink } from './log-analytics/index.ts'
import { routeOf } from './routing.ts'
import { sentinelSink } from './sentinel/index.ts'
import type { SinkContext, SinkKind } from './sink-kind.ts'
import { SinkOptions } from './sink-options.ts'
import { syslogSink } from './syslog/index.ts'
import { webhookSink } from './webhook/index.ts'

/** All kinds of sinks; docs/configuration.md is generated from it. */
export const SINK_KINDS: readonly SinkKind[] = [
  fileSink,
  webhookSink,
  sentinelSink,
  logAnalyticsSink,
  emailSink,
  syslogSink,
]

/** Loads what the configured kinds need; createSinks comes after it. Unknown types are createSinks' to report. */
export async function prepareSinks(configs: readonly Pick<SinkConfig, 'type'>[]): Promise<void> {
  const types = new Set(configs.map(({ type }) => type))
  const wanted = SINK_KINDS.flatMap(({ type, prepare }) => (types.has(type) && prepare !== undefined ? [prepare] : []))
  await Promise.all(wanted.map((prepare) => prepare()))
}

/**
 * Builds the configured sinks. prepareSinks has been called. Each has a name, by default its type: the outbox keeps what it owes to that name, so it
 * must stay the same from run to run.
 *
 * @throws ConfigError for an unknown type, a wrong or unknown option, and for two sinks of one name
 */
export function createSinks(configs: readonly SinkConfig[], context: SinkContext): readonly Sink[] {
  const sinks: Sink[] = []
  for (const config of configs) {
    const sink = createSink(config, context)
    if (sinks.some(({ name }) => name === sink.name)) throw sameName(sink.name, config)
    sinks.push(sink)
  }
  return sinks
}

/** The names under which the outbox keeps what it owes to these, without building them. */
export function sinkNames(configs: readonly SinkConfig[], folder: string): readonly string[] {
  return configs.map((config) => nameOf(config, new SinkOptions(config, folder)))
}

function nameOf({ type }: SinkConfig, options: SinkOptions): string {
  return options.text('name') ?? type
}

function createSink(config: SinkConfig, context: SinkContext): Sink {
  const kind = SINK_KINDS.find((candidate) => candidate.type === config.type)
  if (kind === undefined) throw unknownType(config)
  const options = new SinkOptions(config, context.folder)
  const known = knownOptions(kind)
  const unknown = options.names.find((option) => !known.includes(option))
  if (unknown !== undefined) throw unknownOption(kind, unknown, config)
  const limit = kind.limit === undefined ? undefined : limitOf(options, kind.limit)
  const sink = kind.create(nameOf(config, options), options, context)
  return {
    name: sink.name,
    deliver: (delivery, signal) => sink.deliver(delivery, signal),
    ...(sink.probe === undefined ? {} : { probe: sink.probe }),
    ...(limit === undefined ? {} : { stormLimit: limit }),
    ...(config.when === undefined ? {} : { takes: routeOf(config.when, context.workspaceTags) }),
  }
}

function knownOptions(kind: SinkKind): readonly string[] {
  return ['name', ...(kind.limit === undefined ? [] : ['limit']), ...Object.keys(kind.options)]
}

/** `none` tells everything one by one, however much it is. */
function limitOf(options: SinkOptions, usual: number): number | undefined {
  if (options.text('limit')?.toLowerCase() === 'none') return undefined
  return options.count('limit', 1, 1_000_000) ?? usual
}

function unknownType({ type, span }: SinkConfig): ConfigError {
  const types = SINK_KINDS.map((kind) => kind.type)
  const near = nearestName(type, types)
  return new ConfigError({
    code: 'config/unknown-sink',
    message: `there is no sink of type "${type}"`,
    hint: near === undefined ? `Sinks are: ${types.join(', ')}. Example: HUNT_SINKS=file` : `Did you mean "${near}"?`,
    ...(span === undefined ? {} : { span }),
  })
}

function unknownOption(kind: SinkKind, option: string, { span, spans }: SinkConfig): ConfigError {
  const known = knownOptions(kind)
  const near = nearestName(option, known)
  const place = spans?.[option] ?? span
  return new ConfigError({
    code: 'config/unknown-sink-option',
    message: `the sink "${kind.type}" has no option "${option}"`,
    hint: `${near === undefined ? '' : `Did you mean "${near}"? `}Its options in hunt.yaml are: ${known.join(', ')}.`,
    ...(place === undefined ? {} : { span: place }),
  })
}

function sameName(name: string, { span }: SinkConfig): ConfigError {
  return new ConfigError({
    code: 'config/duplicate-sink',
    message: `two sinks are called "${name}"`,
    hint: 'Give each a name of its own in hunt.yaml, for example `name: archive`.',
    ...(span === undefined ? {} : { span }),
  })
}
