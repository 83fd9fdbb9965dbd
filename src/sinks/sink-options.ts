import { isAbsolute, join } from 'node:path'
import { Secret } from '../config/secret.ts'
import type { SinkConfig } from '../config/sink-config.ts'
import { ConfigError } from '../domain/errors.ts'
import { isLoopback } from '../text/loopback.ts'

/** The options of one sink, read with checks; every mistake is a ConfigError that names sink, option and place. */
export class SinkOptions {
  readonly #config: SinkConfig
  readonly #folder: string

  /** @param folder that relative paths start from */
  constructor(config: SinkConfig, folder: string) {
    this.#config = config
    this.#folder = folder
  }

  get names(): readonly string[] {
    return Object.keys(this.#config.options)
  }

  text(key: string): string | undefined {
    const value = this.#config.options[key]
    if (value === undefined || typeof value === 'string') return value
    if (value instanceof Secret) return value.reveal()
    throw this.wrong(key, 'is a list, and one value is needed')
  }

  needed(key: string, example: string): string {
    const text = this.text(key)
    if (text !== undefined && text !== '') return text
    throw this.missing(key, example)
  }

  /** What is secret must not stand in hunt.yaml, which is shared and backed up. */
  secret(key: string): (() => string) | undefined {
    const value = this.#config.options[key]
    if (value === undefined) return undefined
    if (value instanceof Secret) return () => value.reveal()
    throw this.wrong(
      key,
      'is a secret and stands in the file',
      `put it into a variable of .env and write \`${key}: env:THE_VARIABLE\``,
    )
  }

  /** An https address; http only to this machine, because incidents travel in it. */
  address(key: string, example: string): URL {
    const text = this.needed(key, example)
    const url = URL.canParse(text) ? new URL(text) : undefined
    const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
    if (url !== undefined && isSafe && url.username === '' && url.password === '') return url
    throw this.wrong(key, 'is not an https:// address without user and password', `for example ${key}: ${example}`)
  }

  /** A list, or texts separated by commas. */
  list(key: string): readonly string[] {
    const value = this.#config.options[key]
    if (value === undefined) return []
    const texts = Array.isArray(value) ? (value as readonly string[]) : (this.text(key) ?? '').split(',')
    return texts.map((text) => text.trim()).filter((text) => text !== '')
  }

  count(key: string, least: number, most: number): number | undefined {
    const text = this.text(key)
    if (text === undefined) return undefined
    const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (count >= least && count <= most) return count
    throw this.wrong(key, `is not a whole number from ${least} to ${most}`)
  }

  choice<const T extends string>(key: string, choices: readonly T[]): T | undefined {
    const text = this.text(key)
    if (text === undefined) return undefined
    const found = choices.find((each) => each === text.toLowerCase())
    if (found !== undefined) return found
    throw this.wrong(key, `is not one of ${choices.join(', ')}`)
  }

  path(key: string): string | undefined {
    const text = this.text(key)
    return text === undefined || isAbsolute(text) ? text : join(this.#folder, text)
  }

  /** Values that no message may show. */
  secrets(): readonly string[] {
    return Object.values(this.#config.options).flatMap((value) => (value instanceof Secret ? [value.reveal()] : []))
  }

  wrong(key: string, problem: string, hint?: string): ConfigError {
    const value = this.#config.options[key]
    const span = this.#config.spans?.[key] ?? this.#config.span
    const shown = typeof value === 'string' && !problem.startsWith('is a secret') ? ` "${value}"` : ''
    return new ConfigError({
      code: 'config/sink-option',
      message: `the option ${key}${shown} of the sink "${this.#config.type}" ${problem}`,
      hint: hint ?? 'docs/sinks.md has every option',
      ...(span === undefined ? {} : { span }),
    })
  }

  missing(key: string, example: string): ConfigError {
    const { type, span } = this.#config
    return new ConfigError({
      code: 'config/sink-option',
      message: `the sink "${type}" has no ${key}`,
      hint: `for example ${key}: ${example}`,
      ...(span === undefined ? {} : { span }),
    })
  }
}
