/**
 * The language service is C# that Bridge.NET has translated, and its runtime looks most things up by walking lists or by
 * names that it puts together anew for each call: whether an object is of a type, how long a list is, which class `List<T>` is.
 * What these functions find depends on classes alone, so it is kept. A sixth of the time of binding goes (docs/benchmarks.md);
 * what the service says of a text stays the same, which the tests compare over many texts.
 */

type Constructor = object
type Instance = Readonly<Record<string, unknown>> & { readonly constructor: Constructor }

interface BridgeType {
  /** A test of its own, which may look at values: strings, numbers, enums. */
  readonly $is?: unknown
}

interface GenericClass {
  readonly $cache: readonly unknown[]
}

interface Ref {
  v: unknown
}

export interface BridgeRuntime {
  readonly Bridge: {
    is(value: unknown, type: BridgeType, ignoresOwnTest?: boolean, allowsNull?: boolean): boolean
    as(value: unknown, type: BridgeType, allowsNull?: boolean): unknown
    ref(target: unknown, key?: unknown): Ref
    isArray(value: unknown): boolean
    getTypeAlias(type: BridgeType): string
    readonly Class: { getCachedType(generic: GenericClass, args: ArrayLike<unknown>): unknown }
  }
  readonly System: {
    readonly Array: {
      getCount(list: unknown, type?: BridgeType): number
      getItem(list: unknown, index: number, type?: BridgeType): unknown
      toIndex(target: unknown, indexes: unknown): unknown
    }
    readonly Collections: { readonly Generic: { readonly List$1: unknown } }
  }
}

/** Replaces functions of the runtime by ones that give the same. Once for a runtime. */
export function quickenRuntime(runtime: BridgeRuntime): void {
  quickenTypeTests(runtime)
  quickenLists(runtime)
  quickenGenerics(runtime)
  quickenReferences(runtime)
}

function quickenTypeTests({ Bridge }: BridgeRuntime): void {
  const isOfType = Bridge.is.bind(Bridge)
  const known = new Map<BridgeType, Map<Constructor, boolean>>()
  const is: typeof Bridge.is = (value, type, ignoresOwnTest, allowsNull) => {
    if (value === null || value === undefined) return allowsNull === true
    const own = isPlainInstance(value) && type.$is === undefined ? value.constructor : undefined
    if (own === undefined) return isOfType(value, type, ignoresOwnTest, allowsNull)
    let ofType = known.get(type)
    if (ofType === undefined) known.set(type, (ofType = new Map()))
    let answer = ofType.get(own)
    if (answer === undefined) ofType.set(own, (answer = isOfType(value, type, ignoresOwnTest, allowsNull)))
    return answer
  }
  Bridge.is = is
  const asType = Bridge.as.bind(Bridge)
  Bridge.as = (value, type, allowsNull) => {
    if (!isPlainInstance(value)) return asType(value, type, allowsNull)
    return is(value, type, false, allowsNull) ? value : null
  }
}

const plainClasses = new Map<Constructor, boolean>()

/** Of a class of the translated program: what such a value is follows from its class. */
function isPlainInstance(value: unknown): value is Instance {
  if (typeof value !== 'object' || value === null) return false
  const { constructor: own, $boxed } = value as Instance
  if ($boxed !== undefined) return false
  let answer = plainClasses.get(own)
  if (answer === undefined) {
    answer = own !== Object && own !== Array && !('$isArray' in own) && !('$isArrayEnumerator' in own)
    plainClasses.set(own, answer)
  }
  return answer
}

/** `List<T>` keeps its elements in `_items`, of which the first `_size` count. */
interface ListInstance extends Instance {
  readonly _items: readonly unknown[]
  readonly _size: number
}

function quickenLists({ Bridge, System }: BridgeRuntime): void {
  const { List$1 } = System.Collections.Generic
  const kinds = new Map<Constructor, boolean>()
  const isList = (value: Instance): value is ListInstance => {
    const { constructor: own } = value
    let answer = kinds.get(own)
    if (answer === undefined) {
      answer = (own as { readonly $genericTypeDefinition?: unknown }).$genericTypeDefinition === List$1
      kinds.set(own, answer)
    }
    return answer
  }

  const getCount = System.Array.getCount.bind(System.Array)
  const counters = new Map<BridgeType, Map<Constructor, string>>()
  /** The member that the runtime asks first, under a name that is made of the type's. */
  const counterOf = (list: Instance, type: BridgeType): string => {
    let ofType = counters.get(type)
    if (ofType === undefined) counters.set(type, (ofType = new Map()))
    let name = ofType.get(list.constructor)
    if (name === undefined) {
      name = `System$Collections$Generic$ICollection$1$${Bridge.getTypeAlias(type)}$getCount`
      ofType.set(list.constructor, (name = typeof list[name] === 'function' ? name : ''))
    }
    return name
  }
  System.Array.getCount = (list, type) => {
    if (Array.isArray(list)) return list.length
    if (!isPlainInstance(list)) return getCount(list, type)
    if (isList(list)) return list._size
    const name = type === undefined ? '' : counterOf(list, type)
    const count = name === '' ? undefined : list[name]
    return typeof count === 'function' ? (count.call(list) as number) : getCount(list, type)
  }

  const getItem = System.Array.getItem.bind(System.Array)
  System.Array.getItem = (list, index, type) => {
    if (isPlainInstance(list) && isList(list) && index >= 0 && index < list._size) {
      const item = list._items[index]
      // Others may have to be boxed.
      if (typeof item === 'object' && item !== null) return item
    }
    return getItem(list, index, type)
  }
}

/** `List<T>` is a call that looks through all lists that there are of other types. */
function quickenGenerics({ Bridge }: BridgeRuntime): void {
  const getCachedType = Bridge.Class.getCachedType.bind(Bridge.Class)
  const known = new Map<GenericClass, Map<unknown, unknown>>()
  Bridge.Class.getCachedType = (generic, args) => {
    if (args.length !== 1) return getCachedType(generic, args)
    let ofClass = known.get(generic)
    if (ofClass === undefined) known.set(generic, (ofClass = new Map()))
    let type = ofClass.get(args[0])
    if (type === undefined) {
      type = getCachedType(generic, args)
      // Null while there is none.
      if (type !== null) ofClass.set(args[0], type)
    }
    return type
  }
}

/** `ref x[i]`: an object with accessors of its own for each call. */
function quickenReferences({ Bridge, System }: BridgeRuntime): void {
  const ref = Bridge.ref.bind(Bridge)
  class ElementRef implements Ref {
    readonly #target: Record<PropertyKey, unknown>
    readonly #key: PropertyKey

    constructor(target: Record<PropertyKey, unknown>, key: PropertyKey) {
      this.#target = target
      this.#key = key
    }

    get v(): unknown {
      return this.#target[this.#key]
    }

    set v(value: unknown) {
      this.#target[this.#key] = value
    }
  }
  Bridge.ref = (target, key) => {
    const index = Array.isArray(key) ? System.Array.toIndex(target, key) : key
    const isElement = typeof index === 'number' || typeof index === 'string'
    return isElement ? new ElementRef(target as Record<PropertyKey, unknown>, index) : ref(target, key)
  }
}
