import pc from 'picocolors'
import type { OutputStream } from './program.ts'

export type Styles = ReturnType<typeof pc.createColors>

/** What may be drawn on one stream. */
export interface Terminal {
  readonly styles: Styles
  /** Cells of a line; undefined when lines may be of any length (a pipe, a file). */
  readonly width: number | undefined
  /** True when lines may be drawn over: a terminal that is not dumb. */
  readonly isInteractive: boolean
  /** False where block characters would come out as others: a locale that is not UTF-8, the console of Linux. */
  readonly drawsBlocks: boolean
}

/**
 * Colours follow https://no-color.org and https://force-color.org: NO_COLOR, when not empty, switches them off;
 * FORCE_COLOR, when not empty and not 0, switches them on; otherwise a terminal has them and a pipe has none.
 */
export function terminalOf(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): Terminal {
  const isTerminal = stream.isTTY === true
  const isDumb = env['TERM'] === 'dumb'
  return {
    styles: pc.createColors(wantsColours(env) ?? (isTerminal && !isDumb)),
    width: widthOf(stream, env),
    isInteractive: isTerminal && !isDumb && !isSet(env['CI']),
    drawsBlocks: !isDumb && env['TERM'] !== 'linux' && isUtf8(env),
  }
}

function wantsColours(env: Readonly<Record<string, string | undefined>>): boolean | undefined {
  if (isSet(env['NO_COLOR'])) return false
  if (isSet(env['FORCE_COLOR'])) return env['FORCE_COLOR'] !== '0'
  return undefined
}

/** As POSIX ranks them. Unset, as under cron, says nothing about who reads the output later. */
function isUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(isSet)
  return locale === undefined || /utf-?8/i.test(locale)
}

function widthOf(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): number | undefined {
  const asked = Number(env['COLUMNS'])
  if (Number.isInteger(asked) && asked >= 20) return asked
  if (stream.isTTY !== true) return undefined
  return stream.columns === undefined || stream.columns <= 0 ? 80 : stream.columns
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}
