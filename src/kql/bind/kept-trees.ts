import type { TextCache } from '../../domain/ports.ts'
import { textOfTree, treeOfText, type Tree } from './tree-text.ts'
import type { World } from './world.ts'

/**
 * Loading the language service and binding a first rule takes a second, and a pass of cron is a process of its own. So a tree that was
 * bound once is kept, under all that it follows from: the text, the names that it may mean, and the build of hunt, which fixes the
 * version of the service and what we make of its answers. Only trees without a word of the service's are kept: a diagnostic may
 * name any table of the workspace.
 */
let kept: { readonly cache: TextCache; readonly build: string } | undefined

/** From now on, for the whole process. `build` must differ whenever the same text could be bound to another tree. */
export function keepTrees(cache: TextCache, build: string): void {
  kept = { cache, build }
}

export function findTree(text: string, world: World): Tree | undefined {
  const found = kept?.cache.get(keyOf(kept.build, text, world))
  return found === undefined ? undefined : treeOfText(found, text)
}

export function keepTree(tree: Tree, text: string, world: World): void {
  if (kept === undefined) return
  const written = textOfTree(tree, text)
  if (written !== undefined) kept.cache.set(keyOf(kept.build, text, world), written)
}

const keyOf = (build: string, text: string, world: World): string => JSON.stringify([build, world.key, text])
