import { next } from './text-limits.ts'

/**
 * `find … project a, pack_all()`, as the page of find has it: the service's parser knows the older `pack(*)` alone. The text keeps
 * its length.
 */
export function spellPackAll(text: string): string {
  if (!text.includes('pack_all') || !/\bfind\b/.test(text)) return text
  let spelled = ''
  let from = 0
  let isInFind = false
  for (let at = 0; at < text.length; at = next(text, at)) {
    if ('|;'.includes(text.charAt(at))) isInFind = false
    if (/\w/.test(text.charAt(at - 1))) continue
    if (/^find\b/.test(text.slice(at, at + 5))) isInFind = true
    const call = /pack_all\s*\(\s*\)/y
    call.lastIndex = at
    const [found] = call.exec(text) ?? []
    // Behind a comma or `project`: an argument of bag_merge(), say, is a function's.
    if (!isInFind || found === undefined || !/(?:,|\bproject)\s*$/.test(text.slice(Math.max(0, at - 100), at))) continue
    spelled += text.slice(from, at) + 'pack(*)'.padEnd(found.length)
    from = at + found.length
  }
  return spelled + text.slice(from)
}
