import type { TextCache } from '../../domain/ports.ts'
import { bindingOfText, textOfBinding, type Binding } from './tree-text.ts'

/**
 * Loading the language service and binding a first rule takes a second, and a pass of cron is a process of its own. So what was bound
 * once is kept, under all that it follows from: the text, the names that decide (world.ts), and the build of hunt, which fixes the
 * version of the service and what we make of its answers.
 */
let kept: { readonly cache: TextCache; readonly build: string } | undefined

/** From now on, for the whole process. `build` must differ whenever the same text could be bound to something else. */
export function keepTrees(cache: TextCache, build: string): void {
  kept = { cache, build }
}

export function findBinding(text: string, names: string): Binding | undefined {
  const found = kept?.cache.get(keyOf(kept.build, text, names))
  return found === undefined ? undefined : bindingOfText(found, text)
}

export function keepBinding(binding: Binding, text: string, names: string): void {
  if (kept === undefined) return
  const written = textOfBinding(binding, text)
  if (written !== undefined) kept.cache.set(keyOf(kept.build, text, names), written)
}

const keyOf = (build: string, text: string, names: string): string => JSON.stringify([build, names, text])
