import { markdownFence } from '../checks/markdown-fence.ts'
import { linesOf } from './repair.ts'
import type { Proposal } from './repair.ts'

const FENCE = /^\s*(```|~~~)\s*\w*\s*$/

/** A whole file inside of a Markdown code fence, as it comes out of a chat or a wiki page. */
export function repairFileFence(text: string): readonly Proposal[] {
  const lines = linesOf(text).filter((line) => line.text.trim() !== '')
  const first = lines[0]
  if (first === undefined || !FENCE.test(first.text)) return []
  const last = lines[lines.length - 1]
  const fences = last !== undefined && last !== first && FENCE.test(last.text) ? [first, last] : [first]
  const note = {
    check: markdownFence,
    message: 'the file is wrapped in a Markdown code fence; read without it',
    hint: 'remove the lines with the fence',
    start: first.start,
    end: first.start + first.text.length,
  }
  return [
    { edits: fences.map((line) => ({ offset: line.start, remove: line.text.length, insert: '' })), notes: [note] },
  ]
}
