import { ConfigError } from '../domain/errors.ts'
import type { Sink } from '../domain/ports.ts'
import { nearestName } from '../text/near-name.ts'
import { fileSink } from './file/index.ts'
import type { SinkContext, SinkKind } from './sink-kind.ts'

/** All kinds of sinks; docs/configuration.md is generated from it. */
export const SINK_KINDS: readonly SinkKind[] = [fileSink]

/** A sink as the configuration has it: `{ type: 'file', options: { folder: 'incidents' } }`. */
export interface SinkConfig {
  readonly type: string
  readonly options: Readonly<Record<string, string>>
}

/**
 * Builds the configured sinks. Each has a name, by default its type: the outbox keeps what it owes to that name, so it
 * must stay the same from run to run.
 *
 * @throws ConfigError for an unknown type or option, and for two sinks of one name
 */
export function createSinks(configs: readonly SinkConfig[], context: SinkContext): readonly Sink[] {
  const sinks: Sink[] = []
  for (const {
    type,
    options: { name = type, ...options },
  } of configs) {
    const kind = SINK_KINDS.find((candidate) => candidate.type === type)
    if (kind === undefined) throw unknownType(type)
    const unknown = Object.keys(options).find((option) => !(option in kind.options))
    if (unknown !== undefined) throw unknownOption(kind, unknown)
    if (sinks.some((sink) => sink.name === name)) throw sameName(name)
    sinks.push(kind.create(name, options, context))
  }
  return sinks
}

function unknownType(type: string): ConfigError {
  const types = SINK_KINDS.map((kind) => kind.type)
  const near = nearestName(type, types)
  return new ConfigError({
    code: 'config/unknown-sink',
    message: `there is no sink of type "${type}"`,
    hint: near === undefined ? `Sinks are: ${types.join(', ')}. Example: HUNT_SINKS=file` : `Did you mean "${near}"?`,
  })
}

function unknownOption(kind: SinkKind, option: string): ConfigError {
  const options = ['name', ...Object.keys(kind.options)]
  return new ConfigError({
    code: 'config/unknown-sink-option',
    message: `the sink "${kind.type}" has no option "${option}"`,
    hint: `Its options in hunt.yaml are: ${options.join(', ')}.`,
  })
}

function sameName(name: string): ConfigError {
  return new ConfigError({
    code: 'config/duplicate-sink',
    message: `two sinks are called "${name}"`,
    hint: 'Give each a name of its own in hunt.yaml, for example `name: archive`.',
  })
}
