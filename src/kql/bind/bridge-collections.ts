/**
 * `Dictionary<K, V>` and `HashSet<T>` of Bridge.NET's runtime keep buckets of slots of their own, ask a comparer under a name that
 * is put together for each question, and make an object for each slot that is not in use yet. The language service fills and empties
 * them for each operator with all columns of its table. Here what a key's place is stands in a `Map`. Slots stay where the runtime's
 * enumerators look for them, in the same order.
 *
 * Keys that are equal without being the same (structs, classes with `equals`, other comparers) stay with the runtime's own methods.
 */

type Key = unknown

interface Keyed {
  /** Slots by key; undefined before it is asked for the first time. */
  $places?: Map<Key, number> | undefined
  /** Has, or had, a key that a `Map` cannot tell from others. */
  $isForeign?: boolean
}

interface Entry {
  hashCode: number
  next: number
  key: Key
  value: unknown
}

export interface DictionaryInstance extends Keyed {
  buckets: number[] | null
  entries: Entry[] | null
  simpleBuckets: object | null
  count: number
  version: number
  freeList: number
  freeCount: number
  /** Null within the constructor. */
  readonly comparer: object | null
  FindEntry(key: Key): number
  Insert(key: Key, value: unknown, isNew: boolean): void
  Initialize(capacity: number): void
  remove(key: Key): boolean
  clear(): void
}

interface Slot {
  hashCode: number
  next: number
  value: Key
}

export interface HashSetInstance extends Keyed {
  _buckets: number[] | null
  _slots: Slot[] | null
  _count: number
  _lastIndex: number
  _freeList: number
  _version: number
  readonly _comparer: object
  Initialize(capacity: number): void
  AddIfNotPresent(value: Key): boolean
  AddOrGetLocation(value: Key, location: { v: number }): boolean
  InternalIndexOf(value: Key): number
  TrimExcess(): void
  contains(value: Key): boolean
  remove(value: Key): boolean
  clear(): void
}

export interface KeyRules {
  /** Whether keys are equal where they are the same. */
  isPlainKey(key: Key): boolean
  /** Whether the comparer is the one that lists have without being given any. */
  isDefault(comparer: object): boolean
  defaultOf(type: unknown): unknown
  /** Throws what the runtime throws. */
  refuseKnownKey(): void
}

/** The marks of a slot in use, and of one that is free. */
const USED = 1
const FREE = -1

/** For the prototype of one `Dictionary<K, V>`; there may be instances already. */
export function quickenDictionary(
  methods: DictionaryInstance,
  [keyType, valueType]: readonly unknown[],
  rules: KeyRules,
): void {
  const { FindEntry, Insert, Initialize, remove, clear } = methods

  const placesOf = (owner: DictionaryInstance): Map<Key, number> | undefined => {
    if (owner.$places !== undefined || owner.$isForeign === true) return owner.$places
    const places = new Map<Key, number>()
    const isPlain = owner.comparer !== null && rules.isDefault(owner.comparer)
    for (let index = 0; isPlain && index < owner.count; index++) {
      const entry = owner.entries?.[index]
      if (entry === undefined || entry.hashCode < 0) continue
      if (!rules.isPlainKey(entry.key)) return leave(owner)
      places.set(entry.key, index)
    }
    return isPlain ? (owner.$places = places) : leave(owner)
  }
  /** Of what is put in first. */
  const placesWith = (owner: DictionaryInstance, key: Key): Map<Key, number> | undefined => {
    const places = placesOf(owner)
    if (places === undefined || rules.isPlainKey(key)) return places
    const used = (owner.entries ?? []).slice(0, owner.count).filter(({ hashCode }) => hashCode >= 0)
    leave(owner)
    Object.assign(owner, { buckets: null, entries: null, simpleBuckets: null, count: 0, freeList: -1, freeCount: 0 })
    for (const { key: known, value } of used) Insert.call(owner, known, value, true)
    return undefined
  }

  methods.Initialize = function (capacity) {
    // Its constructor asks for room before it has a comparer.
    if (this.comparer !== null) Initialize.call(this, capacity)
  }
  methods.FindEntry = function (key) {
    const places = isMissing(key) ? undefined : placesOf(this)
    return places === undefined ? FindEntry.call(this, key) : (places.get(key) ?? -1)
  }
  methods.Insert = function (key, value, isNew) {
    const places = isMissing(key) ? undefined : placesWith(this, key)
    if (places === undefined) return Insert.call(this, key, value, isNew)
    const known = places.get(key)
    const entries = (this.entries ??= [])
    const entry = known === undefined ? undefined : entries[known]
    if (entry !== undefined && isNew) rules.refuseKnownKey()
    if (entry !== undefined) entry.value = value
    else {
      const place = takeFree(entries, this)
      entries[place] = { hashCode: USED, next: -1, key, value }
      places.set(key, place)
    }
    this.version++
  }
  const takeFree = (entries: readonly Entry[], owner: DictionaryInstance): number => {
    if (owner.freeCount === 0) return owner.count++
    const place = owner.freeList
    owner.freeList = entries[place]?.next ?? -1
    owner.freeCount--
    return place
  }
  methods.remove = function (key) {
    const places = isMissing(key) ? undefined : placesOf(this)
    if (places === undefined) return remove.call(this, key)
    const place = places.get(key)
    const entry = place === undefined ? undefined : this.entries?.[place]
    if (place === undefined || entry === undefined) return false
    places.delete(key)
    entry.hashCode = FREE
    entry.next = this.freeList
    entry.key = rules.defaultOf(keyType)
    entry.value = rules.defaultOf(valueType)
    this.freeList = place
    this.freeCount++
    this.version++
    return true
  }
  methods.clear = function () {
    const places = placesOf(this)
    if (places === undefined) return clear.call(this)
    if (this.count === 0) return
    places.clear()
    Object.assign(this, { entries: [], count: 0, freeList: -1, freeCount: 0 })
    this.version++
  }
}

/** For the prototype of one `HashSet<T>`; there may be instances already. */
export function quickenHashSet(methods: HashSetInstance, rules: KeyRules): void {
  const { Initialize, AddIfNotPresent, AddOrGetLocation, InternalIndexOf, TrimExcess, contains, remove, clear } =
    methods

  const placesOf = (owner: HashSetInstance): Map<Key, number> | undefined => {
    if (owner.$places !== undefined || owner.$isForeign === true) return owner.$places
    const places = new Map<Key, number>()
    if (!rules.isDefault(owner._comparer)) return leave(owner)
    for (let index = 0; index < owner._lastIndex; index++) {
      const slot = owner._slots?.[index]
      if (slot === undefined || slot.hashCode < 0) continue
      if (!rules.isPlainKey(slot.value)) return leave(owner)
      places.set(slot.value, index)
    }
    return (owner.$places = places)
  }
  const giveBack = (owner: HashSetInstance): undefined => {
    const used = (owner._slots ?? []).slice(0, owner._lastIndex).filter(({ hashCode }) => hashCode >= 0)
    leave(owner)
    Object.assign(owner, { _buckets: null, _slots: null, _count: 0, _lastIndex: 0, _freeList: -1 })
    for (const { value } of used) AddIfNotPresent.call(owner, value)
  }
  const placesWith = (owner: HashSetInstance, value: Key): Map<Key, number> | undefined => {
    const places = placesOf(owner)
    return places === undefined || rules.isPlainKey(value) ? places : giveBack(owner)
  }

  methods.Initialize = function (capacity) {
    if (placesOf(this) === undefined) Initialize.call(this, capacity)
    else this._slots ??= []
  }
  /** Where a new value is from now on. */
  const put = (owner: HashSetInstance, places: Map<Key, number>, value: Key): number => {
    const slots = (owner._slots ??= [])
    const isFree = owner._freeList >= 0
    const place = isFree ? owner._freeList : owner._lastIndex++
    if (isFree) owner._freeList = slots[place]?.next ?? -1
    slots[place] = { hashCode: USED, next: -1, value }
    places.set(value, place)
    owner._count++
    owner._version++
    return place
  }
  methods.AddIfNotPresent = function (value) {
    const places = placesWith(this, value)
    if (places === undefined) return AddIfNotPresent.call(this, value)
    if (places.has(value)) return false
    put(this, places, value)
    return true
  }
  methods.AddOrGetLocation = function (value, location) {
    const places = placesWith(this, value)
    if (places === undefined) return AddOrGetLocation.call(this, value, location)
    const known = places.get(value)
    location.v = known ?? put(this, places, value)
    return known === undefined
  }
  methods.contains = function (value) {
    const places = placesOf(this)
    return places === undefined ? contains.call(this, value) : places.has(value)
  }
  methods.InternalIndexOf = function (value) {
    const places = placesOf(this)
    return places === undefined ? InternalIndexOf.call(this, value) : (places.get(value) ?? -1)
  }
  methods.TrimExcess = function () {
    const places = placesOf(this)
    if (places === undefined) return TrimExcess.call(this)
    // Free slots go, so that the next values come last.
    this._slots = (this._slots ?? []).slice(0, this._lastIndex).filter(({ hashCode }) => hashCode >= 0)
    this._slots.forEach(({ value }, place) => places.set(value, place))
    this._lastIndex = this._count
    this._freeList = -1
  }
  methods.remove = function (value) {
    const places = placesOf(this)
    if (places === undefined) return remove.call(this, value)
    const place = places.get(value)
    const slot = place === undefined ? undefined : this._slots?.[place]
    if (place === undefined || slot === undefined) return false
    places.delete(value)
    Object.assign(slot, { hashCode: FREE, next: this._freeList, value: null })
    this._count--
    this._version++
    // As there: an empty one begins again.
    this._freeList = this._count === 0 ? -1 : place
    if (this._count === 0) this._lastIndex = 0
    return true
  }
  methods.clear = function () {
    const places = placesOf(this)
    if (places === undefined) return clear.call(this)
    if (this._lastIndex > 0) {
      places.clear()
      Object.assign(this, { _slots: [], _lastIndex: 0, _count: 0, _freeList: -1 })
    }
    this._version++
  }
}

const isMissing = (key: Key): boolean => key === null || key === undefined

/** From now on the runtime's methods serve it. */
function leave(owner: Keyed): undefined {
  owner.$isForeign = true
  owner.$places = undefined
}
