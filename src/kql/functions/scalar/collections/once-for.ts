import { isArray, type Json } from '../../../values/json.ts'

/**
 * `make`, called once for each array: a list to look things up in is mostly the same for every row, and then the same array, since
 * what was parsed for the row before is kept.
 */
export function onceFor<Made extends object>(make: (array: readonly Json[]) => Made): (array: readonly Json[]) => Made {
  const known = new WeakMap<readonly Json[], Made>()
  return (array) => {
    let made = known.get(array)
    if (made === undefined) {
      made = make(array)
      known.set(array, made)
    }
    return made
  }
}

/** The same for an argument that may be one element in place of an array. */
export function onceForList<Made extends object>(make: (elements: readonly Json[]) => Made): (list: Json) => Made {
  const once = onceFor(make)
  return (list) => (isArray(list) ? once(list) : make([list]))
}
