/**
 * The language service is C# that Bridge.NET has translated, and its runtime looks most things up by walking lists or by
 * names that it puts together anew for each call: whether an object is of a type, how long a list is, which class `List<T>` is.
 * What these functions find depends on classes alone, so it is kept. Two fifths of the time of binding go (docs/benchmarks.md);
 * what the service says of a text stays the same, which the tests compare over many texts.
 */
import {
  quickenDictionary,
  quickenHashSet,
  type DictionaryInstance,
  type HashSetInstance,
  type KeyRules,
} from './bridge-collections.ts'

type Constructor = object
type Instance = Readonly<Record<string, unknown>> & { readonly constructor: Constructor }

interface BridgeType {
  /** A test of its own, which may look at values: strings, numbers, enums. */
  readonly $is?: unknown
}

interface GenericClass {
  readonly $cache: readonly unknown[]
}

interface CachedType {
  readonly type: { readonly prototype: object }
  readonly args: readonly unknown[]
}

interface Ref {
  v: unknown
}

interface Enumerable {
  ToArray(type?: BridgeType): unknown[]
}

export interface BridgeRuntime {
  readonly Bridge: {
    is(value: unknown, type: BridgeType, ignoresOwnTest?: boolean, allowsNull?: boolean): boolean
    as(value: unknown, type: BridgeType, allowsNull?: boolean): unknown
    ref(target: unknown, key?: unknown): Ref
    hasValue(value: unknown): boolean
    equals(one: unknown, other: unknown): boolean
    referenceEquals(one: unknown, other: unknown): boolean
    isArray(value: unknown): boolean
    getTypeAlias(type: BridgeType): string
    getDefaultValue(type: unknown): unknown
    getProperty(target: unknown, name: string): unknown
    property(scope: object, name: string, value: unknown, isStatic: boolean, type: Constructor, alias: unknown): unknown
    readonly Class: { getCachedType(generic: GenericClass, args: ArrayLike<unknown>): CachedType | null }
  }
  readonly System: {
    readonly Array: {
      getCount(list: unknown, type?: BridgeType): number
      getItem(list: unknown, index: number, type?: BridgeType): unknown
      toIndex(target: unknown, indexes: unknown): unknown
      init(items: unknown[], type: BridgeType): unknown[]
    }
    readonly Linq: { readonly Enumerable: { from(items: unknown, type?: BridgeType): Enumerable | null } }
    readonly Object: BridgeType
    readonly Collections: {
      readonly Generic: Readonly<Record<'List$1' | 'Dictionary$2' | 'HashSet$1' | 'EqualityComparer$1', GenericClass>>
    }
    readonly ThrowHelper: { ThrowArgumentException(resource: unknown): void }
    readonly ExceptionResource: { readonly Argument_AddingDuplicate: unknown }
  }
}

/** Of the program that the runtime is for. */
export interface BridgeProgram {
  readonly Kusto: { readonly Language: { readonly Utils: { readonly SafeList$1: GenericClass } } }
}

/** For a runtime into which no program has been loaded yet: how that one's classes are made. */
export function quickenDefinitions({ Bridge }: BridgeRuntime): void {
  const property = Bridge.property.bind(Bridge)
  Bridge.property = (scope, name, value, isStatic, type, alias) => {
    const { get, set } = Object(value) as { readonly get?: unknown; readonly set?: unknown }
    if (isStatic || get !== undefined || set !== undefined) return property(scope, name, value, isStatic, type, alias)
    // Without code of its own it would be a pair of functions, around a member with a long name in a bag of each instance.
    const plain = { value, writable: true, enumerable: !alias, configurable: true }
    Object.defineProperty(scope, name, plain)
    return plain
  }
}

/** Replaces functions of the runtime by ones that give the same. Once for a runtime with its program. */
export function quickenRuntime(runtime: BridgeRuntime & BridgeProgram): void {
  quickenTypeTests(runtime)
  quickenComparisons(runtime)
  quickenLists(runtime)
  quickenGenerics(runtime)
  quickenReferences(runtime)
}

function quickenTypeTests({ Bridge }: BridgeRuntime): void {
  const isOfType = Bridge.is.bind(Bridge)
  const known = new Map<BridgeType, Map<Constructor, boolean>>()
  /** Undefined where the class does not decide it. */
  const findAnswer = (value: object, type: BridgeType): boolean | undefined => {
    if (type.$is !== undefined || !isPlainInstance(value) || isStruct(value.constructor)) return undefined
    const answer = isOfType(value, type)
    entryOf(known, type).set(value.constructor, answer)
    return answer
  }
  const answerFor = (value: object, type: BridgeType): boolean | undefined =>
    known.get(type)?.get(value.constructor) ?? findAnswer(value, type)

  Bridge.is = (value, type, ignoresOwnTest, allowsNull) => {
    if (value === null || value === undefined) return allowsNull === true
    const answer = typeof value === 'object' ? answerFor(value, type) : undefined
    return answer ?? isOfType(value, type, ignoresOwnTest, allowsNull)
  }
  const asType = Bridge.as.bind(Bridge)
  Bridge.as = (value, type, allowsNull) => {
    const answer = typeof value === 'object' && value !== null ? answerFor(value, type) : undefined
    if (answer === undefined) return asType(value, type, allowsNull)
    return answer ? value : null
  }
  // It asks whether the target is part of a web page.
  Bridge.getProperty = (target, name) => (target as Readonly<Record<string, unknown>>)[name]
}

/** Boxes of one have its class, too. */
function isStruct(own: Constructor): boolean {
  return (own as { readonly $kind?: string }).$kind?.includes('struct') === true
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

/** Whether something is null is found out by unboxing it, and equality by a search for a method of its own. */
function quickenComparisons({ Bridge }: BridgeRuntime): void {
  const ofValue = Bridge.hasValue.bind(Bridge)
  const hasValue = (value: unknown): boolean => {
    if (value === null || value === undefined) return false
    return typeof value === 'string' || typeof value === 'number' || isPlainInstance(value) || ofValue(value)
  }
  Bridge.hasValue = hasValue
  Bridge.referenceEquals = (one, other) => one === other || (!hasValue(one) && !hasValue(other))
  const equals = Bridge.equals.bind(Bridge)
  Bridge.equals = (one, other) => {
    if (typeof one === 'string' && typeof other === 'string') return one === other
    // The runtime's whole numbers of 64 bits would read the digits of the null: a function called with 5 and with long(null).
    if (isMissing(one) !== isMissing(other)) return false
    return equals(one, other)
  }
}

const isMissing = (value: unknown): boolean => value === null || value === undefined

/** `List<T>` keeps its elements in `_items`, of which the first `_size` count. */
interface ListInstance extends Instance {
  readonly _items: readonly unknown[]
  readonly _size: number
}

/** The first elements of a list that others may add to. */
interface SafeListInstance extends Instance {
  readonly _list: ListInstance
  readonly _length: number
}

function quickenLists({ Bridge, System, Kusto }: BridgeRuntime & BridgeProgram): void {
  const isList = testOfGeneric<ListInstance>(System.Collections.Generic.List$1)
  const isSafeList = testOfGeneric<SafeListInstance>(Kusto.Language.Utils.SafeList$1)

  const getCount = System.Array.getCount.bind(System.Array)
  const counters = new Map<BridgeType, Map<Constructor, string>>()
  /** The member that the runtime asks first, under a name that is made of the type's. */
  const counterOf = (list: Instance, type: BridgeType): string => {
    const ofType = entryOf(counters, type)
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
    if (isSafeList(list)) return list._length
    const name = type === undefined ? '' : counterOf(list, type)
    const count = name === '' ? undefined : list[name]
    return typeof count === 'function' ? (count.call(list) as number) : getCount(list, type)
  }

  const getItem = System.Array.getItem.bind(System.Array)
  const boxed = new Map<BridgeType, boolean>()
  const isBoxed = (type: BridgeType): boolean => {
    let answer = boxed.get(type)
    if (answer === undefined) boxed.set(type, (answer = Bridge.getDefaultValue(type) !== null))
    return answer
  }
  System.Array.getItem = (list, index, type) => {
    if (isPlainInstance(list) && index >= 0) {
      if (isList(list) && index < list._size) {
        const item = list._items[index]
        // Others may have to be boxed.
        if (typeof item === 'object' && item !== null) return item
      } else if (isSafeList(list) && index < list._length && type !== undefined && !isBoxed(type)) {
        return list._list._items[index]
      }
    }
    return getItem(list, index, type)
  }

  // The way to an array leads through an enumerator of an enumerator.
  const from = System.Linq.Enumerable.from.bind(System.Linq.Enumerable)
  System.Linq.Enumerable.from = (items, type) => {
    const enumerable = from(items, type)
    if (enumerable === null || !isPlainInstance(items) || !isList(items)) return enumerable
    enumerable.ToArray = (itemType) => {
      return System.Array.init(items._items.slice(0, items._size), itemType ?? System.Object)
    }
    return enumerable
  }
}

function testOfGeneric<Kind extends Instance>(generic: GenericClass): (value: Instance) => value is Kind {
  const known = new Map<Constructor, boolean>()
  return (value): value is Kind => {
    const { constructor: own } = value
    let answer = known.get(own)
    if (answer === undefined) {
      answer = (own as { readonly $genericTypeDefinition?: unknown }).$genericTypeDefinition === generic
      known.set(own, answer)
    }
    return answer
  }
}

/** `List<T>` is a call that looks through all lists that there are of other types. */
function quickenGenerics(runtime: BridgeRuntime): void {
  const { Bridge } = runtime
  const quicken = quickenerOfCollections(runtime)
  const getCachedType = (generic: GenericClass, args: ArrayLike<unknown>): CachedType | null => {
    const found = original(generic, args)
    if (found !== null) quicken(generic, found)
    return found
  }
  const original = Bridge.Class.getCachedType.bind(Bridge.Class)
  const ofOne = new Map<GenericClass, Map<unknown, CachedType>>()
  const ofTwo = new Map<GenericClass, Map<unknown, Map<unknown, CachedType>>>()
  Bridge.Class.getCachedType = (generic, args) => {
    if (args.length === 1) {
      const known = entryOf(ofOne, generic)
      return known.get(args[0]) ?? keep(known, args[0], getCachedType(generic, args))
    }
    if (args.length !== 2) return getCachedType(generic, args)
    const known = entryOf(entryOf(ofTwo, generic), args[0])
    return known.get(args[1]) ?? keep(known, args[1], getCachedType(generic, args))
  }
}

/** Each class once, when it is looked up for the first time. */
function quickenerOfCollections({ Bridge, System }: BridgeRuntime): (generic: GenericClass, found: CachedType) => void {
  const { Dictionary$2, HashSet$1, EqualityComparer$1 } = System.Collections.Generic
  const isDefault = testOfGeneric(EqualityComparer$1)
  const rules: KeyRules = {
    isPlainKey: (key) => typeof key === 'string' || typeof key === 'number' || isEqualToItselfAlone(key),
    isDefault: (comparer) => isDefault(comparer as Instance),
    defaultOf: (type) => Bridge.getDefaultValue(type),
    refuseKnownKey: () => System.ThrowHelper.ThrowArgumentException(System.ExceptionResource.Argument_AddingDuplicate),
  }
  return (generic, { type: { prototype }, args }) => {
    if (Object.hasOwn(prototype, QUICKENED)) return
    if (generic === Dictionary$2) quickenDictionary(prototype as DictionaryInstance, args, rules)
    else if (generic === HashSet$1) quickenHashSet(prototype as HashSetInstance, rules)
    else return
    Object.defineProperty(prototype, QUICKENED, { value: true })
  }
}

const QUICKENED = Symbol('quickened')

const comparisons = ['equals', 'equalsT', 'getHashCode']
const classesOfIdentity = new Map<Constructor, boolean>()

/** An instance of a class that does not say what its instances are equal to. */
function isEqualToItselfAlone(value: unknown): boolean {
  if (!isPlainInstance(value)) return false
  let answer = classesOfIdentity.get(value.constructor)
  if (answer === undefined) {
    answer = comparisons.every((name) => typeof value[name] !== 'function')
    classesOfIdentity.set(value.constructor, answer)
  }
  return answer
}

/** Of a map of maps. */
function entryOf<Key, InnerKey, Value>(map: Map<Key, Map<InnerKey, Value>>, key: Key): Map<InnerKey, Value> {
  let entry = map.get(key)
  if (entry === undefined) map.set(key, (entry = new Map()))
  return entry
}

/** Null while there is none. */
function keep<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): Value {
  if (value !== null) map.set(key, value)
  return value
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
