/** Makes a failing query smaller as long as it fails in the same way. */
import type { Pipeline } from './pipelines.ts'
import { textOf } from './pipelines.ts'

const MOST_TRIES = 250

export async function minimise(pipeline: Pipeline, stillFails: (text: string) => Promise<boolean>): Promise<string> {
  let tries = 0
  const holds = async (text: string): Promise<boolean> => tries++ < MOST_TRIES && (await stillFails(text))
  let smaller = pipeline
  for (let index = smaller.operators.length - 1; index >= 0; index--) {
    const candidate = { ...smaller, operators: smaller.operators.filter((_, at) => at !== index) }
    if (await holds(textOf(candidate))) smaller = candidate
  }
  let text = textOf(smaller)
  for (let changed = true; changed && tries < MOST_TRIES;) {
    changed = false
    for (const candidate of simplifications(text)) {
      if (candidate.length >= text.length || !(await holds(candidate))) continue
      text = candidate
      changed = true
      break
    }
  }
  return text
}

/** Each call or bracket gives way to one of its parts; longest first, for they save most. */
function simplifications(text: string): string[] {
  const candidates: string[] = []
  for (const { start, open, close } of groups(text)) {
    for (const part of splitArguments(text.slice(open + 1, close))) {
      candidates.push(text.slice(0, start) + part.trim() + text.slice(close + 1))
    }
  }
  return candidates.sort((left, right) => left.length - right.length)
}

function groups(text: string): { start: number; open: number; close: number }[] {
  const found: { start: number; open: number; close: number }[] = []
  const stack: number[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '"') at = endOfString(text, at)
    else if (character === '(') stack.push(at)
    else if (character === ')') {
      const open = stack.pop()
      if (open === undefined) continue
      const word = /[\w-]*$/.exec(text.slice(0, open))?.[0] ?? ''
      found.push({ start: open - word.length, open, close: at })
    }
  }
  return found
}

function splitArguments(text: string): string[] {
  const parts: string[] = []
  let [depth, from] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '"') at = endOfString(text, at)
    else if ('([{'.includes(character)) depth++
    else if (')]}'.includes(character)) depth--
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, text.slice(from)]
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++
    else if (text.charAt(at) === '"') return at
  }
  return text.length
}
