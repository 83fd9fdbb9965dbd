import { next } from './text-limits.ts'

const TYPES: ReadonlySet<string> = new Set([
  'bool', 'boolean', 'date', 'datetime', 'decimal', 'double', 'dynamic', 'guid', 'int', 'long', 'real', 'string', 'time',
  'timespan', 'uniqueid', 'uuid',
]) // prettier-ignore

/**
 * `typeof(DateTime)`, as the page of series_downsample_fl() has it: the engine takes the name of a type in any case there, and the
 * service's parser in lower case alone. The text keeps its length.
 */
export function spellTypes(text: string): string {
  if (!/\btypeof\s*\(\s*[a-z]*[A-Z]/.test(text)) return text
  let spelled = ''
  let from = 0
  for (let at = 0; at < text.length; at = next(text, at)) {
    const call = /(?<!\w)typeof\s*\(\s*\w+(?=\s*\))/y
    call.lastIndex = at
    const [found] = call.exec(text) ?? []
    const name = found === undefined ? undefined : /\w+$/.exec(found)?.[0].toLowerCase()
    if (found === undefined || name === undefined || !TYPES.has(name)) continue
    spelled += text.slice(from, at) + found.slice(0, -name.length) + name
    from = at + found.length
  }
  return spelled + text.slice(from)
}
