/**
 * What dictionaries and sets of the language service's runtime say to operations that follow from a seed, as JSON, one line each:
 * `node --import tsx test/support/collections-alone.ts [quickened]`; alone in a process, for the package writes globals.
 */
import { createRequire } from 'node:module'
import {
  quickenDefinitions,
  quickenRuntime,
  type BridgeProgram,
  type BridgeRuntime,
} from '../../src/kql/bind/bridge-runtime.ts'
import { seededRandom } from '../fault/kills/random.ts'

interface Enumerator {
  readonly Current: unknown
  moveNext(): boolean
}

interface Collection {
  readonly Count: number
  GetEnumerator(): Enumerator
}

interface Dictionary extends Collection {
  add(key: unknown, value: unknown): void
  setItem(key: unknown, value: unknown): void
  getItem(key: unknown): unknown
  containsKey(key: unknown): boolean
  tryGetValue(key: unknown, found: { v?: unknown }): boolean
  remove(key: unknown): boolean
  clear(): void
  readonly Keys: Collection
  readonly Values: Collection
}

interface HashSet extends Collection {
  add(value: unknown): boolean
  contains(value: unknown): boolean
  remove(value: unknown): boolean
  clear(): void
  unionWith(values: unknown): void
  exceptWith(values: unknown): void
  intersectWith(values: unknown): void
  symmetricExceptWith(values: unknown): void
  isSubsetOf(values: unknown): boolean
  setEquals(values: unknown): boolean
  TrimExcess(): void
  ToArray(): readonly unknown[]
}

type Class<Kind> = Readonly<Record<'ctor' | '$ctor1' | '$ctor3' | '$ctor4', new (...args: readonly unknown[]) => Kind>>

interface Globals {
  readonly Bridge: {
    /** Static members of what has been defined. */
    init(): void
    define(name: string, members: object): new (...args: readonly unknown[]) => object
  }
  readonly System: {
    readonly String: object
    readonly Int32: object
    readonly Object: object
    readonly StringComparer: { readonly OrdinalIgnoreCase: object }
    readonly Array: { init(items: readonly unknown[], type: object): unknown }
    readonly Collections: {
      readonly Generic: {
        Dictionary$2(key: object, value: object): Class<Dictionary>
        HashSet$1(type: object): Class<HashSet>
      }
    }
  }
}

const isQuickened = process.argv.includes('quickened')
const require = createRequire(import.meta.url)
require('@kusto/language-service-next/bridge.min.js')
const runtime = globalThis as unknown as BridgeRuntime & BridgeProgram & Globals
if (isQuickened) quickenDefinitions(runtime)
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js')
const { Bridge, System } = runtime as Globals
const { Dictionary$2, HashSet$1 } = System.Collections.Generic

interface WithName {
  name: unknown
}

const withName = (name: string, methods: object = {}): new (name: unknown) => object =>
  Bridge.define(name, {
    fields: { name: null },
    ctors: {
      // No method of its own: the runtime calls it with `new`.
      ctor: function (this: WithName & { $initialize(): void }, given: unknown) {
        this.$initialize()
        this.name = given
      },
    },
    methods,
  })

/** Equal where its name is, as a struct or a class with `equals` of its own. */
const Named = withName('Test.Named', {
  getHashCode: () => 7,
  equals(this: WithName, other: WithName) {
    return this.name === other.name
  },
})
const Thing = withName('Test.Thing')

Bridge.init()

const TEXTS = ['a', 'A', 'b', 'toString', '__proto', 'constructor', '', 'é', 'c', 'C']
const KEYS: Readonly<Record<string, readonly [type: object, keys: readonly unknown[]]>> = {
  texts: [System.String, TEXTS],
  numbers: [System.Int32, [0, 1, -1, 7, 2147483647, 12, 13, 14]],
  things: [Thing, TEXTS.map((text) => new Thing(text))],
  'equal things': [Named, [...TEXTS, ...TEXTS].map((text) => new Named(text))],
  mixed: [System.Object, [...TEXTS.map((text) => new Thing(text)), ...TEXTS.map((text) => new Named(text)), 'a', 1]],
}

const nameOf = (value: unknown): unknown => (value instanceof Object && 'name' in value ? value.name : value)

function listed(collection: Collection): readonly unknown[] {
  const found: unknown[] = []
  const enumerator = collection.GetEnumerator()
  while (enumerator.moveNext()) found.push(nameOf(enumerator.Current))
  return found
}

/** What it gives, or that it throws. */
function tried(act: () => unknown): unknown {
  try {
    return act()
  } catch (exception) {
    return `throws ${String((exception as { readonly Message?: unknown }).Message)}`
  }
}

function say(...what: readonly unknown[]): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

const random = seededRandom(20261128)
const below = (end: number): number => Math.floor(random() * end)
const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T

function playDictionary(name: string, dictionary: Dictionary, keys: readonly unknown[], steps: number): void {
  for (let step = 0; step < steps; step++) {
    const key = pick(keys)
    const act = pick(['add', 'add', 'setItem', 'getItem', 'containsKey', 'tryGetValue', 'remove', 'clear'])
    if (act === 'clear' && random() < 0.7) continue
    const found: { v?: unknown } = {}
    const given = tried(() => {
      if (act === 'add' || act === 'setItem') return dictionary[act](key, step)
      if (act === 'tryGetValue') return [dictionary.tryGetValue(key, found), found.v]
      if (act === 'clear') return dictionary.clear()
      return dictionary[act as 'getItem' | 'containsKey' | 'remove'](key)
    })
    say(name, act, nameOf(key), given, dictionary.Count, listed(dictionary.Keys), listed(dictionary.Values))
  }
}

function playSet(name: string, set: HashSet, [type, keys]: readonly [object, readonly unknown[]], steps: number): void {
  const several = [
    'unionWith',
    'exceptWith',
    'intersectWith',
    'symmetricExceptWith',
    'isSubsetOf',
    'setEquals',
  ] as const
  for (let step = 0; step < steps; step++) {
    const key = pick(keys)
    const act = pick(['add', 'add', 'add', 'contains', 'remove', 'clear', 'TrimExcess', ...several] as const)
    if (act === 'clear' && random() < 0.7) continue
    const others = System.Array.init([pick(keys), pick(keys), pick(keys)], type)
    const given = tried(() => {
      if (act === 'clear' || act === 'TrimExcess') return set[act]()
      if (act === 'add' || act === 'contains' || act === 'remove') return set[act](key)
      return set[act](others)
    })
    say(name, act, nameOf(key), given, set.Count, listed(set), set.ToArray().map(nameOf))
  }
}

const STEPS = 400

// Made, and in part filled, before the runtime is quickened.
const earlier = Object.entries(KEYS).map(([name, [type, keys]]) => {
  const dictionary = new (Dictionary$2(type, System.Int32).ctor)()
  const set = new (HashSet$1(type).ctor)()
  playDictionary(`earlier ${name}`, dictionary, keys, 10)
  playSet(`earlier ${name}`, set, [type, keys], 10)
  return [name, dictionary, set] as const
})
if (isQuickened) quickenRuntime(runtime)
for (const [name, dictionary, set] of earlier) {
  const [type, keys] = KEYS[name] ?? [System.String, TEXTS]
  playDictionary(`earlier ${name}`, dictionary, keys, STEPS)
  playSet(`earlier ${name}`, set, [type, keys], STEPS)
  playDictionary(name, new (Dictionary$2(type, System.Int32).ctor)(), keys, STEPS)
  playDictionary(`roomy ${name}`, new (Dictionary$2(type, System.Object).$ctor4)(50), keys, STEPS)
  playSet(name, new (HashSet$1(type).ctor)(), [type, keys], STEPS)
  playSet(`filled ${name}`, new (HashSet$1(type).$ctor1)(System.Array.init(keys, type)), [type, keys], STEPS)
}
const { OrdinalIgnoreCase } = System.StringComparer
playDictionary('no case', new (Dictionary$2(System.String, System.Int32).$ctor3)(OrdinalIgnoreCase), TEXTS, STEPS)
playSet('no case', new (HashSet$1(System.String).$ctor3)(OrdinalIgnoreCase), [System.String, TEXTS], STEPS)
playDictionary('null', new (Dictionary$2(System.String, System.Int32).ctor)(), [null, 'a'], 60)
playSet('null', new (HashSet$1(System.String).ctor)(), [System.String, [null, 'a', 'b']], 60)
