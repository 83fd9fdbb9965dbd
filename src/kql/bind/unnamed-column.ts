/**
 * `pivot` and `bag_unpack` make a column of an empty key, too. The service's binder takes a column without a name for none
 * where an operator names all columns (`project-away x`, `arg_max(t, *)`), and does not number it behind a join. So it is
 * told of another name, which no query means by chance.
 */
const STAND_IN = '\u2063'

/** The name of a column for the service's binder. */
export const nameForBinder = (name: string): string => (name === '' ? STAND_IN : name)

/** The column's own name: behind a join the one without a name is called `1`. */
export const nameFromBinder = (name: string): string => (name.startsWith(STAND_IN) ? name.slice(STAND_IN.length) : name)
